import type { Construct, IConstruct } from "constructs";
import type { AliasChooser, IdentityLocation, KeyEntryPlan, RuntimePlan } from "../model";
import type { Certificate } from "./certificate";
import type { CertificateUse } from "./certificateUse";
import type { IHost } from "./host";
import type { Identity } from "./identity";
import { made } from "./props";

/** Where an identity stands on a host: an alias of a keystore, or two PEM files. */
export interface IPlace {
  readonly host: IHost;
  /** Whose TLS reads such a place, where nothing else is said. */
  readonly runtime: RuntimePlan;
  /** What others call it by: its alias, or the name of its file. */
  readonly name: string;
  /**
   * Puts a certificate's identity there for the construct that presents it. Without a certificate it is the identity
   * that stands there: what another noun has declared, otherwise what the host already holds.
   *
   * @throws DeclarationError `repeated-alias`, `unusable-certificate`
   */
  hold(presenter: Construct, certificate: Certificate | undefined, use: CertificateUse): HeldIdentity;
}

export const placeProp = made<IPlace>('a place, for example keystore.entry("alias")', "hold", "host");

/** An identity at its place. */
export interface HeldIdentity {
  readonly identity: Identity;
  readonly location: IdentityLocation;
  /** What puts it there; empty where it stands there already, or another noun puts it there. */
  readonly entries: readonly KeyEntryPlan[];
}

interface HeldAt {
  readonly host: IHost;
  readonly held: HeldIdentity;
}

const heldInTree = new WeakMap<IConstruct, Map<string, HeldAt>>();

/** What stands at a place, by its name in the whole tree; undefined where nothing is declared there. */
export function heldAt(scope: IConstruct, place: string): HeldIdentity | undefined {
  return heldInTree.get(scope.node.root)?.get(place)?.held;
}

/** Remembers what stands at a place. */
export function hold(scope: IConstruct, place: string, host: IHost, held: HeldIdentity): HeldIdentity {
  const places = heldInTree.get(scope.node.root) ?? new Map<string, HeldAt>();
  heldInTree.set(scope.node.root, places.set(place, { host, held }));
  return held;
}

/** A place with who picks the alias there: of one store a server may name it, and Java choose it for a client. */
export function chosen(location: IdentityLocation, by: AliasChooser | undefined): IdentityLocation {
  if (location.kind !== "store") return location;
  const { chosenBy: _, ...place } = location;
  return by === undefined ? place : { ...place, chosenBy: by };
}

/** Where an identity was put on a host; undefined where it stands nowhere there. */
export function whereHeld(scope: IConstruct, identityId: string, hostId: string): HeldIdentity | undefined {
  const places = [...(heldInTree.get(scope.node.root)?.values() ?? [])];
  return places.find(({ host, held }) => held.identity.identityId === identityId && host.hostId === hostId)
    ?.held;
}
