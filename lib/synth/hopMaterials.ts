import type { AnchorsMaterial, HopMaterial, IdentityMaterial, KeyStoreMaterial } from "../hop";
import { type Store, findEntry, openKey, readStore, trustedBy } from "../keystore";
import type {
  AnchorsLocation,
  BindingPlan,
  EndpointPlan,
  EntryPlan,
  FilePlan,
  HopPlan,
  HostPlan,
  IdentityLocation,
  IdentityPlan,
  SecretReference,
  StorePlan,
  TrustPlan,
} from "../model";
import { certificatesFromPem, readPrivateKey } from "../pki";
import type { Artifact } from "./artifacts/artifactFolder";
import { artifactPath } from "./artifacts/artifactPath";
import { groupBy } from "./groupBy";
import { type IdentityResolver, certificateAt } from "./plan/chainPart";

export interface HopMaterialsProps {
  readonly plan: TrustPlan;
  readonly identity: IdentityResolver;
  /** What is about to be written; empty where no secret is at hand, then the lock's certificates stand in. */
  readonly artifacts: readonly Artifact[];
  readonly secret: (reference: SecretReference) => string;
  readonly now: Date;
}

/**
 * What each hop is made of once the plan is in place, read back from the bytes that are delivered, so
 * that a writer's mistake shows. Identities that stay on their hosts, and entries that are there already,
 * come from the lock. Hops whose certificates the lock does not hold are left out.
 */
export function hopMaterials(props: HopMaterialsProps): HopMaterial[] {
  const reader = new MaterialReader(props);
  return props.plan.hops.flatMap((hop) => reader.read(hop) ?? []);
}

class MaterialReader {
  private readonly artifacts: ReadonlyMap<string, Uint8Array>;
  private readonly hosts: ReadonlyMap<string, HostPlan>;
  private readonly endpoints: ReadonlyMap<string, EndpointPlan>;
  private readonly bindings: ReadonlyMap<string, BindingPlan>;
  private readonly stores: ReadonlyMap<string, StorePlan>;
  private readonly files: ReadonlyMap<string, FilePlan>;
  private readonly entries: ReadonlyMap<string, readonly EntryPlan[]>;
  private readonly placed: ReadonlySet<string>;
  private readonly opened = new Map<string, Store | undefined>();

  constructor(private readonly props: HopMaterialsProps) {
    const { plan } = props;
    this.artifacts = new Map(props.artifacts.map(({ path, bytes }) => [path, bytes]));
    this.hosts = byId(plan.hosts);
    this.endpoints = byId(plan.endpoints);
    this.bindings = byId(plan.bindings);
    this.stores = byId(plan.stores);
    this.files = byId(plan.files);
    this.entries = groupBy(plan.entries, ({ storeId }) => storeId);
    this.placed = new Set(plan.entries.flatMap((entry) => (entry.kind === "key" ? [entry.identityId] : [])));
  }

  read(hop: HopPlan): HopMaterial | undefined {
    const endpoint = this.endpoints.get(hop.endpointId);
    if (endpoint?.identityId === undefined) return undefined;
    const identity = this.identityAt(endpoint.identity, endpoint.identityId);
    const anchors = this.anchorsAt(hop.anchors);
    if (identity === undefined || anchors === undefined) return undefined;
    const binding = hop.bindingId === undefined ? undefined : this.bindings.get(hop.bindingId);
    const presented =
      binding === undefined ? undefined : this.identityAt(binding.identity, binding.identityId);
    if (binding !== undefined && presented === undefined) return undefined;
    return {
      hopId: hop.id,
      address: hop.address,
      port: endpoint.port,
      server: {
        runtime: endpoint.runtime.kind,
        identity,
        ...this.keyStoreAt(endpoint.identity),
        clientAuthentication: endpoint.clientAuthentication,
        clientAnchors:
          endpoint.clientAnchors === undefined ? [] : (this.anchorsAt(endpoint.clientAnchors) ?? []),
      },
      client: {
        runtime: hop.runtime.kind,
        anchors,
        verifiesName: hop.verifiesName,
        ...(presented === undefined ? {} : { identity: presented }),
        ...(binding === undefined ? {} : this.keyStoreAt(binding.identity)),
      },
      now: this.props.now,
    };
  }

  private identityAt(
    location: IdentityLocation,
    identityId: IdentityPlan["id"],
  ): IdentityMaterial | undefined {
    if (location.kind === "outside") return undefined;
    const delivered =
      location.kind === "store" ? this.identityInStore(location, identityId) : this.identityInFiles(location);
    if (delivered !== undefined) return delivered;
    const resolved = this.props.identity(identityId);
    return resolved === undefined ? undefined : { chain: resolved.chain };
  }

  /** The whole store, as far as it is declared, where Java picks an identity from it by itself. */
  private keyStoreAt(location: IdentityLocation): { readonly keyStore?: KeyStoreMaterial } {
    if (location.kind !== "store" || location.chosenBy !== "java") return {};
    const store = this.storeOf(location.storeId);
    if (store === undefined) return {};
    return { keyStore: { storeId: location.storeId, store, intendedAlias: location.alias } };
  }

  private identityInStore(
    location: Extract<IdentityLocation, { kind: "store" }>,
    identityId: string,
  ): IdentityMaterial | undefined {
    const plan = this.stores.get(location.storeId);
    const store = this.placed.has(identityId) ? this.storeOf(location.storeId) : undefined;
    const entry = store === undefined ? undefined : findEntry(store, location.alias);
    if (plan === undefined || entry?.kind !== "identity") return undefined;
    const password = this.props.secret(location.keyPassword ?? plan.password);
    return { chain: entry.chain, pkcs8: openKey(entry, password) };
  }

  private identityInFiles(
    location: Extract<IdentityLocation, { kind: "pem" }>,
  ): IdentityMaterial | undefined {
    const certificates = this.fileOf(location.certificateFileId);
    const key = this.fileOf(location.keyFileId);
    if (certificates === undefined || key === undefined) return undefined;
    const password = location.keyPassword === undefined ? undefined : this.props.secret(location.keyPassword);
    return {
      chain: certificatesFromPem(certificates).map(({ der }) => der),
      pkcs8: readPrivateKey(key, password),
    };
  }

  private anchorsAt(location: AnchorsLocation): AnchorsMaterial | undefined {
    if (location.kind === "public-roots") return "public-roots";
    if (location.kind === "outside") return undefined;
    if (location.kind === "pem") {
      const bytes = this.fileOf(location.fileId);
      if (bytes !== undefined) return certificatesFromPem(bytes).map(({ der }) => der);
      const content = this.files.get(location.fileId)?.content;
      if (content?.kind === "anchors") {
        const all = content.anchors.flatMap(({ identityId, part }) => {
          const known = this.props.identity(identityId);
          return known === undefined ? [] : [certificateAt(known, part)];
        });
        return all.length === content.anchors.length ? all : undefined;
      }
      if (content?.kind !== "certificate") return undefined;
      const resolved = this.props.identity(content.identityId);
      if (resolved === undefined) return undefined;
      return content.part === "chain" ? resolved.chain : [certificateAt(resolved, content.part)];
    }
    const store = this.storeOf(location.storeId);
    const delivered = store === undefined ? undefined : trustedBy(store);
    const declared = (this.entries.get(location.storeId) ?? []).flatMap((entry) => {
      const resolved = entry.kind === "anchor" ? this.props.identity(entry.identityId) : undefined;
      const left = delivered === undefined || (entry.kind === "anchor" && entry.unlessAlreadyTrusted);
      return resolved === undefined || entry.kind !== "anchor" || !left
        ? []
        : [certificateAt(resolved, entry.part)];
    });
    return [...(delivered ?? []), ...declared];
  }

  private storeOf(storeId: string): Store | undefined {
    if (!this.opened.has(storeId)) this.opened.set(storeId, this.openStore(storeId));
    return this.opened.get(storeId);
  }

  private openStore(storeId: string): Store | undefined {
    const plan = this.stores.get(storeId);
    const bytes = plan === undefined ? undefined : this.artifactAt(plan);
    if (plan === undefined || bytes === undefined) return undefined;
    return readStore(bytes, this.props.secret(plan.password));
  }

  private fileOf(fileId: string): Uint8Array | undefined {
    const file = this.files.get(fileId);
    return file === undefined ? undefined : this.artifactAt(file);
  }

  private artifactAt({
    hostId,
    path,
  }: {
    readonly hostId: string;
    readonly path: string;
  }): Uint8Array | undefined {
    const host = this.hosts.get(hostId);
    return host === undefined ? undefined : this.artifacts.get(artifactPath(host, path));
  }
}

function byId<Part extends { readonly id: string }>(parts: readonly Part[]): Map<string, Part> {
  return new Map(parts.map((part) => [part.id, part]));
}
