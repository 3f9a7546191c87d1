import Table from "cli-table3";
import { type Finding, type HopVerdict, type TrustPlan, planIndex, stackOf } from "../../model";
import { day } from "../../model/day";
import { sentenceOf } from "../../rules";
import { terminalLine } from "../../text";
import type { ProvenHops } from "./prove";

/**
 * The summary of a deploy: each hop, what it needs, its verdict and the next expiry.
 *
 * @param columns width of the terminal to wrap to; one line a cell where the output is none
 */
export function hopTable({ plan, verdicts }: ProvenHops, columns?: number): string {
  const table = new Table({
    head: ["hop", "needs", "verdict", "next expiry"],
    style: { head: [], border: [] },
    ...(columns === undefined ? {} : { wordWrap: true, colWidths: columnWidths(columns) }),
  });
  for (const verdict of verdicts) {
    const row = describeHop(plan, verdict);
    if (row !== undefined) table.push(row);
  }
  return table.toString();
}

/** Shares what a terminal has: the date needs 13 columns, the five lines between cells one each. */
function columnWidths(columns: number): number[] {
  const shared = Math.max(60, columns - 13 - 5);
  const hop = Math.floor(shared * 0.32);
  return [hop, hop, shared - 2 * hop, 13];
}

/** What else was found than the one cause that the table has room for, each once, whichever hops it concerns. */
export function findingLines({ verdicts }: ProvenHops): string[] {
  const told = new Set(verdicts.flatMap((verdict) => causeIn(verdict)?.message ?? []));
  const lines = verdicts.flatMap((verdict) =>
    verdict.findings
      .filter(({ message }) => !told.has(message))
      .map((finding) => `${finding.level}: ${finding.subject} [${finding.rule}]: ${sentenceOf(finding)}`),
  );
  return [...new Set(lines)];
}

/** What neither the files' presence nor a handshake from here proves, one line each. */
export function unprovenLines({ plan, elsewhere }: ProvenHops): string[] {
  const files = plan.files.flatMap(({ unproven, path, hostId }) =>
    unproven === undefined ? [] : [`unproven: ${hostId}:${path}: ${unproven}`],
  );
  const bundles = plan.hosts
    .filter(({ kind }) => kind === "manual")
    .map(
      ({ id }) =>
        `unproven: ${id}: unpack artifacts/${id}.zip there, follow its RUNBOOK.md, copy the changed files back and run ` +
        `cdktf-trust verify --host ${id}=DIRECTORY`,
    );
  const others = elsewhere.map(
    ({ clientName, address, endpointId }) =>
      `unproven: ${clientName} → ${address}: its server is declared in ${stackOf(endpointId)}, which the command ` +
      `was not asked for: run cdktf-trust verify`,
  );
  return [...files, ...bundles, ...others];
}

function describeHop(plan: TrustPlan, verdict: HopVerdict): string[] | undefined {
  const index = planIndex(plan);
  const hop = index.hop(verdict.hopId);
  const endpoint = hop === undefined ? undefined : index.endpoint(hop.endpointId);
  if (hop === undefined || endpoint === undefined) return undefined;
  const server = index.identity(endpoint.identityId)?.pinned;
  const binding = index.binding(hop.bindingId);
  const client = binding === undefined ? undefined : index.identity(binding.identityId)?.pinned;
  const expiries = [server, client]
    .flatMap((pinned) => (pinned === undefined ? [] : [...pinned.chain, pinned.anchor]))
    .map(({ notAfter }) => notAfter)
    .sort();
  const needs = [
    // Of somebody else's server, the plan does not say what it presents.
    ...(endpoint.identity.kind === "outside" ? [] : [`trusts ${server?.anchor.subject ?? "?"}`]),
    ...(client === undefined ? [] : [`presents ${client.chain[0]?.subject ?? "?"}`]),
  ];
  return [
    terminalLine(`${hop.clientName} → ${hop.address}:${endpoint.port}`),
    needs.map(terminalLine).join("\n"),
    terminalLine(verdict.ok ? `ok: ${verdict.reason}` : `FAILS: ${causeOf(verdict)}`),
    expiries[0] === undefined ? "" : day(expiries[0]),
  ];
}

/** What makes a hop fail, and what to do about it. */
function causeOf(verdict: HopVerdict): string {
  const cause = causeIn(verdict);
  return cause === undefined ? verdict.reason : sentenceOf(cause);
}

function causeIn({ findings }: HopVerdict): Finding | undefined {
  return findings.find(({ level }) => level === "error");
}
