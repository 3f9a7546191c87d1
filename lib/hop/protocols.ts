import type { Meeting } from "../java";
import { refusal, type Refusal } from "../rules";
import type { HopMaterial } from "./hopMaterial";
import { CURRENT_OPENSSL, type ProtocolRange, shareProtocol } from "./opensslPolicy";

/** Whether no version of TLS is left that both sides speak. */
export function refusedProtocols(
  { server, client }: Pick<HopMaterial, "server" | "client">,
  meeting: Meeting,
): Refusal | undefined {
  if (server.runtime !== "java" && client.runtime !== "java") {
    const [one, other] = [server.opensslPolicy, client.opensslPolicy];
    return shareProtocol(one ?? CURRENT_OPENSSL, other ?? CURRENT_OPENSSL)
      ? undefined
      : noneShared(rangeOf(one), rangeOf(other));
  }
  if (meeting.protocol !== undefined) return undefined;
  const [one, other] = [meeting.server, meeting.client].map(({ protocols }) =>
    protocols.length === 0 ? "none" : protocols.join(", "),
  );
  return noneShared(String(one), String(other));
}

function rangeOf({ minimumProtocol, maximumProtocol }: ProtocolRange = CURRENT_OPENSSL): string {
  return `${minimumProtocol} to ${maximumProtocol}`;
}

function noneShared(server: string, client: string): Refusal {
  return refusal("no-shared-protocol", `the server speaks ${server}, the client ${client}`);
}
