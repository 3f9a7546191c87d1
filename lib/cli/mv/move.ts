import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Lock, type RenamedIdentity, lockedParts, renameIdentities, recordRequests } from "../../lock";
import { type SecretReference, ownerOf } from "../../model";
import { outputDirectoryOf, readStateRows, workingDirectoryOf } from "../../project";
import { synthesiseAsPinned } from "../deploy/environmentStacks";
import type { StackOutput } from "../deploy/manifest";
import { type ProgressReporter, progressOn, silently } from "../deploy/progress";
import { type StackFolder, Terraform } from "../deploy/terraform";
import type { CliIo } from "../io";
import { type LockContext, lockContext } from "../lock/context";
import { requireRenamed } from "./declared";
import { newIsInLock, noOutputOf } from "./errors";
import { type PulledStack, moveRows } from "./moveRows";
import { type RelabelledFile, relabelClaims } from "./relabelClaims";
import { type Rename, isWithin, newIdOf, oldIdOf, stacksOf } from "./rename";
import { rowMovesOf } from "./rowMoves";

export interface MoveOptions {
  readonly environment?: string;
  readonly key?: SecretReference;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** A row with the addresses that it had, and has, in the states of these stacks. */
export interface MovedRow {
  readonly fromStack: string;
  readonly from: string;
  readonly toStack: string;
  readonly to: string;
}

/** What was moved, or would be. */
export interface MoveReport {
  readonly environment: string;
  readonly lock: readonly RenamedIdentity[];
  /** Rows with the stacks that they were, and are, in. */
  readonly state: readonly MovedRow[];
  readonly claims: readonly RelabelledFile[];
}

/**
 * Carries a rename in the code to the lock, the state and the claims on the hosts. Each step looks at what is done
 * already, so that it can be run again wherever it was killed.
 *
 * @throws MoveError, LockError, DeployError
 */
export async function move(io: CliIo, rename: Rename, options: MoveOptions): Promise<MoveReport> {
  const terraform = Terraform.find();
  const progress = options.json ? silently : progressOn(io);
  const context = lockContext(io, options);
  const stacks = await progress("read what the stacks declare", () =>
    synthesiseAsPinned(context.project, context.environment),
  );
  requireRenamed(stacks, rename);
  const to = stackCalled(stacks, stacksOf(rename).to);
  const from = folderOfOld(stacks, stacksOf(rename).from, context);

  const pulled = await pull(terraform, from, to, progress);
  const rows = rowMovesOf(rename, {
    plan: to.plan,
    ...("plan" in from ? { oldPlan: from.plan } : {}),
    from: readStateRows(`the state of ${from.name}`, pulled.from.text),
    to: readStateRows(`the state of ${to.name}`, pulled.to.text),
  });
  // The lock first: whatever synthesises next would make new certificates for the new names.
  const lock = renameInLock(io, context, stacks, rename, options.dryRun);
  if (!options.dryRun && rows.moves.length + rows.leftBehind.length > 0)
    await progress("move the state", () => moveRows(terraform, pulled.from, pulled.to, rows));

  const labels = { from: ownerOf({ ...to.plan, stack: from.name }), to: ownerOf(to.plan) };
  const claims =
    labels.from === labels.to
      ? []
      : await relabelClaims({
          ...labels,
          rows: rows.rows,
          projectDirectory: context.project.directory,
          isDryRun: options.dryRun,
        });
  const state = rows.moves.map((row) => ({
    fromStack: from.name,
    from: row.from,
    toStack: to.name,
    to: row.to,
  }));
  return { environment: context.environment, lock, state, claims };
}

function stackCalled(stacks: readonly StackOutput[], name: string): StackOutput {
  const stack = stacks.find((each) => each.name === name);
  if (stack === undefined) throw new RangeError(`${name} is declared and was not synthesised`);
  return stack;
}

/** A stack that is declared no more has left its Terraform JSON, which says where its state is. */
function folderOfOld(
  stacks: readonly StackOutput[],
  name: string,
  { project, environment }: LockContext,
): StackOutput | StackFolder {
  const declared = stacks.find((stack) => stack.name === name);
  if (declared !== undefined) return declared;
  const workingDirectory = workingDirectoryOf(outputDirectoryOf(project, environment), name);
  if (!existsSync(join(workingDirectory, "cdk.tf.json")))
    throw noOutputOf(name, workingDirectory, environment);
  return { name, workingDirectory };
}

function renameInLock(
  io: CliIo,
  { session, shownPath }: LockContext,
  stacks: readonly StackOutput[],
  rename: Rename,
  isDryRun: boolean,
): readonly RenamedIdentity[] {
  const { lock } = session;
  if (lock === undefined) return [];
  requireFreeInLock(lock, rename, shownPath);
  const renamed = [...lockedParts(lock).keys()]
    .map((from) => ({ from, to: newIdOf(rename, from) }))
    .filter(({ from, to }) => from !== to);
  if (renamed.length === 0 || isDryRun) return renamed;
  const result = renameIdentities(session.open(), (id) => newIdOf(rename, id), io.randomBytes);
  const declared = stacks.flatMap(({ plan }) => plan.identities);
  session.save(recordRequests(result.lock, declared));
  return result.renamed;
}

/** What an earlier run has renamed names the old id among its former ones. */
function requireFreeInLock(lock: Lock, rename: Rename, path: string): void {
  const identities = lockedParts(lock);
  const taken = [...identities].filter(([id, { formerIds }]) => {
    if (!isWithin(id, rename.to)) return false;
    return identities.has(oldIdOf(rename, id)) || !formerIds.includes(oldIdOf(rename, id));
  });
  if (taken.length > 0)
    throw newIsInLock(
      rename,
      taken.map(([id]) => id),
      path,
    );
}

async function pull(
  terraform: Terraform,
  from: StackFolder,
  to: StackFolder,
  progress: ProgressReporter,
): Promise<{ readonly from: PulledStack; readonly to: PulledStack }> {
  const pulled = async (folder: StackFolder): Promise<PulledStack> =>
    await progress(`${folder.name}: read the state`, async () => {
      await terraform.init(folder);
      return { folder, text: await terraform.pullState(folder) };
    });
  const source = await pulled(from);
  return { from: source, to: from.name === to.name ? source : await pulled(to) };
}
