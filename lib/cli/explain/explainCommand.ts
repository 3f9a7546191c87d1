import { type Lookup, explainCertificate, explainHop, lookUp } from "../../check";
import { type TrustPlan, joinPlans } from "../../model";
import { pinnedPlan } from "../../synth/plan/pinnedPlan";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, printJson } from "../io";
import { declaredPlans, lockContext } from "../lock/context";
import { printStyled } from "../screen";
import { certificateLines, hopLines } from "./lines";

interface ExplainFlags {
  readonly environment?: string;
  readonly json: boolean;
}

/** `cdktf-trust explain`: where a certificate is, who relies on it, what breaks if it goes, until when. */
export const defineExplain: DefineCommand = (command, { io, run }) => {
  command
    .argument(
      "<word>",
      "a hop (id, CLIENT → ADDRESS:PORT, or address), an alias, an identity, or a fingerprint's beginning",
    )
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--json", "print JSON for tools", false)
    .action((word: string, flags: ExplainFlags) =>
      run(async () => {
        const plan = await planOf(io, flags);
        explain(io, flags, plan, word);
        return 0;
      }),
    );
};

/** What the stacks declare together, with what the lock pins for it; no secret is asked for. */
async function planOf(io: CliIo, flags: ExplainFlags): Promise<TrustPlan> {
  const context = lockContext(io, flags);
  const plans = await declaredPlans(io, context, flags);
  const { lock } = context.session;
  const [first, ...others] = plans.map((plan) => (lock === undefined ? plan : pinnedPlan(plan, lock)));
  if (first === undefined)
    throw new UsageError("the app declares no stack, so that there is nothing to explain");
  return joinPlans([first, ...others]);
}

function explain(io: CliIo, { json }: ExplainFlags, plan: TrustPlan, word: string): void {
  const found = lookUp(plan, word);
  switch (found.kind) {
    case "hop": {
      const explained = explainHop(plan, found.hop, io.now);
      if (json) printJson(io, { hop: explained });
      else printStyled(io.stdout, hopLines(explained));
      return;
    }
    case "certificate": {
      const explained = explainCertificate(plan, found.sha256, io.now);
      if (explained === undefined) throw notMeant(word, { kind: "several", candidates: [] });
      if (json) printJson(io, { certificate: explained });
      else printStyled(io.stdout, certificateLines(explained));
      return;
    }
    case "several":
    case "unknown":
      throw notMeant(word, found);
  }
}

/** So many of a kind are told of. */
const TOLD = 10;

function notMeant(word: string, found: Extract<Lookup, { kind: "several" | "unknown" }>): UsageError {
  if (found.kind === "several") {
    const each = found.candidates.map((one) => `  ${one.word}  ${one.what}`);
    return new UsageError(`"${word}" means several things; give one of\n${each.join("\n")}`);
  }
  const { hops, aliases, identities } = found.known;
  const near = found.closest === undefined ? "" : ` Did you mean "${found.closest}"?`;
  return new UsageError(
    `there is no hop, alias, identity or fingerprint "${word}".${near} There are:\n` +
      [
        `  hops: ${some(hops)}`,
        `  aliases: ${some(aliases)}`,
        `  identities: ${some(identities)}`,
        "  and fingerprints, of which the first 8 digits or more are given",
      ].join("\n"),
  );
}

function some(names: readonly string[]): string {
  const told = names.slice(0, TOLD).join(", ");
  return names.length <= TOLD ? told || "none" : `${told} and ${names.length - TOLD} more`;
}
