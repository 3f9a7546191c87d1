import { chmodSync, existsSync, rmSync } from "node:fs";
import { readStore } from "../../lib/keystore";
import { anchorEntry, makeIdentity, writeTestStore } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

const PASSWORD = "stores-of-orders-1";
const KEYSTORE = "machines/orders/opt/keystore.p12";
const TRUSTSTORE = "machines/orders/opt/truststore.p12";

/** A stack on a host that is the same in every environment, as after a rename of the environment. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class OrdersStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const host = Host.local("orders", { root: "machines/orders" });
    const password = Secret.file("password");
    const endpoint = new HttpsCallbackEndpoint(this, "Server", {
      names: ["orders.example.com"], port: 8443,
      identity: new Keystore(this, "Keystore", { host, path: "/opt/keystore.p12", password }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    const truststore = new Keystore(this, "Truststore", { host, path: "/opt/truststore.p12", password });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "server", trusts: endpoint });
  }
}
const app = new App();
new OrdersStack(app, "orders");
app.synth();
`;

describeWith("terraform", "what hosts remember, under our commands", () => {
  let project: LocalProject;

  /** Nothing is delivered yet. */
  function begin(): void {
    project = new LocalProject(SOURCE, {
      environments: {
        tst: { frozen: false, lockKey: "file:key" },
        prod: { frozen: false, lockKey: "file:key" },
      },
    });
    for (const [file, secret] of [
      ["password", PASSWORD],
      ["key", "key-of-both-locks-k3Vb8sLw2Qz7"],
    ] as const) {
      project.write(file, `${secret}\n`);
      chmodSync(project.path(file), 0o600);
    }
    project.write("machines/orders/opt/.keep", "");
  }

  beforeAll(begin);

  afterAll(() => project.remove());

  function done(...words: readonly string[]): ProgramResult {
    const result = project.cli(...words);
    if (result.status !== 0) throw new Error(`${words.join(" ")}: ${result.stdout}${result.stderr}`);
    return result;
  }

  /** What a refusal says, as one line, and the commands that it names, each on a line of its own. */
  function refused(...words: readonly string[]): { readonly text: string; readonly commands: string[] } {
    const { status, stderr } = project.cli(...words);
    expect(status).toBe(2);
    const lines = stderr.split("\n").map((line) => line.replace(/^[\s│╷╵]+/, ""));
    return {
      text: lines.join(" ").replace(/\s+/g, " "),
      commands: lines.filter((line) => /^(cdktf-trust|cd \S+ && terraform) /.test(line)),
    };
  }

  function run(command: string): ProgramResult {
    return project.run("sh", [
      "-c",
      command.replace(/^cdktf-trust/, `"${process.execPath}" "${LocalProject.program}"`),
    ]);
  }

  const generationOf = (place: string) => /"generation": (\d+)/.exec(project.read(place).toString())?.[1];
  const record = (store: string) => store.replace(/([^/]+)$/, ".$1.cdktf-trust.json");
  const aliases = (store: string) =>
    readStore(project.read(store), PASSWORD).entries.map(({ alias }) => alias);

  test("a lost state and a renewed lock: the command that the refusal names takes over, once", () => {
    // GIVEN
    done("deploy", "--environment", "tst", "--auto-approve");
    expect(generationOf(record(KEYSTORE))).toBe("1");
    rmSync(project.path("state/tst/orders.tfstate"));
    done("lock", "--environment", "tst", "--renew", "orders/Server/Certificate");
    const before = project.read(KEYSTORE);

    // WHEN
    const { text, commands } = refused("deploy", "--environment", "tst", "--auto-approve");

    // THEN
    expect(text).toContain("delivered from here (cdktf-trust/tst/orders), and the state does not know it");
    const [command = ""] = commands;
    expect(command).toBe("cdktf-trust deploy orders --environment tst --take-over cdktf-trust/tst/orders");
    expect(project.read(KEYSTORE).equals(before)).toBe(true);

    // WHEN
    expect(run(`${command} --auto-approve`)).toMatchObject({ status: 0 });

    // THEN
    expect(generationOf(record(KEYSTORE))).toBe("2");
    expect(done("plan", "--environment", "tst").stdout).toBe("orders: No changes.\n");
    const stack = project.read("cdktf.out/tst/stacks/orders/cdk.tf.json").toString();
    expect(stack).not.toContain("take_over");
  }, 300_000);

  test("a lock that was lost and made anew is refused until that is accepted, once", () => {
    // GIVEN the second generation
    rmSync(project.path("trust.lock.tst.json"));
    const settings = JSON.parse(project.read("cdktf.json").toString()) as {
      context: { environments: Record<string, { lockSigner?: unknown }> };
    };
    delete settings.context.environments["tst"]?.lockSigner;
    project.write("cdktf.json", JSON.stringify(settings));

    // WHEN
    const { text } = refused("plan", "--environment", "tst");

    // THEN
    expect(text).toContain("was delivered in generation 2, and generation 1 is declared");
    done("deploy", "--environment", "tst", "--auto-approve", "--accept-older-generations");
    expect(generationOf(record(KEYSTORE))).toBe("1");
  }, 300_000);

  slowly(
    "one environment's state under another one's configuration is refused, and nothing is touched (SLOW=1)",
    () => {
      // GIVEN
      project.write("state/prod/orders.tfstate", project.read("state/tst/orders.tfstate"));
      const before = project.snapshot("machines");

      // WHEN, THEN
      for (const command of ["plan", "deploy", "destroy"]) {
        const words = command === "plan" ? [] : ["--auto-approve"];
        const { text, commands } = refused(command, "--environment", "prod", ...words);
        expect(text).toContain("this belongs to the environment tst (stack orders)");
        expect(commands).toContain(
          "cdktf-trust deploy orders --environment prod --take-over cdktf-trust/tst/orders",
        );
      }
      expect(project.snapshot("machines")).toEqual(before);

      // WHEN the environment has got another name
      done("deploy", "--environment", "prod", "--auto-approve", "--take-over", "cdktf-trust/tst/orders");

      // THEN
      expect(done("plan", "--environment", "prod").stdout).toBe("orders: No changes.\n");
      done("destroy", "--environment", "prod", "--auto-approve");
      expect(existsSync(project.path(KEYSTORE))).toBe(false);
    },
    300_000,
  );

  slowly(
    "somebody's entry is imported by the command that the refusal names",
    () => {
      // GIVEN
      project.remove();
      begin();
      writeTestStore(project.path(TRUSTSTORE), "modern", PASSWORD, [
        anchorEntry("server", makeIdentity("Somebody Else")),
      ]);

      // WHEN
      const { text, commands } = refused("deploy", "--environment", "tst", "--auto-approve");
      expect(text).toContain('"server" is there already: the certificate CN=Somebody Else');
      const [command = ""] = commands;
      expect(command).toContain("terraform import trust_truststore_entry.Trusts_");
      const imported = run(command);
      expect(imported.stdout + imported.stderr).toContain("Import successful");

      // THEN
      done("deploy", "--environment", "tst", "--auto-approve");
      expect(aliases(TRUSTSTORE)).toEqual(["server"]);
    },
    300_000,
  );

  const noOwners = ["cdktf-trust/tst", "", "prod", "/builds/one/web"];
  test.each(process.env["SLOW"] === "1" ? noOwners : noOwners.slice(0, 2))(
    "%j is no owner of a stack",
    (owner) => {
      const { text } = refused("plan", "--take-over", owner);
      expect(text).toContain("give project/environment/stack");
    },
  );
});
