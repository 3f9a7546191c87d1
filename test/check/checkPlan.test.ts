import { checkPlan, type PlanFacts } from "../../lib/check";
import type { EndpointPlan, EntryPlan, Finding, KeyEntryPlan, TrustPlan } from "../../lib/model";
import { makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now } from "../hop/materials";
import { call, endpoint, keystore, plan, planFacts, truststore } from "./plans";

const { root, intermediate } = makeWorld();

function chainOf(options: Partial<MadeCertificateOptions> = {}): readonly Buffer[] {
  return makeCertificate({
    now,
    subject: "server.example",
    names: ["DNS:server.example"],
    issuer: intermediate,
    ...options,
  }).chain;
}

/** Findings but for the one that says that no hop could be judged. */
function findingsOf(declared: TrustPlan, materials: PlanFacts): Finding[] {
  return checkPlan(declared, materials, now).filter(({ rule }) => rule !== "hop-not-judged");
}

function check(chain: readonly Buffer[], changes: Partial<TrustPlan> = {}): string[] {
  return findingsOf(plan(changes), planFacts({ identity: chain })).map(
    ({ level, rule, subject }) => `${level} ${rule} ${subject}`,
  );
}

const [keyEntry, anchorEntry] = plan().entries;
const key = keyEntry as KeyEntryPlan;

describe("checkPlan", () => {
  test("has nothing to say about a plan in order", () => {
    expect(check(chainOf())).toEqual([]);
  });

  test.each<[string, Partial<MadeCertificateOptions>, string[]]>([
    ["expired", { fromDays: -9, toDays: -1 }, ["error expired identity"]],
    ["not yet valid", { fromDays: 1 }, ["error not-yet-valid identity"]],
    ["expiring within 30 days", { toDays: 29 }, ["warning expiring identity"]],
    ["RSA 1024", { key: "rsa-1024" }, ["warning weak-key identity"]],
    ["SHA-1", { hash: "sha1" }, ["warning weak-signature identity"]],
    ["for clients only", { extendedKeyUsage: ["clientAuth"] }, ["error usage-not-allowed endpoint"]],
    ["without digitalSignature", { keyUsage: ["keyAgreement"] }, ["error key-usage-not-allowed endpoint"]],
    ["of another name", { names: ["DNS:other"] }, ["error name-not-covered client -> server"]],
  ])("a certificate %s", (_title, options, expected) => {
    expect(check(chainOf(options))).toEqual(expected);
  });

  test("an expiry is announced with its date and the days left", () => {
    const [finding] = findingsOf(plan(), planFacts({ identity: chainOf({ toDays: 10 }) }));

    const date = new Date(now.getTime() + 10 * 86_400_000).toISOString().slice(0, 10);
    expect(finding?.message).toContain(`expires on ${date}, in 10 days`);
  });

  test("an address that is a common name only is told apart from a wrong name", () => {
    const chain = chainOf({ subject: "10.1.2.3", names: [] });
    const hops = [{ ...call, address: "10.1.2.3" }];
    const endpoints = [{ ...endpoint, names: ["10.1.2.3"] }];

    expect(check(chain, { hops, endpoints })).toEqual(["error address-only-in-common-name client -> server"]);
  });

  test("a declared name that nobody calls is a warning about the endpoint", () => {
    const endpoints = [{ ...endpoint, names: ["server.example", "alias.example"] }];

    expect(check(chainOf(), { endpoints })).toEqual(["warning name-not-covered endpoint"]);
  });

  test("a declared wildcard is a name of the certificate, and none to call by", () => {
    const endpoints = [{ ...endpoint, names: ["server.example", "*.app.example"] }];
    const remedyOf = (...names: string[]) => {
      const materials = planFacts({ identity: chainOf({ names: ["DNS:server.example", ...names] }) });
      return findingsOf(plan({ endpoints }), materials).map(({ level, remedy }) => `${level} ${remedy}`);
    };

    expect(remedyOf("DNS:*.App.example")).toEqual([]);
    expect(remedyOf()).toEqual([
      "warning issue the certificate with the subject alternative name DNS:*.app.example, or declare the names that are called",
    ]);
  });

  test("no wildcard is advised that most clients find too broad", () => {
    const endpoints = [{ ...endpoint, names: ["server.example", "*.example"] }];
    const [found] = findingsOf(plan({ endpoints }), planFacts({ identity: chainOf() }));

    expect(found).toMatchObject({ level: "warning", rule: "name-not-covered" });
    expect(found?.remedy).toBe(
      "declare the names that are called: curl, OpenSSL and Node take no wildcard that broad",
    );
  });

  test("a name that the client does not verify may be wrong", () => {
    const hops = [{ ...call, verifiesName: false, address: "other.example" }];

    expect(check(chainOf(), { hops })).toEqual([]);
  });

  test("a lone certificate of an authority lacks its chain", () => {
    expect(check(chainOf().slice(0, 1))).toEqual(["warning chain-incomplete identity"]);
  });

  test("a weak store password is reported, never the password", () => {
    const findings = findingsOf(
      plan(),
      planFacts({ identity: chainOf() }, { weakStoreIds: new Set(["keystore"]) }),
    );

    expect(findings).toMatchObject([{ level: "warning", rule: "weak-password", subject: "keystore" }]);
  });

  test("aliases that repeat without regard to case, in upper case, or as a number", () => {
    const entries: EntryPlan[] = [
      key,
      { ...key, id: "again", alias: "SERVER" },
      { ...key, id: "imported", alias: "1" },
      ...(anchorEntry === undefined ? [] : [anchorEntry]),
    ];

    expect(check(chainOf(), { entries })).toEqual([
      "error alias-repeated again",
      "warning alias-upper-case again",
      "warning alias-number imported",
      // Of three Java takes the imported one.
      "error other-identity-presented endpoint",
    ]);
  });

  test("a key under another password than the store's, which the product does not know", () => {
    const materials = planFacts({ identity: chainOf() }, { otherKeyPasswordEntryIds: new Set(["key"]) });

    const unknown = findingsOf(plan(), materials);
    const told = plan({
      endpoints: [
        {
          ...endpoint,
          identity: { kind: "store", storeId: "keystore", alias: "server", keyPassword: "env:KEY_PASSWORD" },
        },
      ],
    });

    expect(unknown).toMatchObject([{ level: "error", rule: "key-password-differs", subject: "key" }]);
    expect(unknown[0]?.message).toContain("Cannot recover key");
    expect(findingsOf(told, materials)).toMatchObject([{ level: "warning", rule: "key-password-differs" }]);
  });

  test("of two identities Java must present the intended one, unless the product names it", () => {
    const entries: EntryPlan[] = [
      { ...key, alias: "https" },
      { ...key, id: "tool", alias: "apia", identityId: "tool" },
      ...(anchorEntry === undefined ? [] : [anchorEntry]),
    ];
    const chosen = (by: { readonly chosenBy?: "product" | "java" }): string[] =>
      findingsOf(
        plan({
          entries,
          endpoints: [
            { ...endpoint, identity: { kind: "store", storeId: "keystore", alias: "https", ...by } },
          ],
        }),
        planFacts({ identity: chainOf(), tool: chainOf() }),
      ).map(({ rule }) => rule);

    expect(chosen({ chosenBy: "product" })).toEqual([]);
    expect(chosen({ chosenBy: "java" })).toEqual(["other-identity-presented"]);
    expect(chosen({})).toEqual(["other-identity-presented"]);
  });

  test("a created truststore without an entry, and client authentication without anchors", () => {
    const endpoints = [{ ...endpoint, clientAuthentication: "require" as const }];

    expect(check(chainOf(), { entries: [key], endpoints })).toEqual([
      "error no-anchor endpoint",
      "error no-anchor client -> server",
    ]);
  });

  test("a truststore that the product brings may hold the anchor already", () => {
    const stores = [keystore, { ...truststore, ifMissing: "fail" as const }];

    expect(check(chainOf(), { entries: [key], stores })).toEqual([]);
  });

  test("a hop that cannot be judged says what to run", () => {
    const findings = checkPlan(plan(), planFacts({}), now);

    expect(findings).toMatchObject([{ level: "warning", rule: "hop-not-judged", subject: call.id }]);
    expect(findings[0]?.remedy).toContain("cdktf-trust lock");
  });

  test("what the rules find about a hop is there, once", () => {
    const made = makeCertificate({ now, subject: "other.example", issuer: root });
    const material = {
      ...hop({ server: { identity: identityOf(made) }, client: { anchors: [root.der] } }),
      hopId: call.id,
    };

    const findings = findingsOf(plan(), planFacts({ identity: made.chain }, { hops: [material] }));

    expect(findings.filter(({ level }) => level === "error")).toMatchObject([
      { rule: "name-not-covered", subject: call.id },
    ]);
  });
});

describe("a call to a partner whose anchor is known", () => {
  const partner: EndpointPlan = {
    ...endpoint,
    identity: { kind: "outside", leadsTo: { identityId: "bank", part: "anchor" } },
    runtime: { kind: "openssl" },
  };
  const found = (changes: Partial<TrustPlan>) =>
    check(chainOf(), { endpoints: [partner], ...changes }).filter((text) => text.endsWith(call.id));

  test("is an error where the truststore is ours and the anchor is not declared for it", () => {
    expect(found({})).toEqual([`error issuer-not-trusted ${call.id}`]);
    expect(found({ entries: [key] })).toEqual([`error no-anchor ${call.id}`]);
  });

  test("is in order where the anchor is declared, or the store holds what is not known here", () => {
    expect(found({ entries: [key, { ...(anchorEntry as EntryPlan), identityId: "bank" }] })).toEqual([]);
    expect(found({ stores: [keystore, { ...truststore, ifMissing: "fail" }] })).toEqual([]);
  });
});
