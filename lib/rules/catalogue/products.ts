import type { Rules } from "./rule";
import { LOOK, toldByPeer, toldHere } from "./texts";

/** What single products demand or say. */
export const productRules = {
  "illegal-alias": {
    cause: "a store or endpoint alias of an Integration Server has characters that it does not take",
    remedy: "use letters, digits and underscores",
  },
  "unused-truststore": {
    cause:
      "a call of an Integration Server neither hands its truststore over nor finds it as the server's global one, so that the server consults another than the one that was proven",
    remedy:
      "declare the truststore with global: true, or let the flow service hand it over as trustStore (10.7 and later) and say so: IsCall.setKeyAndChain({ handsOverTruststore: true })",
  },
  "pooled-connection": {
    cause:
      "an Integration Server calls one address under several identities and may keep the connection open, so that the next call goes out under the identity that opened it",
    remedy:
      "give each of the calls maxKeepAliveConnections: 0, or the server, or another host name for each identity",
  },
  "connector-private-key": {
    cause:
      "a web service connector of webMethods got a key in a form it does not take, for example the output of getKeyAndChain",
    remedy: "hand it keyStoreAlias and keyAlias, or set both in the endpoint alias",
    says: ["WS_CLIENT_INVALID_PRIVATE_KEY"],
    pattern: /WS_CLIENT_INVALID_PRIVATE_KEY/,
    next: toldHere(LOOK.list, "which alias was meant"),
  },
  "trusted-agents": {
    level: "warning",
    cause:
      "an ElectricFlow server gets another certificate, and trusted agents accept only a server whose certificate comes from an authority in their caFile (KBEC-00084, KBEC-00355)",
    remedy:
      "append the new anchor to the agents' caFile and restart them before the server, and ping them afterwards",
  },
  "plain-callers": {
    level: "warning",
    cause:
      "an xMatters Integration Agent is switched to TLS on a port that callers use with http://, and all of them are cut off at its restart",
    remedy: "give each caller the new anchor and the https:// URL, and agree when it changes",
  },
  "not-authorized": {
    cause:
      "TLS succeeded, and the application behind it saw neither a client certificate that it maps to a user nor a token",
    remedy:
      "map the certificate to its user on the called system (again after each renewal), and see that the call presents it",
    says: ["ISC.0064.9314 Authorization Required"],
    pattern: /ISC\.0064\.9314/i,
    next: toldByPeer(LOOK.keys, "whether a client certificate arrived, and to which user it is mapped"),
  },
} as const satisfies Rules;
