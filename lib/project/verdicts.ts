import type {
  EnvironmentVerdicts,
  Finding,
  FindingLevel,
  HopSide,
  VerdictReport,
  VerdictSource,
} from "../model";
import { readJsonFile } from "./jsonFile";
import { choiceOf, flag, listOf, object, optional, text } from "./shape";
import { planIn } from "./trustPlan";

const finding = object<Finding>({
  level: choiceOf<FindingLevel>({ error: true, warning: true }),
  rule: text,
  subject: text,
  message: text,
  remedy: text,
  letPassBecause: optional(text),
});

const verdict = object<VerdictReport>({
  hopId: text,
  client: text,
  server: text,
  address: text,
  ok: flag,
  refusedBy: optional(choiceOf<HopSide>({ client: true, server: true })),
  serves: optional(text),
  presents: optional(text),
  trustedThrough: optional(text),
  clientTrustedThrough: optional(text),
  expires: optional(text),
  reason: text,
  source: choiceOf<VerdictSource>({ rules: true, rehearsed: true, deployed: true, live: true }),
  filesOnly: optional(text),
  at: text,
  findings: listOf(finding),
});

/**
 * What a synth found of its environment.
 *
 * @throws ProjectError `unreadable-file`, `damaged-file`, `unknown-plan-version`
 */
export function readVerdicts(file: string): EnvironmentVerdicts {
  const shape = object<EnvironmentVerdicts>({ at: text, plan: planIn(file), verdicts: listOf(verdict) });
  return readJsonFile(file, shape, "delete it and run cdktf-trust synth");
}
