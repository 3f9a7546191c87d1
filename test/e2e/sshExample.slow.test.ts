import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { posixQuote } from "../../lib/text";
import { LocalProject } from "../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../support/sshServer";
import { describeWith, slowly, tool } from "../support/tools";

const EXAMPLE = resolve(__dirname, "../../stacks/ssh");
const SECRETS = {
  SHOP_STORES_PASSWORD: "of-the-stores-k3Vb8sLw",
  BILLING_KEY_PASSWORD: "of-the-key-Qz7m2Xc9",
  CDKTF_TRUST_LOCK_KEY: "key-of-the-lock-t6Yh4Nd9Rw1p",
};

describeWith(["terraform", "java", "curl", "openssl"], "the example of machines over SSH", () => {
  (hasSshServer ? describe : describe.skip)("on two sshds", () => {
    let shop: SshServer;
    let billing: SshServer;
    let root: string;
    let port: number;
    let project: LocalProject;

    /** Runs `cdktf-trust`, which must end well; gives all that it said. */
    function says(...words: readonly string[]): string {
      const run = project.run(process.execPath, [LocalProject.program, ...words], SECRETS);
      const said = run.stdout + run.stderr;
      expect({ status: run.status, said: run.status === 0 ? "" : said }).toEqual({ status: 0, said: "" });
      for (const secret of Object.values(SECRETS)) expect(said).not.toContain(secret);
      return said;
    }

    /** Runs a command on Billing's machine, as a person would. */
    function onBilling(command: string): string {
      const { user, identity = "", hostKey = "" } = billing.connection;
      const known = join(billing.folder, "known");
      writeFileSync(known, `[127.0.0.1]:${billing.port} ${hostKey}\n`);
      const options = ["-F", "none", "-i", identity, "-o", `UserKnownHostsFile=${known}`];
      const words = [...options, "-p", String(billing.port), `${user}@127.0.0.1`, command];
      const { status, stdout, stderr } = spawnSync("ssh", words, { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return stdout;
    }

    const call = () =>
      onBilling(
        `BILLING_KEY_PASSWORD=${posixQuote(SECRETS.BILLING_KEY_PASSWORD)} sh ${root}/billing/billing-curl.sh -sS https://localhost:${port}/`,
      );

    /** The same by one who trusts the shop and presents nothing. */
    const anonymousCall = () =>
      onBilling(`curl -s --cacert ${root}/billing/billing-ca.crt https://localhost:${port}/ || echo refused`);

    /** What the running shop presents. */
    function served(): string {
      const words = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", "localhost"];
      const { stdout } = spawnSync(tool("openssl"), words, { encoding: "utf8", input: "" });
      return /-----BEGIN CERTIFICATE-----[^-]*/.exec(stdout)?.[0] ?? "";
    }

    beforeAll(async () => {
      [shop, billing] = [await startSshServer(), await startSshServer()];
      root = realpathSync(mkdtempSync(join(tmpdir(), "ssh-example-")));
      port = await freePort();
      // GIVEN the two machines as the page says
      cpSync(join(EXAMPLE, "machine"), join(root, "shop"), { recursive: true });
      mkdirSync(join(root, "billing"));
      writeFileSync(join(root, "shop/password"), `${SECRETS.SHOP_STORES_PASSWORD}\n`, { mode: 0o600 });
      // AND the example with its machines' addresses and folders
      project = new LocalProject('import "@repository/stacks/ssh/main.ts";');
      const settings = JSON.parse(readFileSync(join(EXAMPLE, "cdktf.json"), "utf8"));
      const { environments, shop: declared } = settings.context;
      environments.ssh.hosts = {
        shop: { address: shop.address, ...shop.connection },
        billing: { address: billing.address, ...billing.connection },
      };
      Object.assign(declared, {
        name: "localhost",
        port,
        directory: join(root, "shop"),
        billingDirectory: join(root, "billing"),
      });
      project.write(
        "cdktf.json",
        JSON.stringify({ ...settings, app: JSON.parse(project.read("cdktf.json").toString()).app }),
      );
    }, 60_000);

    afterAll(async () => {
      if (existsSync(join(root, "shop/pid"))) {
        try {
          process.kill(Number(readFileSync(join(root, "shop/pid"), "utf8")));
        } catch {
          // It has ended.
        }
      }
      project.remove();
      rmSync(root, { recursive: true });
      await Promise.all([shop, billing].map((one) => one.stop()));
    });

    test("is checked, deployed, renewed and taken away by the commands of its page", () => {
      // GIVEN the page's commands, in its order
      const commands = pageCommands();
      expect(commands.map(([command]) => command)).toEqual([
        "host",
        "deploy",
        "plan",
        "lock",
        "deploy",
        "destroy",
      ]);
      const [check = [], deploy = [], plan = [], renew = [], again = [], destroy = []] = commands;

      // WHEN nothing runs yet
      const checked = project.run(process.execPath, [LocalProject.program, ...check], SECRETS);

      // THEN all is well but the shop's port, seen from Billing's machine
      expect(checked.stdout).toMatch(/^shop +yes +pinned .* 2 of 2 +-$/m);
      expect(checked.stdout).toMatch(/^billing +yes +pinned .* 0 of 1$/m);
      expect(checked.stdout.match(/^\w+: \w+: /gm)).toEqual(["billing: port: "]);
      expect(checked.status).toBe(1);

      // WHEN
      expect(says(...deploy)).toMatch(/^shop: Shop: serving on port/m);

      // THEN the shop runs, greets Billing by its certificate, and nobody without one
      const first = served();
      expect(first).toContain("BEGIN");
      expect(call()).toBe("hello CN=Billing\n");
      expect(anonymousCall()).not.toContain("hello");
      expect(says(...check)).toMatch(/^billing .* 1 of 1$/m);
      expect(says(...plan)).toContain("shop: No changes");

      // WHEN
      says(...renew);
      says(...again);

      // THEN the running shop presents another certificate
      expect(served()).toContain("BEGIN");
      expect(served()).not.toBe(first);
      expect(call()).toBe("hello CN=Billing\n");
      expect(says(...plan)).toContain("shop: No changes");

      // WHEN
      const gone = says(...destroy);

      // THEN only what was laid there is left, and the shop that runs
      expect(gone).toContain("goes on with what it has read");
      expect(readdirSync(join(root, "shop")).sort()).toEqual([
        "Shop.java",
        "log",
        "password",
        "pid",
        "restart.sh",
      ]);
      expect(readdirSync(join(root, "billing"))).toEqual([]);
    }, 300_000);

    slowly("synthesises from its own folder as it stands", () => {
      // GIVEN a clone, as far as the example needs one
      const clone = join(root, "clone");
      cpSync(EXAMPLE, join(clone, "stacks/ssh"), { recursive: true });
      for (const name of ["lib", "node_modules", "package.json"])
        symlinkSync(join(EXAMPLE, "../..", name), join(clone, name));
      // WHEN
      const { status, stderr } = spawnSync(process.execPath, [LocalProject.program, "synth"], {
        cwd: join(clone, "stacks/ssh"),
        encoding: "utf8",
        env: { ...process.env, ...SECRETS },
      });
      // THEN
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect(readdirSync(join(clone, "stacks/ssh"))).toContain("trust.lock.ssh.json");
    });
  });
});

/** The commands of the example's page, word by word, with a yes where they ask. */
function pageCommands(): string[][] {
  const page = readFileSync(join(EXAMPLE, "README.md"), "utf8");
  return [...page.matchAll(/^ *npx cdktf-trust (.*)$/gm)].map(([, words = ""]) => [
    ...words.split(" "),
    ...(/^(deploy|destroy)/.test(words) ? ["--auto-approve"] : []),
  ]);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
