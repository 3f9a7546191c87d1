import { generateKeyPairSync } from "node:crypto";
import { chmodSync } from "node:fs";
import { resolve } from "node:path";
import { createStore, writeStore } from "../../lib/keystore";
import { openLock, readLock } from "../../lib/lock";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { ProcessArguments, canWatchArguments } from "../support/processArguments";
import { SecretSearch, filesBelow } from "../support/secretSearch";
import { describeWith, tool } from "../support/tools";
import { keyEntry, makeIdentity } from "../provider/support/stores";

const CLI = resolve(__dirname, "../../dist/cdktf-trust.cjs");

const LOCK_KEY = "canary-lock-key-x7Kq2mVt9LwRz4Np8Yc3";
const PASSWORDS = {
  ORDERS_PASSWORD: "canary-orders-stores-q8Lw3zTn5Rk7Vb2M",
  ORDERS_KEY_PASSWORD: "canary-orders-key-h4Jd9sXc6Pf1Gy8QaE",
  BILLING_PASSWORD: "canary-billing-store-u3Bn7kWm2Zt6Hv5C",
  PEM_PASSWORD: "canary-pem-key-password-y5Rt8pLd2Nq6Kf",
  ADOPTED_PASSWORD: "canary-adopted-store-g6Vx4cJm9Ws3Tb7Z",
  WRONG_PASSWORD: "canary-mistaken-password-e2Kz8rQh5Yp4",
} as const;
const ENVIRONMENT = {
  ORDERS_PASSWORD: PASSWORDS.ORDERS_PASSWORD,
  ORDERS_KEY_PASSWORD: PASSWORDS.ORDERS_KEY_PASSWORD,
  CDKTF_TRUST_LOCK_KEY: LOCK_KEY,
};

/** What a step of an activation prints: the environment that it is run in, and a file of secrets that is its stack's. */
const PRINTS_ALL =
  "env; cat secrets/billing; printenv ORDERS_KEY_PASSWORD CDKTF_TRUST_LOCK_KEY; echo printed all";

/** Every way a secret is handed over, and every kind of place a key is put to. */
function stackSource(validityDays: number, restart = "true"): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import {
  Activation, Certificate, CertificateAuthority, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, PemFiles, Secret,
  TrustFile, TrustStack, TruststoreEntry,
} from "@repository/lib";
class CanaryStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const orders = Host.local("orders");
    const billing = Host.local("billing");
    const ordersPassword = Secret.env("ORDERS_PASSWORD");
    const billingPassword = Secret.command("cat secrets/billing");
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Canary CA", keyAlgorithm: "ec-p256" });
    const ordersTruststore = new Keystore(this, "OrdersTruststore", { host: orders, path: "/opt/truststore.p12", password: ordersPassword });
    const billingTruststore = new Keystore(this, "BillingTruststore", { host: billing, path: "/opt/truststore.jks", password: billingPassword });
    const endpoint = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"], port: 8443,
      identity: new Keystore(this, "OrdersKeystore", { host: orders, path: "/opt/keystore.jks", password: ordersPassword }).entry("orders", {
        keyPassword: Secret.env("ORDERS_KEY_PASSWORD"),
      }),
      certificate: Certificate.issuedBy(authority, { keyAlgorithm: "ec-p256", validityDays: ${validityDays} }),
      clientAuthentication: "require", truststore: ordersTruststore,
    });
    endpoint.afterDeploy("true");
    const binding = new ClientCertificateBinding(this, "Billing", {
      identity: new Keystore(this, "BillingKeystore", { host: billing, path: "/opt/keystore.p12", password: billingPassword,
        activation: Activation.run(["sh", "-c", ${JSON.stringify(`${PRINTS_ALL}; ${restart}`)}], { on: "runner" }),
      }).entry("billing"), certificate: Certificate.selfSigned({ keyAlgorithm: "rsa-2048" }), endpoint, truststore: billingTruststore,
    });
    new TruststoreEntry(this, "BillingTrustsOrders", { truststore: billingTruststore, alias: "orders", trusts: endpoint });
    new TruststoreEntry(this, "OrdersTrustsBilling", { truststore: ordersTruststore, alias: "billing", trusts: binding });
    const pem = new HttpsCallbackEndpoint(this, "Pem", {
      names: ["pem.example.com"], port: 9443,
      identity: PemFiles.at(orders, {
        certificatePath: "/opt/pem/server.crt", keyPath: "/opt/pem/server.key", keyPassword: Secret.file("secrets/pem"),
      }),
      certificate: Certificate.imported({ file: "imported.pem" }),
    });
    new TrustFile(this, "PemAnchor", { host: billing, path: "/opt/pem.crt", content: { certificateOf: pem, part: "anchor" } });
    const adoptedStore = new Keystore(this, "AdoptedKeystore", {
      host: orders, path: "/opt/adopted/keystore", password: Secret.file("secrets/adopted"), profile: "jks", ifMissing: "fail",
    });
    const adopted = new HttpsCallbackEndpoint(this, "Adopted", {
      names: ["adopted"], port: 7443, identity: adoptedStore.entry("adopted"),
      certificate: Certificate.existing(),
    });
    new TruststoreEntry(this, "BillingTrustsAdopted", {
      truststore: billingTruststore, alias: "adopted", trusts: adopted, verifiesName: false,
    });
  }
}
const app = new App();
new CanaryStack(app, "canary");
app.synth();
`;
}

describeWith("terraform", "secrets", () => {
  const project = new LocalProject(stackSource(90), {
    environment: "test",
    environments: { test: { frozen: false } },
  });
  const search = new SecretSearch();
  let watcher: ProcessArguments;
  /** What people keep their secrets in; everything else is searched. */
  const isSecretFile = (path: string) => path.startsWith("secrets/") || path === "imported.pem";
  let log = 0;

  /** Runs `cdktf-trust`, keeps what it shows, and has Terraform and the provider log all they can. */
  function cli(words: readonly string[], variables: Readonly<Record<string, string>> = {}): ProgramResult {
    log += 1;
    const result = project.run(process.execPath, [CLI, ...words], {
      ...ENVIRONMENT,
      TF_LOG: "trace",
      TF_LOG_PATH: project.path(`logs/${log}.terraform.log`),
      TMPDIR: project.path("temporary"),
      HOME: project.path("home"),
      ...variables,
    });
    project.write(`logs/${log}.output.log`, `${words.join(" ")}\n${result.stdout}\n${result.stderr}`);
    return result;
  }

  function terraform(words: readonly string[]): ProgramResult {
    const variables = {
      ...ENVIRONMENT,
      TF_LOG: "trace",
      TF_LOG_PATH: project.path("logs/terraform.log"),
      CDKTF_TRUST_JOURNAL: project.path("logs/journal"),
    };
    const result = project.run(tool("terraform"), words, variables, "cdktf.out/test/stacks/canary");
    log += 1;
    project.write(`logs/${log}.output.log`, `${words.join(" ")}\n${result.stdout}\n${result.stderr}`);
    return result;
  }

  /** Takes up every private key that the lock holds now. */
  function addLockedKeys(generation: string): number {
    const open = openLock(readLock(project.read("trust.lock.test.json").toString(), "test"), LOCK_KEY);
    const ids = [...open.lock.identities].flatMap(([id, { privateKey }]) =>
      privateKey === undefined ? [] : [id],
    );
    for (const id of ids) search.addPrivateKey(`${generation} key of ${id}`, open.privateKey(id));
    return ids.length;
  }

  beforeAll(() => {
    watcher = new ProcessArguments(project.path("arguments.log"));
    for (const [name, password] of Object.entries(PASSWORDS)) search.addPassword(name, password);
    search.addPassword("lock key", LOCK_KEY);
    for (const name of ["billing", "pem", "adopted"] as const) {
      const password = PASSWORDS[`${name.toUpperCase() as Uppercase<typeof name>}_PASSWORD`];
      project.write(`secrets/${name}`, `${password}\n`);
      chmodSync(project.path("secrets", name), 0o600);
    }
    for (const folder of ["temporary", "home", "logs"]) project.write(`${folder}/.keep`, "");
    for (const folder of ["orders/opt/pem", "billing/opt"]) project.write(`.local/hosts/${folder}/.keep`, "");

    const adopted = makeIdentity("adopted");
    search.addPrivateKey("adopted key", adopted.pkcs8);
    const adoptedStore = { ...createStore("jks"), entries: [keyEntry("adopted", adopted)] };
    project.write(
      ".local/hosts/orders/opt/adopted/keystore",
      writeStore(adoptedStore, PASSWORDS.ADOPTED_PASSWORD),
    );

    const imported = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    project.write("imported.key", imported.export({ format: "pem", type: "pkcs8" }));
    const issued = project.run(tool("openssl"), [
      ..."req -x509 -new -key imported.key -days 90 -subj /CN=pem.example.com".split(" "),
      ..."-addext subjectAltName=DNS:pem.example.com".split(" "),
    ]);
    project.write("imported.pem", `${issued.stdout}${project.read("imported.key").toString()}`);
    project.write("imported.key", "");
    search.addPrivateKey("imported key", imported.export({ format: "der", type: "pkcs8" }));
  });

  afterAll(() => {
    watcher.stop();
    project.remove();
  });

  test("the search finds a planted secret in every form, and a piece of a key", () => {
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const pkcs8 = key.export({ format: "der", type: "pkcs8" });
    const planted = new SecretSearch();
    planted.addPassword("password", PASSWORDS.ORDERS_PASSWORD);
    planted.addPrivateKey("key", pkcs8);
    const scalar = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
    const inBase64 = Buffer.from(`x${PASSWORDS.ORDERS_PASSWORD}`).toString("base64");
    const forms: Record<string, [string | Buffer, string]> = {
      text: [`{"password":"${PASSWORDS.ORDERS_PASSWORD}"}`, "password"],
      utf16: [Buffer.from(PASSWORDS.ORDERS_PASSWORD, "utf16le").swap16(), "password"],
      base64: [inBase64, "password"],
      nested: [
        Buffer.from(`{"private":"${inBase64}","more":"${"a".repeat(80)}"}`).toString("base64"),
        "password",
      ],
      der: [pkcs8, "key"],
      pem: [key.export({ format: "pem", type: "pkcs8" }), "key"],
      json: [JSON.stringify({ pem: key.export({ format: "pem", type: "sec1" }) }), "key"],
      hex: [pkcs8.toString("hex"), "key"],
      piece: [Buffer.concat([Buffer.alloc(5), scalar.subarray(4, 28)]), "key"],
    };
    for (const [form, [content, secret]] of Object.entries(forms)) {
      const found = planted.findIn(Buffer.from(content as string));
      expect({ form, found }).toEqual({ form, found: [secret] });
    }
    expect(planted.findIn(Buffer.from("nothing to see"))).toEqual([]);
  });

  test("every command runs, and some fail", () => {
    expect(cli(["lock", "--observe"])).toMatchObject({ status: 0 });
    expect(addLockedKeys("first")).toBe(4);
    const mistaken = cli(["deploy", "--auto-approve"], { ORDERS_PASSWORD: "" });
    expect(mistaken).toMatchObject({ status: 2 });
    expect(cli(["deploy", "--auto-approve"])).toMatchObject({ status: 0 });

    project.writeMain(stackSource(91));
    expect(cli(["deploy", "--auto-approve", "--json"])).toMatchObject({ status: 0 });
    addLockedKeys("second");
    expect(cli(["lock", "--renew", "canary/Billing/Certificate"])).toMatchObject({ status: 0 });
    addLockedKeys("third");
    expect(cli(["synth"])).toMatchObject({ status: 0 });
    expect(terraform(["plan", "-input=false", "-out=kept.tfplan"])).toMatchObject({ status: 0 });
    expect(terraform(["show", "-json", "kept.tfplan"])).toMatchObject({ status: 0 });
    expect(terraform(["apply", "-input=false", "-auto-approve", "kept.tfplan"])).toMatchObject({ status: 0 });
    expect(terraform(["show", "-json"]).stdout).toContain("trust_key_entry");

    project.writeMain(stackSource(91, "exit 3"));
    expect(cli(["lock", "--renew", "canary/Billing/Certificate"])).toMatchObject({ status: 0 });
    const failed = cli(["deploy", "--auto-approve"]);
    expect(failed).toMatchObject({ status: 2 });
    for (const text of [failed.stderr, project.read("cdktf.out/test/stacks/canary/deploy.log").toString()])
      expect(text).toMatch(/(\[secret\]\s+){3}printed all/);
    addLockedKeys("fourth");
    expect(cli(["synth"])).toMatchObject({ status: 0 });
    const applied = terraform(["apply", "-no-color", "-input=false", "-auto-approve"]);
    expect(applied).toMatchObject({ status: 1 });
    expect(applied.stderr).toMatch(/(\[secret\]\s+(│\s+)?){3}printed all/);
    project.writeMain(stackSource(91));
    expect(cli(["deploy", "--auto-approve"])).toMatchObject({ status: 0 });

    const mistake = { ORDERS_PASSWORD: PASSWORDS.WRONG_PASSWORD };
    expect(cli(["plan"], mistake).stderr).toContain("the password does not open");
    expect(cli(["verify"], mistake)).toMatchObject({ status: 1 });
    expect(cli(["verify", "--json"])).toMatchObject({ status: 0 });
    const keystore = ".local/hosts/orders/opt/keystore.jks";
    expect(cli(["store", "list", keystore, "--password", "env:ORDERS_PASSWORD", "--json"]).stdout).toContain(
      '"identity"',
    );
    const literal = cli(["store", "list", keystore, "--password", "given-as-a-literal"]);
    expect(literal).toMatchObject({ status: 2 });
    expect(`${literal.stdout}${literal.stderr}`).not.toContain("given-as-a-literal");
  }, 300_000);

  test("none of what was written or shown gives a secret away", () => {
    const searched = filesBelow(project.directory).filter((path) => !isSecretFile(path));
    for (const pattern of [
      /cdk\.tf\.json$/,
      /trust-plan\.json$/,
      /manifest\.json$/,
      /state\/test\/canary\.tfstate$/,
      /state\/test\/canary\.tfstate\.backup$/,
      /kept\.tfplan$/,
      /artifacts\/orders\/opt\/keystore\.jks$/,
      /hosts\/orders\/opt\/\.keystore\.jks\.cdktf-trust\.json$/,
      /hosts\/orders\/opt\/pem\/server\.key$/,
      /trust\.lock\.test\.json$/,
      /stacks\/canary\/plan\.log$/,
      /stacks\/canary\/deploy\.log$/,
      /stacks\/canary\/receipt\.json$/,
      /state\/test\/canary\.receipt\.json$/,
      /logs\/journal$/,
      /logs\/\d+\.terraform\.log$/,
    ]) {
      expect(searched).toContainEqual(expect.stringMatching(pattern));
    }
    expect(search.findBelow(project.directory, isSecretFile)).toEqual([]);

    project.write("planted/log", `one line\n${Buffer.from(`.${LOCK_KEY}`).toString("base64")}\n`);
    expect(search.findBelow(project.path("planted"))).toEqual(["log: lock key"]);
  }, 120_000);

  test("no process had a secret among its arguments", () => {
    if (!canWatchArguments) {
      process.stderr.write("SKIPPED process arguments — this system has no /proc\n");
      return;
    }
    project.run("sh", ["-c", "sleep 0.2", "a-word-among-arguments"]);
    const seen = watcher.read().toString("latin1");
    expect(seen).toContain("a-word-among-arguments");
    expect(seen).toMatch(/terraform\0apply/);
    expect(seen).toContain("terraform-provider-trust_v");
    expect(seen).toContain("rehearse.cjs");
    expect(search.findIn(watcher.read())).toEqual([]);
  });
});
