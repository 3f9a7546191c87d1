import {
  HopReader,
  type HopSource,
  judgeHop,
  type NotSent,
  presentedAlias,
  proveHop,
  type ReadHop,
  reasonsNotSent,
} from "../../hop";
import { type IdentityEntry, findEntry } from "../../keystore";
import { shownStore } from "../../java";
import type { Finding, HopVerdict, TrustPlan } from "../../model";
import { finding, refusal } from "../../rules";
import { UsageError } from "../errors";
import { type CalledPlan, calledPlan, type PresentedAliases } from "./calledPlan";
import type { Call } from "./ends";
import type { Side } from "./parts";

/** What opens the files of a plan. */
export type OpenSource = (called: CalledPlan) => HopSource;

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
 * @throws UsageError for an alias that its keystore does not have, and for files that hold something else; TrustError for
 * stores that cannot be opened
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
    aliasOf(call, "server") ??
      presentedAlias("server", rehearsed.read, identities.server ?? []) ??
      guessed.server,
    aliasOf(call, "client") ??
      presentedAlias("client", rehearsed.read, identities.client ?? []) ??
      guessed.client,
  );
  const {
    plan,
    read: { material, findings },
  } = read(call, chosen, options);
  const unreadable = findings.find(({ rule }) => rule === "file-unreadable");
  if (unreadable !== undefined) throw new UsageError(unreadable.message);
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
    notSent:
      isSent || aliasOf(call, "client") !== undefined
        ? []
        : reasonsNotSent(identity, (alias) => read(call, aliases(chosen.server, alias), options).read),
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
