import type { AnchorsMaterial, HopMaterial, IdentityMaterial, KeyStoreMaterial } from "../hop";
import { findEntry, openKey, trustedBy, type IdentityEntry } from "../keystore";
import type {
  AnchorsLocation,
  EndpointPlan,
  EntryPlan,
  Finding,
  HopPlan,
  IdentityLocation,
  IdentityPlan,
  SecretReference,
  TrustPlan,
} from "../model";
import { certificatesFromFile, parseCertificate, publicKeyMatches, readPrivateKey } from "../pki";
import { found, problem, type DeployedFiles, type DeployedStore } from "./deployedFiles";

/** What one hop is really made of on the hosts, and what does not agree with the plan. */
export interface DeployedHop {
  /** Absent where some part of it is not there. */
  readonly material?: HopMaterial;
  readonly findings: readonly Finding[];
}

/** Reads one hop of a plan from the hosts and compares it with what the plan pins. */
export async function readDeployedHop(
  plan: TrustPlan,
  hop: HopPlan,
  files: DeployedFiles,
  now: Date,
): Promise<DeployedHop> {
  return await new HopReader(plan, files).read(hop, now);
}

interface DeployedIdentity {
  readonly identity: IdentityMaterial;
  readonly keyStore?: KeyStoreMaterial;
}

class HopReader {
  private readonly findings: Finding[] = [];

  constructor(
    private readonly plan: TrustPlan,
    private readonly files: DeployedFiles,
  ) {}

  async read(hop: HopPlan, now: Date): Promise<DeployedHop> {
    const endpoint = this.plan.endpoints.find(({ id }) => id === hop.endpointId);
    if (endpoint === undefined) {
      const { finding } = found("not-declared", hop.id, `the endpoint ${hop.endpointId} is not declared`);
      return { findings: [finding] };
    }
    if (endpoint.identityId === undefined) return { findings: [] };
    const served = await this.#identityAt(endpoint.identity, endpoint.identityId, endpoint.id);
    const anchors = await this.#anchorsAt(hop.anchors, this.#pinned(endpoint.identityId));
    const client = await this.#clientOf(hop);
    const clientAnchors = await this.#clientAnchorsOf(endpoint, hop);
    if (
      served === undefined ||
      anchors === undefined ||
      client === undefined ||
      clientAnchors === undefined
    ) {
      return { findings: this.findings };
    }
    const { clientAuthentication, runtime, port } = endpoint;
    return {
      findings: this.findings,
      material: {
        hopId: hop.id,
        address: hop.address,
        port,
        server: { runtime: runtime.kind, ...served, clientAuthentication, clientAnchors },
        client: { runtime: hop.runtime.kind, anchors, verifiesName: hop.verifiesName, ...client },
        now,
      },
    };
  }

  async #clientOf(hop: HopPlan): Promise<DeployedIdentity | Record<string, never> | undefined> {
    if (hop.bindingId === undefined) return {};
    const binding = this.plan.bindings.find(({ id }) => id === hop.bindingId);
    if (binding === undefined) {
      return this.#miss(found("not-declared", hop.id, `the binding ${hop.bindingId} is not declared`));
    }
    return await this.#identityAt(binding.identity, binding.identityId, binding.id);
  }

  async #clientAnchorsOf(endpoint: EndpointPlan, hop: HopPlan): Promise<AnchorsMaterial | undefined> {
    if (endpoint.clientAuthentication === "none" || endpoint.clientAnchors === undefined) return [];
    const binding = this.plan.bindings.find(({ id }) => id === hop.bindingId);
    return await this.#anchorsAt(
      endpoint.clientAnchors,
      binding === undefined ? undefined : this.#pinned(binding.identityId),
    );
  }

  async #identityAt(
    location: IdentityLocation,
    identityId: string,
    subject: string,
  ): Promise<DeployedIdentity | undefined> {
    if (location.kind === "outside") return undefined;
    const deployed =
      location.kind === "store"
        ? await this.#identityInStore(location, subject)
        : await this.#identityInFiles(location, subject);
    if (deployed === undefined) return undefined;
    const [leaf] = deployed.identity.chain;
    const pinned = this.#pinned(identityId)?.chain[0];
    const { sha256, subject: name } = leaf === undefined ? {} : described(leaf);
    if (pinned !== undefined && sha256 !== pinned.sha256) {
      this.#miss(
        found(
          "certificate-differs",
          subject,
          `${placeOf(location)} holds the certificate of ${name} (SHA-256 ${sha256}), the plan pins that of ${pinned.subject} (SHA-256 ${pinned.sha256}); deploy again, or, if somebody renewed it, observe it with \`cdktf-trust lock --observe\``,
        ),
      );
    }
    return deployed;
  }

  async #identityInStore(
    location: Extract<IdentityLocation, { kind: "store" }>,
    subject: string,
  ): Promise<DeployedIdentity | undefined> {
    const read = await this.files.store(location.storeId);
    if ("finding" in read) return this.#miss(read);
    const { store, place, plan } = read.value;
    const entry = findEntry(store, location.alias);
    if (entry?.kind !== "identity") {
      const there = store.entries.map(({ kind, alias }) => `"${alias}" (${kind})`).join(", ");
      return this.#miss(
        found(
          "entry-missing",
          subject,
          `${place} has no private key under "${location.alias}" ("Alias <${location.alias}> does not exist"); it holds ${there === "" ? "nothing" : there}. Deploy again, or name the alias that is there`,
        ),
      );
    }
    const password = this.files.secret(location.keyPassword ?? plan.password, subject);
    if ("finding" in password) return this.#miss(password);
    const key = this.#openEntry(entry, password.value, place, subject);
    if (key === undefined) return undefined;
    return {
      identity: { chain: entry.chain, pkcs8: key },
      ...(location.chosenBy === "java"
        ? { keyStore: keyStoreOf(read.value, location.alias, password.value) }
        : {}),
    };
  }

  #openEntry(entry: IdentityEntry, password: string, place: string, subject: string): Buffer | undefined {
    const [leaf] = entry.chain;
    try {
      const key = openKey(entry, password);
      if (leaf !== undefined && !publicKeyMatches(parseCertificate(leaf), key)) {
        return this.#miss(
          found(
            "key-does-not-match",
            subject,
            `in ${place} the private key under "${entry.alias}" does not belong to its certificate ("Invalid CertificateVerify signature"); import key and certificate of the same request`,
          ),
        );
      }
      return key;
    } catch (error) {
      const { finding } = problem("key-password-differs", subject, error, place);
      return this.#miss({
        finding: {
          ...finding,
          message: `${finding.message}. Java says "UnrecoverableKeyException: Cannot recover key": the key under "${entry.alias}" must open with the password that the product uses, which most often is the store's`,
        },
      });
    }
  }

  async #identityInFiles(
    location: Extract<IdentityLocation, { kind: "pem" }>,
    subject: string,
  ): Promise<DeployedIdentity | undefined> {
    const certificates = await this.files.file(location.certificateFileId);
    const key = await this.files.file(location.keyFileId);
    if ("finding" in certificates) return this.#miss(certificates);
    if ("finding" in key) return this.#miss(key);
    const password = this.#optionalSecret(location.keyPassword, subject);
    if (password === undefined) return undefined;
    try {
      return {
        identity: {
          chain: certificatesFromFile(certificates.value).map(({ der }) => der),
          pkcs8: readPrivateKey(key.value, ...password),
        },
      };
    } catch (error) {
      return this.#miss(problem("file-unreadable", subject, error));
    }
  }

  /** As arguments: none where none is declared; undefined where it is missing. */
  #optionalSecret(reference: SecretReference | undefined, subject: string): [] | [string] | undefined {
    if (reference === undefined) return [];
    const secret = this.files.secret(reference, subject);
    return "finding" in secret ? this.#miss(secret) : [secret.value];
  }

  async #anchorsAt(
    location: AnchorsLocation,
    needed: IdentityPlan["pinned"],
  ): Promise<AnchorsMaterial | undefined> {
    if (location.kind === "public-roots") return location.kind;
    if (location.kind === "outside") return undefined;
    if (location.kind === "pem") {
      const file = await this.files.file(location.fileId);
      if ("finding" in file) return this.#miss(file);
      try {
        return certificatesFromFile(file.value).map(({ der }) => der);
      } catch (error) {
        return this.#miss(problem("file-unreadable", location.fileId, error));
      }
    }
    const read = await this.files.store(location.storeId);
    if ("finding" in read) return this.#miss(read);
    this.#compareAnchors(read.value, needed);
    return trustedBy(read.value.store);
  }

  /** Compares declared anchors with the store; one that this hop does not need is no more than a warning. */
  #compareAnchors({ store, place, plan }: DeployedStore, needed: IdentityPlan["pinned"]): void {
    const present = new Set(trustedBy(store).map((der) => described(der).sha256));
    for (const entry of this.plan.entries) {
      if (entry.kind !== "anchor" || entry.storeId !== plan.id) continue;
      const wanted = this.#certificateOf(entry);
      if (wanted === undefined || (entry.unlessAlreadyTrusted && present.has(wanted.sha256))) continue;
      const stored = findEntry(store, entry.alias);
      const certificate = stored?.kind === "anchor" ? stored.certificate : undefined;
      if (certificate !== undefined && described(certificate).sha256 === wanted.sha256) continue;
      const isNeeded = [needed?.anchor, ...(needed?.chain ?? [])].some(
        (part) => part?.sha256 === wanted.sha256,
      );
      const { rule, message } =
        certificate === undefined
          ? {
              rule: "entry-missing",
              message: `${place} has no certificate under "${entry.alias}", where that of ${wanted.subject} is to be trusted; deploy again (a Java upgrade replaces cacerts)`,
            }
          : {
              rule: "certificate-differs",
              message: `under "${entry.alias}" ${place} holds the certificate of ${described(certificate).subject} (SHA-256 ${described(certificate).sha256}), the plan pins that of ${wanted.subject} (SHA-256 ${wanted.sha256}); deploy again, or adopt the one that is there`,
            };
      this.findings.push({ level: isNeeded ? "error" : "warning", rule, subject: entry.id, message });
    }
  }

  #certificateOf({ identityId, ...entry }: EntryPlan) {
    const pinned = this.#pinned(identityId);
    const part = entry.kind === "anchor" ? entry.part : "leaf";
    if (pinned === undefined) return undefined;
    if (part === "anchor") return pinned.anchor;
    return part === "leaf" ? pinned.chain[0] : (pinned.chain[1] ?? pinned.anchor);
  }

  #pinned(identityId: string): IdentityPlan["pinned"] {
    return this.plan.identities.find(({ id }) => id === identityId)?.pinned;
  }

  #miss({ finding }: { readonly finding: Finding }): undefined {
    this.findings.push(finding);
    return undefined;
  }
}

function keyStoreOf(
  { store, place }: DeployedStore,
  intendedAlias: string,
  password: string,
): KeyStoreMaterial {
  const unopenedAliases = store.entries.flatMap((entry) =>
    entry.kind === "identity" && !opens(entry, password) ? [entry.alias] : [],
  );
  return { storeId: place, store, intendedAlias, unopenedAliases };
}

function opens(entry: IdentityEntry, password: string): boolean {
  try {
    openKey(entry, password);
    return true;
  } catch {
    return false;
  }
}

function described(der: Uint8Array): { readonly sha256: string; readonly subject: string } {
  const certificate = parseCertificate(der);
  return { sha256: certificate.sha256, subject: certificate.toString() };
}

function placeOf(location: Exclude<IdentityLocation, { kind: "outside" }>): string {
  return location.kind === "store"
    ? `"${location.alias}" in ${location.storeId}`
    : `the file ${location.certificateFileId}`;
}
