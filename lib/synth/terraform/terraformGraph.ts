import type { ITerraformDependable, TerraformProvider, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describeReader } from "../../keystore";
import {
  type CertificateSummary,
  type ConfigFilePlan,
  type ConfigSetting,
  type EndpointPlan,
  type EntryPlan,
  type FilePlan,
  type PlanIndex,
  type StorePlan,
  type TrustPlan,
  type TruststoreEntryPlan,
  declaredAliasOf,
  planIndex,
} from "../../model";
import { hostAttributes } from "./hostAttributes";
import { modeText } from "../../model/modeText";
import { shortFingerprint } from "../../pki";
import { artifactPath } from "../artifacts/artifactPath";
import { Activations } from "./activations";
import { Barriers } from "./barriers";
import type { PinnedCertificates } from "./pinnedCertificates";
import { type ReachedHost, reachedHost } from "./reachedHost";
import type { RelyingPlace } from "./relyingPlaces";
import { ResourceNames } from "./resourceName";
import { TrustFirst, unique } from "./trustFirst";
import { TrustResource, type TrustResourceProps } from "./trustResource";

export interface TerraformGraphProps {
  readonly plan: TrustPlan;
  readonly certificates: PinnedCertificates;
  /** Where an anchor has to be before an identity of this stack may take the place of an older one. */
  readonly relyingOn: (identityId: string) => readonly RelyingPlace[];
  /** Provider of the barriers; undefined for the registry's. */
  readonly barrierProvider: TerraformProvider | undefined;
}

/** What a resource says of the generation that it delivers. */
interface GenerationAttributes {
  readonly generation?: number;
  readonly identity?: string;
  readonly other_generation?: number;
}

/** Identity of two PEM files, and what they wait for. */
interface ServedFile {
  readonly identityId: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Turns a plan into Terraform resources in the order that keeps trust ahead of identities: the relying
 * systems' truststore entries, a barrier an endpoint, the endpoint's key entry.
 */
export class TerraformGraph extends Construct {
  private readonly plan: TrustPlan;
  private readonly names: ResourceNames;
  private readonly index: PlanIndex;
  private readonly barriers: Barriers;
  private readonly trustFirst: TrustFirst;
  private readonly activations: Activations;
  private readonly keystores = new Map<string, TrustResource>();
  private readonly anchors = new Map<string, TrustResource>();
  /** Ids of the files that Terraform delivers; those of manual hosts are not among them. */
  private readonly files: ReadonlySet<string>;

  constructor(
    stack: TerraformStack,
    private readonly props: TerraformGraphProps,
  ) {
    super(stack, "cdktf-trust resources");
    this.plan = props.plan;
    this.names = new ResourceNames(this.plan.stack);
    this.index = planIndex(this.plan);
    this.barriers = new Barriers(this, this.names, props.barrierProvider);
    this.trustFirst = new TrustFirst(this.index, {
      entry: (id) => this.anchors.get(id)?.address,
      file: (id) => this.addressOfDelivered(id),
      trustingBy: (partId) => this.activations.trustingBy(partId),
    });
    this.activations = new Activations(this, {
      plan: this.plan,
      names: this.names,
      certificates: props.certificates,
      delivered: {
        entry: (entry) => this.addressOfEntry(entry),
        store: (id) => this.keystores.get(id)?.address,
        file: (id) => this.addressOfDelivered(id),
        configFile: (id) => ({ fqn: `trust_config_file.${this.names.nameOf(id)}` }),
      },
    });
    this.files = new Set(
      this.plan.files
        .filter(({ hostId }) => reachedHost(this.index, hostId) !== undefined)
        .map(({ id }) => id),
    );

    for (const store of this.plan.stores) this.addKeystore(store);
    for (const entry of this.plan.entries) if (entry.kind === "anchor") this.addTruststoreEntry(entry);
    this.activations.addAll();
    this.addKeyEntries();
    const served = this.servedFiles();
    for (const file of this.plan.files) this.addFile(file, served.get(file.id));
    for (const file of this.plan.configFiles) this.addConfigFile(file);
  }

  private addKeystore(store: StorePlan): void {
    this.addResource(store.hostId, (reached) => {
      const resource = new TrustResource(this, {
        type: "trust_keystore",
        name: this.names.nameOf(store.id),
        attributes: {
          ...this.placeOf(reached, store),
          profile: store.profile,
          if_missing: store.ifMissing,
          ...(store.reader === undefined ? {} : { reader: describeReader(store.reader) }),
        },
        dependsOn: [],
      });
      this.keystores.set(store.id, resource);
    });
  }

  private addTruststoreEntry(entry: TruststoreEntryPlan): void {
    const certificate = this.props.certificates.certificateOf(entry);
    if (certificate === undefined) return;
    // Another certificate is another resource, so that Terraform adds the new one before it removes the old one.
    const suffix = shortFingerprint(certificate.sha256);
    this.addEntry(entry, certificate, {
      type: "trust_truststore_entry",
      name: this.names.nameOf(entry.generationOf ?? entry.id, suffix),
      dependsOn: [],
    });
  }

  private addKeyEntries(): void {
    const keyEntries = this.plan.entries.filter((entry) => entry.kind === "key");
    for (const entry of keyEntries) {
      const certificate = this.props.certificates.certificateOf(entry);
      if (certificate === undefined) continue;
      const endpoints = this.index.endpointsOf(entry.identityId);
      const endpoint = endpoints.at(-1);
      const resource = this.addEntry(entry, certificate, {
        type: "trust_key_entry",
        name: this.names.nameOf(entry.id),
        // An identity may be served more than once, and presented too: all who rely on it come first.
        dependsOn: unique([
          ...(endpoint === undefined ? [] : this.barrierOf(endpoint, certificate)),
          ...endpoints.slice(0, -1).flatMap((other) => this.trustFirst.ofCallers(other)),
          ...this.trustFirst.ofCalled(this.index.bindingsOf(entry.identityId)),
          ...this.activations.beforeKeysIn(entry.storeId),
        ]),
      });
      if (endpoint !== undefined && resource !== undefined)
        this.addHooks([resource.address], endpoint, certificate);
    }
    this.addAdoptedEndpoints(new Set(keyEntries.map(({ identityId }) => identityId)));
  }

  /** An adopted identity is in place before we come: only those who rely on it, and the hooks, are ours. */
  private addAdoptedEndpoints(placed: ReadonlySet<string>): void {
    for (const endpoint of this.plan.endpoints) {
      if (endpoint.identityId === undefined || placed.has(endpoint.identityId)) continue;
      if (endpoint.identity.kind === "pem") continue;
      const leaf = this.leafOf(endpoint);
      if (leaf !== undefined) this.addHooks(this.barrierOf(endpoint, leaf), endpoint, leaf);
    }
  }

  /** The files of identities in PEM, by their ids: they wait for the same as a key entry does. */
  private servedFiles(): Map<string, ServedFile> {
    const served = new Map<string, ServedFile>();
    const add = (id: string, { identityId, dependsOn }: ServedFile) => {
      const others = served.get(id)?.dependsOn ?? [];
      const first = this.activations.beforeKeysIn(id);
      served.set(id, { identityId, dependsOn: unique([...others, ...dependsOn, ...first]) });
    };
    for (const endpoint of this.plan.endpoints) {
      const leaf = this.leafOf(endpoint);
      const { identity, identityId } = endpoint;
      if (identity.kind !== "pem" || identityId === undefined || leaf === undefined) continue;
      const { certificateFileId, keyFileId } = identity;
      const dependsOn = this.barrierOf(endpoint, leaf);
      for (const id of [certificateFileId, keyFileId]) add(id, { identityId, dependsOn });
      const files = [this.addressOfFile(certificateFileId), this.addressOfFile(keyFileId)];
      this.addHooks(files, endpoint, leaf);
    }
    for (const binding of this.plan.bindings) {
      const { identity, identityId } = binding;
      if (identity.kind !== "pem") continue;
      const { certificateFileId, keyFileId } = identity;
      const dependsOn = this.trustFirst.ofCalled([binding]);
      for (const id of [certificateFileId, keyFileId]) add(id, { identityId, dependsOn });
    }
    return served;
  }

  private leafOf({ identityId }: EndpointPlan): CertificateSummary | undefined {
    return identityId === undefined ? undefined : this.index.identity(identityId)?.pinned?.chain[0];
  }

  private addressOfDelivered(fileId: string): ITerraformDependable | undefined {
    return this.files.has(fileId) ? this.addressOfFile(fileId) : undefined;
  }

  private addressOfEntry(entry: EntryPlan): ITerraformDependable | undefined {
    if (this.props.certificates.certificateOf(entry) === undefined) return undefined;
    return entry.kind === "anchor"
      ? this.anchors.get(entry.id)?.address
      : { fqn: `trust_key_entry.${this.names.nameOf(entry.id)}` };
  }

  private addressOfFile(fileId: string): ITerraformDependable {
    return { fqn: `trust_file.${this.names.nameOf(fileId)}` };
  }

  /** Hooks come last: what they look at is served by then. */
  private addHooks(
    after: readonly ITerraformDependable[],
    endpoint: EndpointPlan,
    certificate: CertificateSummary,
  ): void {
    this.barriers.addHooks(
      [...after, ...this.activations.servingFrom(endpoint.identity)],
      endpoint,
      certificate,
    );
  }

  private barrierOf(endpoint: EndpointPlan, certificate: CertificateSummary): ITerraformDependable[] {
    return this.barriers.between(this.trustFirst.ofCallers(endpoint), endpoint, certificate);
  }

  private addEntry(
    entry: EntryPlan,
    certificate: CertificateSummary,
    props: Omit<TrustResourceProps, "attributes">,
  ): TrustResource | undefined {
    const store = this.index.store(entry.storeId);
    if (store === undefined) return undefined;
    return this.addResource(store.hostId, (reached) => {
      const keystore = this.keystores.get(store.id);
      const resource = new TrustResource(this, {
        ...props,
        dependsOn: [...(keystore === undefined ? [] : [keystore.address]), ...props.dependsOn],
        attributes: {
          ...this.placeOf(reached, store),
          alias: declaredAliasOf(entry),
          artifact: artifactPath(reached.host, store.path),
          subject: certificate.subject,
          sha256: certificate.sha256,
          not_after: certificate.notAfter,
          on_foreign: entry.onForeign,
          ...this.generationOf(entry.identityId),
          ...(entry.kind === "key" && entry.keyPassword !== undefined
            ? { key_password: entry.keyPassword }
            : {}),
          ...(entry.kind === "key" ? this.relyingOn(entry.identityId) : {}),
        },
      });
      if (entry.kind === "anchor") this.anchors.set(entry.id, resource);
      return resource;
    });
  }

  private addFile(file: FilePlan, served: ServedFile | undefined): void {
    const sha256 = this.props.certificates.sha256OfFile(file);
    if (sha256 === undefined) return;
    this.addResource(file.hostId, ({ host, address }) => {
      new TrustResource(this, {
        type: "trust_file",
        name: this.names.nameOf(file.id),
        attributes: {
          ...hostAttributes(host, address),
          path: file.path,
          artifact: artifactPath(host, file.path),
          sha256,
          mode: modeText(file.mode),
          ...(served === undefined ? {} : this.relyingOn(served.identityId)),
          ...("identityId" in file.content ? this.generationOf(file.content.identityId) : {}),
        },
        dependsOn: served?.dependsOn ?? [],
      });
    });
  }

  /** What the hosts remember, so that an older lock is refused; both generations of what changes in phases are known. */
  private generationOf(identityId: string): GenerationAttributes {
    const identity = this.index.identity(identityId);
    const generation = identity?.pinned?.generation;
    if (identity === undefined || generation === undefined) return {};
    const { generationOf, pinned } = identity;
    const served = generationOf === undefined ? pinned : this.index.identity(generationOf)?.pinned;
    const [one, two] = [served?.generation, served?.rotation?.other.generation];
    const other = one === generation ? two : one;
    return {
      generation,
      identity: generationOf ?? identityId,
      ...(other === undefined ? {} : { other_generation: other }),
    };
  }

  private addConfigFile(file: ConfigFilePlan): void {
    this.addResource(file.hostId, ({ host, address }) => {
      new TrustResource(this, {
        type: "trust_config_file",
        name: this.names.nameOf(file.id),
        attributes: {
          ...hostAttributes(host, address),
          path: file.path,
          settings: file.settings.map(settingAttributes),
        },
        dependsOn: [],
      });
    });
  }

  /** Hosts that nobody may log in to get a bundle instead (`bundle.ts`). */
  private addResource<Result>(hostId: string, add: (reached: ReachedHost) => Result): Result | undefined {
    const reached = reachedHost(this.index, hostId);
    return reached === undefined ? undefined : add(reached);
  }

  /** Those who rely on an identity, and whether they had to before this deploy. */
  private relyingOn(identityId: string): {
    readonly relying?: readonly RelyingPlace[];
    readonly phased?: true;
  } {
    const relying = this.props.relyingOn(identityId);
    if (relying.length === 0) return {};
    const rotation = this.index.identity(identityId)?.pinned?.rotation;
    const isPhased = rotation?.phase === "announced" || rotation?.wasAnnounced === true;
    return { relying, ...(isPhased ? { phased: true } : {}) };
  }

  private placeOf({ host, address }: ReachedHost, store: StorePlan) {
    return { ...hostAttributes(host, address), path: store.path, password: store.password };
  }
}

/** As `trust_config_file` calls them. */
function settingAttributes(setting: ConfigSetting): Record<string, unknown> {
  if (setting.kind !== "property") return { ...setting };
  const { onForeign, ...attributes } = setting;
  return { ...attributes, ...(onForeign === undefined ? {} : { on_foreign: onForeign }) };
}
