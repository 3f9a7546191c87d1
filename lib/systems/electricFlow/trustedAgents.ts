import type { Finding } from "../../model";
import { finding, refusal } from "../../rules";

/** Agents that will not take the new certificate unless they are told of it. */
export function cutOff(subject: string, agents: readonly string[] | undefined): Finding[] {
  if (agents?.length === 0) return [];
  const facts =
    agents === undefined
      ? "the server's certificate is replaced, and nothing says whether there are trusted agents, which would refuse it"
      : `the server's certificate is replaced, and the trusted agents ${agents.join(", ")} refuse it until they have its anchor`;
  const remedy =
    agents === undefined
      ? "say trustedAgents: [], or name them"
      : "append electricflow.crt to their caFile before the server is restarted, as the runbook says";
  return [finding(subject, refusal("trusted-agents", facts, remedy))];
}
