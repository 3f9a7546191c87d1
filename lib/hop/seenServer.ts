import type { ClientAuthentication, TlsProtocol } from "../model";
import type { ClientSide, HopMaterial, SeenRequest } from "./hopMaterial";

/** A server that runs, as far as handshakes with it show it. */
export interface SeenServer {
  /** For people and findings: `HOST:PORT`. */
  readonly id: string;
  /** The name that it is called by. */
  readonly name: string;
  readonly port: number;
  /** Versions of TLS that it was seen to speak. */
  readonly protocols: readonly TlsProtocol[];
  /** DER of the chain that it presents; empty where the client's half alone is to be judged. */
  readonly chain: readonly Uint8Array[];
  readonly clientAuthentication: ClientAuthentication;
  /** What it asks of its clients. @default - nothing */
  readonly request?: SeenRequest;
}

const PROTOCOLS: readonly TlsProtocol[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** A hop to a server that runs: what it presents and asks for was seen, what it trusts is nobody's to know. */
export function seenMaterial(server: SeenServer, client: ClientSide, now: Date): HopMaterial {
  const spoken = PROTOCOLS.filter((protocol) => server.protocols.includes(protocol));
  return {
    hopId: server.id,
    address: server.name,
    port: server.port,
    server: {
      runtime: "openssl",
      // It presented what it has: whatever its own policy is, that was allowed.
      opensslPolicy: {
        securityLevel: 0,
        minimumProtocol: spoken[0] ?? "TLSv1",
        maximumProtocol: spoken.at(-1) ?? "TLSv1.3",
        era: 3,
      },
      identity: { chain: server.chain },
      clientAuthentication: server.clientAuthentication,
      clientAnchors: [],
      ...(server.request === undefined ? {} : { seenRequest: server.request }),
    },
    client,
    now,
  };
}
