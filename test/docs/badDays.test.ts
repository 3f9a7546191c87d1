import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { residentKeytool } from "../support/residentKeytool";
import { describeWith, slowly } from "../support/tools";
import { REPOSITORY } from "./markdown";

const PASSWORD = "stores-of-bad-days-1";
const root = makeIdentity("Root of the product");

/** A server whose key is made here, one that is adopted, and a partner that trusts both. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.file("password");
const server = (stack, host) => new HttpsCallbackEndpoint(stack, "Server", {
  names: [host.hostId + ".example.com"], port: 8443,
  identity: new Keystore(stack, "Keystore", { host, path: "/opt/keystore.p12", password }).entry("server"),
  certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
});
class ShopStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const shop = Host.local("shop"), partner = Host.local("partner");
    const truststore = new Keystore(this, "Truststore", { host: shop, path: "/opt/truststore.p12", password });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "shop", trusts: server(this, shop) });
    const adopted = new HttpsCallbackEndpoint(this, "Adopted", {
      names: ["adopted.example.com"], port: 9443,
      identity: new Keystore(this, "Theirs", { host: shop, path: "/opt/theirs.p12", password, ifMissing: "fail" }).entry("jetty"),
      certificate: Certificate.existing(),
    });
    const elsewhere = new Keystore(this, "Elsewhere", { host: partner, path: "/opt/truststore.p12", password });
    new TruststoreEntry(this, "TrustsAdopted", { truststore: elsewhere, alias: "adopted", trusts: adopted });
  }
}
class CloneStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    server(this, Host.local("clone"));
  }
}
const app = new App();
new ShopStack(app, "shop");
if (process.env.WITH_CLONE === "1") new CloneStack(app, "clone");
app.synth();
`;

const page = readFileSync(join(REPOSITORY, "docs/bad-days.md"), "utf8");

/** The commands of a section, in order. */
function commandsOf(title: string): string[] {
  const [, section = ""] = page.split(new RegExp(`^## ${title}$`, "m"));
  const [own = ""] = section.split(/^## /m);
  return [...own.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, code = ""]) => code.trim().split("\n"));
}

describeWith(["terraform", "keytool"], "the page for bad days", () => {
  const keytoolProgram = residentKeytool();
  const project = new LocalProject(SOURCE, {
    project: "trust",
    environments: { prod: { lockKey: "file:keys/prod" } },
  });
  const bin = mkdtempSync(join(tmpdir(), "bad-days-bin-"));
  const followed = new Set<string>();

  beforeAll(() => {
    for (const [file, secret] of [
      ["password", PASSWORD],
      ["keys/prod", "key-of-bad-days-k3Vb8sLw"],
      ["keys/colleague", "key-of-a-colleague-k3Vb8sLw"],
    ] as const) {
      project.write(file, `${secret}\n`);
      chmodSync(project.path(file), 0o600);
    }
    writeTestStore(host("shop", "truststore.p12"), "modern", PASSWORD, [anchorEntry("root", root)]);
    project.write(".local/hosts/partner/opt/.keep", "");
    renewByHand("theirs.p12", "jetty");
    executable("cdktf-trust", `exec "${process.execPath}" "${LocalProject.program}" "$@"`);
    executable("npm", "exit 0");
    executable(
      "keytool",
      `PATH="${process.env["PATH"] ?? ""}" exec "${keytoolProgram()}" "$@" -noprompt -storepass "${PASSWORD}"`,
    );
    ok("cdktf-trust lock --observe --environment prod");
    ok("cdktf-trust lock --add-recipient file:keys/colleague --environment prod");
    ok("cdktf-trust deploy --environment prod");
    project.keep();
  }, 480_000);

  beforeEach(() => project.restore());

  afterAll(() => {
    project.remove();
    rmSync(bin, { recursive: true });
  });

  function host(id: string, file: string): string {
    return project.path(`.local/hosts/${id}/opt/${file}`);
  }

  function executable(name: string, body: string): void {
    project.write(`../${bin.split("/").at(-1)}/${name}`, `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  /** Runs a command as the page writes it; nobody is there to approve it, and hosts are folders here. */
  function run(command: string, variables: Readonly<Record<string, string>> = {}): ProgramResult {
    followed.add(command);
    const asks = /^cdktf-trust (deploy|destroy|forget)\b/.test(command) ? " --auto-approve" : "";
    const local = command.replaceAll(/(?<= )\/opt\//g, host("shop", ""));
    return project.run("sh", ["-c", local + asks], {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      ...variables,
    });
  }

  function ok(command = "", status = 0): ProgramResult {
    const result = run(command);
    expect({ command, status: result.status, stderr: result.stderr }).toMatchObject({ status });
    return result;
  }

  function renewByHand(file: string, alias: string): void {
    const store = host("shop", file);
    const keytool = (...words: readonly string[]) =>
      spawnSync(keytoolProgram(), [...words, "-keystore", store, "-storepass", PASSWORD, "-noprompt"]);
    keytool("-delete", "-alias", alias);
    const made = keytool(
      "-genkeypair",
      "-alias",
      alias,
      "-keyalg",
      "EC",
      "-dname",
      "CN=by hand",
      "-ext",
      "san=dns:adopted.example.com",
      "-storetype",
      "PKCS12",
    );
    expect(made.status).toBe(0);
  }

  const list = (id: string, file: string) => keytoolList(host(id, file), PASSWORD);
  const held = () => ({
    keystore: list("shop", "keystore.p12"),
    truststore: list("shop", "truststore.p12"),
    partner: list("partner", "truststore.p12"),
  });

  test("the state is lost", () => {
    const before = { held: held(), store: readFileSync(host("shop", "keystore.p12")) };
    rmSync(project.path("state"), { recursive: true });
    const [claims, plan, deploy, again] = commandsOf("The state is lost");

    expect(ok(claims).stdout).toMatch(
      /shop .*\/opt\/keystore.p12 .*key .*server .*trust\/prod\/shop .*created .*yes/,
    );
    expect(ok(plan, 1).stdout).toMatch(/added {6}key "server"/);
    ok(deploy);
    expect(ok(again).stdout).toBe("shop: No changes.\n");

    expect({ held: held(), store: readFileSync(host("shop", "keystore.p12")) }).toEqual(before);
  }, 300_000);

  slowly(
    "the state is lost, and what is there differs: nothing is replaced (SLOW=1)",
    () => {
      const before = held();
      rmSync(project.path("state"), { recursive: true });
      ok("cdktf-trust lock --renew shop/Server/Certificate --environment prod");
      const refused = ok("cdktf-trust deploy --environment prod", 2);
      expect(refused.stderr.replaceAll(/[\s│]+/g, " ")).toContain(
        "delivered from here (trust/prod/shop), and the state does not know it",
      );
      expect(held().keystore).toEqual(before.keystore);
    },
    300_000,
  );

  test("the lock is lost, or its key", () => {
    const [checkout, plan, newKey, add, remove] = commandsOf("The lock is lost, or its key");
    const git = "git -c user.email=a@b -c user.name=c";
    ok(`git init -q && git add trust.lock.prod.json cdktf.json && ${git} commit -qm lock`);

    // The lock is lost.
    rmSync(project.path("trust.lock.prod.json"));
    expect(ok("cdktf-trust lock --observe --environment prod", 2).stderr).toContain(
      "is not there, and cdktf.json pins its signer",
    );
    ok(checkout);
    expect(ok(plan).stdout).toBe("shop: No changes.\n");

    // Its key is lost, and a colleague has one.
    ok(newKey);
    ok(add);
    ok(remove);
    expect(run("cdktf-trust plan --environment prod").stderr).toContain(
      "opens the lock for none of its recipients",
    );
    const settings = project.read("cdktf.json").toString();
    project.write("cdktf.json", settings.replace("file:keys/prod", "file:keys/new"));
    expect(ok(plan).stdout).toBe("shop: No changes.\n");
  }, 480_000);

  slowly(
    "the lock is lost, and nobody has a key (SLOW=1)",
    () => {
      const before = held();
      const [, plan, , , , again, lock, look, deploy] = commandsOf("The lock is lost, or its key");
      const settings = project.read("cdktf.json").toString();
      const declaration = JSON.parse(settings) as {
        context: { environments: { prod: { lockSigner?: string[] } } };
      };
      delete declaration.context.environments.prod.lockSigner;
      project.write("cdktf.json", JSON.stringify(declaration).replace("file:keys/prod", "file:keys/again"));
      rmSync(project.path("trust.lock.prod.json"));
      ok(again);
      ok(lock);
      expect(ok(look, 1).stdout).toMatch(/changed {4}key "server"/);
      ok(deploy);
      expect(held().keystore).not.toEqual(before.keystore);
      expect(held().partner).toEqual(before.partner);
      expect(ok(plan).stdout).toBe("shop: No changes.\n");
    },
    480_000,
  );

  slowly(
    "a host was restored from a backup (SLOW=1)",
    () => {
      cpSync(project.path(".local/hosts/shop"), project.path("backup"), { recursive: true });
      const older = held();
      ok("cdktf-trust lock --renew shop/Server/Certificate --environment prod");
      ok("cdktf-trust deploy --environment prod");
      const newer = held();
      rmSync(project.path(".local/hosts/shop"), { recursive: true });
      cpSync(project.path("backup"), project.path(".local/hosts/shop"), { recursive: true });
      const [plan, deploy, claims, keytool] = commandsOf("A host was restored from a backup");

      expect(ok(plan, 1).stdout).toMatch(/changed {4}key "server"/);
      ok(deploy);
      expect(held()).toEqual({
        ...newer,
        truststore: { ...newer.truststore, "shop-previous": older.truststore["shop"] },
      });
      expect(ok(claims).stdout).toMatch(
        /\/opt\/truststore.p12 .*anchor .*shop-previous .*trust\/prod\/shop .*no$/m,
      );
      ok(keytool);
      expect(held()).toEqual(newer);
      expect(ok(plan).stdout).toBe("shop: No changes.\n");
      ok("cdktf-trust destroy --environment prod");
      expect(Object.keys(list("shop", "truststore.p12"))).toEqual(["root"]);
    },
    480_000,
  );

  slowly(
    "a host was cloned (SLOW=1)",
    () => {
      cpSync(project.path(".local/hosts/shop"), project.path(".local/hosts/clone"), { recursive: true });
      const before = held();
      const clone = () => list("clone", "keystore.p12");
      const variables = { WITH_CLONE: "1" };
      expect(run("cdktf-trust lock --environment prod", variables).status).toBe(0);
      const [plan = "", deploy = ""] = commandsOf("A host was cloned");

      const refused = run(plan, variables);
      expect(refused.status).toBe(2);
      expect(refused.stderr.replaceAll(/[\s│]+/g, " ")).toContain("it belongs to trust/prod/shop");
      expect(clone()).toEqual(before.keystore);

      expect(run(deploy, variables).status).toBe(0);
      expect(clone()).not.toEqual(before.keystore);
      expect(held()).toEqual(before);
      expect(ok("cdktf-trust plan shop --environment prod").stdout).toBe("shop: No changes.\n");
    },
    480_000,
  );

  slowly(
    "two runners have different versions (SLOW=1)",
    () => {
      const before = project.snapshot(".local/hosts");
      const [install, version, plan] = commandsOf("Two runners with different versions");
      const record = ".local/hosts/shop/opt/.keystore.p12.cdktf-trust.json";
      const newer = [
        [record, /"minimumReader": 2/, '"minimumReader": 3', "needs a reader of format version 3"],
        ["trust.lock.prod.json", /"formatVersion": 2/, '"formatVersion": 3', "the lock has formatVersion 3"],
        ["state/prod/shop.tfstate", /"schema_version": 1/, '"schema_version": 9', "newer provider version"],
      ] as const;
      for (const [file, pattern, text, said] of newer) {
        const written = project.read(file).toString();
        project.write(file, written.replace(pattern, text));
        const refused = run("cdktf-trust deploy --environment prod");
        expect(refused.status).toBe(2);
        expect(refused.stderr.replaceAll(/[\s│]+/g, " ")).toContain(said);
        project.write(file, written);
      }
      expect(project.snapshot(".local/hosts")).toEqual(before);
      ok(install);
      expect(ok(version).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(ok(plan).stdout).toBe("shop: No changes.\n");
    },
    480_000,
  );

  slowly(
    "a machine is dead (SLOW=1)",
    () => {
      const [forget, destroy] = commandsOf("A machine is dead");
      rmSync(project.path(".local/hosts/partner"), { recursive: true });
      project.write(".local/hosts/partner", "gone");
      ok(destroy, 2);

      expect(ok(forget).stdout).toContain("claimed by trust/prod/shop");
      ok(destroy);
      expect(existsSync(host("shop", "keystore.p12"))).toBe(false);
      expect(readdirSync(project.path("state/prod")).some((name) => name.endsWith(".backup"))).toBe(true);
    },
    480_000,
  );

  slowly(
    "a run was killed (SLOW=1)",
    async () => {
      ok("cdktf-trust destroy --environment prod");
      const [plan, deploy] = commandsOf("A run was killed");
      const words = [LocalProject.program, "deploy", "--environment", "prod", "--auto-approve"];
      const child = spawn(process.execPath, words, {
        cwd: project.directory,
        stdio: "ignore",
        detached: true,
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      while (!existsSync(host("shop", "keystore.p12")) && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 2));
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await ended;

      ok(plan, 1);
      ok(deploy);
      expect(ok(plan).stdout).toBe("shop: No changes.\n");
      expect(readdirSync(host("shop", "")).filter((name) => /\.(tmp|lock)$/.test(name))).toEqual([]);
      ok("cdktf-trust destroy --environment prod");
      expect(Object.keys(list("shop", "truststore.p12"))).toEqual(["root"]);
    },
    480_000,
  );

  slowly(
    "somebody renewed by hand (SLOW=1)",
    () => {
      const before = held();
      const [copy, remove, deploy, check, observe, again] = commandsOf("Somebody renewed by hand");

      // A key that is made here.
      renewByHand("keystore.p12", "server");
      const refused = ok("cdktf-trust plan --environment prod", 2);
      expect(refused.stderr.replaceAll(/[\s│]+/g, " ")).toContain('"server" is there already');
      ok(copy);
      ok(remove);
      ok(deploy);
      expect(held()).toEqual(before);
      expect(existsSync(host("shop", "keystore.p12.by-hand"))).toBe(true);

      // One that is adopted.
      renewByHand("theirs.p12", "jetty");
      const theirs = readFileSync(host("shop", "theirs.p12"));
      expect(ok(check, 1).stdout).toContain("shop/Adopted/Certificate");
      ok(observe);
      ok(again);
      expect(held().partner["adopted"]).toBe(
        list("shop", "theirs.p12")["jetty"]?.replace("PrivateKeyEntry", "trustedCertEntry"),
      );
      expect(readFileSync(host("shop", "theirs.p12"))).toEqual(theirs);
      expect(ok("cdktf-trust plan --environment prod").stdout).toBe("shop: No changes.\n");
    },
    480_000,
  );

  slowly("has no command that was not run here (SLOW=1)", () => {
    const written = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, code = ""]) =>
      code.trim().split("\n"),
    );
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((command) => !followed.has(command))).toEqual([]);
    for (const said of ["--take-over trust/prod/shop", "--accept-older-generations"])
      expect(page).toContain(said);
  });
});
