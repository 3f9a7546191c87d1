import { type TrustPlan, hostAddress, ownerOf } from "../../model";
import { type StateRow, readStateRows } from "../../project";
import type { Approval } from "../deploy/deploy";
import { type EnvironmentStack, environmentStacks } from "../deploy/environmentStacks";
import { progressOn, silently } from "../deploy/progress";
import { Terraform } from "../deploy/terraform";
import type { CliIo } from "../io";
import { nothingDelivered, unknownHost } from "./errors";

export interface ForgetOptions {
  readonly environment?: string;
  readonly json: boolean;
  readonly approve: Approval;
}

/** What a stack's state held of the host. */
export interface ForgottenRows {
  readonly stack: string;
  /** `project/environment/stack`: whose claims are left on the host. */
  readonly owner: string;
  readonly rows: readonly StateRow[];
  /** False where nobody approved it. */
  readonly isForgotten: boolean;
}

export interface Forgotten {
  readonly host: string;
  readonly isDeclared: boolean;
  /** Only those whose state held something of it. */
  readonly stacks: readonly ForgottenRows[];
}

/**
 * Lets go of every row of a host, in all stacks of the environment and those that are declared no more. The host
 * itself is neither read nor changed.
 *
 * @param given id of a declared host, or an address as states have it
 * @throws ForgetError `unknown-host`, `nothing-delivered`; DeployError
 */
export async function forgetHost(io: CliIo, given: string, options: ForgetOptions): Promise<Forgotten> {
  const terraform = Terraform.find();
  const progress = options.json ? silently : progressOn(io);
  const stacks = await progress("read what the stacks declare", () =>
    environmentStacks(io, options.environment),
  );
  const states: { readonly stack: EnvironmentStack; readonly rows: readonly StateRow[] }[] = [];
  for (const stack of stacks) {
    const rows = await progress(`${stack.name}: read the state`, async () => {
      await terraform.init(stack);
      return readStateRows(`the state of ${stack.name}`, await terraform.pullState(stack));
    });
    states.push({ stack, rows: rows.filter(({ type }) => type.startsWith("trust_")) });
  }

  const plans = stacks.filter(({ isDeclared }) => isDeclared).map(({ plan }) => plan);
  const addresses = addressesOf(
    given,
    plans,
    states.flatMap(({ rows }) => rows),
  );
  const forgotten: ForgottenRows[] = [];
  for (const { stack, rows } of states) {
    const gone = rows.filter(({ host }) => host !== undefined && addresses.has(host));
    if (gone.length === 0) continue;
    const isForgotten = await options.approve(stack.name, () =>
      io.stderr.write(`${changesText(given, gone)}\n`),
    );
    if (isForgotten)
      await progress(`${stack.name}: let go`, () =>
        terraform.removeRows(
          stack,
          gone.map(({ address }) => address),
        ),
      );
    forgotten.push({ stack: stack.name, owner: ownerOf(stack.plan), rows: gone, isForgotten });
  }
  const isDeclared = plans.some(({ hosts }) => hosts.some(({ id }) => id === given));
  return { host: given, isDeclared, stacks: forgotten };
}

/** Under which addresses states name the host. */
function addressesOf(
  given: string,
  plans: readonly TrustPlan[],
  rows: readonly StateRow[],
): ReadonlySet<string> {
  const declared = plans.flatMap(({ hosts }) => hosts);
  const meant = declared.filter(({ id }) => id === given);
  const [host] = meant;
  if (host !== undefined) {
    const addresses = meant.flatMap((each) => hostAddress(each, ".") ?? []);
    if (addresses.length === 0) throw nothingDelivered(given, host.kind);
    return new Set(addresses);
  }
  const known = new Set(rows.flatMap((row) => row.host ?? []));
  if (!known.has(given)) throw unknownHost(given, [...new Set(declared.map(({ id }) => id))], [...known]);
  return new Set([given]);
}

function changesText(host: string, rows: readonly StateRow[]): string {
  const lines = rows.map(
    ({ address, path = "", alias }) => `  - ${address}  ${path}${alias === undefined ? "" : ` "${alias}"`}`,
  );
  return `The state lets go of what it has on ${host}; the host is not asked, and nothing on it changes:\n${lines.join("\n")}`;
}
