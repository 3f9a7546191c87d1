import { Client, credentials } from "@grpc/grpc-js";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect } from "node:tls";
import { createServerCertificate } from "../../../lib/provider/protocol/serverCertificate";
import { responses } from "../../../lib/provider/protocol/wire";
import { bundleProvider } from "../support/terraform";
import { protobufjsTypes } from "./grpc/protobufjs";

const scratch = mkdtempSync(join(tmpdir(), "trust-serve-"));
const bundle = bundleProvider(scratch);
const client = createServerCertificate(new Date());
const environment = {
  ...process.env,
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5,6",
  PLUGIN_CLIENT_CERT: client.pem,
};

afterAll(() => rmSync(scratch, { recursive: true }));

/** Starts a program and waits for the first line it prints. */
async function start(
  program: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, program, { env, stdio: ["ignore", "pipe", "ignore"] });
  const line = await new Promise<string>((resolve) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString("utf8")));
  });
  return { child, line };
}

const isRunning = (processId: number): boolean => {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
};

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (status) => resolve(status)));

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("serving a provider", () => {
  test("says what it is to somebody who starts it by hand", () => {
    // WHEN
    const { status, stdout, stderr } = spawnSync(process.execPath, [bundle], { encoding: "utf8" });

    // THEN
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("Terraform starts it");
  });

  test("names the protocols where none fits", () => {
    // WHEN
    const env = { ...environment, PLUGIN_PROTOCOL_VERSIONS: "5" };
    const { status, stderr } = spawnSync(process.execPath, [bundle], { encoding: "utf8", env });

    // THEN
    expect(status).toBe(1);
    expect(stderr).toContain("offers plugin protocol 5, this provider speaks 6");
  });

  test("announces a socket of its own and a fresh certificate, and cleans up", async () => {
    // WHEN
    const { child, line } = await start([bundle], environment);
    const [core, protocol, network, path = "", transport, encoded = ""] = line.trimEnd().split("|");

    // THEN
    expect([core, protocol, network, transport]).toEqual(["1", "6", "unix", "grpc"]);
    expect(path.length).toBeLessThan(104);
    const certificate = new X509Certificate(Buffer.from(encoded, "base64"));
    expect(encoded).not.toMatch(/[=\n]/);
    expect(certificate.subjectAltName).toBe("DNS:localhost");
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);

    // WHEN Ctrl-C reaches it, Terraform decides; a termination ends it
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");

    // THEN
    expect(await ended(child)).toBe(0);
    expect(existsSync(dirname(path))).toBe(false);
  });

  test("answers whoever started it, and ends when told to", async () => {
    // GIVEN gRPC's own client with what go-plugin gives Terraform
    const { child, line } = await start([bundle], environment);
    const [, , , path = "", , encoded = ""] = line.trimEnd().split("|");
    const certificate = new X509Certificate(Buffer.from(encoded, "base64"));
    const trusted = Buffer.from(certificate.toString());
    const key = Buffer.from(client.privateKeyPem);
    const secured = credentials.createSsl(trusted, key, Buffer.from(client.pem));
    const terraform = new Client(`unix:${path}`, secured, { "grpc.ssl_target_name_override": "localhost" });
    const said = (type: keyof typeof responses, answer: Buffer) =>
      protobufjsTypes(responses)(type).decode(answer).toJSON();
    const ask = (method: string) =>
      new Promise<Buffer>((resolve, reject) => {
        const sent = Buffer.alloc(0);
        terraform.makeUnaryRequest(`/${method}`, asIs, asIs, sent, (error, answer) =>
          error === null ? resolve(answer ?? sent) : reject(error),
        );
      });
    const output = terraform.makeServerStreamRequest(
      "/plugin.GRPCStdio/StreamStdio",
      asIs,
      asIs,
      Buffer.alloc(0),
    );
    output.on("error", () => undefined);

    // WHEN
    const health = said("HealthResponse", await ask("grpc.health.v1.Health/Check"));
    const schema = said("ProviderSchema", await ask("tfplugin6.Provider/GetProviderSchema"));

    // THEN
    expect(health).toEqual({ status: 1 });
    expect(schema).toMatchObject({
      server_capabilities: { plan_destroy: true, get_provider_schema_optional: true },
      resource_schemas: { trust_keystore: { block: { attributes: expect.any(Array) } } },
    });

    // WHEN
    const isOver = ended(child);
    await ask("plugin.GRPCController/Shutdown");

    // THEN
    expect(await isOver).toBe(0);
    expect(existsSync(dirname(path))).toBe(false);
    terraform.close();
  });

  test.each([
    ["without a certificate", {}],
    ["with another certificate", stranger()],
  ])("answers nobody %s", async (_what, credentials) => {
    // GIVEN
    const { child, line } = await start([bundle], environment);
    const path = line.split("|")[3] ?? "";

    // WHEN
    const failure = await new Promise<string>((resolve) => {
      const socket = connect({ path, ...credentials, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
      socket.on("error", (error) => resolve(error.message));
      socket.on("data", () => resolve("an answer"));
      socket.on("close", () => resolve("closed"));
      // TLS 1.3 tells a client only when it reads.
      socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    });

    // THEN
    expect(failure).not.toBe("an answer");
    child.kill("SIGTERM");
    await ended(child);
  });

  test("ends when Terraform is gone", async () => {
    // GIVEN a parent that starts the provider and says its process id
    const parentProgram = `
      const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(bundle)}], { stdio: ["ignore", "pipe", "ignore"] });
      child.stdout.once("data", (line) => console.log(child.pid + "|" + line));
      setInterval(() => undefined, 1000);`;
    const { child: parent, line } = await start(["-e", parentProgram], environment);
    const [provider = "", , , , path = ""] = line.split("|");

    // WHEN
    parent.kill("SIGKILL");
    await until(() => !isRunning(Number(provider)));

    // THEN
    expect(isRunning(Number(provider))).toBe(false);
    expect(existsSync(dirname(path))).toBe(false);
  });
});

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function stranger(): { readonly cert: string; readonly key: string } {
  const { pem, privateKeyPem } = createServerCertificate(new Date());
  return { cert: pem, key: privateKeyPem };
}
