import type { HopMaterial } from "../../../lib/hop";
import type { JavaRuntimePlan } from "../../../lib/model";
import { authoritiesOf, now } from "./hopCertificates";
import { presented, trustOf } from "./hopStores";
import type { JudgedHop } from "./javaJudge";
import type { HopShape } from "./shapes";

/** A hop twice: as the judge performs it, and as the rules see it under a Java. */
export interface BuiltHop {
  readonly judged: JudgedHop;
  material(server: JavaRuntimePlan, client?: JavaRuntimePlan): HopMaterial;
}

/** Makes all certificates and stores of a shape. */
export function buildHop(shape: HopShape): BuiltHop {
  const chain = authoritiesOf(shape.authorities);
  const twins = hasTwins(shape) ? authoritiesOf(shape.authorities, 40) : chain;
  const { naming } = shape;
  const server = presented(shape.server, chain, twins, naming.commonName, naming.names);
  const client =
    shape.client === undefined ? undefined : presented(shape.client, chain, twins, "Partner Seven", []);
  const clientTrust = trustOf(shape.clientTrusts, chain, server.made);
  const serverTrust = trustOf(shape.serverTrusts, chain, client?.made);
  const judged: JudgedHop = {
    address: naming.address,
    verifiesName: shape.verifiesName,
    clientAuthentication: shape.clientAuthentication,
    server: {
      keys: server.file,
      trust: serverTrust.file,
      ...(shape.protocols.server === undefined ? {} : { protocols: shape.protocols.server }),
      ...(shape.server.keyManager === undefined ? {} : { keyManager: shape.server.keyManager }),
    },
    client: {
      ...(client === undefined ? {} : { keys: client.file }),
      trust: clientTrust.file,
      ...(shape.protocols.client === undefined ? {} : { protocols: shape.protocols.client }),
      ...(shape.client?.keyManager === undefined ? {} : { keyManager: shape.client.keyManager }),
    },
  };
  const material = (serverJava: JavaRuntimePlan, clientJava: JavaRuntimePlan = serverJava): HopMaterial => ({
    hopId: "caller -> server",
    address: naming.address,
    port: 8443,
    now,
    server: {
      runtime: "java",
      java: javaOf(serverJava, "server", shape),
      ...server.to(serverJava),
      clientAuthentication: shape.clientAuthentication,
      clientAnchors: shape.clientAuthentication === "none" ? [] : serverTrust.anchors,
    },
    client: {
      runtime: "java",
      java: javaOf(clientJava, "client", shape),
      anchors: clientTrust.anchors,
      verifiesName: shape.verifiesName,
      ...client?.to(clientJava),
    },
  });
  return { judged, material };
}

function hasTwins({ server, client }: HopShape): boolean {
  return [server, client].some((side) => side?.neighbours.some(({ isOfTwins }) => isOfTwins) === true);
}

function javaOf(java: JavaRuntimePlan, side: "server" | "client", shape: HopShape): JavaRuntimePlan {
  const protocols = shape.protocols[side];
  const keyManager = shape[side]?.keyManager;
  return {
    ...java,
    ...(protocols === undefined
      ? {}
      : { properties: { [`jdk.tls.${side}.protocols`]: protocols.join(",") } }),
    ...(keyManager === undefined
      ? {}
      : {
          securityProperties: {
            ...java.securityProperties,
            "ssl.KeyManagerFactory.algorithm": keyManager,
          },
        }),
  };
}
