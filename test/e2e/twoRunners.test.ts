import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { readStore } from "../../lib/keystore";
import { LocalProject } from "../support/localProject";
import { type Postgres, hasPostgres, startPostgres } from "../support/postgres";
import { describeWith, slowly } from "../support/tools";

const SECRETS = {
  STORES_PASSWORD: "stores-of-runners-k3Vb8",
  CDKTF_TRUST_LOCK_KEY: "lock-key-of-runners-t6Yh4",
};

/** Two stacks that keep a key each in one store of one host; a hook of theirs waits until it may go on. */
function source(machines: string): string {
  const folder = JSON.stringify(machines);
  return `
import { App, PgBackend } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
class Runner extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    new PgBackend(this, { connStr: "postgres:///postgres?sslmode=disable", schemaName: "trust_prod_" + id });
    const endpoint = new HttpsCallbackEndpoint(this, "Server", {
      names: [id + ".example.com"], port: id === "one" ? 8443 : 9443,
      identity: new Keystore(this, "keys", {
        host: Host.local("shared", { root: ${folder} }), path: "/keys.p12", password: Secret.env("STORES_PASSWORD"),
      }).entry(id, { chosenBy: "product" }),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    endpoint.afterDeploy("touch " + ${folder} + "/begun-" + id + "; while test -e " + ${folder} + "/wait-" + id + "; do sleep 0.1; done");
  }
}
const app = new App();
new Runner(app, "one");
new Runner(app, "two");
app.synth();
`;
}

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

(hasPostgres ? describe : describe.skip)("two runners with one state in PostgreSQL", () => {
  describeWith("terraform", "and one host", () => {
    const machines = realpathSync(mkdtempSync(join(tmpdir(), "runners-machines-")));
    const clones: LocalProject[] = [];
    const children: ChildProcess[] = [];
    let postgres: Postgres;

    beforeAll(async () => {
      postgres = await startPostgres();
      const own = clone();
      const locked = own.run(
        process.execPath,
        [LocalProject.program, "lock", "--environment", "prod"],
        SECRETS,
      );
      expect(locked).toMatchObject({ status: 0 });
    }, 120_000);

    beforeEach(() => {
      for (const name of ["one", "two"])
        for (const what of ["wait", "begun"]) rmSync(join(machines, `${what}-${name}`), { force: true });
    });

    afterAll(async () => {
      for (const child of children) kill(child);
      for (const each of clones) each.remove();
      rmSync(machines, { recursive: true });
      await postgres.stop();
    });

    function clone(): LocalProject {
      const project = new LocalProject(source(machines), {
        project: "trust",
        environments: { prod: { lockKey: "env:CDKTF_TRUST_LOCK_KEY" } },
      });
      const [first] = clones;
      if (first !== undefined)
        for (const file of ["cdktf.json", "trust.lock.prod.json"]) project.write(file, first.read(file));
      clones.push(project);
      return project;
    }

    /** A runner: a clone, and a process of its own. */
    function runner(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
      const { directory } = clone();
      const child = spawn(process.execPath, [LocalProject.program, ...words, "--environment", "prod"], {
        cwd: directory,
        env: { ...process.env, ...SECRETS, ...postgres.variables, ...variables },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      children.push(child);
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (piece: Buffer) => (said += piece.toString()));
      const ended = new Promise<Ended>((resolve) =>
        child.once("close", (status) => resolve({ status, said })),
      );
      return { child, ended };
    }

    const deploy = (stack: string, variables?: Readonly<Record<string, string>>) =>
      runner(["deploy", stack, "--auto-approve"], variables);

    /** A deploy that has put its key into the store and waits in its hook, with the state locked. */
    async function deployThatWaits(stack: string) {
      writeFileSync(join(machines, `wait-${stack}`), "");
      const started = deploy(stack);
      while (!existsSync(join(machines, `begun-${stack}`))) {
        if (started.child.exitCode !== null) throw new Error((await started.ended).said);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { ...started, goOn: () => rmSync(join(machines, `wait-${stack}`)) };
    }

    function kill({ pid, exitCode, signalCode }: ChildProcess): void {
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
    }

    const aliases = () =>
      readStore(readFileSync(join(machines, "keys.p12")), SECRETS.STORES_PASSWORD).entries.map(
        ({ alias }) => alias,
      );

    async function destroyed(): Promise<void> {
      expect(await runner(["destroy", "--auto-approve"]).ended).toMatchObject({ status: 0 });
      expect(existsSync(join(machines, "keys.p12"))).toBe(false);
    }

    test("on two stacks: both keys are in the one store, and nothing of what kept them apart is left", async () => {
      const [one, two] = await Promise.all([deploy("one").ended, deploy("two").ended]);
      expect([one, two]).toMatchObject([{ status: 0 }, { status: 0 }]);
      expect(aliases().sort()).toEqual(["one", "two"]);
      expect(existsSync(join(machines, ".keys.p12.cdktf-trust.lock"))).toBe(false);
    }, 240_000);

    slowly(
      "on one stack: the second waits, or is refused and says who holds the state (SLOW=1)",
      async () => {
        await destroyed();
        // GIVEN a run that holds the state of a stack that was deployed before
        const first = await deployThatWaits("one");
        first.goOn();
        expect(await first.ended).toMatchObject({ status: 0 });
        rmSync(join(machines, "keys.p12"));
        rmSync(join(machines, "begun-one"));
        const renewed = clones[0]?.run(
          process.execPath,
          [LocalProject.program, "lock", "--renew", "one/Server/Certificate", "--environment", "prod"],
          SECRETS,
        );
        expect(renewed).toMatchObject({ status: 0 });
        const holding = await deployThatWaits("one");
        // WHEN another may not wait
        const refused = await deploy("one", { TF_CLI_ARGS_plan: "-lock-timeout=0s" }).ended;
        // THEN it says how to see who holds it, which is true
        expect(refused).toMatchObject({ status: 2 });
        expect(refused.said).toContain(
          "another run holds the state of stack one, so this one changed nothing there",
        );
        const [query = ""] = /SELECT pid, [^.]*'advisory'/.exec(refused.said.replaceAll(/\s+/g, " ")) ?? [];
        expect(postgres.query(query)).toContain(`cdktf-trust one ${hostname()}`);
        // AND one that may wait finds all done
        const waiting = deploy("one");
        while (
          postgres.query(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'cdktf-trust one%'",
          ) < "2"
        )
          await new Promise((resolve) => setTimeout(resolve, 100));
        holding.goOn();
        expect(await holding.ended).toMatchObject({ status: 0 });
        const waited = await waiting.ended;
        expect(waited).toMatchObject({ status: 0 });
        expect(waited.said).toContain("one: No changes");
        expect(aliases()).toEqual(["one"]);
      },
      480_000,
    );

    slowly(
      "one that is killed in the middle: the other converges, and the state is not held (SLOW=1)",
      async () => {
        await destroyed();
        const killed = await deployThatWaits("one");
        kill(killed.child);
        await killed.ended;
        rmSync(join(machines, "wait-one"));
        const next = await deploy("one").ended;
        expect(next).toMatchObject({ status: 0 });
        expect(aliases()).toEqual(["one"]);
        expect((await deploy("one").ended).said).toContain("one: No changes");
        await destroyed();
      },
      480_000,
    );
  });
});
