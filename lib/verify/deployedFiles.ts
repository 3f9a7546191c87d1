import { resolve } from "node:path";
import type { HostFiles } from "../hosts";
import { readStore, type Store } from "../keystore";
import {
  TrustError,
  planIndex,
  type Finding,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
} from "../model";
import { finding, refusal, type RuleId } from "../rules";

/** How hosts and secrets are reached. */
export interface HostAccess {
  /** Directory that the roots of local hosts are relative to. */
  readonly projectDirectory: string;
  /** Opens the host at an address (`local:<directory>`). */
  readonly openHost: (address: string) => HostFiles;
  readonly resolveSecret: (reference: SecretReference) => string;
  /**
   * Addresses of hosts that nobody logs in to, by host id: directories to which their files were copied back.
   *
   * @default none
   */
  readonly manualHosts?: ReadonlyMap<string, string>;
}

/** What was found, or why it could not be. */
export type Found<T> = { readonly value: T } | { readonly finding: Finding };

/** A store as it is on its host. */
export interface DeployedStore {
  readonly plan: StorePlan;
  /** `HOST:PATH`, for messages. */
  readonly place: string;
  readonly store: Store;
}

/** Reads the stores and files of a plan from their hosts, each once. */
export class DeployedFiles {
  readonly #stores = new Map<string, Promise<Found<DeployedStore>>>();
  readonly #files = new Map<string, Promise<Found<Uint8Array>>>();

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

  async store(storeId: string): Promise<Found<DeployedStore>> {
    const known = this.#stores.get(storeId);
    if (known !== undefined) return await known;
    const reading = this.#readStore(storeId);
    this.#stores.set(storeId, reading);
    return await reading;
  }

  async file(fileId: string): Promise<Found<Uint8Array>> {
    const known = this.#files.get(fileId);
    if (known !== undefined) return await known;
    const plan = planIndex(this.plan).file(fileId);
    const reading =
      plan === undefined
        ? Promise.resolve(undeclared(fileId))
        : this.#readFile(plan.hostId, plan.path, fileId, "file-missing");
    this.#files.set(fileId, reading);
    return await reading;
  }

  async #readStore(storeId: string): Promise<Found<DeployedStore>> {
    const plan = planIndex(this.plan).store(storeId);
    if (plan === undefined) return undeclared(storeId);
    const file = await this.#readFile(plan.hostId, plan.path, storeId, "store-missing");
    if ("finding" in file) return file;
    const password = this.secret(plan.password, storeId);
    if ("finding" in password) return password;
    const place = `${plan.hostId}:${plan.path}`;
    try {
      return { value: { plan, place, store: readStore(file.value, password.value) } };
    } catch (error) {
      return problem("store-unreadable", storeId, error, place);
    }
  }

  async #readFile(hostId: string, path: string, subject: string, rule: RuleId): Promise<Found<Uint8Array>> {
    const place = `${hostId}:${path}`;
    const address = this.#addressOf(hostId);
    if (address === undefined) {
      return found("host-unreachable", subject, `${place} is on a host that nobody logs in to`);
    }
    try {
      const file = await this.access.openHost(address).readFile(path);
      return file === undefined ? found(rule, subject, `${place} is not there`) : { value: file.bytes };
    } catch (error) {
      return problem("file-unreadable", subject, error, place);
    }
  }

  #addressOf(hostId: string): string | undefined {
    const copied = this.access.manualHosts?.get(hostId);
    if (copied !== undefined) return copied;
    const host = planIndex(this.plan).host(hostId);
    return host?.kind === "local" ? `local:${resolve(this.access.projectDirectory, host.root)}` : undefined;
  }
}

/** An error as something found; log texts that the rule has are quoted with `about` in them. */
export function found(
  rule: RuleId,
  subject: string,
  facts: string,
  about?: string,
): { readonly finding: Finding } {
  const quotation = about === undefined ? {} : { about };
  return { finding: finding(subject, refusal(rule, facts, undefined, quotation), "error") };
}

/** A typed error as something found; anything else is a defect and goes on. */
export function problem(
  rule: RuleId,
  subject: string,
  error: unknown,
  place?: string,
): { readonly finding: Finding } {
  if (!(error instanceof TrustError)) throw error;
  return found(rule, subject, place === undefined ? error.message : `${place}: ${error.message}`);
}

function undeclared(id: string): { readonly finding: Finding } {
  return found("not-declared", id, `the plan speaks of ${id}, which it does not declare`);
}
