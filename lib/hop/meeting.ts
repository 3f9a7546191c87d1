import {
  type Meeting,
  type Peer,
  type Presentation,
  PROTOCOLS,
  type TlsUse,
  certificateSignatures,
  javaRules,
  lostSignatures,
  meet,
  usableKeyTypes,
} from "../java";
import type { ClientSide, HopMaterial, SeenRequest, ServerSide } from "./hopMaterial";
import { CURRENT_OPENSSL, shareProtocol } from "./opensslPolicy";
import { serverNameOf } from "./serverName";

/** How both sides of a hop meet; a side that is no Java brings the protocols of its OpenSSL. */
export function meetingOf({ server, client }: HopMaterial): Meeting {
  return meet(peerOf(server, "server"), peerOf(client, "client"));
}

function peerOf(side: ServerSide | ClientSide, use: TlsUse): Peer {
  const { runtime, java, opensslPolicy = CURRENT_OPENSSL } = side;
  if (runtime === "java") {
    const rules = javaRules(java);
    return { protocols: rules.protocols(use), rules };
  }
  return {
    protocols: PROTOCOLS.filter((protocol) =>
      shareProtocol(opensslPolicy, { minimumProtocol: protocol, maximumProtocol: protocol }),
    ),
    ...("seenRequest" in side ? schemesOf(side.seenRequest) : {}),
  };
}

function schemesOf(request: SeenRequest | undefined): Pick<Peer, "schemes" | "certificateSchemes"> {
  if (request === undefined) return {};
  const { schemes, certificateSchemes = schemes } = request;
  return { schemes, certificateSchemes };
}

/** For whom the key manager of a Java side chooses. */
export function presentationOf(
  { address, client, now }: HopMaterial,
  meeting: Meeting,
  use: TlsUse,
  accepts?: Presentation["accepts"],
): Presentation {
  const { rules } = meeting[use];
  const { protocol = "TLSv1.3" } = meeting;
  const keyTypes = usableKeyTypes(meeting, use);
  const { certificateSchemes } = meeting[use === "server" ? "client" : "server"];
  const serverName = use === "server" ? serverNameOf(address, client.runtime) : undefined;
  return {
    ...(rules === undefined ? {} : { rules }),
    keyTypes,
    fitness: {
      use,
      now,
      protocol,
      // What is no Java does as the current ones, unless it was seen.
      refusesSha1: [meeting.server, meeting.client].some(
        ({ rules: known, certificateSchemes: seen }) =>
          seen === undefined && known?.refusesSha1Handshakes !== false,
      ),
      lost: [meeting.server, meeting.client].flatMap(({ rules }) =>
        rules === undefined ? [] : lostSignatures(rules),
      ),
      ...(certificateSchemes === undefined ? {} : { taken: certificateSignatures(certificateSchemes) }),
      ...(serverName === undefined ? {} : { serverName }),
    },
    ...(accepts === undefined ? {} : { accepts }),
  };
}
