import { type Server, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { certificateServices } from "./certificates";
import { endpointServices } from "./endpoints";
import { keystoreServices } from "./keystores";
import { listenerServices, portAccessServices, portServices } from "./listeners";
import { type Pipeline, decoded } from "./pipeline";
import { type ServerState, shippedState, snapshot } from "./state";

/** How a service says no; all but the last two with HTTP 200. */
export type RefusalKind = "isError" | "failed" | "FAILURE" | "message" | "echo" | "exception" | "forbidden";

/**
 * Stands in for an Integration Server's admin services, with the signatures of WmRoot 9.12: what each reads of its
 * request, what it needs, how it says no, and that an answer brings the request's own fields back.
 */
export class IntegrationServerStandIn {
  readonly state: ServerState = shippedState();
  /** Every call, in order. */
  readonly calls: { readonly service: string; readonly request: Pipeline }[] = [];
  /** A service that refuses, and how. */
  refusing: { readonly service: string; readonly kind: RefusalKind } | undefined;
  readonly server: Server;

  constructor(
    private readonly password: string,
    /** Some servers take an empty body for an empty JSON object. */
    private readonly options: { readonly takesEmptyJson?: boolean } = {},
  ) {
    this.server = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        const { status, answer } = this.answer(
          incoming.url ?? "",
          incoming.headers.authorization ?? "",
          incoming.headers["content-type"] ?? "",
          body,
        );
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
  }

  /** Calls that change something, or would. */
  get writes(): string[] {
    return this.calls
      .map(({ service }) => service)
      .filter((service) => !/:(?:list|get)/.test(service))
      .map((service) => service.replace(/^wm\.server\./, ""));
  }

  /** All that the server keeps, as plain data. */
  get snapshot(): unknown {
    return snapshot(this.state);
  }

  private answer(
    url: string,
    authorization: string,
    contentType: string,
    body: string,
  ): { readonly status: number; readonly answer: Pipeline } {
    const expected = Buffer.from(`Administrator:${this.password}`).toString("base64");
    if (authorization !== `Basic ${expected}`) return { status: 401, answer: { $error: "Access Denied" } };
    const service = url.replace("/invoke/", "");
    let request: Pipeline;
    try {
      request = decoded(contentType, body === "" && this.options.takesEmptyJson === true ? "{}" : body);
    } catch {
      return { status: 500, answer: { $error: "com.wm.util.coder.InvalidDatatypeException: no JSON" } };
    }
    const serve = this.services[service];
    if (serve === undefined) return { status: 404, answer: { $error: `Unknown service ${service}` } };
    this.calls.push({ service, request });
    if (this.refusing?.service === service) return refusal(this.refusing.kind, request);
    return { status: 200, answer: { ...request, ...serve(request) } };
  }

  private get services(): Readonly<Record<string, (request: Pipeline) => Pipeline>> {
    const { settings } = this.state;
    return {
      "wm.server.query:getSettings": () => Object.fromEntries(settings),
      "wm.server.admin:setSettings": (request) => {
        for (const [name, value] of Object.entries(request))
          if (name.startsWith("watt.")) settings.set(name, String(value));
        return { message: "Settings changed successfully" };
      },
      "wm.server.admin:clearSSLCache": () => ({ message: "SSL cache cleared" }),
      ...named("wm.server.security.keystore", keystoreServices(this.state)),
      ...named("wm.server.security.certificate", certificateServices(this.state)),
      ...named("wm.server.net.listeners", {
        ...listenerServices(this.state),
        listListeners: portServices(this.state)["listListeners"] ?? (() => ({})),
      }),
      ...named("wm.server.ports", portServices(this.state)),
      ...named("wm.server.portAccess", portAccessServices(this.state)),
      ...named("wm.server.ws", endpointServices(this.state)),
    };
  }
}

function named<Service>(
  folder: string,
  services: Readonly<Record<string, Service>>,
): Record<string, Service> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [`${folder}:${name}`, service]),
  );
}

/** A refusal changes nothing, and says the request's fields again like any answer. */
function refusal(
  kind: RefusalKind,
  request: Pipeline,
): { readonly status: number; readonly answer: Pipeline } {
  // Servers' words may steer a terminal.
  const message = "no such luck\u001B[2J\u202E";
  switch (kind) {
    case "isError":
      return { status: 200, answer: { ...request, isError: "true", message } };
    case "failed":
      return { status: 200, answer: { ...request, status: "failed", message } };
    case "FAILURE":
      return { status: 200, answer: { ...request, status: "FAILURE", message } };
    case "message":
      return { status: 200, answer: { ...request, message } };
    case "echo":
      return { status: 200, answer: { ...request, message: `${message}: ${JSON.stringify(request)}` } };
    case "exception":
      return {
        status: 500,
        answer: { $error: message, $errorType: "com.wm.app.b2b.server.ServiceException" },
      };
    case "forbidden":
      return { status: 403, answer: { $error: message } };
  }
}
