import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackFolder, Terraform } from "../deploy/terraform";
import type { StateMoves } from "./rowMoves";

/** A stack with its state, as it was pulled. */
export interface PulledStack {
  readonly folder: StackFolder;
  /** Empty where there is none yet. */
  readonly text: string;
}

/**
 * Moves rows on copies of the states, and then writes each state back at once: whoever kills it finds all rows of a
 * state moved or none. The new state goes first, so that no row is ever in neither; a claim that is in both for a
 * moment is one claim.
 *
 * @param to the same stack where the rows stay in it
 * @throws DeployError `terraform-failed`, also where somebody has written a state meanwhile
 */
export async function moveRows(
  terraform: Terraform,
  from: PulledStack,
  to: PulledStack,
  { moves, leftBehind }: Pick<StateMoves, "moves" | "leftBehind">,
): Promise<void> {
  // Of its owner only (0700): a state of somebody's may hold more than ours does.
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-mv-"));
  try {
    const isSame = from.folder.name === to.folder.name;
    const source = copyOf(directory, "from", from);
    const target = isSame ? undefined : copyOf(directory, "to", to);
    const files = { from: source, ...(target === undefined ? {} : { to: target }) };
    for (const move of moves) await terraform.moveRow(from.folder, files, move.from, move.to);
    if (leftBehind.length > 0) await terraform.removeRows(from.folder, leftBehind, source);
    if (target !== undefined && moves.length > 0) await push(terraform, to, target);
    await push(terraform, from, source);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function copyOf(directory: string, name: string, { text }: PulledStack): string {
  const file = join(directory, `${name}.tfstate`);
  if (text !== "") writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function push(terraform: Terraform, { folder, text }: PulledStack, file: string): Promise<void> {
  const [, serial] = SERIAL.exec(text) ?? [];
  if (serial !== undefined) {
    // Each move counted one up; Terraform sees that somebody else has written it by the next number only.
    const moved = readFileSync(file, "utf8").replace(SERIAL, `"serial": ${Number(serial) + 1},`);
    writeFileSync(file, moved, { mode: 0o600 });
  }
  await terraform.pushState(folder, file);
}

/** The first of a state is its own: Terraform writes it before anything that others put in. */
const SERIAL = /"serial": (\d+),/;
