import { createServer, type Http2Server } from "node:http2";
import { answerCalls, serverOptions } from "./grpc/answerCalls";
import { listen } from "./listen";
import { reserveStandardOutput } from "./log";
import type { Provider } from "./resource";
import { listenAtSocket, removeDeadSockets } from "./socketFolder";
import { terraformMethods } from "./terraformMethods";

/** How long a Terraform that outlives whoever started us may take from one connection to the next. */
const GRACE_MS = 1_000;

/**
 * Serves providers to whatever Terraform is told where they are (`TF_REATTACH_PROVIDERS`), so that one start does for
 * a plan and an apply, which otherwise take five of each.
 *
 * Each has a socket in a folder that only this user can enter, which is the guard here: go-plugin speaks no TLS to a
 * provider that it did not start. The line that is printed is JSON, sockets by name. Ends at SIGTERM, and by itself
 * when whoever holds standard input open is gone and no Terraform is connected.
 *
 * @param providers by name
 */
export async function serveAttached(providers: Readonly<Record<string, Provider>>): Promise<void> {
  const announce = reserveStandardOutput();
  // Ctrl-C reaches the whole process group, but Terraform decides when to stop.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => process.exit(0));
  const servers = new Map<string, Http2Server>();
  const sockets: Record<string, string> = {};
  for (const [name, provider] of Object.entries(providers)) {
    const { path, listening } = await listenAtSocket((bound) => serveAt(bound, provider));
    servers.set(name, listening);
    sockets[name] = path;
  }
  endWhenForgotten([...servers.values()]);
  announce(JSON.stringify(sockets));
  void removeDeadSockets(Date.now());
}

function serveAt(path: string, provider: Provider): Promise<Http2Server> {
  const server = createServer(serverOptions);
  answerCalls(server, terraformMethods(provider, new AbortController()));
  return listen(server, { path });
}

/** Standard input ends with the process at its other end, however that one ends. */
function endWhenForgotten(servers: readonly Http2Server[]): void {
  process.stdin.resume();
  process.stdin.once("close", () => {
    let silentSince = Date.now();
    setInterval(() => {
      for (const server of servers)
        server.getConnections((_error, count) => {
          if (count > 0) silentSince = Date.now();
        });
      if (Date.now() - silentSince > GRACE_MS) process.exit(0);
    }, GRACE_MS / 4);
  });
}
