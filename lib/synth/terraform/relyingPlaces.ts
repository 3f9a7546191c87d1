import { contentOfEntry } from "../../hosts";
import {
  type AnchorPlan,
  type AnchorsLocation,
  type FileContent,
  type PlanIndex,
  type TrustPlan,
  certificateAt,
  isLeftOut,
  planIndex,
  stackOf,
} from "../../model";
import { type HostAttributes, hostAttributes } from "./hostAttributes";
import { reachedHost } from "./reachedHost";
import { fingerprint } from "../../pki";
import type { IdentityResolver } from "../plan/identityResolver";

/** A truststore or PEM file that must hold an anchor, as the provider's attribute `relying` has it. */
export interface RelyingPlace extends HostAttributes {
  readonly path: string;
  /** Fingerprint of the anchor. */
  readonly sha256: string;
  /** What an ownership record knows the anchor by. */
  readonly content: string;
  /** Absent where the place is of the same stack. */
  readonly stack?: string;
}

export interface RelyingPlacesProps {
  /** What all stacks of the environment declare, with what the lock pins. */
  readonly plan: TrustPlan;
  /** The stack whose identities are asked for. */
  readonly stack: string;
  readonly identity: IdentityResolver;
}

/** What somebody trusts, as far as it is delivered from here. */
interface Truststore {
  readonly host: HostAttributes;
  readonly path: string;
  readonly stack: string;
  /** Fingerprints of the declared anchors. */
  readonly declared: ReadonlySet<string>;
  /** Fingerprints of anchors that somebody else's entries hold already. */
  readonly foreign: ReadonlySet<string>;
}

/**
 * Who relies on an identity, in all stacks of an environment: the truststores of those who call an endpoint that
 * serves it, and of the endpoints that it is presented to. Hosts that cannot be looked at, public roots and
 * anchors that were there before are left out.
 */
export class RelyingPlaces {
  private readonly index: PlanIndex;
  private readonly truststores = new Map<string, Truststore | undefined>();

  constructor(private readonly props: RelyingPlacesProps) {
    this.index = planIndex(props.plan);
  }

  of(identityId: string): readonly RelyingPlace[] {
    const identity = this.props.identity(identityId);
    if (identity === undefined) return [];
    // The anchor first: what stands highest in the chain is enough for every kind of client.
    const certificates = [identity.anchor, ...identity.chain.toReversed()].map((der) => ({
      sha256: fingerprint("sha256", der),
      content: contentOfEntry("anchor", [der]),
    }));
    const places = this.locationsRelyingOn(identityId).flatMap((location): RelyingPlace[] => {
      const truststore = this.truststoreAt(location);
      if (truststore === undefined) return [];
      const { host, path, stack, declared, foreign } = truststore;
      const anchor = certificates.find(({ sha256 }) => declared.has(sha256));
      if (anchor === undefined || certificates.some(({ sha256 }) => foreign.has(sha256))) return [];
      return [{ ...host, path, ...anchor, ...(stack === this.props.stack ? {} : { stack }) }];
    });
    return [...new Map(places.map((place) => [`${place.host}:${place.path}`, place])).values()];
  }

  private locationsRelyingOn(identityId: string): AnchorsLocation[] {
    const { endpointsOf, hopsOf, bindingsOf, hopsWith, endpoint } = this.index;
    const callers = endpointsOf(identityId).flatMap(({ id }) => hopsOf(id).map(({ anchors }) => anchors));
    const called = bindingsOf(identityId)
      .flatMap(({ id }) => hopsWith(id))
      .flatMap(({ endpointId }) => {
        const server = endpoint(endpointId);
        const isAsked = server !== undefined && server.clientAuthentication !== "none";
        return isAsked ? (server.clientAnchors ?? []) : [];
      });
    return [...callers, ...called];
  }

  private truststoreAt(location: AnchorsLocation): Truststore | undefined {
    switch (location.kind) {
      case "store":
        return this.known(location.storeId, () => this.truststoreOf(location.storeId));
      case "pem":
        return this.known(location.fileId, () => this.anchorsFile(location.fileId));
      case "public-roots":
      case "outside":
        return undefined;
      default:
        return location satisfies never;
    }
  }

  /** A truststore is asked for once a call: reading its entries each time would be quadratic. */
  private known(id: string, read: () => Truststore | undefined): Truststore | undefined {
    if (!this.truststores.has(id)) this.truststores.set(id, read());
    return this.truststores.get(id);
  }

  private truststoreOf(storeId: string): Truststore | undefined {
    const store = this.index.store(storeId);
    const anchors = this.index
      .entriesOf(storeId)
      .flatMap((entry) => (entry.kind === "anchor" ? [entry] : []))
      .flatMap((entry) =>
        this.fingerprintsOf(entry).map((sha256) => ({ sha256, isThere: isLeftOut(entry) })),
      );
    return this.placed(store, {
      declared: new Set(anchors.flatMap(({ sha256, isThere }) => (isThere ? [] : [sha256]))),
      foreign: new Set(anchors.flatMap(({ sha256, isThere }) => (isThere ? [sha256] : []))),
    });
  }

  private anchorsFile(fileId: string): Truststore | undefined {
    const file = this.index.file(fileId);
    if (file === undefined) return undefined;
    return this.placed(file, {
      declared: new Set(anchorsIn(file.content).flatMap((anchor) => this.fingerprintsOf(anchor))),
      foreign: new Set(),
    });
  }

  private placed(
    place: { readonly id: string; readonly hostId: string; readonly path: string } | undefined,
    anchors: Pick<Truststore, "declared" | "foreign">,
  ): Truststore | undefined {
    const reached = place === undefined ? undefined : reachedHost(this.index, place.hostId);
    if (place === undefined || reached === undefined) return undefined;
    const host = hostAttributes(reached.host, reached.address);
    return { host, path: place.path, stack: stackOf(place.id), ...anchors };
  }

  private fingerprintsOf({ identityId, part }: Pick<AnchorPlan, "identityId"> & CertificatePart): string[] {
    const pinned = this.index.identity(identityId)?.pinned;
    if (pinned === undefined) return [];
    return part === "chain" ? pinned.chain.map(({ sha256 }) => sha256) : [certificateAt(pinned, part).sha256];
  }
}

/** Which certificates of an identity are meant. */
type CertificatePart = Pick<Extract<FileContent, { kind: "certificate" }>, "part">;

function anchorsIn(content: FileContent): readonly (Pick<AnchorPlan, "identityId"> & CertificatePart)[] {
  switch (content.kind) {
    case "anchors":
      return content.anchors;
    case "certificate":
      return [content];
    case "text":
    case "private-key":
      return [];
    default:
      return content satisfies never;
  }
}
