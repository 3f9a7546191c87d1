import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readStore } from "../../lib/keystore";
import { openLock, readLock } from "../../lib/lock";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { SecretSearch } from "../support/secretSearch";
import { describeWith, slowly } from "../support/tools";

const CLI = resolve(__dirname, "../../dist/cdktf-trust.cjs");
const LOCK = "trust.lock.production.json";
const LOCK_KEY = "production-lock-key-k3Vb8sLw2Qz7";
const ORDERS_PASSWORD = "production-orders-stores-t6Yh4Nd9";

/** What the deploying job alone is given. */
const SECRETS = { CDKTF_TRUST_LOCK_KEY: LOCK_KEY, ORDERS_PASSWORD };

/** As docs/ci.md says it. */
const CONTEXT = {
  environments: { production: { frozen: true, lockKey: "env:CDKTF_TRUST_LOCK_KEY" } },
};

describeWith("terraform", "CI", () => {
  /** The machines and the state, which outlive every job. */
  const outside = mkdtempSync(join(tmpdir(), "cdktf-trust-outside-"));
  const machines = join(outside, "machines");
  const truststore = join(machines, "billing/opt/truststore.p12");
  const state = join(outside, "production/ci.tfstate");
  let committedLock: Buffer | undefined;
  /** With the lock's signer, once it is pinned. */
  let committedContext: Readonly<Record<string, unknown>> = CONTEXT;

  beforeAll(() => {
    for (const host of ["orders", "billing"]) mkdirSync(join(machines, host, "opt"), { recursive: true });
  });

  afterAll(() => rmSync(outside, { recursive: true }));

  /** A job in a fresh clone of what is committed; a person's clone is one too. */
  function job<Result>(source: string, work: (clone: Clone) => Result): Result {
    const project = new LocalProject(source, committedContext);
    if (committedLock !== undefined) project.write(LOCK, committedLock);
    try {
      return work({
        project,
        run: (words, secrets = {}) =>
          project.run(process.execPath, [CLI, ...words, "--environment", "production"], secrets),
      });
    } finally {
      project.remove();
    }
  }

  /** Somebody who holds the lock's key pins what is declared, and commits the lock and its signer. */
  function pin(source: string): void {
    job(source, ({ project, run }) => {
      expect(run(["lock"], { CDKTF_TRUST_LOCK_KEY: LOCK_KEY })).toMatchObject({ status: 0 });
      committedLock = project.read(LOCK);
      ({ context: committedContext } = JSON.parse(project.read("cdktf.json").toString()));
    });
  }

  function merge(source: string): ProgramResult {
    return job(source, ({ project, run }) => {
      const result = run(["deploy", "--auto-approve"], SECRETS);
      expect(project.read(LOCK)).toEqual(committedLock);
      return result;
    });
  }

  /** Runs where neither a secret nor a machine is at hand, and may only read the state. */
  function pullRequest(source: string): ProgramResult {
    const search = secretsOf(committedLock);
    const before = existsSync(state) ? readFileSync(state) : undefined;
    return job(source, ({ project, run }) => {
      renameSync(machines, `${machines}.away`);
      const result = run(["plan", "--no-artifacts"]);
      renameSync(`${machines}.away`, machines);
      expect(search.findBelow(project.directory)).toEqual([]);
      expect(search.findIn(Buffer.from(`${result.stdout}${result.stderr}`))).toEqual([]);
      expect(existsSync(project.path("cdktf.out/production/stacks/ci/artifacts"))).toBe(false);
      expect(existsSync(project.path(".local"))).toBe(false);
      expect(existsSync(state) ? readFileSync(state) : undefined).toEqual(before);
      return result;
    });
  }

  function aliases(): string[] {
    return readStore(readFileSync(truststore), ORDERS_PASSWORD).entries.map(({ alias }) => alias);
  }

  test("the first pull request is planned without a secret, and its merge deploys it", () => {
    const source = stackSource("orders");
    expect(pullRequest(source)).toMatchObject({ status: 2 });
    pin(source);
    const planned = pullRequest(source);
    expect(planned).toMatchObject({ status: 1 });
    expect(planned.stdout).toMatch(/added {6}key "server"/);
    expect(existsSync(truststore)).toBe(false);

    expect(merge(source)).toMatchObject({ status: 0 });
    expect(aliases()).toEqual(["orders"]);
    expect(pullRequest(source)).toMatchObject({ status: 0 });
  });

  slowly("a pull request shows exactly its change", () => {
    const source = stackSource("orders-ca");
    const planned = pullRequest(source);
    expect(planned).toMatchObject({ status: 1 });
    expect(planned.stdout.match(/^ {4}\w.*/gm)).toEqual([
      expect.stringMatching(/^ {4}replaced {3}trusts "orders-ca" .*; alias: orders → orders-ca$/),
    ]);
    expect(merge(source)).toMatchObject({ status: 0 });
    expect(aliases()).toEqual(["orders-ca"]);
  });

  test("a pull request that needs a new certificate says which command pins it", () => {
    const source = stackSource("orders-ca", 80);
    const refused = pullRequest(source);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain("cdktf-trust lock --environment production");
    expect(merge(source)).toMatchObject({ status: 2 });

    pin(source);
    const planned = pullRequest(source);
    expect(planned).toMatchObject({ status: 1 });
    expect(planned.stdout).toMatch(/changed {4}key "server"/);
    expect(merge(source)).toMatchObject({ status: 0 });
  });

  function stackSource(alias: string, validityDays = 90): string {
    return `
import { App, LocalBackend } from "@repository/node_modules/cdktf";
import {
  Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustFile, TrustStack, TruststoreEntry,
} from "@repository/lib";
class CiStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    new LocalBackend(this, { path: ${JSON.stringify(state)} });
    const password = Secret.env("ORDERS_PASSWORD");
    const orders = Host.local("orders", { root: ${JSON.stringify(join(machines, "orders"))} });
    const billing = Host.local("billing", { root: ${JSON.stringify(join(machines, "billing"))} });
    const endpoint = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"], port: 8443,
      identity: new Keystore(this, "OrdersKeystore", { host: orders, path: "/opt/keystore.p12", password }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays: ${validityDays} }),
    });
    new TrustFile(this, "OrdersCertificate", {
      host: orders, path: "/opt/orders.crt", content: { certificateOf: endpoint, part: "leaf" },
    });
    new TruststoreEntry(this, "BillingTrustsOrders", {
      truststore: new Keystore(this, "BillingTruststore", { host: billing, path: "/opt/truststore.p12", password }),
      alias: "${alias}", trusts: endpoint,
    });
  }
}
const app = new App();
new CiStack(app, "ci");
app.synth();
`;
  }
});

interface Clone {
  readonly project: LocalProject;
  readonly run: (words: readonly string[], secrets?: Readonly<Record<string, string>>) => ProgramResult;
}

function secretsOf(lock: Buffer | undefined): SecretSearch {
  const search = new SecretSearch();
  search.addPassword("lock key", LOCK_KEY);
  search.addPassword("store password", ORDERS_PASSWORD);
  const open = lock === undefined ? undefined : openLock(readLock(lock.toString(), "production"), LOCK_KEY);
  for (const id of open?.lock.identities.keys() ?? [])
    search.addPrivateKey(`key of ${id}`, open?.privateKey(id) ?? Buffer.alloc(0));
  return search;
}
