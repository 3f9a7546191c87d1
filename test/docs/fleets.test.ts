import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStore } from "../../lib/keystore";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { type Postgres, hasPostgres, startPostgres } from "../support/postgres";
import { describeWith, slowly } from "../support/tools";
import { Workflow } from "../support/workflow";
import { REPOSITORY } from "./markdown";

const PASSWORD = "stores-of-fleets-k3Vb8sLw";
const LOCK_KEY = "lock-key-of-fleets-t6Yh4Nd9";
const SECRETS = { STORES_PASSWORD: PASSWORD, CDKTF_TRUST_LOCK_KEY: LOCK_KEY };

const page = readFileSync(join(REPOSITORY, "docs/fleets.md"), "utf8");
const [caller = "", stage = ""] = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);
const [, backend = ""] = /```ts\n([^]*?)```/.exec(page) ?? [];

/** A client and its server, two that call each other, and a store that two of them put entries into. */
function source(machines: string): string {
  return `
import { App, PgBackend } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.env("STORES_PASSWORD");
const host = (id) => Host.local(id, { root: ${JSON.stringify(machines)} + "/" + id });
const store = (scope, name, id) => new Keystore(scope, name, { host: host(id ?? scope.node.id), path: "/opt/" + name + ".p12", password });
class Fleet extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    ${backend.replace("verify-full", "disable").replace("///trust", "///postgres")}
  }
  serve() {
    this.server = new HttpsCallbackEndpoint(this, "Server", {
      names: [this.node.id + ".example.com"], port: 8443, identity: store(this, "keys").entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    return this;
  }
  trusts(name, other, id) {
    new TruststoreEntry(this, name, { truststore: store(this, "trust", id), alias: other.node.id, trusts: other.server });
    return this;
  }
}
const app = new App();
const client = new Fleet(app, "client"), left = new Fleet(app, "left").serve();
const right = new Fleet(app, "right").serve(), server = new Fleet(app, "server").serve();
client.trusts("TrustsServer", server, "shared");
left.trusts("TrustsRight", right);
right.trusts("TrustsLeft", left, "shared");
app.synth();
`;
}

(hasPostgres ? describe : describe.skip)("the page for fleets", () => {
  describeWith("terraform", "with a state in PostgreSQL", () => {
    const machines = realpathSync(mkdtempSync(join(tmpdir(), "fleets-machines-")));
    const bin = mkdtempSync(join(tmpdir(), "fleets-bin-"));
    const clones: LocalProject[] = [];
    let postgres: Postgres;
    /** Somebody's clone, whose lock and settings are what is committed. */
    let own: LocalProject;

    beforeAll(async () => {
      for (const id of ["shared", "left", "right", "server"])
        mkdirSync(join(machines, id, "opt"), { recursive: true });
      writeFileSync(
        join(bin, "npx"),
        `#!/bin/sh\nshift\nexec "${process.execPath}" "${LocalProject.program}" "$@"\n`,
      );
      writeFileSync(join(bin, "npm"), "#!/bin/sh\n");
      for (const name of ["npx", "npm"]) chmodSync(join(bin, name), 0o755);
      postgres = await startPostgres();
      own = new LocalProject(source(machines), {
        project: "trust",
        environments: { prod: { lockKey: "env:CDKTF_TRUST_LOCK_KEY" } },
      });
      clones.push(own);
      succeeds("lock");
    }, 120_000);

    afterAll(async () => {
      for (const clone of clones) clone.remove();
      for (const folder of [machines, bin]) rmSync(folder, { recursive: true });
      await postgres.stop();
    });

    function succeeds(...words: readonly string[]): ProgramResult {
      const result = own.run(process.execPath, [LocalProject.program, ...words, "--environment", "prod"], {
        ...SECRETS,
        ...postgres.variables,
      });
      const said = result.status === 0 ? "" : result.stderr;
      expect({ words, status: result.status, said }).toEqual({ words, status: 0, said: "" });
      return result;
    }

    /** A runner: a fresh clone of what is committed, and a process of its own. */
    async function onRunner(
      script: string,
      variables: Readonly<Record<string, string>>,
    ): Promise<Readonly<Record<string, string>>> {
      const clone = new LocalProject(source(machines));
      clones.push(clone);
      for (const file of ["cdktf.json", "trust.lock.prod.json"]) clone.write(file, own.read(file));
      const output = clone.path("github-output");
      writeFileSync(output, "");
      writeFileSync(clone.path("terraform.rc"), "");
      const child = spawn("sh", ["-ec", script], {
        cwd: clone.directory,
        env: {
          PATH: `${bin}:${process.env["PATH"] ?? ""}`,
          HOME: clone.directory,
          GITHUB_OUTPUT: output,
          TF_CLI_CONFIG_FILE: clone.path("terraform.rc"),
          ...variables,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (piece: Buffer) => (said += piece.toString()));
      const status = await new Promise((resolve) => child.once("close", resolve));
      expect({ script, status, said: status === 0 ? "" : said }).toEqual({ script, status: 0, said: "" });
      return Object.fromEntries(
        readFileSync(output, "utf8")
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split(/=(.*)/, 2)),
      ) as Record<string, string>;
    }

    const trusted = () =>
      readStore(readFileSync(join(machines, "shared/opt/trust.p12")), PASSWORD)
        .entries.map(({ alias }) => alias)
        .sort();

    test("graph says the stages and why, as the page shows it", () => {
      const [, shown = ""] = /```console\n\$ cdktf-trust graph\n([^]*?)```/.exec(page) ?? [];
      expect(succeeds("graph").stdout).toBe(shown);
    });

    test("one runner deploys all side by side, and two stacks put entries into one store", () => {
      const { stdout, stderr } = succeeds("deploy", "--auto-approve");
      expect(stderr).toContain("deploy: 4 of 4 stacks changed");
      expect(stdout.match(/^\S+(?: \(trust first\))?: deployed/gm)).toEqual([
        "left (trust first): deployed",
        "client: deployed",
        "right: deployed",
        "left: deployed",
        "server: deployed",
      ]);
      expect(trusted()).toEqual(["left", "server"]);
      expect(existsSync(own.path("state"))).toBe(false);
    }, 240_000);

    test("the jobs of the page's matrix deploy renewed keys in trust order, each on a runner of its own", async () => {
      // GIVEN keys that are not replaced before their clients have been deployed
      succeeds(
        "lock",
        ...["left", "right", "server"].flatMap((id) => ["--renew", `${id}/Server/Certificate`]),
      );
      const jobs: string[] = [];
      const workflow = new Workflow(
        { "trust.yml": caller, "./.github/workflows/trust-stage.yml": stage },
        { secrets: { ...SECRETS, PGPASSWORD: postgres.password }, vars: postgres.variables },
        async (script, variables) => {
          if (script.includes("deploy")) jobs.push(script);
          return await onRunner(script, variables);
        },
      );
      // WHEN
      await workflow.start("trust.yml");
      // THEN
      const named = jobs.map((script) => script.replace(/npx cdktf-trust deploy (.*) --environment.*/, "$1"));
      expect([named.slice(0, 1), named.slice(1, 3).sort(), named.slice(3).sort()]).toEqual([
        ["left --trust-first"],
        ["client", "right"],
        ["left", "server"],
      ]);
    }, 480_000);

    slowly(
      "one runner has nothing to do after them (SLOW=1)",
      () => {
        const { stdout } = succeeds("deploy", "--auto-approve");
        expect(stdout.match(/: No changes/g)).toHaveLength(4);
      },
      240_000,
    );
  });
});
