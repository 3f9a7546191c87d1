import { makeAuthority, makeCertificate } from "../../support/certificateMaker";
import { makeWorld, now } from "../../hop/materials";
import { describeWith, oftenAndSlowly, slowly, type ToolName } from "../../support/tools";
import { CliSandbox } from "../cliRun";
import { type Asking, PASSWORD, saveStore, serveWithJava } from "./served";

const { root, server, client } = makeWorld();
const partner = makeAuthority(now, "Partner Root");
const sandbox = new CliSandbox({ WORD: PASSWORD }, now);
afterAll(() => sandbox.remove());

const strange = makeCertificate({ now, subject: "strange", issuer: partner });
const expired = makeCertificate({
  now,
  subject: "a",
  names: ["DNS:server.example"],
  issuer: root,
  toDays: -1,
});
const byDsa = makeCertificate({ now, subject: "by DSA", issuer: root, key: "dsa" });
const elsewhere = makeCertificate({ now, subject: "a", names: ["DNS:other.example"], issuer: root });
const many = Array.from({ length: 300 }, (_, at) =>
  makeAuthority(now, `Authority ${at} of a Long List of Partners`),
);

saveStore(sandbox, "server.p12", { server });
saveStore(sandbox, "expired.p12", { expired });
saveStore(sandbox, "elsewhere.p12", { elsewhere });
saveStore(sandbox, "root.p12", {}, [root]);
saveStore(sandbox, "partner.p12", {}, [partner]);
saveStore(sandbox, "many.p12", {}, many);
saveStore(sandbox, "client.p12", { shop: client });
saveStore(sandbox, "both.p12", { aaa: strange, shop: client });
saveStore(sandbox, "strange.p12", { aaa: strange });
saveStore(sandbox, "dsa.p12", { dsa: byDsa });
saveStore(sandbox, "none.p12", {}, [root]);

const keys = (store: string) => ["--keystore", store, "--keystore-password", "env:WORD"];
const trust = (store: string) => ["--truststore", store, "--truststore-password", "env:WORD"];
const named = ["--servername", "server.example"];
const usual: Asking = {
  keystore: "server.p12",
  truststore: "root.p12",
  mode: "need",
  protocols: "TLSv1.2,TLSv1.3",
};

async function diagnose(java: ToolName, asking: Partial<Asking>, ...words: readonly string[]) {
  const { address, stop } = await serveWithJava(sandbox, java, { ...usual, ...asking });
  try {
    const { exitCode, stdout, stderr } = await sandbox.run("diagnose", address, ...words, "--json");
    if (exitCode === 2) throw new Error(stderr);
    const found = JSON.parse(stdout);
    const rulesOf = (findings: readonly { level: string; rule: string }[] = []) =>
      findings.map(({ level, rule }) => `${level} ${rule}`);
    return {
      exitCode,
      found,
      rules: rulesOf(found.findings),
      verdictRules: rulesOf(found.verdict?.findings),
      people: async () => (await sandbox.run("diagnose", address, ...words)).stdout,
    };
  } finally {
    stop();
  }
}

describe.each(oftenAndSlowly<ToolName>(["jre8"], ["jre25"]))("a server of %s", (java) => {
  describeWith(["javac", java], "is diagnosed", () => {
    test("that requires a certificate, and takes what Java sends", async () => {
      const { exitCode, found } = await diagnose(
        java,
        {},
        ...named,
        ...trust("root.p12"),
        ...keys("both.p12"),
      );

      expect(found.clientAuthentication).toBe("require");
      expect(found.presented).toMatchObject({ alias: "shop", answer: { outcome: "goes-on" } });
      expect(exitCode).toBe(0);
    });
  });
});

describe("a server of Java 17", () => {
  const java = "jre17";
  describeWith(["javac", java], "is diagnosed", () => {
    test("that asks nobody, and is in order", async () => {
      const { exitCode, found } = await diagnose(java, { mode: "none" }, ...named, ...trust("root.p12"));

      expect(found).toMatchObject({
        protocols: ["TLSv1.3", "TLSv1.2"],
        clientAuthentication: "none",
        verdict: { ok: true, reason: "trusted through CN=Example Root", source: "live" },
      });
      expect(exitCode).toBe(0);
    });

    test.each([
      ["whose certificate has expired", "expired.p12", "expired"],
      ["whose certificate has another name", "elsewhere.p12", "name-not-covered"],
    ])("%s", async (_title, keystore, rule) => {
      const { found, verdictRules } = await diagnose(
        java,
        { keystore, mode: "none" },
        ...named,
        ...trust("root.p12"),
      );

      expect(found.verdict).toMatchObject({ ok: false, refusedBy: "client" });
      expect(verdictRules).toContain(`error ${rule}`);
    });

    test.each<["want" | "need", string, string[]]>([
      ["want", "request", []],
      ["need", "require", ["warning no-client-certificate"]],
    ])("that is told to %s a certificate", async (mode, clientAuthentication, rules) => {
      const seen = await diagnose(java, { mode }, ...named, ...trust("root.p12"));

      expect(seen.found).toMatchObject({ clientAuthentication, authorities: ["CN=Example Root"] });
      expect(seen.rules).toEqual(rules);
    });

    test.each(["TLSv1.2", "TLSv1.3"])(
      "that speaks %s alone, and takes what Java sends",
      async (protocols) => {
        const { exitCode, found } = await diagnose(
          java,
          { protocols },
          ...named,
          ...trust("root.p12"),
          ...keys("both.p12"),
        );

        expect(found.protocols).toEqual([protocols]);
        expect(found.presented).toMatchObject({ alias: "shop", notSent: [], answer: { outcome: "goes-on" } });
        expect(found.verdict).toMatchObject({ ok: true, findings: [] });
        expect(exitCode).toBe(0);
      },
    );

    test("to which Java sends nothing, because the issuer is not asked for", async () => {
      const { found } = await diagnose(java, {}, ...named, ...keys("strange.p12"));

      expect(found.presented.alias).toBeUndefined();
      expect(found.presented.notSent).toEqual([
        {
          alias: "aaa",
          reason: expect.stringContaining("the server asks for certificates of CN=Example Root"),
        },
      ]);
      expect(found.verdict).toMatchObject({
        ok: false,
        reason: expect.stringContaining("zero-length certificate"),
      });
    });

    slowly("that names nobody, so that Java sends the first, whoever issued it", async () => {
      const { found } = await diagnose(java, { truststore: "any" }, ...named, ...keys("both.p12"));

      expect(found.authorities).toEqual([]);
      expect(found.presented).toMatchObject({ alias: "aaa", answer: { outcome: "goes-on" } });
    });

    slowly("that names hundreds: people see some, and how many there are", async () => {
      const { found } = await diagnose(java, { truststore: "many.p12" }, ...named, ...keys("client.p12"));

      expect(found.authorities).toHaveLength(300);
      expect(found.presented.notSent[0].reason).toMatch(/and 295 more/);
    });

    slowly("to which the type of the key does not fit", async () => {
      const { found } = await diagnose(java, { protocols: "TLSv1.3" }, ...named, ...keys("dsa.p12"));

      expect(found.presented.alias).toBeUndefined();
      expect(found.presented.notSent[0].reason).toContain("cannot use the key");
    });

    slowly("by a caller without any key", async () => {
      const { found, verdictRules } = await diagnose(java, {}, ...named, ...keys("none.p12"));

      expect(found.verdict.ok).toBe(false);
      expect(verdictRules).toEqual(["error no-usable-key"]);
    });

    test("that asks once it sees a request, over TLS 1.2", async () => {
      const { found, rules } = await diagnose(
        java,
        { mode: "later", protocols: "TLSv1.2" },
        ...named,
        "--path",
        "/orders",
        ...keys("both.p12"),
      );

      expect(rules).toContain("warning asked-after-handshake");
      expect(found).toMatchObject({ asksForCertificate: false, asksAfterHandshake: "TLSv1.2" });
      expect(found.presented).toMatchObject({
        alias: "shop",
        answer: { outcome: "goes-on", text: "HTTP/1.1 204 No Content" },
      });
    });
  });
});
