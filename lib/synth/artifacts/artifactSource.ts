import type { Found, FoundStore, HopSource } from "../../hop";
import {
  type IdentityEntry,
  type Store,
  type StoreEntry,
  createStore,
  findEntry,
  readStore,
} from "../../keystore";
import {
  type FilePlan,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
  certificateAt,
  planIndex,
  stackOf,
} from "../../model";
import { groupBy } from "../../model/groupBy";
import type { IdentityResolver } from "../plan/identityResolver";
import type { Artifact } from "./artifactFolder";
import { artifactPath } from "./artifactPath";
import { certificateFileContent } from "./fileContent";

export interface ArtifactSourceProps {
  readonly plan: TrustPlan;
  readonly identity: IdentityResolver;
  /**
   * What is about to be written, each path below the name of its stack; empty where no secret is at hand, then
   * the lock's certificates stand in.
   */
  readonly artifacts: readonly Artifact[];
  readonly secret: (reference: SecretReference) => string;
}

/**
 * What hops are made of once the plan is in place, read back from the bytes that are delivered, so that a
 * writer's mistake shows. What the lock knows of the hosts stands beside them: identities that stay there, and
 * anchors that somebody else put there. What else a product's own store holds is not known.
 */
export class ArtifactSource implements HopSource {
  private readonly artifacts: ReadonlyMap<string, Uint8Array>;
  private readonly resident: ReadonlyMap<string, readonly Resident[]>;
  private readonly stores = new Map<string, Found<FoundStore> | undefined>();

  constructor(private readonly props: ArtifactSourceProps) {
    this.artifacts = new Map(props.artifacts.map(({ path, bytes }) => [path, bytes]));
    this.resident = groupBy(residentsOf(props.plan), ({ storeId }) => storeId);
  }

  store(storeId: string): Found<FoundStore> | undefined {
    if (!this.stores.has(storeId)) this.stores.set(storeId, this.openStore(storeId));
    return this.stores.get(storeId);
  }

  file(fileId: string): Found<Uint8Array> | undefined {
    const plan = planIndex(this.props.plan).file(fileId);
    if (plan === undefined) return undefined;
    const delivered = this.artifactAt(plan);
    if (delivered !== undefined) return { value: delivered };
    const { content } = plan;
    const known =
      content.kind === "certificate" ? certificateFileContent(content, this.props.identity) : undefined;
    return known === undefined ? undefined : { value: known };
  }

  /** @throws what the resolver throws: nothing is delivered without its secrets */
  secret(reference: SecretReference): Found<string> {
    return { value: this.props.secret(reference) };
  }

  private openStore(storeId: string): Found<FoundStore> | undefined {
    const plan = planIndex(this.props.plan).store(storeId);
    if (plan === undefined) return undefined;
    const bytes = this.artifactAt(plan);
    const delivered =
      bytes === undefined ? createStore(plan.profile) : readStore(bytes, this.props.secret(plan.password));
    return { value: this.withKnown(delivered, plan) };
  }

  /** Adds what is known to be in the store and is not among what is delivered. */
  private withKnown(delivered: Store, plan: StorePlan): FoundStore {
    const keyless = new Set<string>();
    let store = delivered;
    const add = (alias: string, entryOf: (alias: string) => StoreEntry): void => {
      if (findEntry(store, alias) !== undefined) return;
      const entry = entryOf(store.format === "pkcs12" ? alias : alias.toLowerCase());
      if (entry.kind === "identity") keyless.add(alias.toLowerCase());
      store = { ...store, entries: [...store.entries, entry] };
    };
    for (const { alias, identityId } of this.resident.get(plan.id) ?? []) {
      const chain = this.props.identity(identityId)?.chain;
      if (chain !== undefined) add(alias, (written) => keylessEntry(written, chain));
    }
    for (const entry of planIndex(this.props.plan).entriesOf(plan.id)) {
      const identity = this.props.identity(entry.identityId);
      if (identity === undefined) continue;
      add(entry.alias, (alias) =>
        entry.kind === "key"
          ? keylessEntry(alias, identity.chain)
          : { kind: "anchor", alias, certificate: certificateAt(identity, entry.part) },
      );
    }
    return { store, keyless };
  }

  private artifactAt({ id, hostId, path }: Pick<FilePlan, "id" | "hostId" | "path">) {
    const host = planIndex(this.props.plan).host(hostId);
    return host === undefined ? undefined : this.artifacts.get(`${stackOf(id)}/${artifactPath(host, path)}`);
  }
}

/** An identity that its store holds although nothing delivers it. */
interface Resident {
  readonly storeId: string;
  readonly alias: string;
  readonly identityId: string;
}

/** Identities that were adopted, and what endpoints and bindings are to find in stores. */
function residentsOf({ identities, endpoints, bindings }: TrustPlan): Resident[] {
  return [
    ...identities.flatMap(({ id, request }) =>
      request.kind === "existing" ? [{ storeId: request.storeId, alias: request.alias, identityId: id }] : [],
    ),
    ...[...endpoints, ...bindings].flatMap(({ identity, identityId }) =>
      identity.kind === "store" && identityId !== undefined
        ? [{ storeId: identity.storeId, alias: identity.alias, identityId }]
        : [],
    ),
  ];
}

/** The key stays where it is: nothing stands in its place, and nobody opens it. */
function keylessEntry(alias: string, chain: readonly Uint8Array[]): IdentityEntry {
  return {
    kind: "identity",
    alias,
    key: { kind: "sealed", encryptedPrivateKeyInfo: new Uint8Array() },
    chain,
  };
}
