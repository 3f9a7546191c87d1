import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { resolve } from "node:path";
import type { TrustPlan } from "../../lib";
import { type Store, readStore } from "../../lib/keystore";
import { parseCertificate } from "../../lib/pki";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

const CLI = resolve(__dirname, "../../dist/cdktf-trust.cjs");
const PASSWORD = "stores-of-all-1";
const NAMES = ["north", "south", "east"] as const;
const ALIASES = ["peer", "partner", "ca", "peer-previous"] as const;

/** One system of a declaration that is made up. */
interface System {
  readonly name: string;
  /** Each is another certificate. */
  readonly validityDays: number;
  readonly keystorePath: string;
  readonly truststorePath: string;
  /** Whom it calls, and under which alias it trusts them. */
  readonly trusts: readonly { readonly name: string; readonly alias: string }[];
}

const MAIN = `
import { readFileSync } from "node:fs";
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class RandomStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.file("password");
    const systems = JSON.parse(readFileSync("systems.json", "utf8"));
    const endpoints = new Map();
    for (const { name, validityDays, keystorePath } of systems) {
      const keystore = new Keystore(this, name + "Keystore", { host: Host.local(name), path: keystorePath, password });
      endpoints.set(name, new HttpsCallbackEndpoint(this, name, {
        names: [name + ".example.com"], port: 8443, identity: keystore.entry("server"),
        certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays }),
      }));
    }
    for (const { name, truststorePath, trusts } of systems) {
      const truststore = new Keystore(this, name + "Truststore", { host: Host.local(name), path: truststorePath, password });
      for (const other of trusts) {
        new TruststoreEntry(this, name + "Trusts" + other.name, { truststore, alias: other.alias, trusts: endpoints.get(other.name) });
      }
    }
  }
}
const app = new App();
new RandomStack(app, "random");
app.synth();
`;

describeWith("terraform", "changes made at random", () => {
  const seed = process.env["SEED"] ?? "1";
  const isSlow = process.env["SLOW"] === "1";
  const steps = isSlow ? 40 : 3;
  const project = new LocalProject(MAIN, { environment: "test", environments: { test: { frozen: false } } });
  const variables = { CDKTF_TRUST_LOCK_KEY: "key-of-the-random-lock-1" };

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    chmodSync(project.path("password"), 0o600);
    for (const name of NAMES) project.write(`.local/hosts/${name}/opt/.keep`, "");
  });

  afterAll(() => project.remove());

  test(
    `each one ends with exactly what is declared, and every hop green (seed ${seed})`,
    () => {
      for (let step = 0; step < steps; step += 1) {
        const systems = systemsOf(chooser(`${seed} ${step}`));
        project.write("systems.json", JSON.stringify(systems, null, 2));
        mustRun({ step, systems }, "deploy", "--auto-approve");
        expect({ step, systems, onHosts: onHosts() }).toEqual({ step, systems, onHosts: declared(systems) });
        if (isSlow || step === steps - 1) mustRun({ step, systems }, "plan");
      }
    },
    steps * 30_000,
  );

  /** Throws with all that it takes to see what happened. */
  function mustRun(context: object, ...words: readonly string[]): void {
    const { status, stdout, stderr } = project.run(process.execPath, [CLI, ...words], variables);
    if (status !== 0) throw new Error(`${words.join(" ")}: ${JSON.stringify(context)}\n${stdout}\n${stderr}`);
  }

  /** Aliases with fingerprints of every store there is. */
  function onHosts(): Record<string, string[]> {
    const stores = [...project.snapshot(".local/hosts").keys()].filter((path) => /\/\w+\.p12$/.test(path));
    return Object.fromEntries(
      stores.sort().map((path) => [path, entriesOf(readStore(project.read(".local/hosts", path), PASSWORD))]),
    );
  }

  function declared(systems: readonly System[]): Record<string, string[]> {
    const plan = JSON.parse(
      project.read("cdktf.out/test/stacks/random/trust-plan.json").toString(),
    ) as TrustPlan;
    const sha256 = (name: string) =>
      plan.identities.find(({ id }) => id === `random/${name}/Certificate`)?.pinned?.chain[0]?.sha256 ?? "";
    return Object.fromEntries(
      systems
        .flatMap(({ name, keystorePath, truststorePath, trusts }) => [
          [`${name}${keystorePath}`, [`server ${sha256(name)}`]] as const,
          [
            `${name}${truststorePath}`,
            trusts.map((other) => `${other.alias} ${sha256(other.name)}`).sort(),
          ] as const,
        ])
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }
});

function entriesOf({ entries }: Store): string[] {
  return entries
    .flatMap((entry) => {
      const certificate =
        entry.kind === "anchor" ? entry.certificate : entry.kind === "identity" ? entry.chain[0] : undefined;
      return certificate === undefined ? [] : [`${entry.alias} ${parseCertificate(certificate).sha256}`];
    })
    .sort();
}

type Chooser = (count: number) => number;

/** Numbers below `count` that depend on nothing but the seed. */
function chooser(seed: string): Chooser {
  let drawn = 0;
  return (count) => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE(0) % count;
  };
}

function systemsOf(choose: Chooser): System[] {
  const present = NAMES.filter(() => choose(4) > 0);
  return present.map((name) => {
    const free: string[] = [...ALIASES];
    const trusts = present
      .filter((other) => other !== name && choose(4) > 0)
      .map((other) => ({ name: other, alias: free.splice(choose(free.length), 1)[0] ?? other }));
    return {
      name,
      validityDays: 80 + choose(3),
      keystorePath: choose(4) > 0 ? "/opt/keys.p12" : "/opt/moved.p12",
      truststorePath: choose(4) > 0 ? "/opt/trust.p12" : "/opt/trustmoved.p12",
      trusts,
    };
  });
}
