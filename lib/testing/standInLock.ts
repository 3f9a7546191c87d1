import { subjectAltName } from "../constructs/names";
import { type FileReader, type IdentityMaker, type Lock, OpenLock, type RandomBytes } from "../lock";
import { digestOfFile, filesOf } from "../lock/importIdentity";
import type { MadeRequest } from "../lock/declaration";
import { issueIdentity } from "../lock/issue";
import type { LockedIdentity } from "../lock/lock";
import { recordOf } from "../lock/requestRecord";
import {
  type IdentityPlan,
  type IdentityRequest,
  type ImportedIdentityRequest,
  type SecretReference,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";

export interface StandInLockOptions {
  /** What all stacks of the environment declare. */
  readonly plan: TrustPlan;
  readonly now: Date;
  readonly makerOf: (identityId: string) => IdentityMaker;
  readonly randomBytes: RandomBytes;
  readonly readFile: FileReader;
  /** Whether the test says what the secret behind a reference is. */
  readonly knows: (reference: SecretReference) => boolean;
}

/**
 * A test's own lock, in memory. It begins with what no test has at hand: for identities that stay on their host, and for
 * imported ones whose file or password is not there, and for requested ones, a certificate that stands for theirs.
 */
export class StandInLock {
  readonly path: string;
  readonly isSigned = true;
  /** Ids of the identities that another certificate stands for. */
  readonly standIns: readonly string[];
  lock: Lock;
  private readonly opened: OpenLock;

  constructor(private readonly options: StandInLockOptions) {
    const { plan, randomBytes } = options;
    this.path = `trust.lock.${plan.environment}.json`;
    const empty: Lock = {
      project: plan.project,
      environment: plan.environment,
      kdf: { name: "scrypt", N: 2, r: 1, p: 1, salt: randomBytes(16) },
      recipients: [],
      identities: new Map(),
      observations: new Map(),
    };
    this.opened = new OpenLock(empty, { dataKey: Buffer.from(randomBytes(32)) }, "test");
    const replaced = plan.identities.filter((identity) => this.isOutOfReach(identity));
    this.standIns = replaced.map(({ id }) => id);
    this.lock = {
      ...empty,
      identities: new Map(replaced.map((identity) => [identity.id, this.standIn(identity)])),
    };
  }

  open(): OpenLock {
    return this.opened.withLock(this.lock);
  }

  save(lock: Lock): void {
    this.lock = lock;
  }

  private isOutOfReach({ request }: IdentityPlan): boolean {
    return (
      request.kind === "existing" ||
      request.kind === "requested" ||
      (request.kind === "imported" && !this.canImport(request))
    );
  }

  private canImport(request: ImportedIdentityRequest): boolean {
    const { readFile, knows } = this.options;
    const { password, keyPassword } = request;
    return (
      filesOf(request).every((path) => readFile(path) !== undefined) &&
      [password, keyPassword].every((reference) => reference === undefined || knows(reference))
    );
  }

  private standIn({ id, request }: IdentityPlan): LockedIdentity {
    const { now, makerOf, randomBytes } = this.options;
    const made = issueIdentity({ id, request: this.requestFor(id, request), now, maker: makerOf(id) });
    const pinned = { generation: 1, ...made.certificates };
    const common = { ...pinned, kind: request.kind, ...recordOf(request), formerIds: [] };
    if (request.kind === "existing") {
      const store = planIndex(this.options.plan).store(request.storeId);
      const place =
        store === undefined ? {} : { observedIn: `${placeOf(store.hostId, store.path)}#${request.alias}` };
      return { ...common, ...place };
    }
    const file = request.kind === "imported" ? digestOfFile(request, this.options.readFile) : undefined;
    return {
      ...common,
      ...(file === undefined ? {} : { file }),
      ...(made.pkcs8 === undefined
        ? {}
        : { privateKey: this.opened.sealKey(id, pinned, made.pkcs8, randomBytes) }),
    };
  }

  /** For the names and purposes that the stacks present it with: what they declare of it is all that is known. */
  private requestFor(id: string, declared: IdentityRequest): MadeRequest {
    if (declared.kind === "requested") {
      return declared.isAuthority === true
        ? { ...declared, kind: "authority", validityDays: 3650 }
        : { ...declared, kind: "self-signed", validityDays: 397 };
    }
    const index = planIndex(this.options.plan);
    const endpoints = index.endpointsOf(id);
    const names = [...new Set(endpoints.flatMap((endpoint) => endpoint.names))];
    return {
      kind: "self-signed",
      subject: { commonName: names[0] ?? "stand-in", organization: "cdktf-trust test" },
      names: names.map(subjectAltName),
      keyAlgorithm: "rsa-2048",
      validityDays: 397,
      extendedKeyUsages: [
        ...(endpoints.length > 0 ? (["serverAuth"] as const) : []),
        ...(index.bindingsOf(id).length > 0 ? (["clientAuth"] as const) : []),
      ],
    };
  }
}
