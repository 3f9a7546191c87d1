import { stackOf } from "../../model";
import { UsageError } from "../errors";

/** Something that is called otherwise in the code now: a part of a plan with all below it, or a whole stack. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/**
 * @param from `<stack>/<key>` as the plan writes it, or a stack
 * @throws UsageError where one is a stack and the other is not, or both are the same
 */
export function parseRename(from: string, to: string): Rename {
  for (const id of [from, to]) {
    if (id === "" || id.split("/").includes(""))
      throw new UsageError(
        `"${id}" is no id: write STACK/KEY as trust-plan.json does, or the name of a stack`,
      );
  }
  if (from === to)
    throw new UsageError(`"${from}" is given twice: write what it was called, then what it is`);
  if (from.includes("/") !== to.includes("/"))
    throw new UsageError(`${from} and ${to}: write two stacks, or two ids of the form STACK/KEY`);
  if (`${to}/`.startsWith(`${from}/`) || `${from}/`.startsWith(`${to}/`))
    throw new UsageError(
      `${from} and ${to}: one is within the other; rename what is within it, part by part`,
    );
  return { from, to };
}

/** The id that something has after a rename; its own where it is not concerned. */
export function newIdOf({ from, to }: Rename, id: string): string {
  return isWithin(id, from) ? `${to}${id.slice(from.length)}` : id;
}

/** The id that something had before. */
export function oldIdOf({ from, to }: Rename, id: string): string {
  return newIdOf({ from: to, to: from }, id);
}

export function isWithin(id: string, ancestor: string): boolean {
  return id === ancestor || id.startsWith(`${ancestor}/`);
}

/** The stacks that a rename leads from and to; the same one twice where it stays in it. */
export function stacksOf({ from, to }: Rename): { readonly from: string; readonly to: string } {
  return { from: stackOf(from), to: stackOf(to) };
}
