import { readFileSync, rmSync } from "node:fs";
import { type Lock, readLock } from "../../lib/lock";
import { keytoolList } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

const PASSWORD = "stores-of-the-renamed-1";

/** Everything that has an address of its own, below one construct; a second stack relies on it. */
const SOURCE = `
import { appendFileSync } from "node:fs";
import { App } from "@repository/node_modules/cdktf";
import { Construct } from "@repository/node_modules/constructs";
import { Certificate, CertificateAuthority, ConfigFile, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustFile, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.file("password");
const host = Host.local("shop");
class ShopStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    this.group = new Construct(this, "Old");
    if ("HERE" === "HERE") this.endpoint = declare(this.group);
  }
}
class OtherStack extends TrustStack {
  constructor(scope, id, shop) {
    super(scope, id);
    const partner = Host.local("partner");
    const truststore = new Keystore(this, "Truststore", { host: partner, path: "/opt/truststore.p12", password });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "shop", trusts: shop.endpoint ?? declare(new Construct(this, "Old")) });
  }
}
function declare(group) {
  const authority = new CertificateAuthority(group, "Authority", { commonName: "Shop CA", keyAlgorithm: "ec-p256" });
  const endpoint = new HttpsCallbackEndpoint(group, "Server", {
    names: ["shop.example.com"], port: 8443,
    identity: new Keystore(group, "Keystore", { host, path: "/opt/keystore.jks", password }).entry("server"),
    certificate: Certificate.issuedBy(authority, { keyAlgorithm: "ec-p256" }),
  });
  endpoint.afterDeploy("echo run >> " + process.cwd() + "/hooks");
  const truststore = new Keystore(group, "Truststore", { host, path: "/opt/truststore.jks", password });
  new TruststoreEntry(group, "Trusts", { truststore, alias: "shop", trusts: endpoint });
  new TrustFile(group, "Anchor", { host, path: "/opt/shop.crt", content: { certificateOf: endpoint, part: "anchor" } });
  new ConfigFile(group, "Config", { host, path: "/opt/shop.properties", settings: [{ kind: "property", key: "tls", value: "on" }] });
  return endpoint;
}
const app = new App();
const shop = new ShopStack(app, "shop");
new OtherStack(app, "other", shop);
app.synth();
`;
const RENAMED = SOURCE.replaceAll('"Old"', '"New"');
const STACK_RENAMED = SOURCE.replaceAll('"shop")', '"boutique")').replace(
  'Host.local("boutique")',
  'Host.local("shop")',
);
const MOVED_TO_OTHER = SOURCE.replace('"HERE" === "HERE"', '"HERE" === "THERE"');

describeWith(["terraform", "keytool"], "a rename in the code", () => {
  const project = new LocalProject(SOURCE, {
    environments: { tst: { frozen: false, lockKey: "file:key" } },
  });

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    project.write("key", "key-of-the-renamed-lock-k3Vb8s\n");
    for (const host of ["shop", "partner"]) project.write(`.local/hosts/${host}/opt/.keep`, "");
    project.write(".local/hosts/shop/opt/shop.properties", "tls=off\n");
    ok("deploy", "--auto-approve");
    project.keep();
  }, 300_000);

  beforeEach(() => project.restore());
  afterAll(() => project.remove());

  function cli(...words: readonly string[]): ProgramResult {
    return project.cli(...words, "--environment", "tst");
  }

  function ok(...words: readonly string[]): string {
    const result = cli(...words);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
    return result.stdout;
  }

  function refused(...words: readonly string[]): string {
    const result = cli(...words);
    expect(result).toMatchObject({ status: 2, stdout: "" });
    return result.stderr;
  }

  const lock = (): Lock => readLock(project.read("trust.lock.tst.json").toString());
  const held = () => ({
    keystore: keytoolList(project.path(".local/hosts/shop/opt/keystore.jks"), PASSWORD),
    truststore: keytoolList(project.path(".local/hosts/shop/opt/truststore.jks"), PASSWORD),
  });
  const hooks = () => project.read("hooks").toString();
  const claims = () =>
    Object.keys(
      JSON.parse(project.read(".local/hosts/shop/opt/.keystore.jks.cdktf-trust.json").toString()).claims,
    );
  const owners = () =>
    [...project.snapshot(".local/hosts/shop/opt")].flatMap(([path, bytes]) =>
      path.endsWith(".cdktf-trust.json")
        ? [
            ...Buffer.from(bytes, "base64")
              .toString()
              .matchAll(/"owner": "(.*)"/g),
          ].map(([, owner]) => owner)
        : [],
    );

  test("of a construct is carried by mv: nothing is issued, replaced or run again", () => {
    const before = {
      held: held(),
      hooks: hooks(),
      claims: claims(),
      files: project.snapshot(".local/hosts"),
    };
    project.writeMain(RENAMED);

    // WHEN it is only shown
    const shown = ok("mv", "shop/Old", "shop/New", "--dry-run");
    expect(shown).toContain("lock: shop/Old/Authority is shop/New/Authority");
    expect(shown).toContain(
      "state of shop: trust_key_entry.Old_Server_KeyEntry is trust_key_entry.New_Server_KeyEntry",
    );
    expect([...lock().identities.keys()]).toEqual(["shop/Old/Authority", "shop/Old/Server/Certificate"]);

    // WHEN a run is killed after it has renamed the lock, and before it has written the state
    const state = project.read("state/tst/shop.tfstate");
    const done = ok("mv", "shop/Old", "shop/New");
    project.write("state/tst/shop.tfstate", state);
    expect(ok("mv", "shop/Old", "shop/New")).toBe(done.replaceAll(/^lock: .*\n/gm, ""));

    // THEN
    expect(done).toBe(
      shown.replace("nothing was moved (--dry-run)", "moved; cdktf-trust plan shows what is left"),
    );
    expect([...lock().identities]).toMatchObject([
      ["shop/New/Authority", { generation: 1, formerIds: ["shop/Old/Authority"] }],
      [
        "shop/New/Server/Certificate",
        {
          generation: 1,
          formerIds: ["shop/Old/Server/Certificate"],
          request: { issuerId: "shop/New/Authority" },
        },
      ],
    ]);
    expect(ok("plan")).toBe("other: No changes.\nshop: No changes.\n");
    expect(project.snapshot(".local/hosts")).toEqual(before.files);

    // WHEN it is run again, and deployed
    expect(ok("mv", "shop/Old", "shop/New")).toBe("nothing is left to move\n");
    ok("deploy", "--auto-approve");

    // THEN
    expect({ held: held(), hooks: hooks(), claims: claims() }).toMatchObject({
      held: before.held,
      hooks: before.hooks,
      claims: before.claims,
    });
    ok("destroy", "--auto-approve");
    expect([...project.snapshot(".local/hosts/shop").keys()].sort()).toEqual([
      "opt/.keep",
      "opt/shop.properties",
    ]);
  }, 480_000);

  slowly(
    "of a stack is carried to a state of its own, and the records name the new owner (SLOW=1)",
    () => {
      const before = { held: held(), hooks: hooks(), claims: claims() };
      expect(new Set(owners())).toEqual(new Set(["cdktf-trust/tst/shop"]));
      project.writeMain(STACK_RENAMED);

      const done = ok("mv", "shop", "boutique");

      expect(done).toContain("lock: shop/Old/Server/Certificate is boutique/Old/Server/Certificate");
      const row = "trust_key_entry.Old_Server_KeyEntry";
      expect(done).toContain(`state of shop: ${row} is ${row} in boutique`);
      expect(done).toContain("record beside local:.local/hosts/shop:/opt/keystore.jks: 2 of the new stack");
      expect(new Set(owners())).toEqual(new Set(["cdktf-trust/tst/boutique"]));
      expect(JSON.parse(project.read("state/tst/shop.tfstate").toString()).resources).toEqual([]);
      expect(ok("plan")).toBe("other: No changes.\nboutique: No changes.\n");
      expect({ held: held(), hooks: hooks(), claims: claims() }).toEqual(before);
      expect(ok("mv", "shop", "boutique")).toBe("nothing is left to move\n");

      // WHEN everything is renewed under the new name, the anchor included
      ok("lock", "--renew", "boutique/Old/Authority");
      ok("deploy", "--auto-approve");
      expect(Object.keys(held().truststore).sort()).toEqual(["shop", "shop-previous"]);
      ok("destroy", "--auto-approve");
      expect([...project.snapshot(".local/hosts/shop").keys()].sort()).toEqual([
        "opt/.keep",
        "opt/shop.properties",
      ]);
    },
    480_000,
  );

  slowly(
    "to another stack that is there already goes on where it was killed (SLOW=1)",
    () => {
      const before = { held: held(), hooks: hooks(), claims: claims() };
      project.writeMain(MOVED_TO_OTHER);
      const left = project.read("state/tst/shop.tfstate");

      ok("mv", "shop/Old", "other/Old");
      // GIVEN that the run was killed before it wrote the old state
      const serial = JSON.parse(project.read("state/tst/shop.tfstate").toString()).serial as number;
      project.write(
        "state/tst/shop.tfstate",
        left.toString().replace(/"serial": \d+/, `"serial": ${serial}`),
      );

      ok("mv", "shop/Old", "other/Old");
      expect(JSON.parse(project.read("state/tst/shop.tfstate").toString()).resources).toEqual([]);
      expect(ok("plan")).toBe("other: No changes.\nshop: No changes.\n");
      expect({ held: held(), hooks: hooks(), claims: claims() }).toEqual(before);
    },
    480_000,
  );

  slowly(
    "that is not made, or was synthesised before, is refused with what to do",
    () => {
      expect(refused("mv", "shop/Old", "shop/New")).toContain(
        'error: "shop/Old/Keystore" is still declared: rename shop/Old to shop/New in the code first',
      );
      project.writeMain(RENAMED);
      expect(refused("mv", "shop/Old", "shop/Newer")).toContain('nothing is declared as "shop/Newer"');
      expect(refused("mv", "shop/Old", "shop")).toContain(
        "write two stacks, or two ids of the form STACK/KEY",
      );
      const files = project.snapshot("state");

      // WHEN a plan has made new certificates for the new names
      const former = project.read("trust.lock.tst.json");
      expect(cli("plan").status).toBe(1);
      const message = refused("mv", "shop/Old", "shop/New");
      expect(message).toContain(
        'trust.lock.tst.json holds "shop/New/Authority", "shop/New/Server/Certificate" already',
      );
      expect(project.snapshot("state")).toEqual(files);

      // THEN what the message says helps
      project.write("trust.lock.tst.json", former);
      ok("mv", "shop/Old", "shop/New");
      expect(ok("plan")).toBe("other: No changes.\nshop: No changes.\n");
    },
    480_000,
  );

  test("of a stack whose old output is gone is refused before anything is moved", () => {
    project.writeMain(STACK_RENAMED);
    rmSync(project.path("cdktf.out"), { recursive: true });
    const before = project.read("trust.lock.tst.json");
    expect(refused("mv", "shop", "boutique")).toContain("check out the commit before the rename");
    expect(readFileSync(project.path("trust.lock.tst.json"))).toEqual(before);
  }, 300_000);
});
