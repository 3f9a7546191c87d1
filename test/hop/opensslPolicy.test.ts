import { judgeHop } from "../../lib/hop";
import { opensslPolicy } from "../../lib/hop/opensslPolicy";
import { Node, OpenSsl } from "../../lib/constructs";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now } from "./materials";

const { root, server, client } = makeWorld();
const policyOf = (runtime: Parameters<typeof opensslPolicy>[0]) => {
  const policy = opensslPolicy(runtime);
  if (policy === undefined) throw new Error("only Java has none");
  return policy;
};

describe("the policy of an OpenSSL", () => {
  test.each([
    ["OpenSSL 1.0 knows neither levels nor TLS 1.3", OpenSsl.release("1.0"), 0, "TLSv1", "TLSv1.2"],
    ["distributions raise 1.1 to level 2", OpenSsl.release("1.1"), 2, "TLSv1.2", "TLSv1.3"],
    ["distributions raise 3.0 to level 2", OpenSsl.release("3.0"), 2, "TLSv1.2", "TLSv1.3"],
    ["Node up to 22 has an OpenSSL of its own", Node.release(20), 1, "TLSv1.2", "TLSv1.3"],
    ["Node 24 brings OpenSSL 3.5", Node.release(24), 2, "TLSv1.2", "TLSv1.3"],
    [
      "a host may say otherwise",
      OpenSsl.release("3.0", { securityLevel: 0, minimumProtocol: "TLSv1" }),
      0,
      "TLSv1",
      "TLSv1.3",
    ],
    ["Debian's Node uses the host's", Node.release(20, { securityLevel: 2 }), 2, "TLSv1.2", "TLSv1.3"],
  ] as const)("%s", (_title, runtime, securityLevel, minimumProtocol, maximumProtocol) => {
    expect(opensslPolicy(runtime)).toMatchObject({ securityLevel, minimumProtocol, maximumProtocol });
  });

  test("is none of Java's", () => {
    expect(opensslPolicy({ kind: "java" })).toBeUndefined();
  });

  test("is refused where openssl.cnf could not say it", () => {
    expect(() => OpenSsl.release("3.0", { securityLevel: 6 })).toThrow("a whole number from 0 to 5");
    expect(() => OpenSsl.release("3.0", { minimumProtocol: "TLS1.2" as "TLSv1.2" })).toThrow(
      'minimumProtocol is "TLS1.2"',
    );
  });
});

describe("a hop to an OpenSSL", () => {
  const weak = makeCertificate({
    now,
    subject: "server.example",
    issuer: makeAuthority(now, "Old", { hash: "sha1", key: "rsa-1024" }),
    names: ["DNS:server.example"],
  });
  const anchors = weak.chain.slice(-1);
  const rulesOf = (runtime: Parameters<typeof opensslPolicy>[0]) =>
    judgeHop(
      hop({
        server: { identity: identityOf(weak) },
        client: { runtime: "openssl", opensslPolicy: policyOf(runtime), anchors },
      }),
    ).findings.map(({ rule }) => rule);

  test("fails for an authority below the security level of its client", () => {
    expect(rulesOf(OpenSsl.release("3.0"))).toEqual(["security-level-refused"]);
    expect(rulesOf(OpenSsl.release("3.0", { securityLevel: 1 }))).toEqual([]);
    expect(rulesOf(OpenSsl.release("1.0"))).toEqual([]);
  });

  test("SHA-1 counts for more before 3.0", () => {
    const old = makeCertificate({
      now,
      subject: "server.example",
      issuer: root,
      hash: "sha1",
      names: ["DNS:server.example"],
    });
    const judged = (era: 1.1 | 3) =>
      judgeHop(
        hop({
          server: { identity: identityOf(old) },
          client: {
            runtime: "openssl",
            opensslPolicy: { ...policyOf({ kind: "openssl" }), securityLevel: 1, era },
            anchors: [root.der],
          },
        }),
      ).accepted;
    expect([judged(1.1), judged(3)]).toEqual([true, false]);
  });

  test("a server does not load what is below its own level, whoever calls", () => {
    const { findings } = judgeHop(
      hop({
        server: { runtime: "openssl", identity: identityOf(weak, weak.chain) },
        client: { anchors },
      }),
    );
    expect(findings).toMatchObject([{ rule: "security-level-refused" }]);
    expect(findings[0]?.message).toMatch(/^it is not even presented/);
  });

  test("fails where no version of TLS is left", () => {
    const { findings } = judgeHop(
      hop({
        server: {
          identity: identityOf(server),
          runtime: "openssl",
          opensslPolicy: policyOf(OpenSsl.release("1.0")),
        },
        client: {
          anchors: [root.der],
          runtime: "openssl",
          opensslPolicy: policyOf(OpenSsl.release("3.0", { minimumProtocol: "TLSv1.3" })),
        },
      }),
    );
    expect(findings).toMatchObject([{ rule: "no-shared-protocol" }]);
  });

  test.each([
    [0, 3, ["verify-depth-exceeded"]],
    [1, 3, []],
    [1, 1, ["verify-depth-exceeded"]],
    [2, 1, []],
  ] as const)("verify depth %i of OpenSSL %d against one intermediate", (verifyDepth, era, expected) => {
    const { findings } = judgeHop(
      hop({
        server: {
          identity: identityOf(server),
          runtime: "openssl",
          opensslPolicy: { ...policyOf({ kind: "openssl" }), era },
          clientAuthentication: "require",
          clientAnchors: [root.der],
          verifyDepth,
        },
        client: { anchors: [root.der], identity: identityOf(client) },
      }),
    );
    expect(findings.map(({ rule }) => rule)).toEqual(expected);
  });
});
