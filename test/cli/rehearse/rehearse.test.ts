import { writeFileSync } from "node:fs";

import { createStore, setEntry, type Store, writeStore } from "../../../lib/keystore";
import { parseCertificate, toPem } from "../../../lib/pki";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { CliSandbox } from "../cliRun";

const world = makeWorld();
const [root, server, client] = [world.root, world.server, world.client].map((made) => ({
  ...made,
  sha256: parseCertificate(made.der).sha256,
})) as [Known, Known, Known];
type Known = MadeIdentity & { readonly sha256: string };
const stranger = makeCertificate({ now, subject: "Stranger", extendedKeyUsage: ["clientAuth"] });
const sandbox = new CliSandbox({ WORD: "client secret", OTHER: "another secret" }, now);
afterAll(() => sandbox.remove());

const word = (option: string) => [`--${option}-password`, "env:WORD"];

function withIdentity(store: Store, alias: string, made: MadeIdentity): Store {
  const chain = withoutRoot(made);
  return setEntry(store, {
    kind: "identity",
    alias,
    createdMs: 5,
    chain,
    key: { kind: "clear", pkcs8: made.pkcs8 },
  });
}

function save(name: string, store: Store): string {
  writeFileSync(sandbox.path(name), writeStore(store, "client secret"));
  return name;
}

const empty = createStore("modern");
const serverKeys = save("server.p12", withIdentity(empty, "listener", server));
const clientKeys = save("client.p12", withIdentity(withIdentity(empty, "other", stranger), "mine", client));
const strangeKeys = save("strange.p12", withIdentity(empty, "other", stranger));
const trust = save(
  "trust.p12",
  setEntry(empty, { kind: "anchor", alias: "root", createdMs: 5, certificate: root.der }),
);

writeFileSync(sandbox.path("no.pem"), toPem(server.pkcs8, "PRIVATE KEY"));

const call = ["--server-keystore", serverKeys, ...word("server-keystore"), "--server-name", "server.example"];
const trusting = ["--client-truststore", trust, ...word("client-truststore")];
const asking = ["--server-truststore", trust, ...word("server-truststore")];

async function rehearse(...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await sandbox.run("rehearse", ...words, "--json");
  const report = stdout === "" ? undefined : JSON.parse(stdout);
  const rules = report?.findings.map(({ level, rule }: Record<string, string>) => `${level} ${rule}`);
  return { exitCode, report, rules, stderr };
}

describe("rehearse", () => {
  test("says that a call works, through what, and until when", async () => {
    const { exitCode, report } = await rehearse(...call, ...trusting);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      ok: true,
      source: "rehearsed",
      certainty: "handshake",
      address: "server.example:443",
      serves: server.sha256,
      trustedThrough: root.sha256,
      aliases: { server: "listener" },
    });
  });

  test("names the identity that Java takes from the client's keystore", async () => {
    const keys = ["--client-keystore", clientKeys, ...word("client-keystore")];
    const { exitCode, report } = await rehearse(...call, ...trusting, ...asking, ...keys);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      presents: client.sha256,
      aliases: { client: "mine" },
      notSent: [],
    });
  });

  test("says why each of the client's identities stays where it is", async () => {
    const keys = ["--client-keystore", strangeKeys, ...word("client-keystore")];
    const { exitCode, report, rules } = await rehearse(...call, ...trusting, ...asking, ...keys);
    expect(exitCode).toBe(1);
    expect(rules).toContain("error client-certificate-not-sent");
    expect(report.notSent).toEqual([
      {
        alias: "other",
        reason: expect.stringContaining("no issuer in the client's stored chain is among them"),
      },
    ]);
    // AND for people
    const { stdout } = await sandbox.run("rehearse", ...call, ...trusting, ...asking, ...keys);
    expect(stdout).toContain("client presents  nothing: a certificate of length zero\n");
    expect(stdout).toMatch(/\nFAILS at the server: client-certificate-not-sent: /);
    expect(stdout).toMatch(/\n {2}to do: /);
    // AND of several, each
    const both = save("both.p12", withIdentity(withIdentity(empty, "other", stranger), "third", stranger));
    const several = await sandbox.run(
      "rehearse",
      ...call,
      ...trusting,
      ...asking,
      "--client-keystore",
      both,
      ...word("client-keystore"),
    );
    expect(several.stdout.match(/\n {4}not "(other|third)": /g)).toHaveLength(2);
  });

  test("a keystore without a private key presents nothing", async () => {
    const keys = ["--client-keystore", trust, ...word("client-keystore")];
    const { exitCode, rules } = await rehearse(...call, ...trusting, ...asking, ...keys);
    expect(exitCode).toBe(1);
    expect(rules).toEqual(expect.arrayContaining(["warning no-usable-key", "error no-client-certificate"]));
    // AND on the server's side nobody can call
    const asServer = [
      "--server-keystore",
      trust,
      ...word("server-keystore"),
      "--server-name",
      "server.example",
    ];
    expect(await rehearse(...asServer, ...trusting)).toMatchObject({
      exitCode: 1,
      rules: ["error no-usable-key"],
    });
  });

  test("goes by the release of Java, its protocols, the name and the date", async () => {
    expect(await rehearse(...call, ...trusting, "--java", "8u202")).toMatchObject({ exitCode: 0 });
    const apart = ["--server-protocols", "TLSv1.2", "--client-protocols", "TLSv1.3"];
    expect(await rehearse(...call, ...trusting, ...apart)).toMatchObject({
      exitCode: 1,
      rules: expect.arrayContaining(["error no-shared-protocol"]),
    });
    const elsewhere = [...call.slice(0, -1), "elsewhere.example", ...trusting];
    expect(await rehearse(...elsewhere)).toMatchObject({ exitCode: 1 });
    expect(await rehearse(...elsewhere, "--no-name-check")).toMatchObject({ exitCode: 0 });
    expect(await rehearse(...call, ...trusting, "--at", "2120-01-01")).toMatchObject({ exitCode: 1 });
  });

  test("goes by the java.security of each end", async () => {
    const site = (name: string, text: string) => {
      writeFileSync(sandbox.path(name), text);
      return name;
    };
    const strict = site(
      "strict.security",
      "jdk.certpath.disabledAlgorithms=SHA256 usage TLSServer TLSClient\n",
    );
    const other = site("other.security", "# our own\nssl.KeyManagerFactory.algorithm=NewSunX509\n");
    const keys = ["--client-keystore", clientKeys, ...word("client-keystore")];
    const asked = [...call, ...trusting, ...asking, ...keys];

    // GIVEN an end that takes no key of P-256 from the other, WHEN they meet, THEN it refuses
    for (const side of ["server", "client"]) {
      const { exitCode, rules, report } = await rehearse(...asked, `--${side}-java-security`, strict);
      expect({ exitCode, refusedBy: report.refusedBy }).toEqual({ exitCode: 1, refusedBy: side });
      expect(rules).toContain("error algorithm-refused");
    }

    // AND NewSunX509 passes over a key that is not for clients, which SunX509 of 17 sends
    const forServers = makeCertificate({ now, subject: "a", issuer: root, extendedKeyUsage: ["serverAuth"] });
    const several = save("several.p12", withIdentity(withIdentity(empty, "a", forServers), "b", client));
    const choosing = [...asked.slice(0, -3), several, ...word("client-keystore"), "--java", "17"];
    expect((await rehearse(...choosing)).rules).toContain("error usage-not-allowed");
    expect(await rehearse(...choosing, "--client-java-security", other)).toMatchObject({
      exitCode: 0,
      report: { aliases: { client: "b" } },
    });
  });

  test("takes PEM files in place of stores, and curl as the client", async () => {
    const write = (name: string, text: string) => writeFileSync(sandbox.path(name), text);
    write(
      "server.pem",
      withoutRoot(server)
        .map((der) => toPem(der, "CERTIFICATE"))
        .join(""),
    );
    write("server.key", toPem(server.pkcs8, "PRIVATE KEY"));
    write("root.pem", toPem(root.der, "CERTIFICATE"));
    const files = [
      "--server-certificate",
      "server.pem",
      "--server-key",
      "server.key",
      "--server-name",
      "server.example",
    ];
    const rooted = ["--client-truststore", "root.pem"];
    const { exitCode, report } = await rehearse(...files, ...rooted, "--client-runtime", "curl");
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ ok: true, aliases: {}, trustedThrough: root.sha256 });
    // AND a Java that is named is what reads it
    const { stdout } = await sandbox.run("rehearse", ...files, ...rooted, "--java", "17");
    expect(stdout).toContain("java 17 calls server.example, openssl\n");
  });

  test("without a truststore the client goes by the roots of its runtime", async () => {
    const { exitCode, report } = await rehearse(...call);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ ok: false, refusedBy: "client" });
  });

  test.each([
    [["--server-name", "a"], "--server-keystore FILE, or --server-certificate FILE"],
    [call.slice(0, -2), "--server-name is missing"],
    [["--server-keystore", serverKeys, "--server-name", "a"], "--server-keystore-password is missing"],
    [
      [...call, "--client-keystore", clientKeys, ...word("client-keystore")],
      "--client-auth none, request or require",
    ],
    [[...call, "--client-key", "x"], "--client-certificate and --client-key go together"],
    [[...call, "--client-alias", "x"], "--client-keystore is missing"],
    [[...call, "--server-certificate", "x"], "give one of them"],
    [[...call, "--server-alias", "nobody"], 'no private key under "nobody"; it has them under "listener"'],
    [[...call, "--server-runtime", "curl"], "that is a client"],
    [[...call, "--client-runtime", "nss"], "speaks no TLS that is known here"],
    [[...call, "--client-protocols", "SSLv3"], "names no versions of TLS"],
    [[...call, "--client-runtime", "node 20", "--client-protocols", "TLSv1.2"], "its lowest version alone"],
    [[...call, "--java", "new"], "is no release"],
    [[...call, "--java", "1"], '"java 1" names no release'],
    [[...call, "--client-runtime", "java abc"], '"java abc" names no release'],
    [[...call, "--client-runtime", "openssl x"], '"openssl x" names no release'],
    [[...call, "--server-name", "https://server.example/"], '"https://server.example/" is no name'],
    [[...call, "--server-name", "server.example:8443"], "without scheme and port"],
    [[...call, "--server-name", ""], '"" is no name'],
    [
      [...call, "--client-truststore", trust],
      "trust.p12: the store does not open without a password; give --client-truststore-password",
    ],
    [[...call, "--java", "7"], "java 7 is older than what is known here; write java 8 or a later one"],
    [[...call, "--client-runtime", "java 1.7.0_80"], "java 7u80 is older than what is known here"],
    [
      [...call, "--client-java-security", serverKeys],
      "server.p12 is to be a copy of a Java's java.security, and it sets none of",
    ],
    [[...call, "--server-java-security", "missing"], "missing cannot be read (ENOENT)"],
    [
      [...call, "--client-runtime", "node 20", "--client-java-security", "java.security"],
      "--client-java-security is for a Java, and that end is node 20",
    ],
    [[...call, "--client-truststore", "no.pem"], "no.pem: the file holds no certificate"],
    [[...call, "--at", "tomorrow"], "is no date"],
    [[...call, "--client-truststore", "missing.p12"], "missing.p12 cannot be read (ENOENT)"],
  ])("%j is refused", async (words, said) => {
    const { exitCode, stderr } = await sandbox.run("rehearse", ...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(said) });
  });
});
