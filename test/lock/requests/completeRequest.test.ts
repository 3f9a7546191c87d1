import { execFileSync } from "node:child_process";
import {
  type Lock,
  type OpenLock,
  certificatesOfAnswer,
  completeRequest,
  formatLock,
  openLock,
  readLock,
  requestAnew,
  requestOf,
} from "../../../lib/lock";
import { type Certificate, publicKeyMatches, parseCertificate, toPem } from "../../../lib/pki";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { OpensslAuthority, type Signed } from "../../support/opensslAuthority";
import { describeWith, tool } from "../../support/tools";
import { ENVIRONMENT, PASSPHRASE, identity, newLock, pin, seededRandom, thrownBy } from "../support";
import { requested } from "./requested";

/** OpenSSL dates what it signs from now on. */
const NOW = new Date(Date.now() + 60_000);

describeWith(["openssl", "keytool"], "a certificate that OpenSSL's authority issued", () => {
  let open: OpenLock;
  let authority: OpensslAuthority;
  let foreign: OpensslAuthority;

  beforeAll(() => {
    authority = new OpensslAuthority("Corporate");
    foreign = new OpensslAuthority("Foreign");
    open = pin([requested("web")], newLock(), { now: NOW }).open;
    authority.write("web.csr", pemOf(open.lock));
    authority.sign("web.csr", "web.pem");
  }, 60_000);

  afterAll(() => {
    authority.remove();
    foreign.remove();
  });

  function pemOf(lock: Lock): string {
    return toPem(requestOf(lock, "web")?.csr ?? Buffer.of(), "CERTIFICATE REQUEST");
  }

  function complete(certificates: readonly Certificate[], from: OpenLock = open) {
    return completeRequest(from.lock, () => from, {
      id: "web",
      certificates,
      now: NOW,
      randomBytes: seededRandom("complete"),
    });
  }

  function answer(...names: readonly string[]): readonly Certificate[] {
    return certificatesOfAnswer(
      names.map((name) => ({ name, bytes: authority.read(name) })),
      "changeit",
    );
  }

  function refused(certificates: readonly Certificate[], from: OpenLock = open): string {
    const before = formatLock(from.lock);
    const error = thrownBy(() => complete(certificates, from));
    expect(error).toMatchObject({ code: "refused-answer" });
    expect(formatLock(from.lock)).toBe(before);
    return error.message;
  }

  function signedOtherwise(signed: Signed): readonly Certificate[] {
    authority.sign("web.csr", "other.pem", signed);
    return answer("other.pem", "issuing.pem", "root.pem");
  }

  test("OpenSSL and keytool read the request", () => {
    const shown = authority.openssl("req", "-in", "web.csr", "-noout", "-verify", "-text");
    expect(shown).toMatch(/DNS:web\.example\.com, IP Address:10\.0\.0\.7/);
    expect(shown).toMatch(/Digital Signature/);
    expect(shown).toMatch(/TLS Web Server Authentication/);
    const java = execFileSync(
      tool("keytool"),
      [...SHORT_LIVED_KEYTOOL, "-printcertreq", "-file", authority.path("web.csr")],
      { encoding: "utf8" },
    );
    expect(java).toContain("Subject: CN=web.example.com, O=Example");
  }, 30_000);

  const inEveryForm: readonly (readonly [string, (files: OpensslAuthority) => readonly string[]])[] = [
    ["PEM files", () => ["web.pem", "issuing.pem", "root.pem"]],
    [
      "one PEM file in any order",
      (files) => {
        const all = ["root.pem", "web.pem", "issuing.pem"].map((name) => files.read(name));
        files.write("bundle.pem", Buffer.concat(all));
        return ["bundle.pem"];
      },
    ],
    [
      "DER files",
      (files) => {
        for (const name of ["web", "issuing", "root"])
          files.openssl("x509", "-in", `${name}.pem`, "-outform", "DER", "-out", `${name}.cer`);
        return ["web.cer", "issuing.cer", "root.cer"];
      },
    ],
    ["PKCS#7 in DER", (files) => packed(files, "DER", "chain.p7b")],
    ["PKCS#7 in PEM", (files) => packed(files, "PEM", "chain.p7.pem")],
    [
      "PKCS12 without a key",
      (files) => {
        files.write("issuers.pem", Buffer.concat([files.read("issuing.pem"), files.read("root.pem")]));
        files.openssl(
          ..."pkcs12 -export -nokeys -in web.pem -certfile issuers.pem -out web.pfx -passout pass:changeit".split(
            " ",
          ),
        );
        return ["web.pfx"];
      },
    ],
    [
      "JKS truststore of issuers beside the certificate",
      (files) => {
        for (const name of ["issuing", "root"])
          execFileSync(
            tool("keytool"),
            [
              ...SHORT_LIVED_KEYTOOL,
              ...`-importcert -noprompt -storetype JKS -storepass changeit -keystore issuers.jks -alias ${name} -file ${name}.pem`.split(
                " ",
              ),
            ],
            { cwd: files.directory, stdio: "ignore" },
          );
        return ["web.pem", "issuers.jks"];
      },
    ],
  ];

  test.each(inEveryForm)(
    "is pinned from %s, with its key and its whole chain",
    (_, write) => {
      const { lock, change, warnings } = complete(answer(...write(authority)));
      expect({ change, warnings }).toEqual({
        change: { id: "web", action: "completed", generation: 1, reason: "issued by CN=Corporate Issuing" },
        warnings: [],
      });
      const signed = open.withLock(lock).signed(seededRandom("sign"));
      const opened = openLock(readLock(formatLock(signed.lock), ENVIRONMENT), PASSPHRASE);
      const chain = (opened.lock.identities.get("web")?.chain ?? []).map(parseCertificate);
      expect(chain.map(String)).toEqual([
        "CN=web.example.com, O=Example",
        "CN=Corporate Issuing",
        "CN=Corporate Root",
      ]);
      expect(publicKeyMatches(chain[0] as Certificate, opened.privateKey("web"))).toBe(true);
      expect(opened.lock.waiting).toBeUndefined();
      expect(pin([requested("web")], opened, { now: NOW }).changes).toEqual([]);
    },
    30_000,
  );

  test("finds its root among what the lock holds", () => {
    const partner = identity("root", { kind: "certificate", file: "root.pem" });
    const { open: knowing } = pin([partner], open, { readFile: () => authority.read("root.pem"), now: NOW });
    expect(
      complete(answer("web.pem", "issuing.pem"), knowing).lock.identities.get("web")?.chain,
    ).toHaveLength(3);
  });

  test("with a foreign key is refused, and the difference named", () => {
    foreign.openssl(
      ..."req -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=web.example.com -out o.csr".split(" "),
    );
    authority.write("foreign.pem", foreign.sign("o.csr", "o.pem"));
    expect(refused(answer("foreign.pem", "issuing.pem", "root.pem"))).toMatch(
      /none of the certificates is of the requested key \(EC P-256\); found: CN=web.example.com \(RSA 2048\), /,
    );
  }, 30_000);

  test("whose chain is incomplete is refused, and the missing issuer named", () => {
    expect(refused(answer("web.pem"))).toMatch(
      /chain ends at CN=web.example.com, O=Example: its issuer CN=Corporate Issuing is neither in the files/,
    );
    expect(refused(answer("web.pem", "issuing.pem"))).toMatch(/its issuer CN=Corporate Root is neither/);
    authority.write("wrong.pem", Buffer.concat([foreign.read("issuing.pem"), foreign.read("root.pem")]));
    expect(refused(answer("web.pem", "wrong.pem"))).toMatch(/its issuer CN=Corporate Issuing is neither/);
  });

  test("without a name, a purpose or days is refused, with all that differs", () => {
    const extensions = [
      "subjectAltName=DNS:other.example.com",
      "extendedKeyUsage=clientAuth",
      "keyUsage=keyAgreement",
    ];
    const message = refused(signedOtherwise({ extensions }));
    expect(message).toMatch(
      /the names dns:web.example.com, ip:10.0.0.7 are missing; it has dns:other.example.com/,
    );
    expect(message).toMatch(/the purpose serverAuth is missing; it is for clientAuth/);
    expect(message).toMatch(/the key usage digitalSignature is missing; it has keyAgreement/);
    expect(message).toMatch(/the lock was not changed/);
    const tomorrow = { days: 0 };
    expect(refused(signedOtherwise(tomorrow))).toMatch(/it expired on/);
    expect(refused(signedOtherwise({ extensions: ["basicConstraints=CA:TRUE"] }))).toMatch(
      /an authority's certificate/,
    );
  }, 30_000);

  test("below what is no authority is refused", () => {
    authority.openssl(
      ..."req -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=Leaf -out leaf.csr".split(" "),
    );
    authority.sign("leaf.csr", "leaf.pem", { extensions: ["basicConstraints=CA:FALSE"] });
    authority.openssl(
      ..."x509 -req -in web.csr -out below.pem -CA leaf.pem -CAkey leaf.key -set_serial 99 -days 9 -copy_extensions copyall".split(
        " ",
      ),
    );
    expect(refused(answer("below.pem", "leaf.pem", "issuing.pem", "root.pem"))).toMatch(
      /its issuer CN=Leaf is no authority/,
    );
  }, 30_000);

  test("with names that the authority added is pinned with a warning", () => {
    authority.sign("web.csr", "more.pem", {
      extensions: ["subjectAltName=DNS:WEB.example.com,IP:10.0.0.7,DNS:www.example.com"],
    });
    const { warnings } = complete(answer("more.pem", "issuing.pem", "root.pem", "leaf.pem"));
    expect(warnings).toEqual([
      "the authority added the names dns:www.example.com",
      "left out, because they do not belong to its chain: CN=Leaf",
    ]);
  }, 30_000);

  test("is renewed with a new key or with the same one, and the one that is served stays until then", () => {
    const pinned = open
      .withLock(complete(answer("web.pem", "issuing.pem", "root.pem")).lock)
      .signed(seededRandom("sign"));
    const { request } = requested("web");
    if (request.kind !== "requested") throw new Error("a request was expected");
    for (const keepsKey of [true, false]) {
      const asked = requestAnew(pinned, "web", request, {
        keepsKey,
        now: NOW,
        randomBytes: seededRandom("next"),
      });
      const waiting = pinned.withLock(asked.lock).signed(seededRandom("sign"));
      expect(readLock(formatLock(waiting.lock), ENVIRONMENT)).toEqual(waiting.lock);
      expect(waiting.privateKey("web")).toEqual(pinned.privateKey("web"));
      expect(refused(answer("web.pem", "issuing.pem", "root.pem"), waiting)).toMatch(
        keepsKey ? /the one that is pinned already/ : /none of the certificates is of the requested key/,
      );
      authority.write("next.csr", pemOf(waiting.lock));
      authority.sign("next.csr", "next.pem", { days: 180 });
      // Issuers are known from the generation that is served.
      const next = waiting.withLock(complete(answer("next.pem"), waiting).lock).signed(seededRandom("sign"));
      expect(next.lock.identities.get("web")).toMatchObject({ generation: 2, previous: { generation: 1 } });
      expect(next.privateKey("web").equals(pinned.privateKey("web"))).toBe(keepsKey);
    }
  }, 30_000);
});

describe("files that come back from an authority", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", Buffer.of(), /x: /],
    ["text", Buffer.from("<html>Please log in</html>"), /x: neither PEM nor DER/],
    ["more than any chain", Buffer.alloc(5 * 2 ** 20, 0x30), /x: \d+ bytes are more than/],
    ["a PEM block that is no certificate", Buffer.from(toPem(Buffer.from("a"), "SECRET")), /x: .*SECRET/],
  ])("that hold %s are refused, and the file is named", (_, bytes, message) => {
    const error = thrownBy(() => certificatesOfAnswer([{ name: "x", bytes }], undefined));
    expect(error).toMatchObject({ code: "unusable-file" });
    expect(error.message).toMatch(message);
  });
});

function packed(files: OpensslAuthority, form: string, name: string): readonly string[] {
  files.openssl(
    ...`crl2pkcs7 -nocrl -certfile root.pem -certfile web.pem -certfile issuing.pem -outform ${form} -out ${name}`.split(
      " ",
    ),
  );
  return [name];
}
