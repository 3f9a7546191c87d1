import { groupBy } from "../../../model/groupBy";
import { ordered } from "../order";
import type { MapCause, MapHop } from "./mapData";

/** Rules about what a side trusts: what it refuses with one store is refused for one reason, whichever leaf it is. */
const ABOUT_ANCHORS: ReadonlySet<string> = new Set([
  "issuer-not-trusted",
  "no-anchor",
  "anchor-expired",
  "anchor-is-no-authority",
  "anchor-is-no-root",
]);

/** Why hops fail, one cause each, the one with the most hops first. */
export function causesOf(hops: readonly MapHop[]): readonly MapCause[] {
  const failing = hops.filter(({ state, change }) => state === "fails" && change !== "removed");
  const causes = [...groupBy(failing, keyOf).values()].flatMap((same): MapCause[] => {
    const byId = ordered(same, ({ id }) => [id]);
    const [first] = byId;
    return first === undefined ? [] : [{ ...saidOf(first), hops: byId }];
  });
  return ordered(causes, ({ rule, message, hops: [first, ...others] }) => [
    -others.length,
    rule,
    message,
    first?.id ?? "",
  ]);
}

/** What a hop fails for. */
export function saidOf({ findings, refusal = "" }: MapHop): Omit<MapCause, "hops"> {
  const errors = ordered(
    findings.filter(({ level }) => level === "error"),
    ({ rule, message }) => [rule === "handshake-failed" ? 1 : 0, rule, message],
  );
  const [first] = errors;
  return first === undefined
    ? { rule: "handshake-failed", message: refusal, remedy: "" }
    : { rule: first.rule, message: first.message, remedy: first.remedy };
}

function keyOf(hop: MapHop): string {
  const { rule, message } = saidOf(hop);
  if (!ABOUT_ANCHORS.has(rule)) return JSON.stringify([rule, message]);
  const { refusedBy, endpoint, anchorsKey, clientChain } = hop;
  return refusedBy === "server"
    ? JSON.stringify([rule, "server", endpoint.key, clientChain.at(-1)?.sha256])
    : JSON.stringify([
        rule,
        "client",
        anchorsKey,
        endpoint.branch.anchor?.sha256 ?? endpoint.chain[0]?.sha256,
      ]);
}
