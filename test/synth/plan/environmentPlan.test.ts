import { App, TerraformStack } from "cdktf";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CertificateAuthority,
  Host,
  type IHost,
  Keystore,
  Secret,
  TrustStack,
  TruststoreEntry,
} from "../../../lib";
import { collectStacks, planOfAll } from "../../../lib/synth/plan/environmentPlan";
import type { SynthEnvironment } from "../../../lib/synth/plan/environment";

const environment = { project: "shop", name: "prod" } as SynthEnvironment;

describe("the plan of an environment", () => {
  let outdir: string;
  let app: App;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-environment-"));
    app = new App({ outdir });
  });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const stackOf = (id: string) => new (class extends TrustStack {})(app, id);
  const storeIn = (stack: TerraformStack, host: IHost = Host.local("app")) =>
    new Keystore(stack, "Store", { host, path: `/${stack.node.id}.p12`, password: Secret.env("STORE") });
  const trustIn = (stack: TerraformStack, truststore: Keystore) => {
    const trusts = new CertificateAuthority(stack, "Root", { commonName: "Root" });
    return new TruststoreEntry(stack, "Entry", { truststore, alias: "root", trusts });
  };

  test("is that of its trust stacks, in the order of their declaration", () => {
    // GIVEN
    storeIn(stackOf("second"));
    new TerraformStack(app, "unrelated");
    storeIn(stackOf("first"));

    // WHEN
    const collected = collectStacks(app, environment);

    // THEN
    expect(collected.map(({ plan }) => [plan.project, plan.environment, plan.stack])).toEqual([
      ["shop", "prod", "second"],
      ["shop", "prod", "first"],
    ]);
    const all = planOfAll(collected.map(({ plan }) => plan));
    expect(all.stores.map(({ id }) => id)).toEqual(["second/Store", "first/Store"]);
    expect(all.hosts).toEqual([Host.local("app").plan]);
  });

  test("is refused where a host is two", () => {
    storeIn(stackOf("one"));
    storeIn(stackOf("two"), Host.manual("app"));
    expect(() => collectStacks(app, environment)).toThrow(
      expect.objectContaining({ code: "conflicting-host" }),
    );
  });

  test("is refused where a stack puts an entry into the store of another", () => {
    const truststore = storeIn(stackOf("theirs"));
    trustIn(stackOf("ours"), truststore);
    expect(() => collectStacks(app, environment)).toThrow(
      'ours/Entry puts "root" into theirs/Store, a store of the stack theirs: declare the entry in theirs',
    );
  });

  test("is refused where an entry's store is in no trust stack", () => {
    const truststore = storeIn(new TerraformStack(app, "plain"));
    trustIn(stackOf("ours"), truststore);
    expect(() => collectStacks(app, environment)).toThrow("a store that no TrustStack declares");
  });
});
