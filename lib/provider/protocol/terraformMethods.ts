import type { Answer, Methods } from "./grpc/answerCalls";
import { readMessage } from "./grpc/readMessage";
import { writeMessage } from "./grpc/writeMessage";
import { optimiseLater } from "../optimiser";
import { providerService } from "./providerService";
import type { Provider } from "./resource";
import { type RequestName, type ResponseName, type ServiceName, services, silentStreams } from "./wire";

const SERVING = 1;
/** What is closed may wait for the kernel to take it. */
const WRITTEN_MS = 5;

/** Answers a message, in the words of `requests.ts`. */
type Handler = (request: never) => Promise<object>;

/** One for each method of `wire.ts`. */
type Handlers = { readonly [S in ServiceName]: Readonly<Record<keyof (typeof services)[S], Handler>> };

/**
 * All that Terraform calls.
 *
 * @param stop aborted by StopProvider
 */
export function terraformMethods(provider: Provider, stop: AbortController): Methods {
  const handlers: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
    "tfplugin6.Provider": providerService(provider, stop),
    "plugin.GRPCController": { Shutdown: async () => ({}) },
    "grpc.health.v1.Health": { Check: async () => ({ status: SERVING }) },
  } satisfies Handlers;
  const unary = Object.entries(services).flatMap(([service, methods]) =>
    Object.entries(methods).flatMap(([name, [request, response]]) => {
      const handle = handlers[service]?.[name];
      if (handle === undefined) return [];
      return [[`/${service}/${name}`, answering(request, response, handle)] as const];
    }),
  );
  return {
    unary: new Map(unary),
    silent: new Set(silentStreams),
    afterwards: new Map([
      // What comes now is the work.
      ["/tfplugin6.Provider/ConfigureProvider", optimiseLater],
      // Terraform kills a provider that lingers for two seconds.
      ["/plugin.GRPCController/Shutdown", () => void setTimeout(exit, WRITTEN_MS)],
    ]),
  };
}

function exit(): void {
  process.exit(0);
}

/** The message that is read has the fields that its handler names, which is what `wire.ts` and `requests.ts` have in common. */
function answering(request: RequestName, response: ResponseName, handle: Handler): Answer {
  return async (message) => writeMessage(response, await handle(readMessage(request, message) as never));
}
