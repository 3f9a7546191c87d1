import { execFileSync } from "node:child_process";
import {
  type AnswerContent,
  type Lock,
  type OpenLock,
  readAnswer,
  completeRequest,
  formatLock,
  openLock,
  readLock,
  requestAnew,
  requestOf,
  resolveIdentity,
  switchOver,
  type TrustsAnew,
} from "../../../lib/lock";
import { type Certificate, publicKeyMatches, parseCertificate, toPem } from "../../../lib/pki";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { OpensslAuthority, type Signed } from "../../support/opensslAuthority";
import { describeWith, tool } from "../../support/tools";
import {
  ENVIRONMENT,
  PASSPHRASE,
  identity,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
  thrownBy,
} from "../support";
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

  function complete(content: AnswerContent, from: OpenLock = open) {
    return completeRequest(from.lock, () => from, {
      ...pinOptions([requested("web")], from, { now: NOW, randomBytes: seededRandom("complete") }),
      id: "web",
      answer: content,
    });
  }

  function answer(...names: readonly string[]): AnswerContent {
    return readAnswer(
      names.map((name) => ({ name, bytes: authority.read(name) })),
      "changeit",
    );
  }

  function refused(content: AnswerContent, from: OpenLock = open): string {
    const before = formatLock(from.lock);
    const error = thrownBy(() => complete(content, from));
    expect(error).toMatchObject({ code: "refused-answer" });
    expect(formatLock(from.lock)).toBe(before);
    return error.message;
  }

  function signedOtherwise(signed: Signed): AnswerContent {
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
      const { lock, changes, warnings } = complete(answer(...write(authority)));
      expect({ changes, warnings }).toEqual({
        changes: [
          { id: "web", action: "completed", generation: 1, reason: "issued by CN=Corporate Issuing" },
        ],
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

  test("with its private key is pinned, and our key stays; another key is refused", () => {
    const key = requestOf(open.lock, "web")?.privateKey;
    if (key === undefined) throw new Error("a key was expected");
    const pkcs8 = open.openKey("web", requestOf(open.lock, "web") as never, key);
    authority.write("web.key", toPem(pkcs8, "PRIVATE KEY"));
    authority.write("chain.pem", Buffer.concat([authority.read("issuing.pem"), authority.read("root.pem")]));
    const pack = (name: string, certificate: string, privateKey: string) =>
      authority.openssl(
        ...`pkcs12 -export -in ${certificate} -inkey ${privateKey} -certfile chain.pem -out ${name} -passout pass:changeit`.split(
          " ",
        ),
      );
    pack("with-key.pfx", "web.pem", "web.key");
    authority.write(
      "with-key.pem",
      Buffer.concat(["web.key", "web.pem", "chain.pem"].map((name) => authority.read(name))),
    );
    for (const name of ["with-key.pfx", "with-key.pem"]) {
      const { lock, warnings } = complete(answer(name));
      expect(warnings).toEqual([
        `the private key in ${name} was passed over: the key in the lock stays; see who else has the file`,
      ]);
      expect(open.withLock(lock).privateKey("web")).toEqual(pkcs8);
    }
    authority.openssl(
      ..."req -newkey rsa:2048 -nodes -keyout o.key -subj /CN=web.example.com -out o.csr".split(" "),
    );
    authority.sign("o.csr", "o.pem");
    pack("other.pfx", "o.pem", "o.key");
    expect(refused(answer("other.pfx"))).toMatch(
      /none of the certificates is of the requested key \(EC P-256\); .* other\.pfx brings a private key of its own, which is not taken; that is an identity to import/,
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

  describe("by another root, of an identity that is served,", () => {
    let asked: OpenLock;

    beforeAll(() => {
      const served = open
        .withLock(complete(answer("web.pem", "issuing.pem", "root.pem")).lock)
        .signed(seededRandom("sign"));
      asked = pin([requested("web")], served, { now: NOW, renew: new Set(["web"]) }).open;
      foreign.write("web.csr", pemOf(asked.lock));
      foreign.sign("web.csr", "web.pem");
    });

    function completed(trustsAnew?: TrustsAnew, from = asked) {
      const files = ["web.pem", "issuing.pem", "root.pem"];
      return completeRequest(from.lock, () => from, {
        ...pinOptions([requested("web")], from, { now: NOW }),
        id: "web",
        answer: readAnswer(
          files.map((name) => ({ name, bytes: foreign.read(name) })),
          undefined,
        ),
        ...(trustsAnew === undefined ? {} : { trustsAnew }),
      });
    }

    test("is announced, and switched to with its key once everybody has read it", () => {
      const { lock, changes } = completed();
      expect(changes).toEqual([
        { id: "web", action: "announced", generation: 2, reason: "issued by CN=Foreign Issuing" },
      ]);
      expect(resolveIdentity(lock, "web")).toEqual(resolveIdentity(asked.lock, "web"));
      const signed = asked.withLock(lock).signed(seededRandom("sign"));
      expect(readLock(formatLock(signed.lock), ENVIRONMENT)).toEqual(signed.lock);
      expect(pin([requested("web")], signed, { now: NOW, renewWithinDays: 60 }).changes).toEqual([]);
      const switched = signed.withLock(switchOver(signed.lock, "web").lock);
      const [leaf] = resolveIdentity(switched.lock, "web").chain;
      expect(publicKeyMatches(parseCertificate(leaf as Buffer), switched.privateKey("web"))).toBe(true);
    });

    test("is served at once where nobody has to trust it anew, or what is served has ended", () => {
      expect(completed(() => false).changes).toMatchObject([{ action: "completed" }]);
      const ended = pin([selfSigned("web", { validityDays: 1 })], newLock(), {
        now: new Date(NOW.getTime() - 9 * 86_400_000),
      }).open;
      const { open: late } = pin([requested("web")], ended, { now: NOW });
      foreign.write("web.csr", pemOf(late.lock));
      foreign.sign("web.csr", "web.pem");
      expect(completed(undefined, late).changes).toMatchObject([{ action: "completed", generation: 2 }]);
    });
  });

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
    const error = thrownBy(() => readAnswer([{ name: "x", bytes }], undefined));
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
