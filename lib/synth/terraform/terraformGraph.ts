import { isAbsolute, posix, relative } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type {
  AnchorsLocation,
  BindingPlan,
  CertificateSummary,
  ConfigFilePlan,
  EndpointPlan,
  EntryPlan,
  FilePlan,
  HopPlan,
  HostPlan,
  IdentityPlan,
  SecretReference,
  StorePlan,
  TrustPlan,
  TruststoreEntryPlan,
} from "../../model";
import { artifactPath } from "../artifacts/artifactPath";
import { groupBy } from "../groupBy";
import { ResourceNames } from "./resourceName";
import { TrustResource, type TrustResourceProps } from "./trustResource";

/** Certificates of the plan, by what is asked of them; from the lock's cleartext only. */
export interface PinnedCertificates {
  /** The certificate that an entry puts into its store; undefined where the entry is left out. */
  certificateOf(entry: EntryPlan): CertificateSummary | undefined;
  /** SHA-256 that `trust_file` expects: of the content, or of the leaf whose key it holds. */
  sha256OfFile(file: FilePlan): string | undefined;
}

export interface TerraformGraphProps {
  readonly plan: TrustPlan;
  readonly certificates: PinnedCertificates;
  /** Terraform's working directory. */
  readonly workingDirectory: string;
  readonly projectDirectory: string;
}

/**
 * Turns a plan into Terraform resources in the order that keeps trust ahead of identities: the relying
 * systems' truststore entries, a barrier an endpoint, the endpoint's key entry.
 */
export class TerraformGraph extends Construct {
  private readonly plan: TrustPlan;
  private readonly names: ResourceNames;
  private readonly hosts: ReadonlyMap<string, HostPlan>;
  private readonly stores: ReadonlyMap<string, StorePlan>;
  private readonly keystores = new Map<string, TrustResource>();
  private readonly anchors = new Map<string, TrustResource>();
  private readonly anchorsByStore: ReadonlyMap<string, readonly TruststoreEntryPlan[]>;
  private readonly hopsByEndpoint: ReadonlyMap<string, readonly HopPlan[]>;
  private readonly hopsByBinding: ReadonlyMap<string | undefined, readonly HopPlan[]>;
  private readonly endpoints: ReadonlyMap<string, EndpointPlan>;
  private readonly identities: ReadonlyMap<string, IdentityPlan>;
  /** Ids of the files that Terraform delivers; those of manual hosts are not among them. */
  private readonly files: ReadonlySet<string>;

  constructor(
    stack: TerraformStack,
    private readonly props: TerraformGraphProps,
  ) {
    super(stack, "Terraform");
    this.plan = props.plan;
    this.names = new ResourceNames(this.plan.stack);
    this.hosts = new Map(this.plan.hosts.map((host) => [host.id, host]));
    this.stores = new Map(this.plan.stores.map((store) => [store.id, store]));
    const anchorEntries = this.plan.entries.filter((entry) => entry.kind === "anchor");
    this.anchorsByStore = groupBy(anchorEntries, ({ storeId }) => storeId);
    this.hopsByEndpoint = groupBy(this.plan.hops, ({ endpointId }) => endpointId);
    this.hopsByBinding = groupBy(this.plan.hops, ({ bindingId }) => bindingId);
    this.endpoints = new Map(this.plan.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.identities = new Map(this.plan.identities.map((identity) => [identity.id, identity]));
    this.files = new Set(
      this.plan.files.filter(({ hostId }) => this.hosts.get(hostId)?.kind === "local").map(({ id }) => id),
    );

    for (const store of this.plan.stores) this.addKeystore(store);
    for (const entry of anchorEntries) this.addTruststoreEntry(entry);
    this.addKeyEntries();
    const waits = this.waitsOfIdentityFiles();
    for (const file of this.plan.files) this.addFile(file, waits.get(file.id) ?? []);
    for (const file of this.plan.configFiles) this.addConfigFile(file);
  }

  private addKeystore(store: StorePlan): void {
    this.addResource(store.hostId, (host) => {
      const resource = new TrustResource(this, {
        type: "trust_keystore",
        name: this.names.nameOf(store.id),
        attributes: { ...this.placeOf(host, store), profile: store.profile, if_missing: store.ifMissing },
        dependsOn: [],
        // As its anchors: a moved store that loses its last anchor would otherwise be a cycle, found by experiment.
        lifecycle: { createBeforeDestroy: true },
      });
      this.keystores.set(store.id, resource);
    });
  }

  private addTruststoreEntry(entry: TruststoreEntryPlan): void {
    const certificate = this.props.certificates.certificateOf(entry);
    if (certificate === undefined) return;
    // Another certificate is another resource, so that Terraform adds the new one before it removes the old one.
    const suffix = certificate.sha256.replaceAll(":", "").slice(0, 8).toLowerCase();
    this.addEntry(entry, certificate, {
      type: "trust_truststore_entry",
      name: this.names.nameOf(entry.id, suffix),
      dependsOn: [],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private addKeyEntries(): void {
    const keyEntries = this.plan.entries.filter((entry) => entry.kind === "key");
    const endpointsByIdentity = new Map(
      this.plan.endpoints.map((endpoint) => [endpoint.identityId, endpoint]),
    );
    const bindingsByIdentity = groupBy(this.plan.bindings, ({ identityId }) => identityId);
    for (const entry of keyEntries) {
      const certificate = this.props.certificates.certificateOf(entry);
      if (certificate === undefined) continue;
      const endpoint = endpointsByIdentity.get(entry.identityId);
      const resource = this.addEntry(entry, certificate, {
        type: "trust_key_entry",
        name: this.names.nameOf(entry.id),
        dependsOn:
          endpoint === undefined
            ? this.anchorsForClient(bindingsByIdentity.get(entry.identityId) ?? [])
            : this.barrierOf(endpoint, certificate),
      });
      if (endpoint !== undefined && resource !== undefined)
        this.addHooks(endpoint, certificate, [resource.address]);
    }
    this.addAdoptedEndpoints(new Set(keyEntries.map(({ identityId }) => identityId)));
  }

  /** An adopted identity is in place before we come: only those who rely on it, and the hooks, are ours. */
  private addAdoptedEndpoints(placed: ReadonlySet<string>): void {
    for (const endpoint of this.plan.endpoints) {
      if (endpoint.identityId === undefined || placed.has(endpoint.identityId)) continue;
      if (endpoint.identity.kind === "pem") continue;
      const leaf = this.leafOf(endpoint);
      if (leaf !== undefined) this.addHooks(endpoint, leaf, this.barrierOf(endpoint, leaf));
    }
  }

  /** What the files of an identity in PEM wait for: the same as a key entry does. */
  private waitsOfIdentityFiles(): Map<string, readonly ITerraformDependable[]> {
    const waits = new Map<string, readonly ITerraformDependable[]>();
    for (const endpoint of this.plan.endpoints) {
      const leaf = this.leafOf(endpoint);
      if (endpoint.identity.kind !== "pem" || leaf === undefined) continue;
      const { certificateFileId, keyFileId } = endpoint.identity;
      const barrier = this.barrierOf(endpoint, leaf);
      for (const id of [certificateFileId, keyFileId]) waits.set(id, barrier);
      this.addHooks(endpoint, leaf, [this.addressOfFile(certificateFileId), this.addressOfFile(keyFileId)]);
    }
    for (const binding of this.plan.bindings) {
      if (binding.identity.kind !== "pem") continue;
      const { certificateFileId, keyFileId } = binding.identity;
      for (const id of [certificateFileId, keyFileId]) waits.set(id, this.anchorsForClient([binding]));
    }
    return waits;
  }

  private leafOf({ identityId }: EndpointPlan): CertificateSummary | undefined {
    return identityId === undefined ? undefined : this.identities.get(identityId)?.pinned?.chain[0];
  }

  private addressOfFile(fileId: string): ITerraformDependable {
    return { fqn: `trust_file.${this.names.nameOf(fileId)}` };
  }

  /** One barrier an endpoint: a barrier a hop would make state and plan quadratic. */
  private barrierOf(endpoint: EndpointPlan, certificate: CertificateSummary): ITerraformDependable[] {
    const relying = (this.hopsByEndpoint.get(endpoint.id) ?? []).flatMap(({ anchors }) =>
      this.anchorsIn(anchors),
    );
    if (relying.length === 0) return [];
    const barrier = new NullResource(this, `barrier.${endpoint.id}`, {
      triggers: { endpoint_sha256: certificate.sha256 },
      dependsOn: [...new Set(relying)],
    });
    const name = this.names.nameOf(`${endpoint.id}/TrustFirst`);
    barrier.overrideLogicalId(name);
    return [{ fqn: `null_resource.${name}` }];
  }

  /** A client's identity is placed after the endpoints it calls have learned to trust it. */
  private anchorsForClient(bindings: readonly BindingPlan[]): ITerraformDependable[] {
    const called = bindings
      .flatMap(({ id }) => this.hopsByBinding.get(id) ?? [])
      .map(({ endpointId }) => endpointId);
    return [...new Set(called)].flatMap((id) => {
      const clientAnchors = this.endpoints.get(id)?.clientAnchors;
      return clientAnchors === undefined ? [] : this.anchorsIn(clientAnchors);
    });
  }

  private anchorsIn(location: AnchorsLocation): ITerraformDependable[] {
    if (location.kind === "public-roots" || location.kind === "outside") return [];
    if (location.kind === "pem")
      return this.files.has(location.fileId) ? [this.addressOfFile(location.fileId)] : [];
    return (this.anchorsByStore.get(location.storeId) ?? []).flatMap(
      ({ id }) => this.anchors.get(id)?.address ?? [],
    );
  }

  private addHooks(
    endpoint: EndpointPlan,
    certificate: CertificateSummary,
    after: readonly ITerraformDependable[],
  ): void {
    if (endpoint.afterDeploy.length === 0) return;
    const hooks = new NullResource(this, `hooks.${endpoint.id}`, {
      triggers: { endpoint_sha256: certificate.sha256 },
      dependsOn: [...after],
      provisioners: endpoint.afterDeploy.map((command) => ({ type: "local-exec", command })),
    });
    hooks.overrideLogicalId(this.names.nameOf(`${endpoint.id}/AfterDeploy`));
  }

  private addEntry(
    entry: EntryPlan,
    certificate: CertificateSummary,
    props: Omit<TrustResourceProps, "attributes">,
  ): TrustResource | undefined {
    const store = this.stores.get(entry.storeId);
    if (store === undefined) return undefined;
    return this.addResource(store.hostId, (host) => {
      const keystore = this.keystores.get(store.id);
      const resource = new TrustResource(this, {
        ...props,
        dependsOn: [...(keystore === undefined ? [] : [keystore.address]), ...props.dependsOn],
        attributes: {
          ...this.placeOf(host, store),
          alias: entry.alias,
          artifact: artifactPath(host, store.path),
          subject: certificate.subject,
          sha256: certificate.sha256,
          not_after: certificate.notAfter,
          on_foreign: entry.onForeign,
          ...(entry.kind === "key" && entry.keyPassword !== undefined
            ? { key_password: this.secret(entry.keyPassword) }
            : {}),
        },
      });
      if (entry.kind === "anchor") this.anchors.set(entry.id, resource);
      return resource;
    });
  }

  private addFile(file: FilePlan, dependsOn: readonly ITerraformDependable[]): void {
    const sha256 = this.props.certificates.sha256OfFile(file);
    if (sha256 === undefined) return;
    this.addResource(file.hostId, (host) => {
      new TrustResource(this, {
        type: "trust_file",
        name: this.names.nameOf(file.id),
        attributes: {
          host: this.address(host),
          path: file.path,
          artifact: artifactPath(host, file.path),
          sha256,
          mode: file.mode.toString(8).padStart(4, "0"),
        },
        dependsOn,
      });
    });
  }

  private addConfigFile(file: ConfigFilePlan): void {
    this.addResource(file.hostId, (host) => {
      new TrustResource(this, {
        type: "trust_config_file",
        name: this.names.nameOf(file.id),
        attributes: {
          host: this.address(host),
          path: file.path,
          settings: file.settings,
        },
        dependsOn: [],
      });
    });
  }

  /** Hosts that nobody may log in to get a bundle instead (`bundle.ts`). */
  private addResource<Result>(
    hostId: string,
    add: (host: Extract<HostPlan, { kind: "local" }>) => Result,
  ): Result | undefined {
    const host = this.hosts.get(hostId);
    return host?.kind === "local" ? add(host) : undefined;
  }

  private placeOf(host: Extract<HostPlan, { kind: "local" }>, store: StorePlan) {
    return { host: this.address(host), path: store.path, password: this.secret(store.password) };
  }

  private address(host: Extract<HostPlan, { kind: "local" }>): string {
    return `local:${this.fromWorkingDirectory(host.root)}`;
  }

  /** Files and commands start at the project's root, whoever resolves them; the provider runs elsewhere. */
  private secret(reference: SecretReference): SecretReference {
    if (reference.startsWith("file:"))
      return `file:${this.fromWorkingDirectory(reference.slice("file:".length))}`;
    if (reference.startsWith("cmd:"))
      return `cmd:cd "${this.projectDirectory()}" && ${reference.slice("cmd:".length)}`;
    return reference;
  }

  private fromWorkingDirectory(path: string): string {
    return isAbsolute(path) ? path : posix.join(this.projectDirectory(), path);
  }

  /** Relative, so that the stack's Terraform JSON is the same in every clone. */
  private projectDirectory(): string {
    const { workingDirectory, projectDirectory } = this.props;
    return relative(workingDirectory, projectDirectory).replaceAll("\\", "/") || ".";
  }
}
