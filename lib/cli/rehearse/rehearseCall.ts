import { HopReader, judgeHop, proveHop, type HopSource, type ReadHop } from "../../hop";
import { type IdentityEntry, findEntry } from "../../keystore";
import { shownStore } from "../../java";
import type { Finding, HopVerdict, TrustPlan } from "../../model";
import { finding, refusal } from "../../rules";
import { UsageError } from "../errors";
import { type CalledPlan, calledPlan, type PresentedAliases, type Side } from "./calledPlan";
import type { Call } from "./ends";

/** What opens the files of a plan. */
export type OpenSource = (called: CalledPlan) => HopSource;

/** One identity of the client's keystore that is not sent, and why. */
export interface NotSent {
  readonly alias: string;
  readonly reason: string;
}

/** What came of a rehearsal. */
export interface Rehearsal {
  readonly plan: TrustPlan;
  readonly verdict: HopVerdict;
  /** The aliases that are presented, by side; of PEM files, and of a side that presents nothing, none. */
  readonly aliases: PresentedAliases;
  /** What it rests on: the rules of both ends alone, where they refuse, or a handshake as well. */
  readonly certainty: "rules" | "handshake";
  /** Why each identity of the client's keystore stays where it is; empty where one is sent, or none is there. */
  readonly notSent: readonly NotSent[];
}

/** How the files are looked at. */
export interface RehearseOptions {
  readonly open: OpenSource;
  readonly isPem: (file: string) => boolean;
  /** The time at which certificates must be valid. */
  readonly now: Date;
}

/**
 * Lets two ends of a call shake hands, by the rules of both and with the bytes of their files.
 *
 * @throws UsageError for an alias that its keystore does not have; TrustError for files that cannot be opened
 */
export async function rehearseCall(call: Call, options: RehearseOptions): Promise<Rehearsal> {
  const identities = {
    server: identitiesOf("server", call, options),
    client: identitiesOf("client", call, options),
  };
  const first = (side: Side) => aliasOf(call, side) ?? identities[side]?.[0]?.alias;
  const guessed = aliases(first("server"), first("client"));
  const rehearsed = read(call, guessed, options);
  const known = [
    ...nothingToPresent("server", call, identities),
    ...nothingToPresent("client", call, identities),
  ];
  if (identities.server?.length === 0)
    return { plan: rehearsed.plan, aliases: {}, certainty: "rules", notSent: [], verdict: refused(known) };
  const chosen = aliases(
    aliasOf(call, "server") ?? presentedAlias("server", rehearsed, identities.server) ?? guessed.server,
    aliasOf(call, "client") ?? presentedAlias("client", rehearsed, identities.client) ?? guessed.client,
  );
  const {
    plan,
    read: { material, findings },
  } = read(call, chosen, options);
  const all = [...known, ...findings];
  const verdict = material === undefined ? refused(all) : await proveHop(material, all);
  const isAsked = call.clientAuthentication !== "none";
  const { client: identity } = identities;
  const isSent = verdict.presents !== undefined || !isAsked || identity === undefined;
  return {
    plan,
    verdict,
    certainty: material !== undefined && judgeHop(material).accepted ? "handshake" : "rules",
    aliases: aliases(chosen.server, verdict.presents === undefined ? undefined : chosen.client),
    notSent: isSent || aliasOf(call, "client") !== undefined ? [] : reasons(call, chosen, identity, options),
  };
}

/** A plan with what it was read to. */
interface ReadCall {
  readonly plan: TrustPlan;
  readonly read: ReadHop;
}

function read(call: Call, presented: PresentedAliases, { open, isPem, now }: RehearseOptions): ReadCall {
  const called = calledPlan(call, presented, isPem);
  const [hop] = called.plan.hops;
  if (hop === undefined) throw new Error("a call is one hop");
  return { plan: called.plan, read: new HopReader(called.plan, open(called), now).read(hop) };
}

function aliases(server: string | undefined, client: string | undefined): PresentedAliases {
  return { ...(server === undefined ? {} : { server }), ...(client === undefined ? {} : { client }) };
}

/** The identities that a side's Java sees in its keystore; undefined where there is none. */
function identitiesOf(
  side: Side,
  call: Call,
  { open, isPem }: RehearseOptions,
): readonly IdentityEntry[] | undefined {
  const { identity, runtime } = call[side];
  if (identity?.kind !== "store") return undefined;
  const called = calledPlan(call, { [side]: "" }, isPem);
  const found = open(called).store(`${side}:${identity.file}`);
  if (found === undefined || "finding" in found) return undefined;
  const store = shownStore(found.value.store, runtime);
  const all = store.entries.filter((entry): entry is IdentityEntry => entry.kind === "identity");
  const { alias } = identity;
  if (alias === undefined) return all;
  if (findEntry(store, alias)?.kind !== "identity") {
    const there = all.map((entry) => `"${entry.alias}"`).join(", ");
    throw new UsageError(
      `${identity.file} has no private key under "${alias}"; it has ${there === "" ? "none at all" : `them under ${there}`}`,
    );
  }
  return all;
}

/** The alias that was asked for. */
function aliasOf(call: Call, side: Side): string | undefined {
  const { identity } = call[side];
  return identity?.kind === "store" ? identity.alias : undefined;
}

/** What Java takes from the store, whatever was guessed. */
function presentedAlias(
  side: Side,
  { read: { material } }: ReadCall,
  identities: readonly IdentityEntry[] | undefined,
): string | undefined {
  if (material === undefined) return undefined;
  const judgement = judgeHop(material);
  const leaf = side === "server" ? judgement.serves[0]?.der : judgement.presents?.chain[0];
  if (leaf === undefined) return undefined;
  return identities?.find(({ chain }) => chain[0] !== undefined && Buffer.compare(chain[0], leaf) === 0)
    ?.alias;
}

function reasons(
  call: Call,
  chosen: PresentedAliases,
  identities: readonly IdentityEntry[],
  options: RehearseOptions,
): NotSent[] {
  return identities.map(({ alias }) => {
    const { material, findings } = read(call, aliases(chosen.server, alias), options).read;
    const all = material === undefined ? findings : judgeHop(material).findings;
    const cause =
      all.find(({ rule }) => rule === "client-certificate-not-sent") ??
      all.find(({ level }) => level === "error");
    return { alias, reason: cause?.message ?? "nothing speaks against it" };
  });
}

function nothingToPresent(
  side: Side,
  call: Call,
  identities: Readonly<Record<Side, readonly IdentityEntry[] | undefined>>,
): Finding[] {
  const { identity } = call[side];
  if (identity?.kind !== "store" || identities[side]?.length !== 0) return [];
  const facts = `${identity.file} holds no private key that Java sees, so the ${side} has nothing to present`;
  return [finding(side, refusal("no-usable-key", facts), side === "server" ? "error" : "warning")];
}

function refused(findings: readonly Finding[]): HopVerdict {
  const cause = findings.find(({ level }) => level === "error");
  return { hopId: "call", ok: false, reason: cause?.message ?? "the call could not be read", findings };
}
