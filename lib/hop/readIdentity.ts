import { shownStore } from "../java";
import {
  type IdentityEntry,
  type KeyDerivation,
  type Store,
  findEntry,
  openKey,
  storeDerivation,
} from "../keystore";
import {
  type BindingPlan,
  type EndpointPlan,
  type IdentityLocation,
  type RuntimePlan,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";
import { certificatesFromFile, parsed, publicKeyMatches, readPrivateKey } from "../pki";
import { finding, ruleOfKeyError } from "../rules";
import type { JavaKeyStore, PresentedIdentity } from "./hopMaterial";
import type { FoundStore, HopSource } from "./hopSource";
import { otherIssuer } from "./otherIssuer";
import { type Read, found, missed, placeOfFile, problem, undeclared, unknown } from "./read";

/** An identity where its system finds it, and the store around it where Java picks among several. */
export interface LocatedIdentity {
  readonly identity: PresentedIdentity;
  readonly keyStore?: JavaKeyStore;
}

type StoreLocation = Extract<IdentityLocation, { kind: "store" }>;
type Presenter = EndpointPlan | BindingPlan;
type PemLocation = Extract<IdentityLocation, { kind: "pem" }>;

/** Reads the identities of endpoints and bindings, each once, and compares them with what the plan pins. */
export class IdentityReader {
  private readonly known = new Map<string, Read<LocatedIdentity>>();
  private readonly unopened = new Map<string, readonly string[]>();

  constructor(
    private readonly plan: TrustPlan,
    private readonly source: HopSource,
  ) {}

  /** @param runtime what presents it */
  identityOf(presenter: Presenter, runtime: RuntimePlan): Read<LocatedIdentity> {
    const key = `${presenter.id} ${runtime.kind} ${runtime.release}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const compared = this.compare(presenter, this.read(presenter, runtime));
    this.known.set(key, compared);
    return compared;
  }

  private read(presenter: Presenter, runtime: RuntimePlan): Read<LocatedIdentity> {
    const { identity: location, id } = presenter;
    switch (location.kind) {
      case "store":
        return this.inStore(location, presenter, runtime);
      case "pem":
        return this.inFiles(location, id);
      case "outside":
        return unknown;
    }
  }

  private compare(
    { id, identity: location, identityId }: Presenter,
    read: Read<LocatedIdentity>,
  ): Read<LocatedIdentity> {
    const [leaf] = read.value?.identity.chain ?? [];
    const pinned = planIndex(this.plan).identity(identityId)?.pinned?.chain[0];
    if (read.value === undefined || pinned === undefined) return read;
    const { sha256, name } = leaf === undefined ? { sha256: "none", name: "nobody" } : { ...described(leaf) };
    if (sha256 === pinned.sha256) return read;
    const { finding } = found(
      "certificate-differs",
      id,
      `${shown(location)} holds the certificate of ${name} (SHA-256 ${sha256}), the plan pins that of ` +
        `${pinned.subject} (SHA-256 ${pinned.sha256})`,
    );
    return { ...read, findings: [...read.findings, finding] };
  }

  private inStore(
    location: StoreLocation,
    presenter: Presenter,
    runtime: RuntimePlan,
  ): Read<LocatedIdentity> {
    const { id: subject, identityId } = presenter;
    const plan = planIndex(this.plan).store(location.storeId);
    if (plan === undefined) return missed(undeclared(location.storeId));
    const read = this.source.store(location.storeId);
    if (read === undefined) return unknown;
    if ("finding" in read) return missed(read);
    const here = { ...read.value, store: shownStore(read.value.store, runtime) };
    const entry = findEntry(here.store, location.alias);
    if (entry?.kind !== "identity") {
      const isPinned = planIndex(this.plan).identity(identityId)?.pinned !== undefined;
      return isPinned ? missed(noKey(location.alias, plan, here.store, subject)) : unknown;
    }
    const password = location.keyPassword ?? plan.password;
    const key = this.keyOf(entry, { plan, found: here, password, subject });
    if (key.value === undefined) return { findings: key.findings };
    const keyStore = this.keyStoreAt(location, presenter, { plan, found: here, password, subject });
    const linked = findEntry(read.value.store, location.alias);
    const other =
      runtime.kind === "java" && linked?.kind === "identity"
        ? otherIssuer(placeOf(plan.hostId, plan.path), linked, entry, runtime)
        : undefined;
    return {
      value: {
        identity: { chain: entry.chain, ...key.value },
        ...(keyStore === undefined ? {} : { keyStore }),
      },
      findings: other === undefined ? [] : [finding(subject, other)],
    };
  }

  /** The key of an entry, which must open and belong to its certificate; none where it stays on its host. */
  private keyOf(entry: IdentityEntry, opening: Opening): Read<{ readonly pkcs8?: Uint8Array }> {
    const { plan, subject } = opening;
    if (isKeyless(entry, opening.found)) return { value: {}, findings: [] };
    const password = this.source.secret(opening.password, subject);
    if ("finding" in password) return missed(password);
    const place = placeOf(plan.hostId, plan.path);
    try {
      const pkcs8 = openKey(entry, password.value);
      const [leaf] = entry.chain;
      const belongs = leaf === undefined || publicKeyMatches(parsed(leaf), pkcs8);
      return belongs ? { value: { pkcs8 }, findings: [] } : missed(otherKey(entry.alias, place, subject));
    } catch (error) {
      return missed(problem(ruleOfKeyError(error), subject, error, place));
    }
  }

  /** The whole store, where Java picks an identity from it by itself. */
  private keyStoreAt(
    location: StoreLocation,
    presenter: Presenter,
    opening: Opening,
  ): JavaKeyStore | undefined {
    if (location.chosenBy === "product") return undefined;
    const { plan, found: here, password } = opening;
    const key = `${plan.id} ${password}`;
    const unopenedAliases = this.unopened.get(key) ?? this.unopenedIn(opening);
    this.unopened.set(key, unopenedAliases);
    return {
      storeId: placeOf(plan.hostId, plan.path),
      store: here.store,
      intendedAlias: location.alias,
      ...(location.chosenBy === "server-name"
        ? { aliasWithoutName: this.aliasWithoutName(location, presenter) }
        : {}),
      unopenedAliases,
    };
  }

  /** The alias that a product is told, for clients that ask for no name it has. */
  private aliasWithoutName({ alias, storeId }: StoreLocation, presenter: Presenter): string {
    if (!("defaultEndpointId" in presenter) || presenter.defaultEndpointId === undefined) return alias;
    const byDefault = planIndex(this.plan).endpoint(presenter.defaultEndpointId)?.identity;
    return byDefault?.kind === "store" && byDefault.storeId === storeId ? byDefault.alias : alias;
  }

  private unopenedIn({ found: here, password, subject }: Opening): string[] {
    const secret = here.store.entries.every((entry) => entry.kind !== "identity" || isKeyless(entry, here))
      ? undefined
      : this.source.secret(password, subject);
    const derivation = storeDerivation(here.store);
    return here.store.entries.flatMap((entry) => {
      if (entry.kind !== "identity" || isKeyless(entry, here)) return [];
      return secret !== undefined && "value" in secret && opens(entry, secret.value, derivation)
        ? []
        : [entry.alias];
    });
  }

  private inFiles(location: PemLocation, subject: string): Read<LocatedIdentity> {
    const certificates = this.source.file(location.certificateFileId);
    if (certificates === undefined) return unknown;
    if ("finding" in certificates) return missed(certificates);
    const key = this.source.file(location.keyFileId);
    if (key !== undefined && "finding" in key) return missed(key);
    const password =
      key === undefined || location.keyPassword === undefined
        ? undefined
        : this.source.secret(location.keyPassword, subject);
    if (password !== undefined && "finding" in password) return missed(password);
    // Which of the two it is that does not hold what it should.
    let fileId = location.certificateFileId;
    try {
      const chain = certificatesFromFile(certificates.value).map(({ der }) => der);
      fileId = location.keyFileId;
      const pkcs8 = key === undefined ? {} : { pkcs8: readPrivateKey(key.value, password?.value) };
      return { value: { identity: { chain, ...pkcs8 } }, findings: [] };
    } catch (error) {
      return missed(problem("file-unreadable", subject, error, placeOfFile(this.plan, fileId)));
    }
  }
}

/** What it takes to open the keys of a store. */
interface Opening {
  readonly plan: StorePlan;
  readonly found: FoundStore;
  readonly password: SecretReference;
  readonly subject: string;
}

function isKeyless({ alias }: IdentityEntry, { keyless }: FoundStore): boolean {
  return keyless?.has(alias.toLowerCase()) === true;
}

function opens(entry: IdentityEntry, password: string, derivation: KeyDerivation): boolean {
  try {
    openKey(entry, password, derivation);
    return true;
  } catch {
    return false;
  }
}

function noKey(alias: string, { hostId, path }: StorePlan, { entries }: Store, subject: string) {
  const there = entries.map((entry) => `"${entry.alias}" (${entry.kind})`).join(", ");
  return found(
    "entry-missing",
    subject,
    `${placeOf(hostId, path)} has no private key under "${alias}"; it holds ${there === "" ? "nothing" : there}`,
    alias,
  );
}

function otherKey(alias: string, place: string, subject: string) {
  return found(
    "key-does-not-match",
    subject,
    `in ${place} the private key under "${alias}" does not belong to its certificate`,
  );
}

function described(der: Uint8Array): { readonly sha256: string; readonly name: string } {
  const certificate = parsed(der);
  return { sha256: certificate.sha256, name: certificate.toString() };
}

function shown(location: IdentityLocation): string {
  switch (location.kind) {
    case "store":
      return `"${location.alias}" in ${location.storeId}`;
    case "pem":
      return `the file ${location.certificateFileId}`;
    case "outside":
      return "somebody else's server";
  }
}
