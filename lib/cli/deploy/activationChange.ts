import { planIndex, type TrustPlan } from "../../model";
import { shellQuote } from "../../text";
import type { Row, ValueChange } from "./planJson";
import type { PlannedChange } from "./plannedChange";

/** What a deploy does with an activation: its commands, and what is to be seen afterwards. */
export function activationChange(
  plan: TrustPlan,
  hostId: string,
  { actions }: ValueChange,
  before: Row | undefined,
  after: Row | undefined,
): Omit<PlannedChange, "address"> {
  const row = after ?? before ?? {};
  const known = { kind: "activation", place: hostId, alias: String(row["name"]) };
  if (after === undefined)
    return {
      ...known,
      change: "forgotten",
      details: ["nothing is run", "the product keeps what it has read"],
    };
  const { platform = "posix" } = planIndex(plan).host(hostId) ?? {};
  const commands = rowsIn(row["steps"]).map((step) => {
    const words = Array.isArray(step["argv"]) ? step["argv"].map(String) : [];
    const command = words
      .map((word) => shellQuote(step["on"] === "runner" ? "posix" : platform, word))
      .join(" ");
    const where = step["on"] === "runner" ? "runs here" : "runs";
    return `${where} ${command} (at most ${String(step["timeout_seconds"])} s)`;
  });
  const owed =
    actions.includes("update") && before?.["state"] !== "proven" ? ["owed by an earlier deploy"] : [];
  return {
    ...known,
    change: "activated",
    details: [...whenOf(row), ...owed, ...commands, ...rowsIn(row["probes"]).map(probeText)],
  };
}

/** One that needs keys comes before any key changes. */
function whenOf(row: Row): string[] {
  const isFirst = Array.isArray(row["needs"]) && row["needs"].length > 0;
  return isFirst ? ["once it is to trust, before a key changes"] : [];
}

function probeText({ connect, via, sha256, authorities }: Row): string {
  const subjects = Array.isArray(authorities) ? authorities.map((each) => String(each)) : [];
  return [
    `then ${String(connect)}${via === "host" ? ", asked from its machine," : ""}`,
    typeof sha256 === "string" && sha256 !== "" ? ` serves ${sha256}` : " answers",
    subjects.length === 0 ? "" : `, and accepts clients of ${subjects.join(" and ")}`,
  ].join("");
}

function rowsIn(value: unknown): Row[] {
  return Array.isArray(value)
    ? value.filter((each): each is Row => typeof each === "object" && each !== null)
    : [];
}
