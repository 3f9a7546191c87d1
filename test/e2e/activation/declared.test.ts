import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import type { Receipt } from "../../../lib/cli/deploy/receipt";
import { type MadeIdentity, makeCertificate } from "../../support/certificateMaker";
import { javaProgram } from "../../support/javaProgram";
import { LocalProject } from "../../support/localProject";
import { describeWith, tool } from "../../support/tools";

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, Host, Java, JavaServer, PartnerCertificate, Secret, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const server = new JavaServer(this, "Server", {
      host: Host.local("app"),
      names: ["localhost"],
      port: PORT,
      keystorePath: "/opt/app/keys.p12",
      truststorePath: "/opt/app/trust.p12",
      keystorePassword: Secret.file("password"),
      alias: "server",
      certificate: Certificate.selfSigned({ keyAlgorithm: "ALGORITHM", validityDays: DAYS }),
      clientAuthentication: "require",
      runtime: Java.release(17),
      activation: Activation.run(["sh", "restart.sh"], { on: "runner", timeoutSeconds: 120 }),
    });
    for (const name of CLIENTS) server.trusts(name, new PartnerCertificate(this, name, { file: name + ".pem" }));
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

const PASSWORD = "store-password-t6Yh4Nd9";

/** Ends the server, starts it with the stores as they are, and waits until it is up. */
const RESTART = `
if test -f server.pid; then
  kill "$(cat server.pid)" 2>/dev/null || true
  while kill -0 "$(cat server.pid)" 2>/dev/null; do sleep 0.1; done
  rm -f server.pid
fi
echo restart >>restarts
: >server.log
stores=.local/hosts/app/opt/app
nohup JAVA PORT "$stores/keys.p12" "$stores/trust.p12" "$(cat password)" >server.log 2>&1 </dev/null &
pid=$!
echo "$pid" >server.pid
until grep -q up server.log; do
  kill -0 "$pid" 2>/dev/null || { cat server.log; exit 3; }
  sleep 0.1
done
cat server.log
`;

interface Declaration {
  readonly days?: number;
  readonly algorithm?: string;
  readonly clients?: readonly string[];
}

describeWith(["terraform", "java", "javac"], "a server whose stack says how it is activated", () => {
  const project = new LocalProject(STACK);
  const now = new Date();
  const clients = new Map<string, MadeIdentity>();
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    for (const name of ["alice", "bob"]) {
      const made = makeCertificate({ now, subject: name, authority: true, toDays: 365 });
      clients.set(name, made);
      project.write(`${name}.pem`, pemOf(made.chain[0]));
    }
    project.write("password", `${PASSWORD}\n`);
    chmodSync(project.path("password"), 0o600);
    mkdirSync(project.path(".local/hosts/app/opt/app"), { recursive: true });
    const java = [tool("java"), ...javaProgram(join(__dirname, "Served.java"))]
      .map((word) => `'${word}'`)
      .join(" ");
    project.write("restart.sh", RESTART.replace("JAVA", java).replace("PORT", String(port)));
  });

  afterAll(() => {
    if (existsSync(project.path("server.pid"))) {
      try {
        process.kill(Number(project.read("server.pid").toString()));
      } catch {
        // It has ended.
      }
    }
    project.remove();
  });

  function deploy({ days = 90, algorithm = "rsa-2048", clients: accepted = ["alice", "bob"] }: Declaration) {
    project.writeMain(
      STACK.replace("PORT", String(port))
        .replace("DAYS", String(days))
        .replace("ALGORITHM", algorithm)
        .replace("CLIENTS", JSON.stringify(accepted)),
    );
    return project.cli("deploy", "--auto-approve");
  }

  const timesRun = () =>
    existsSync(project.path("restarts")) ? project.read("restarts").toString().trim().split("\n").length : 0;

  function receipt(): Receipt {
    const path = project.path("cdktf.out/local/stacks/shop/receipt.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain(PASSWORD);
    return JSON.parse(text) as Receipt;
  }

  /** What the running server presents, and whether it lets a client in. */
  async function call(name: string): Promise<{ readonly fingerprint: string; readonly accepted: boolean }> {
    const client = clients.get(name);
    return await new Promise((resolve, reject) => {
      let fingerprint = "";
      const socket = connect({
        port,
        host: "127.0.0.1",
        servername: "localhost",
        rejectUnauthorized: false,
        maxVersion: "TLSv1.2",
        cert: pemOf(client?.chain[0]),
        key: keyOf(client),
      });
      socket.once("secureConnect", () => {
        fingerprint = socket.getPeerCertificate().fingerprint256;
        socket.end();
        resolve({ fingerprint, accepted: true });
      });
      socket.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNREFUSED" ? reject(error) : resolve({ fingerprint, accepted: false }),
      );
    });
  }

  test("serves what one deploy has changed, keeps what it cannot use, and refuses whom it trusts no more", async () => {
    // WHEN it is deployed for the first time
    const first = deploy({});

    // THEN it was started once, with its key and those whom it trusts
    expect(first.stderr).toContain("shop: Server: up");
    expect(first.stderr).toMatch(
      /activated +activation "Server" +runs here sh restart\.sh \(at most 120 s\)/,
    );
    expect([first.status, timesRun()]).toEqual([0, 1]);
    const before = await call("bob");
    expect(before.accepted).toBe(true);
    expect(receipt()).toMatchObject({
      outcome: "deployed",
      activations: expect.arrayContaining([
        expect.objectContaining({
          name: "Server",
          state: "proven",
          level: "served",
          commands: [{ argv: ["sh", "restart.sh"], status: 0, milliseconds: expect.any(Number) }],
        }),
      ]),
      failures: [],
    });
    const beside = project.read(".local/state/shop.receipt.json").toString();
    expect(JSON.parse(beside)).toEqual(receipt());

    // WHEN nothing has changed
    expect(deploy({}).stdout).toContain("shop: No changes");
    expect(timesRun()).toBe(1);

    // WHEN the certificate changes
    const second = deploy({ days: 120 });

    // THEN the running server presents it
    expect([second.status, timesRun()]).toEqual([0, 2]);
    const after = await call("alice");
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(receipt().changes).toContainEqual(
      expect.objectContaining({ kind: "key", alias: "server", place: "app:/opt/app/keys.p12" }),
    );

    // WHEN it gets a key that it does not know
    const bad = deploy({ days: 120, algorithm: "ec-p256" });

    // THEN it goes on with the one before, and all say so
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain("keys of kind EC are not known here");
    expect(await call("alice")).toEqual(after);
    expect(receipt()).toMatchObject({
      outcome: "failed",
      activations: expect.arrayContaining([expect.objectContaining({ name: "Server", state: "failed" })]),
      hops: [],
    });
    expect(receipt().restored).not.toEqual([]);
    expect(receipt().failures).toHaveLength(1);

    // WHEN a client is trusted no more
    const retired = deploy({ days: 120, clients: ["alice"] });

    // THEN the running server refuses it after this one deploy
    expect(retired.stdout).toContain("after what was removed, activated again: Server");
    expect(retired.status).toBe(0);
    expect((await call("bob")).accepted).toBe(false);
    expect(await call("alice")).toMatchObject({ accepted: true });
    expect(deploy({ days: 120, clients: ["alice"] }).stdout).toContain("shop: No changes");
  }, 600_000);
});

function pemOf(der: Uint8Array | undefined): string {
  return pem("CERTIFICATE", der);
}

function keyOf(identity: MadeIdentity | undefined): string {
  return pem("PRIVATE KEY", identity?.pkcs8);
}

function pem(label: string, der: Uint8Array = new Uint8Array()): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
