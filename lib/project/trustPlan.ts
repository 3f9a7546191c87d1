import { TRUST_PLAN_FORMAT_VERSION, type TrustPlan } from "../model";
import { unknownPlanVersion } from "./errors";
import { identity } from "./identityShapes";
import { readJsonFile } from "./jsonFile";
import * as part from "./planShapes";
import { type Shape, listOf, object, optional, text, wholeNumber } from "./shape";

/**
 * The plan that a stack's synth wrote.
 *
 * @param remedy what to do where it is damaged; by default for a plan of this project's own
 * @throws ProjectError `unreadable-file`, `damaged-file`, `unknown-plan-version`
 */
export function readTrustPlan(file: string, remedy = "delete it and run cdktf-trust synth"): TrustPlan {
  return readJsonFile(file, planIn(file), remedy);
}

/** A plan within another file. @throws ProjectError `unknown-plan-version` */
export function planIn(file: string): Shape<TrustPlan> {
  return (value, place) => {
    requireVersion(file, value);
    return trustPlan(value, place);
  };
}

/** Another version's plan has another shape: it is told by its version, not by what does not fit. */
function requireVersion(file: string, value: unknown): void {
  const { formatVersion } = object<{ readonly formatVersion: number }>({ formatVersion: wholeNumber })(
    value,
    [],
  );
  if (formatVersion !== TRUST_PLAN_FORMAT_VERSION) throw unknownPlanVersion(file, formatVersion);
}

const version: Shape<typeof TRUST_PLAN_FORMAT_VERSION> = () => TRUST_PLAN_FORMAT_VERSION;

const trustPlan = object<TrustPlan>({
  formatVersion: version,
  toolVersion: text,
  project: text,
  environment: text,
  stack: text,
  hosts: listOf(part.host),
  systems: listOf(part.system),
  identities: listOf(identity),
  stores: listOf(part.store),
  entries: listOf(part.entry),
  endpoints: listOf(part.endpoint),
  bindings: listOf(part.binding),
  hops: listOf(part.hop),
  files: listOf(part.file),
  configFiles: listOf(part.configFile),
  expectations: optional(listOf(part.expectation)),
  activations: optional(listOf(part.activation)),
  passwordSteps: optional(listOf(part.passwordStep)),
  runbooks: listOf(part.runbook),
  fingerprints: listOf(part.fingerprint),
});
