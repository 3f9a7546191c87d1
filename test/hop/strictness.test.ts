import { proveHop } from "../../lib/hop";
import { buildHop } from "../java/hops/buildHop";
import { JavaJudge, type JavaVerdict } from "../java/hops/javaJudge";
import { sampleShapes } from "../java/hops/shapes";
import { makeCertificate } from "../support/certificateMaker";
import { describeWith, isSlow, oftenAndSlowly, type ToolName } from "../support/tools";
import { hop, identityOf, makeWorld, now } from "./materials";
import { hopsOfJavas, hopsOfLaxSites, hopsOfOurs, LAX_SECURITY, type StrictHop } from "./strictHops";

const REASON = "it is renewed on Monday";
const letPassBecause = REASON;

async function verdictsOf(judge: JavaJudge, hops: readonly StrictHop[]): Promise<JavaVerdict[]> {
  const verdicts: JavaVerdict[] = [];
  try {
    for (const { judged } of hops) verdicts.push(await judge.judge(judged));
  } finally {
    judge.close();
  }
  return verdicts;
}

/** Red with the words, and green with the reason. */
async function expectOurs({ material, rule }: StrictHop, peer: "Java" | "the server"): Promise<void> {
  const strict = await proveHop(material);
  const lenient = await proveHop({ ...material, letPassBecause });

  expect(strict).toMatchObject({ ok: false, findings: expect.arrayContaining([{ ...anything, rule }]) });
  const error = strict.findings.find(({ level }) => level === "error");
  expect(error?.rule).toBe(rule);
  expect(error?.message).toContain(`: ${peer} would let this pass; we do not, because `);
  expect(lenient).toMatchObject({ ok: true });
  expect(lenient.findings.filter(({ level }) => level === "error")).toEqual([]);
  expect(lenient.findings).toContainEqual({
    ...anything,
    level: "warning",
    rule,
    message: expect.stringContaining(`because "${REASON}"`),
    letPassBecause,
  });
  expect(lenient.reason).toContain(`; not strict (${rule}), because "${REASON}"`);
}

const anything = {
  level: expect.any(String),
  subject: expect.any(String),
  message: expect.any(String),
  remedy: expect.any(String),
};

describeWith(["javac", "jre25"], "what a Java lets pass and we do not", () => {
  const hops = hopsOfOurs();
  let verdicts: readonly JavaVerdict[] = [];

  beforeAll(async () => {
    verdicts = await verdictsOf(new JavaJudge("jre25"), hops);
  }, 120_000);

  test.each(hops.map((each, at) => [each.title, each, at] as const))("%s", async (_title, each, at) => {
    expect(verdicts[at]).toMatchObject({ ok: true });
    await expectOurs(each, each.rule === "client-certificate-not-sent" ? "the server" : "Java");
  });
});

describe.each(oftenAndSlowly<[number, ToolName]>([[8, "jre8"]], [[25, "jre25"]]))(
  "a site's java.security",
  (release, name) => {
    describeWith(["javac", name], `of Java ${release} that allows what we do not`, () => {
      const hops = hopsOfLaxSites(release);
      let verdicts: readonly JavaVerdict[] = [];

      beforeAll(async () => {
        const lines = Object.entries(LAX_SECURITY).map(([property, value]) => `${property}=${value}\n`);
        verdicts = await verdictsOf(new JavaJudge(name, lines.join("")), hops);
      }, 120_000);

      test.each(hops.map((each, at) => [each.title, each, at] as const))("%s", async (_title, each, at) => {
        expect(verdicts[at]).toMatchObject({ ok: true });
        await expectOurs(each, "Java");
      });
    });
  },
);

describeWith(["javac", "jre25"], "what a Java refuses", () => {
  const hops = hopsOfJavas();
  let verdicts: readonly JavaVerdict[] = [];

  beforeAll(async () => {
    verdicts = await verdictsOf(new JavaJudge("jre25"), hops);
  }, 120_000);

  test.each(hops.map((each, at) => [each.title, each, at] as const))(
    "%s: red with strict: false",
    async (_title, { material, rule }, at) => {
      expect(verdicts[at]).toMatchObject({ ok: false });
      const { ok, findings } = await proveHop({ ...material, letPassBecause });
      const errors = findings.filter(({ level }) => level === "error");
      expect({ ok, rules: errors.map((found) => found.rule) }).toEqual({
        ok: false,
        rules: expect.arrayContaining([rule]),
      });
      expect(errors.map(({ message }) => message).join()).not.toContain("would let this pass");
    },
  );
});

describeWith(["javac", "jre25"], "generated hops with strict: false", () => {
  test(
    "are green where Java lets them pass, but for another identity than the one that is meant",
    async () => {
      const judge = new JavaJudge("jre25");
      const differing: unknown[] = [];
      try {
        for (const shape of sampleShapes(isSlow ? 600 : 20, 26)) {
          const built = buildHop(shape);
          const java = await judge.judge(built.judged);
          const { ok, findings } = await proveHop({
            ...built.material({ kind: "java", release: 25 }),
            letPassBecause,
          });
          const isOther = findings.some(({ rule }) => rule === "other-identity-presented");
          if (ok !== java.ok && !isOther) differing.push({ shape, java, findings });
        }
      } finally {
        judge.close();
      }
      expect(differing).toEqual([]);
    },
    isSlow ? 900_000 : 120_000,
  );
});

describe("an OpenSSL at level 0", () => {
  const { root } = makeWorld();
  const short = makeCertificate({
    now,
    subject: "server.example",
    issuer: root,
    names: ["DNS:server.example"],
    key: "rsa-768",
  });
  const opensslPolicy = {
    securityLevel: 0,
    minimumProtocol: "TLSv1.2",
    maximumProtocol: "TLSv1.3",
    era: 3,
  } as const;
  const material = hop({
    server: { runtime: "openssl", opensslPolicy, identity: identityOf(short) },
    client: { runtime: "openssl", opensslPolicy, anchors: [root.der] },
  });

  test("takes a key that we refuse", async () => {
    const strict = await proveHop(material);
    const lenient = await proveHop({ ...material, letPassBecause });

    expect(strict.reason).toContain("OpenSSL would let this pass; we do not, because");
    expect(lenient).toMatchObject({ ok: true, findings: [{ rule: "algorithm-refused", letPassBecause }] });
  });
});

describe("strict: false", () => {
  const { root, server, client } = makeWorld();
  const anchors = [root.der];

  test("that lets nothing pass says so", async () => {
    const material = hop({ server: { identity: identityOf(server) }, client: { anchors } });
    const verdict = await proveHop({ ...material, letPassBecause });

    expect(verdict).toMatchObject({
      ok: true,
      findings: [{ level: "warning", rule: "nothing-to-let-pass" }],
    });
    expect(verdict.reason).toContain("nothing to let pass");
  });

  test("that may still have something to let pass says nothing before there is a handshake", async () => {
    const material = hop({ server: { identity: { chain: server.chain } }, client: { anchors } });
    const { findings } = await proveHop({ ...material, letPassBecause });

    expect(findings).toMatchObject([{ rule: "not-rehearsed" }]);
  });

  test("hides no refusal of an OpenSSL behind what a Java lets pass", async () => {
    const purposed = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      extendedKeyUsage: ["codeSigning"],
    });
    const wrong = makeCertificate({
      now,
      subject: "Partner Seven",
      issuer: root,
      extendedKeyUsage: ["serverAuth"],
    });
    const material = hop({
      server: {
        runtime: "openssl",
        identity: identityOf(purposed),
        clientAuthentication: "require",
        clientAnchors: anchors,
      },
      client: { anchors: [purposed.der], identity: identityOf(wrong) },
    });
    const verdict = await proveHop({ ...material, letPassBecause });

    expect(verdict.ok).toBe(false);
    expect(verdict.findings).toMatchObject([
      { level: "warning", rule: "usage-not-allowed", letPassBecause },
      { level: "error", rule: "usage-not-allowed" },
    ]);
  });

  test("is of no effect where an OpenSSL verifies", async () => {
    const wrong = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      extendedKeyUsage: ["codeSigning"],
    });
    const material = hop({
      server: { identity: identityOf(wrong) },
      client: { runtime: "openssl", anchors: [wrong.der], identity: identityOf(client) },
    });

    expect(await proveHop({ ...material, letPassBecause })).toMatchObject({ ok: false });
  });
});
