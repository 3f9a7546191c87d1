import { execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as https from "node:https";
import * as net from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import { domainToASCII } from "node:url";
import {
  concurrently,
  type HopMaterial,
  type PresentedIdentity,
  type TrustedAnchors,
} from "../../../lib/hop";
import { toPem } from "../../../lib/pki";
import { tool } from "../../support/tools";

/** Asks the real programs whether hops work; one answer a hop. */
export class Judges {
  private files = 0;

  /** @param directory for certificates and keys */
  constructor(private readonly directory: string) {}

  /** curl, one process for all hops. */
  async curl(hops: readonly HopMaterial[]): Promise<boolean[]> {
    return await this.serving(hops, async (ports) => {
      const calls = hops.map(({ address, client }, at) =>
        [
          `url = "https://${address}:${ports[at]}/"`,
          `connect-to = "::127.0.0.1:${ports[at]}"`,
          `cacert = "${this.pem(client.anchors)}"`,
          `ciphers = "DEFAULT@SECLEVEL=${client.opensslPolicy?.securityLevel ?? 2}"`,
          'noproxy = "*"',
          'output = "/dev/null"',
          "max-time = 20",
          'write-out = "%{exitcode} "',
        ].join("\n"),
      );
      const { stdout } = await run(
        tool("curl"),
        ["--silent", "--disable", "--config", "-"],
        calls.join("\nnext\n"),
      );
      return stdout
        .trim()
        .split(" ")
        .map((code) => code === "0");
    });
  }

  /** Node's own HTTPS, in this process. */
  async node(hops: readonly HopMaterial[]): Promise<boolean[]> {
    return await this.serving(
      hops,
      async (ports) =>
        await concurrently(
          hops.map((material, at) => ({ material, port: ports[at] ?? 0 })),
          8,
          async ({ material: { address, client }, port }) =>
            await new Promise<boolean>((resolve) => {
              const socket = tls.connect({
                port,
                host: "127.0.0.1",
                ...(net.isIP(address) === 0 ? { servername: address } : {}),
                ca: pemOf(client.anchors),
                ciphers: `DEFAULT:@SECLEVEL=${client.opensslPolicy?.securityLevel ?? 2}`,
                checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(address, certificate),
              });
              socket.once("secureConnect", () => resolve(true)).once("error", () => resolve(false));
              socket.once("secureConnect", () => socket.destroy());
            }),
        ),
    );
  }

  /** `openssl s_client`, a process a hop. */
  async openssl(hops: readonly HopMaterial[]): Promise<boolean[]> {
    return await this.serving(
      hops,
      async (ports) =>
        await concurrently(
          hops.map((material, at) => ({ material, port: ports[at] })),
          4,
          async ({ material: { address, client }, port }) => {
            const name =
              net.isIP(address) === 0
                ? ["-verify_hostname", domainToASCII(address)]
                : ["-verify_ip", address];
            const { stdout } = await run(
              tool("openssl"),
              [
                ["s_client", "-connect", `127.0.0.1:${port}`, "-quiet", "-verify_return_error", ...name],
                ["-cipher", `DEFAULT:@SECLEVEL=${client.opensslPolicy?.securityLevel ?? 2}`],
                ["-CAfile", this.pem(client.anchors), "-no-CApath", "-no-CAstore"],
              ].flat(),
              "GET / HTTP/1.0\r\n\r\n",
            );
            return stdout.includes("204");
          },
        ),
    );
  }

  /** One nginx with a server for each hop, called with what the hop's client presents. */
  async nginx(hops: readonly HopMaterial[]): Promise<boolean[]> {
    const ports = await freePorts(hops.length);
    const blocks = hops.map(({ server }, at) =>
      [
        `server { listen 127.0.0.1:${ports[at]} ssl;`,
        `ssl_certificate ${this.pem(server.identity.chain)};`,
        `ssl_certificate_key ${this.key(server.identity)};`,
        `ssl_client_certificate ${this.pem(server.clientAnchors)};`,
        `ssl_verify_client ${server.clientAuthentication === "require" ? "on" : "optional"};`,
        `ssl_verify_depth ${server.verifyDepth};`,
        `ssl_ciphers DEFAULT:@SECLEVEL=${server.opensslPolicy?.securityLevel ?? 2};`,
        "location / { return 204; } }",
      ].join(" "),
    );
    const root = join(this.directory, "nginx");
    mkdirSync(root, { recursive: true });
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${root}/${kind};`,
    );
    const configuration = this.file(
      `daemon off; master_process off; pid ${root}/pid; error_log ${root}/errors; events { worker_connections 4096; } ` +
        `http { access_log off; ${paths.join(" ")} ${blocks.join("\n")} }`,
    );
    const child = spawn(tool("nginx"), ["-p", root, "-c", configuration], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    try {
      await untilOpen(ports.at(-1) ?? 0, () => (child.exitCode === null ? undefined : said));
      return await concurrently(
        hops.map((material, at) => ({ material, port: ports[at] ?? 0 })),
        8,
        async ({ material: { client }, port }) => (await statusOf(port, client.identity)) === 204,
      );
    } finally {
      child.kill();
      await ended;
    }
  }

  /** Serves what each hop's server presents, at whatever level its keys are, while something calls. */
  private async serving<T>(
    hops: readonly HopMaterial[],
    action: (ports: readonly number[]) => Promise<T>,
  ): Promise<T> {
    const servers = hops.map(({ server }) =>
      tls
        .createServer({ ...presented(server.identity), ciphers: "DEFAULT:@SECLEVEL=0" }, (socket) => {
          socket.on("error", () => socket.destroy());
          socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
        })
        .on("tlsClientError", (_error, socket) => socket.destroy()),
    );
    const ports = await Promise.all(servers.map(async (server) => await listening(server)));
    try {
      return await action(ports);
    } finally {
      for (const server of servers) server.close();
    }
  }

  private pem(certificates: TrustedAnchors): string {
    return this.file(pemOf(certificates));
  }

  private key({ pkcs8 = new Uint8Array() }: PresentedIdentity): string {
    return this.file(toPem(pkcs8, "PRIVATE KEY"));
  }

  private file(content: string): string {
    const path = join(this.directory, `file-${(this.files += 1)}`);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }
}

function pemOf(certificates: TrustedAnchors): string {
  if (certificates === "public-roots") throw new Error("tests name their anchors");
  return certificates.map((der) => toPem(der, "CERTIFICATE")).join("");
}

function presented(identity: PresentedIdentity): tls.SecureContextOptions {
  return { cert: pemOf(identity.chain), key: toPem(identity.pkcs8 ?? new Uint8Array(), "PRIVATE KEY") };
}

async function statusOf(port: number, identity: PresentedIdentity | undefined): Promise<number | undefined> {
  return await new Promise((resolve) => {
    https
      .get(
        {
          host: "127.0.0.1",
          port,
          agent: false,
          rejectUnauthorized: false,
          ciphers: "DEFAULT:@SECLEVEL=0",
          ...(identity === undefined ? {} : presented(identity)),
        },
        (response) => resolve(response.resume().statusCode),
      )
      .on("error", () => resolve(undefined));
  });
}

async function run(
  program: string,
  words: readonly string[],
  stdin: string,
): Promise<{ readonly stdout: string }> {
  return await new Promise((resolve) => {
    const child = execFile(program, words, { timeout: 300_000, maxBuffer: 1 << 28 }, (_error, stdout) =>
      resolve({ stdout }),
    );
    child.stdin?.on("error", () => undefined).end(stdin);
  });
}

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  const ports = await Promise.all(servers.map(async (server) => await listening(server)));
  await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until a port takes connections, or `failure` says why it never will. */
async function untilOpen(port: number, failure: () => string | undefined): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    const problem = failure();
    if (problem !== undefined) throw new Error(problem);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
