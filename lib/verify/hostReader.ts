import {
  type HostFiles,
  type HostProcesses,
  type OwnershipRecord,
  readOwnership,
  sshOptions,
  type SshOptions,
} from "../hosts";
import { type Found, type FoundStore, found, problem, undeclared } from "../hop";
import { readWithEither, type Store, type StoreEntry } from "../keystore";
import {
  type ConfigFilePlan,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
  hostAddress,
  passwordText,
  placeOf,
  planIndex,
} from "../model";
import { parsed } from "../pki";

/** How hosts and secrets are reached. */
export interface HostAccess {
  /** Directory that the roots of local hosts are relative to. */
  readonly projectDirectory: string;
  /** Opens the host at an address (`local:<directory>`, `ssh://host`). */
  readonly openHost: (address: string, options?: SshOptions) => HostFiles;
  readonly resolveSecret: (reference: SecretReference) => string;
  /**
   * Addresses of hosts that nobody logs in to, by host id: directories to which their files were copied back.
   *
   * @default none
   */
  readonly manualHosts?: ReadonlyMap<string, string>;
}

/** Reads what a plan declares from its hosts. */
export class HostReader {
  constructor(
    private readonly plan: TrustPlan,
    private readonly access: HostAccess,
  ) {}

  /** The secret, or what is missing. */
  secret(reference: SecretReference, subject: string): Found<string> {
    try {
      return { value: this.access.resolveSecret(reference) };
    } catch (error) {
      return problem("secret-missing", subject, error);
    }
  }

  async store(storeId: string): Promise<Found<FoundStore>> {
    const plan = planIndex(this.plan).store(storeId);
    if (plan === undefined) return undeclared(storeId);
    const place = placeOf(plan.hostId, plan.path);
    const bytes = await this.read(plan, storeId);
    if (bytes === undefined) return found("store-missing", storeId, absent(place));
    if ("finding" in bytes) return bytes;
    const password = this.secret(plan.password, storeId);
    if ("finding" in password) return password;
    try {
      const { store } = readWithEither(bytes.value, password.value, () => this.formerOf(plan));
      return unreadableCertificate(store, storeId, place) ?? { value: { store } };
    } catch (error) {
      return problem("store-unreadable", storeId, error, `${place} (${passwordText(plan)})`);
    }
  }

  /** The password of a store before the deploy that puts it under another one; where it is not at hand, the new one counts. */
  private formerOf({ formerPassword }: StorePlan): string | undefined {
    const former = formerPassword === undefined ? undefined : this.secret(formerPassword, formerPassword);
    return former !== undefined && "value" in former ? former.value : undefined;
  }

  async file(fileId: string): Promise<Found<Uint8Array>> {
    const plan = planIndex(this.plan).file(fileId);
    if (plan === undefined) return undeclared(fileId);
    const bytes = await this.read(plan, fileId);
    return bytes ?? found("file-missing", fileId, absent(placeOf(plan.hostId, plan.path)));
  }

  /** A product's own file, whose name products spell in their own case; undefined where it is not there. */
  async configFile({ id, hostId, path }: ConfigFilePlan): Promise<Found<Uint8Array> | undefined> {
    const files = this.filesOf(hostId);
    if (files === undefined) return unreachable(id, placeOf(hostId, path));
    try {
      const named = await files.findFile(path);
      return named === undefined ? undefined : await this.read({ hostId, path: named }, id);
    } catch (error) {
      return problem("file-unreadable", id, error, placeOf(hostId, path));
    }
  }

  /** What the record beside a file says; undefined where nobody logs in to the host. */
  async ownership(hostId: string, path: string): Promise<Found<OwnershipRecord> | undefined> {
    const files = this.filesOf(hostId);
    if (files === undefined) return undefined;
    try {
      return { value: await readOwnership(files, (await files.findFile(path)) ?? path) };
    } catch (error) {
      return problem("file-unreadable", placeOf(hostId, path), error);
    }
  }

  /** What can be done on a host beside its files; undefined where that is a folder, or nobody logs in to it. */
  processesOf(hostId: string): HostProcesses | undefined {
    return this.filesOf(hostId)?.processes;
  }

  /** Undefined where the file is not there. */
  private async read({ hostId, path }: HostPath, subject: string): Promise<Found<Uint8Array> | undefined> {
    const place = placeOf(hostId, path);
    const files = this.filesOf(hostId);
    if (files === undefined) return unreachable(subject, place);
    try {
      const file = await files.readFile(path);
      return file === undefined ? undefined : { value: file.bytes };
    } catch (error) {
      return problem("file-unreadable", subject, error, place);
    }
  }

  /** Undefined where nobody logs in to the host, and nothing was copied back from it. */
  private filesOf(hostId: string): HostFiles | undefined {
    const host = planIndex(this.plan).host(hostId);
    const address =
      this.access.manualHosts?.get(hostId) ??
      (host === undefined ? undefined : hostAddress(host, this.access.projectDirectory));
    if (address === undefined) return undefined;
    const { openHost } = this.access;
    return host?.kind === "ssh"
      ? openHost(address, sshOptions(host.connection, this.access))
      : openHost(address);
  }
}

/** A certificate that cannot be read at all, for which Java loads nothing of the store either. */
function unreadableCertificate(store: Store, storeId: string, place: string): Found<never> | undefined {
  for (const entry of store.entries) {
    try {
      certificatesOf(entry).forEach(parsed);
    } catch (error) {
      return problem("certificate-unreadable", storeId, error, `${place}, "${entry.alias}"`);
    }
  }
  return undefined;
}

function certificatesOf(entry: StoreEntry): readonly Uint8Array[] {
  if (entry.kind === "secret") return [];
  return entry.kind === "anchor" ? [entry.certificate] : entry.chain;
}

interface HostPath {
  readonly hostId: string;
  readonly path: string;
}

function unreachable(subject: string, place: string): Found<never> {
  return found("host-unreachable", subject, `${place} is on a host that nobody logs in to`);
}

function absent(place: string): string {
  return `${place} is not there`;
}
