import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  type ActivationPlan,
  type EntryPlan,
  type IdentityLocation,
  type PlanIndex,
  type TrustPlan,
  commandsRun,
  planIndex,
} from "../../model";
import { trustActivationIdOf } from "./addressedPart";
import { hostAttributes } from "./hostAttributes";
import { ActivationProbes, type CommandedHost, type Probe } from "./activationProbes";
import type { PinnedCertificates } from "./pinnedCertificates";
import { reachedHost } from "./reachedHost";
import type { ResourceNames } from "./resourceName";
import { TrustResource } from "./trustResource";
import { unique } from "./trustFirst";

/** Where Terraform delivers parts of a plan; undefined for what it does not deliver. */
export interface Delivered {
  readonly entry: (entry: EntryPlan) => ITerraformDependable | undefined;
  readonly store: (storeId: string) => ITerraformDependable | undefined;
  readonly file: (fileId: string) => ITerraformDependable | undefined;
  readonly configFile: (configFileId: string) => ITerraformDependable | undefined;
}

export interface ActivationsProps {
  readonly plan: TrustPlan;
  readonly names: ResourceNames;
  readonly certificates: PinnedCertificates;
  readonly delivered: Delivered;
}

/** A machine that commands are run for. */
interface Machine extends CommandedHost {
  readonly address: string;
}

/** What is delivered for a product that is activated. */
interface Parts {
  readonly anchors: readonly ITerraformDependable[];
  readonly keys: readonly ITerraformDependable[];
  readonly others: readonly ITerraformDependable[];
  /** The keys, as the provider finds them on the host. */
  readonly needs: readonly string[];
}

/**
 * `trust_activation`s: what makes products read their files again. One that has anchors and keys is activated twice at
 * most: once it trusts what it has to, before any key that it relies on changes, and once its own keys are in place. The
 * two run the same, so that what the first has proven is not done again.
 */
export class Activations extends Construct {
  private readonly index: PlanIndex;
  private readonly probes: ActivationProbes;
  private readonly pemKeys: ReadonlySet<string>;
  /** By what is read: the activations after which the running product trusts what is declared. */
  private readonly trusting = new Map<string, ITerraformDependable[]>();
  /** By what is read: the activations that come before its keys change. */
  private readonly first = new Map<string, ITerraformDependable[]>();
  /** By what is read: the last activation. */
  private readonly last = new Map<string, ITerraformDependable[]>();

  constructor(
    scope: Construct,
    private readonly props: ActivationsProps,
  ) {
    super(scope, "activations");
    this.index = planIndex(props.plan);
    this.probes = new ActivationProbes(this.index, props.certificates);
    const places = [...props.plan.endpoints, ...props.plan.bindings].map(({ identity }) => identity);
    this.pemKeys = new Set(
      places.flatMap((place) => (place.kind === "pem" ? [place.certificateFileId, place.keyFileId] : [])),
    );
  }

  /** Adds them all. Their addresses are known at once, what they wait for may be added later. */
  addAll(): void {
    for (const activation of this.props.plan.activations ?? []) {
      const reached = reachedHost(this.index, activation.hostId);
      const steps = reached === undefined ? [] : commandsRun(activation, reached.host);
      if (reached !== undefined && steps.length > 0) this.add(activation, { ...reached, steps });
    }
  }

  /** The activations after which a running product trusts what a store or a file holds. */
  trustingBy(partId: string): readonly ITerraformDependable[] {
    return this.trusting.get(partId) ?? [];
  }

  /** The activations of its own product that a key waits for: with the key in between, each would be done for both. */
  beforeKeysIn(partId: string): readonly ITerraformDependable[] {
    return this.first.get(partId) ?? [];
  }

  /** The activations after which a running product serves what stands at a place. */
  servingFrom(place: IdentityLocation): readonly ITerraformDependable[] {
    if (place.kind === "outside") return [];
    return this.last.get(place.kind === "store" ? place.storeId : place.certificateFileId) ?? [];
  }

  private add(activation: ActivationPlan, machine: Machine): void {
    const parts = this.partsOf(activation);
    const { anchors, keys, others, needs } = parts;
    const isTwice = anchors.length > 0 && keys.length > 0;
    const trust = isTwice
      ? this.addResource(activation, machine, trustActivationIdOf(activation.id), {
          needs,
          probes: this.probes.of(activation, machine, false),
          dependsOn: [...anchors, ...others],
        })
      : undefined;
    const whole = this.addResource(activation, machine, activation.id, {
      needs: [],
      probes: this.probes.of(activation, machine, true),
      dependsOn: [...anchors, ...others, ...keys, ...(trust === undefined ? [] : [trust])],
    });
    for (const id of [...activation.storeIds, ...activation.fileIds]) {
      append(this.last, id, whole);
      if (trust !== undefined) append(this.first, id, trust);
      if (anchors.length > 0) append(this.trusting, id, trust ?? whole);
    }
  }

  private addResource(
    activation: ActivationPlan,
    { host, address, steps }: Machine,
    id: string,
    {
      needs,
      probes,
      dependsOn,
    }: Pick<Parts, "needs"> & {
      readonly probes: readonly Probe[];
      readonly dependsOn: readonly ITerraformDependable[];
    },
  ): ITerraformDependable {
    const name = this.props.names.nameOf(id);
    return new TrustResource(this, {
      type: "trust_activation",
      name,
      attributes: {
        ...hostAttributes(host, address),
        name,
        files: this.filesOf(activation),
        ...(needs.length === 0 ? {} : { needs }),
        steps: steps.map(({ argv, on, timeoutSeconds }) => ({ argv, on, timeout_seconds: timeoutSeconds })),
        ...(probes.length === 0 ? {} : { probes }),
      },
      dependsOn: unique(dependsOn),
    }).address;
  }

  /** Each file that the product reads, once. */
  private filesOf({ storeIds, fileIds, configFileIds }: ActivationPlan): readonly object[] {
    const { files, configFiles } = this.props.plan;
    const paths = (all: readonly { id: string; path: string }[], ids: readonly string[]) =>
      all.filter(({ id }) => ids.includes(id)).map(({ path }) => ({ path }));
    return [
      ...storeIds.flatMap((id) => {
        const store = this.index.store(id);
        return store === undefined ? [] : [{ path: store.path, password: store.password }];
      }),
      ...paths(files, fileIds),
      ...paths(configFiles, configFileIds),
    ];
  }

  private getsPassword(storeId: string): boolean {
    return this.index.store(storeId)?.formerPassword !== undefined;
  }

  private partsOf({ storeIds, fileIds, configFileIds }: ActivationPlan): Parts {
    const { delivered } = this.props;
    const entries = storeIds.flatMap((id) => this.index.entriesOf(id));
    const ofKind = (kind: EntryPlan["kind"]) => entries.filter((entry) => entry.kind === kind);
    const files = fileIds.flatMap((id) => this.index.file(id) ?? []);
    const addresses = (ids: readonly { readonly id: string }[]) =>
      ids.flatMap(({ id }) => delivered.file(id) ?? []);
    const keyFiles = files.filter(({ id }) => this.pemKeys.has(id));
    const anchorFiles = files.filter(({ content }) => content.kind === "anchors");
    const otherFiles = files.filter((file) => !keyFiles.includes(file) && !anchorFiles.includes(file));
    const keys = ofKind("key").filter((entry) => delivered.entry(entry) !== undefined);
    return {
      anchors: [
        ...ofKind("anchor").flatMap((entry) => delivered.entry(entry) ?? []),
        ...addresses(anchorFiles),
      ],
      keys: [...keys.flatMap((entry) => delivered.entry(entry) ?? []), ...addresses(keyFiles)],
      others: [
        ...addresses(otherFiles),
        ...configFileIds.flatMap((id) => delivered.configFile(id) ?? []),
        // The product opens all of them when it starts, and its settings have the new password by then.
        ...storeIds.flatMap((id) => (this.getsPassword(id) ? (delivered.store(id) ?? []) : [])),
      ],
      needs: [
        ...keys.map(({ storeId, alias }) => `${this.index.store(storeId)?.path ?? ""}#${alias}`),
        ...keyFiles.map(({ path }) => path),
      ],
    };
  }
}

function append<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  map.set(key, [...(map.get(key) ?? []), item]);
}
