import { editConfig, settingName } from "../../config";
import { secretFor } from "../../hosts";
import { createStore, setEntry, type StoreEntry, writeStore } from "../../keystore";
import {
  type ConfigFilePlan,
  type EntryPlan,
  type HostPlan,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
  certificateAt,
  isLeftOut,
  planIndex,
} from "../../model";
import { parseCertificate } from "../../pki";
import type { Artifact } from "./artifactFolder";
import { artifactPath } from "./artifactPath";
import { artifactDeclaredTwice, missingSource } from "../errors";
import { fileContent } from "./fileContent";
import type { IdentityResolver } from "../plan/identityResolver";

export interface MaterialiseProps {
  readonly plan: TrustPlan;
  readonly identity: IdentityResolver;
  readonly secret: (reference: SecretReference) => string;
  /** Reads a file that the plan names, relative to the project's root; undefined where it is missing. */
  readonly readFile: (path: string) => Uint8Array | undefined;
}

/**
 * Makes, in memory, every file that the plan puts on a host: for each store the overlay of its owned
 * entries, encrypted under the store's own password, and the delivered files.
 */
export function materialise(props: MaterialiseProps): Artifact[] {
  const index = planIndex(props.plan);
  const owners = new Map<string, string>();
  const claim = (host: HostPlan, path: string, owner: string): string => {
    const place = artifactPath(host, path);
    const first = owners.get(place);
    if (first !== undefined) throw artifactDeclaredTwice(path, first, owner);
    owners.set(place, owner);
    return place;
  };

  const stores = props.plan.stores.flatMap((store) => {
    const host = index.host(store.hostId);
    const owned = index.entriesOf(store.id).filter((entry) => !isLeftOut(entry));
    if (host === undefined || owned.length === 0) return [];
    return [{ path: claim(host, store.path, store.id), bytes: overlayStore(store, owned, props) }];
  });
  const files = props.plan.files.flatMap((file) => {
    const host = index.host(file.hostId);
    const bytes = fileContent(
      file.content,
      props.identity,
      secretFor(`the password of ${declaredAt(file, props)}`, props.secret),
    );
    return host === undefined || bytes === undefined
      ? []
      : [{ path: claim(host, file.path, file.id), bytes }];
  });
  const configFiles = props.plan.configFiles.flatMap((file) => {
    const host = index.host(file.hostId);
    return host === undefined ? [] : [configArtifact(file, props, (path) => claim(host, path, file.id))];
  });
  return [...stores, ...files, ...configFiles];
}

/** The whole edited file where the site's own was handed over, otherwise what is to be set in it. */
function configArtifact(
  file: ConfigFilePlan,
  props: MaterialiseProps,
  claim: (path: string) => string,
): Artifact {
  if (file.source === undefined) {
    const fragment = file.settings
      .map((setting) => `${settingName(setting)} = ${setting.value ?? "(removed)"}\n`)
      .join("");
    return { path: claim(`${file.path}.settings`), bytes: Buffer.from(fragment, "utf8") };
  }
  const bytes = props.readFile(file.source);
  if (bytes === undefined) throw missingSource(file.id, file.source);
  return { path: claim(file.path), bytes: editConfig(bytes, file.settings) };
}

function overlayStore(store: StorePlan, entries: readonly EntryPlan[], props: MaterialiseProps): Buffer {
  const owned = entries.flatMap((entry) => storeEntry(entry, store, props) ?? []);
  // As keytool would: Java finds no alias in upper case in a JKS.
  const overlay = owned.reduce((made, entry) => setEntry(made, entry), createStore(store.profile));
  const { password, reader } = store;
  const secret = secretFor(`the password of the store ${declaredAt(store, props)}`, props.secret);
  return writeStore(overlay, secret(password), reader === undefined ? {} : { reader });
}

/** A store or a file, with its stack and environment, for messages. */
function declaredAt(
  { path, hostId }: Pick<StorePlan, "path" | "hostId">,
  { plan: { stack, environment } }: MaterialiseProps,
): string {
  return `${path} on ${hostId} (stack ${stack}, environment ${environment})`;
}

function storeEntry(entry: EntryPlan, store: StorePlan, props: MaterialiseProps): StoreEntry | undefined {
  const identity = props.identity(entry.identityId);
  if (identity === undefined) return undefined;
  if (entry.kind === "anchor") {
    const certificate = certificateAt(identity, entry.part);
    return { kind: "anchor", alias: entry.alias, createdMs: issuedMs(certificate), certificate };
  }
  const [leaf] = identity.chain;
  if (leaf === undefined || identity.privateKey === undefined) return undefined;
  const secret = secretFor(
    `the password of the key "${entry.alias}" of ${declaredAt(store, props)}`,
    props.secret,
  );
  return {
    kind: "identity",
    alias: entry.alias,
    createdMs: issuedMs(leaf),
    chain: identity.chain,
    key: {
      kind: "clear",
      pkcs8: identity.privateKey,
      ...(entry.keyPassword === undefined ? {} : { password: secret(entry.keyPassword) }),
    },
  };
}

/** Entries are dated by their certificate, so that the same lock gives the same bytes. */
function issuedMs(der: Uint8Array): number {
  return parseCertificate(der).notBefore.getTime();
}
