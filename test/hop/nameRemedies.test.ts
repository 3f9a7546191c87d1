import type { JavaRuntimePlan, TlsRuntime } from "../../lib/model";
import { matchesName } from "../../lib/hop/clientNames";
import { refusedName } from "../../lib/hop/names";
import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import { parseCertificate } from "../../lib/pki";
import { JavaJudge, type JudgedStore } from "../java/hops/javaJudge";
import { makeCertificate } from "../support/certificateMaker";
import { describeWith, type ToolName } from "../support/tools";
import { now } from "./materials";

/** Addresses as people write them, whose spelling goes into no certificate. */
const ADDRESSES = [
  "other.example",
  "server.example.",
  "my_server.example",
  "bücher.example",
  "straße.example",
  "*.example",
  "10.1.2.3",
  "[2001:db8::1]",
  "2001:DB8:0::1",
  "fe80::1%1",
  "::ffff:10.1.2.3",
  "10.1.515",
  "010.1.2.3",
] as const;

const other = makeCertificate({ now, subject: "leaf", names: ["DNS:a.example", "IP:192.0.2.9"] });

/** What the remedy says to issue and how to call, if anything. */
function adviceFor(
  address: string,
  runtime: TlsRuntime,
  programs: readonly ["curl"] | readonly [],
  java?: JavaRuntimePlan,
): { readonly remedy: string; readonly issue?: string; readonly call: string } {
  const certificate = parseCertificate(other.der);
  const { remedy = "" } = refusedName(certificate, address, runtime, programs, java) ?? {};
  const issue = /\b(?:DNS|IP):[^\s,]+/.exec(remedy)?.[0];
  const call = /call the server as ([^\s,]+)/.exec(remedy)?.[1] ?? address;
  return { remedy, call, ...(issue === undefined ? {} : { issue }) };
}

function issued(name: string) {
  return makeCertificate({ now, subject: "leaf", names: [name] });
}

describe.each<[string, TlsRuntime, readonly ["curl"] | readonly []]>([
  ["OpenSSL", "openssl", []],
  ["Node", "node", []],
  ["curl", "openssl", ["curl"]],
])("what %s does not find in a certificate", (_client, runtime, programs) => {
  test.each(ADDRESSES)("%s: the advice helps", (address) => {
    const { remedy, issue, call } = adviceFor(address, runtime, programs);
    if (issue === undefined) {
      expect(remedy).toContain("call the server by another name");
      expect(address).toMatch(/^\*/);
      return;
    }
    const [program] = programs;
    const verdict = matchesName(parseCertificate(issued(issue).der), call, program ?? runtime);
    expect({ remedy, ...verdict }).toMatchObject({ matches: true });
  });

  test("an underscore goes with a word about Java", () => {
    expect(adviceFor("my_server.example", runtime, programs).remedy).toContain(
      "Java takes from no certificate",
    );
    expect(adviceFor("other.example", runtime, programs).remedy).not.toContain("Java");
  });
});

function stored(entry: StoreEntry): JudgedStore {
  return { type: "JKS", bytes: writeStore(setEntry(createStore("jks"), entry), "changeit") };
}

describe.each<[number, ToolName]>([
  [8, "jre8"],
  [25, "jre25"],
])("what Java %i does not find in a certificate", (release, name) => {
  describeWith(["javac", name], "judged by itself", () => {
    let judge: JavaJudge;

    beforeAll(() => {
      judge = new JavaJudge(name);
    }, 60_000);

    afterAll(() => judge.close());

    async function takes(address: string, names: readonly string[]): Promise<boolean> {
      const leaf = makeCertificate({ now, subject: "leaf", names });
      const keys = stored({
        kind: "identity",
        alias: "server",
        createdMs: now.getTime(),
        chain: leaf.chain,
        key: { kind: "clear", pkcs8: leaf.pkcs8 },
      });
      const trust = stored({
        kind: "anchor",
        alias: "leaf",
        createdMs: now.getTime(),
        certificate: leaf.der,
      });
      const { ok } = await judge.judge({
        address,
        verifiesName: true,
        clientAuthentication: "none",
        server: { keys, trust },
        client: { trust },
      });
      return ok;
    }

    test.each(ADDRESSES)("%s: the advice helps", async (address) => {
      const { remedy, issue, call } = adviceFor(address, "java", [], { kind: "java", release });
      if (issue === undefined) {
        expect(remedy).toContain("call the server by another name");
        expect(address).toMatch(/^\*|_/);
        return;
      }
      expect({ remedy, taken: await takes(call, [issue]) }).toEqual({ remedy, taken: true });
      // No other spelling is asked for where the first is good enough.
      if (call !== address) expect(await takes(address, [issue])).toBe(false);
    });
  });
});
