import Table from "cli-table3";
import type { HopVerdict, TrustPlan } from "../../model";
import type { ProvenStack } from "./prove";

/** The summary of a deploy: each hop, what it needs, its verdict and the next expiry. */
export function hopTable(stacks: readonly ProvenStack[]): string {
  const table = new Table({
    head: ["hop", "needs", "verdict", "next expiry"],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const { plan, verdicts } of stacks) {
    for (const verdict of verdicts) {
      const row = describeHop(plan, verdict);
      if (row !== undefined) table.push(row);
    }
  }
  return table.toString();
}

/** What neither the files' presence nor a handshake from here proves, one line each. */
export function unprovenLines(plan: TrustPlan): string[] {
  const files = plan.files.flatMap(({ unproven, path, hostId }) =>
    unproven === undefined ? [] : [`unproven: ${hostId}:${path}: ${unproven}`],
  );
  const bundles = plan.hosts
    .filter(({ kind }) => kind === "manual")
    .map(
      ({ id }) =>
        `unproven: ${id}: unpack artifacts/${id}.zip there, follow its RUNBOOK.md, copy the changed files back and run ` +
        `cdktf-trust verify ${plan.stack} --host ${id}=DIRECTORY`,
    );
  return [...files, ...bundles];
}

function describeHop(plan: TrustPlan, verdict: HopVerdict): string[] | undefined {
  const hop = plan.hops.find(({ id }) => id === verdict.hopId);
  const endpoint = plan.endpoints.find(({ id }) => id === hop?.endpointId);
  if (hop === undefined || endpoint === undefined) return undefined;
  const server = plan.identities.find(({ id }) => id === endpoint.identityId)?.pinned;
  const binding = plan.bindings.find(({ id }) => id === hop.bindingId);
  const client = plan.identities.find(({ id }) => id === binding?.identityId)?.pinned;
  const expiries = [server, client]
    .flatMap((pinned) => pinned?.chain.map(({ notAfter }) => notAfter) ?? [])
    .sort();
  const needs = [
    `trusts ${server?.anchor.subject ?? "?"}`,
    ...(client === undefined ? [] : [`presents ${client.chain[0]?.subject ?? "?"}`]),
  ];
  return [
    `${hop.clientName} → ${hop.address}:${endpoint.port}`,
    needs.join("\n"),
    verdict.ok ? `ok: ${verdict.reason}` : `FAILS: ${verdict.reason}`,
    expiries[0]?.slice(0, 10) ?? "",
  ];
}
