import { headerOf, identityContent, observationContent } from "./format";
import type { Lock, LockedIdentity, SignedPart, TruststoreObservation, WaitingIdentity } from "./lock";

/** The header as it is signed: all but identities and observations. */
export function headerPart(lock: Lock): SignedPart {
  return { ...placeIn(lock), part: "header", key: "", content: headerOf(lock) };
}

/** An identity as it is signed: for its id in its environment, and for no other. */
export function identityPart(lock: Lock, id: string, identity: LockedIdentity | WaitingIdentity): SignedPart {
  return { ...placeIn(lock), part: "identity", key: id, content: identityContent(identity) };
}

/** An observation as it is signed: of its place. */
export function observationPart(lock: Lock, place: string, observation: TruststoreObservation): SignedPart {
  return { ...placeIn(lock), part: "observation", key: place, content: observationContent(observation) };
}

function placeIn({ project, environment }: Lock): Pick<SignedPart, "project" | "environment"> {
  return { project, environment };
}
