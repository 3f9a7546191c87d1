import { type Name, parseName } from "../pki";
import type { ServerSide } from "./hopMaterial";
import { certificatesOf } from "./trustedCertificates";

/** Names of the authorities whose certificates a server asks for: those seen, or the subjects of its anchors; none means any. */
export function requestedNames({
  seenRequest,
  clientAnchors,
}: Pick<ServerSide, "seenRequest" | "clientAnchors">): readonly Name[] {
  return seenRequest === undefined
    ? certificatesOf(clientAnchors).map(({ subject }) => subject)
    : seenRequest.authorities.map(parseName);
}
