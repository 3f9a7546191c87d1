import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { notStartedByTerraform, unsupportedProtocol } from "./errors";
import { answerCalls, serverOptions } from "./grpc/answerCalls";
import { listen } from "./listen";
import { reserveStandardOutput } from "./log";
import type { Provider } from "./resource";
import { createServerCertificate } from "./serverCertificate";
import { listenAtSocket, removeDeadSockets } from "./socketFolder";
import { terraformMethods } from "./terraformMethods";

/** What Terraform sets for every provider it starts (go-plugin's handshake). */
const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CORE_PROTOCOL = 1;
const PLUGIN_PROTOCOL = 6;
const PARENT_CHECK_MS = 1000;

/**
 * Serves a provider to the Terraform that started this process, until Terraform shuts it down or is gone.
 *
 * @throws ProviderError `not-started-by-terraform`, `unsupported-protocol`
 */
export async function serve(provider: Provider, environment: NodeJS.ProcessEnv): Promise<void> {
  if (environment["TF_PLUGIN_MAGIC_COOKIE"] !== MAGIC_COOKIE) throw notStartedByTerraform();
  const offered = environment["PLUGIN_PROTOCOL_VERSIONS"] ?? "none";
  if (!offered.split(",").includes(String(PLUGIN_PROTOCOL))) throw unsupportedProtocol(offered);
  const clientCertificate = environment["PLUGIN_CLIENT_CERT"];
  if (clientCertificate === undefined || clientCertificate === "") throw notStartedByTerraform();

  const announce = reserveStandardOutput();
  watchTerraform();

  const certificate = createServerCertificate(new Date());
  // Mutual TLS with exactly the two certificates of this start.
  const server = createSecureServer({
    ...serverOptions,
    cert: certificate.pem,
    key: certificate.privateKeyPem,
    ca: clientCertificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  answerCalls(server, terraformMethods(provider, new AbortController()));
  // A socket that only this user can reach; loopback on Windows, which go-plugin gives no socket.
  const isTcp = process.platform === "win32";
  const where = isTcp
    ? `127.0.0.1:${((await listen(server, { host: "127.0.0.1", port: 0 })).address() as AddressInfo).port}`
    : (await listenAtSocket((path) => listen(server, { path }))).path;
  const encoded = certificate.der.toString("base64").replace(/=+$/, "");
  announce([CORE_PROTOCOL, PLUGIN_PROTOCOL, isTcp ? "tcp" : "unix", where, "grpc", encoded].join("|"));
  // After Terraform has what it waits for.
  if (!isTcp) void removeDeadSockets(Date.now());
}

/** Ctrl-C reaches the whole process group, but Terraform decides when to stop; its death ends us too. */
function watchTerraform(): void {
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => process.exit(0));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, PARENT_CHECK_MS).unref();
}
