import { Server, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { providerService } from "./providerService";
import type { Provider } from "./resource";
import { loadServices } from "./wire";

const SERVING = 1;

/** All that Terraform calls, on no address yet. `stop` is aborted by StopProvider. */
export function createGrpcServer(provider: Provider, stop: AbortController): Server {
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const service = loadServices();
  server.addService(service("tfplugin6.Provider"), providerService(provider, stop));
  server.addService(service("plugin.GRPCController"), {
    Shutdown: (_call: ServerUnaryCall<object, object>, reply: sendUnaryData<object>) => {
      reply(null, {});
      // The answer has to leave first; Terraform kills a provider that lingers for two seconds.
      setTimeout(() => process.exit(0), 5);
    },
  });
  // Terraform opens both streams and expects them to stay open and silent.
  server.addService(service("plugin.GRPCStdio"), { StreamStdio: () => undefined });
  server.addService(service("plugin.GRPCBroker"), { StartStream: () => undefined });
  server.addService(service("grpc.health.v1.Health"), {
    Check: (_call: ServerUnaryCall<object, object>, reply: sendUnaryData<object>) =>
      reply(null, { status: SERVING }),
  });
  return server;
}
