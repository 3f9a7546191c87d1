import { basename } from "node:path";
import type { App } from "cdktf";
import {
  type FileReader,
  type ResolvedIdentity,
  asSwitched,
  isLockedAuthority,
  otherGeneration,
  pinIdentities,
  recordRequests,
  requiredCertificates,
  resolveIdentity,
  waitingFor,
} from "../../lock";
import { type Finding, LOCAL_ENVIRONMENT, type SecretReference, type TrustPlan } from "../../model";
import { finding, refusal } from "../../rules";
import { type LockEdges, edgesOf } from "../edges";
import type { SynthEnvironment } from "./environment";
import { pinnedPlan } from "./pinnedPlan";

/** The one lock and the secrets of an app's environment, shared by its stacks: opened at most once. */
export class EnvironmentLock {
  private static readonly byApp = new WeakMap<App, EnvironmentLock>();

  static of(app: App, environment: SynthEnvironment): EnvironmentLock {
    const known = this.byApp.get(app);
    if (known !== undefined) return known;
    const lock = new EnvironmentLock(environment, edgesOf(app).lock(environment));
    this.byApp.set(app, lock);
    return lock;
  }

  /** Resolves each reference once; `file:` is relative to the project's root. */
  readonly secret: (reference: SecretReference) => string;
  /** Reads a file beside the stacks, relative to the project's root; undefined where it is missing. */
  readonly readFile: FileReader;
  private readonly session: LockEdges["session"];
  private warned = false;
  private readonly resolved = new Map<string, ResolvedIdentity | undefined>();

  private constructor(
    private readonly environment: SynthEnvironment,
    private readonly edges: LockEdges,
  ) {
    this.secret = edges.secret;
    this.readFile = edges.readFile;
    this.session = edges.session;
  }

  /**
   * The plan with what the lock pins for its identities, and which entries their stores hold already. What
   * the lock lacks is added where the environment is not frozen.
   *
   * @throws StaleLockError, LockError; `waits-for-certificate` where somebody else has to issue one first
   */
  pin(plan: TrustPlan, now: Date): TrustPlan {
    const { lock, changes } = pinIdentities({
      plan,
      lock: this.session.lock,
      open: () => this.session.open(),
      frozen: this.environment.frozen,
      now,
      randomBytes: this.edges.randomBytes,
      readFile: this.readFile,
      resolveSecret: this.secret,
      ...(this.edges.makerOf === undefined ? {} : { makerOf: this.edges.makerOf }),
    });
    if (lock !== undefined && (changes.length > 0 || this.signsNow()))
      this.session.save(recordRequests(lock, plan.identities));
    if (lock !== undefined) requiredCertificates(lock, plan.identities);
    return this.pinned(plan);
  }

  /** The plan with what the lock pins for its identities, as far as it does: nothing is added, no secret is asked for. */
  pinned(plan: TrustPlan): TrustPlan {
    const { lock } = this.session;
    if (lock === undefined) return plan;
    return pinnedPlan(plan, lock);
  }

  /** An identity's bytes, with its private key where artifacts are made; undefined where the lock lacks it. */
  identity(identityId: string): ResolvedIdentity | undefined {
    if (!this.resolved.has(identityId)) this.resolved.set(identityId, this.resolve(identityId));
    return this.resolved.get(identityId);
  }

  /** The same once all that is announced is served; undefined where nothing is. */
  onceSwitched(): EnvironmentLock | undefined {
    const { session } = this;
    const lock = session.lock === undefined ? undefined : asSwitched(session.lock);
    if (lock === undefined) return undefined;
    const { path, isSigned } = session;
    const save = () => {
      throw new RangeError("what is only foreseen is not saved");
    };
    const foreseen = { path, isSigned, lock, open: () => session.open(), save };
    return new EnvironmentLock(this.environment, { ...this.edges, session: foreseen });
  }

  /** What waits for its next certificate, and is served with the one before until then. */
  findingsOf({ identities }: TrustPlan): Finding[] {
    const { lock } = this.session;
    if (lock === undefined) return [];
    return waitingFor(lock, identities).map(({ id, facts, remedy }) =>
      finding(id, refusal("certificate-requested", facts, remedy)),
    );
  }

  /** A warning as long as the lock is one that earlier code wrote; once for all stacks. */
  findings(): Finding[] {
    if (this.session.isSigned || this.warned) return [];
    this.warned = true;
    const { name } = this.environment;
    const facts = "the lock is not signed, so that anybody could have changed it";
    const remedy = `run \`cdktf-trust lock --environment ${name}\` and commit the lock and cdktf.json`;
    return [finding(basename(this.session.path), refusal("unsigned-lock", facts, remedy))];
  }

  /** Elsewhere than in `local`, signing is a commit that somebody makes. */
  private signsNow(): boolean {
    return !this.session.isSigned && this.environment.name === LOCAL_ENVIRONMENT;
  }

  private resolve(identityId: string): ResolvedIdentity | undefined {
    const { lock } = this.session;
    const locked = lock?.identities.get(identityId);
    if (lock === undefined) return undefined;
    if (locked === undefined)
      return otherGeneration(lock, identityId) === undefined ? undefined : resolveIdentity(lock, identityId);
    const needsKey =
      this.environment.artifacts && locked.privateKey !== undefined && !isLockedAuthority(locked);
    return resolveIdentity(lock, identityId, needsKey ? this.session.open() : undefined);
  }
}
