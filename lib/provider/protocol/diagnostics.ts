import { TrustError } from "../../model";
import { systemCode } from "../../model/systemCode";
import { terminalLine, terminalText } from "../../text";
import { log } from "./log";
import type { Diagnostic } from "./resource";

/** A diagnostic as the protocol describes it. */
export interface WireDiagnostic {
  readonly severity: number;
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: { readonly steps: readonly { readonly attribute_name: string }[] };
}

/** A diagnostic for the wire; Terraform prints it as it is, so nothing in it steers a terminal. */
export function toWire(diagnostic: Diagnostic): WireDiagnostic {
  return {
    severity: diagnostic.severity === "error" ? 1 : 2,
    summary: terminalLine(diagnostic.summary),
    detail: terminalText(diagnostic.detail),
    ...(diagnostic.attribute === undefined
      ? {}
      : { attribute: { steps: [{ attribute_name: diagnostic.attribute }] } }),
  };
}

/**
 * What a failure tells people. Errors of ours say what to do; anything else is a fault in the provider, whose
 * stack goes to the log.
 */
export function fromError(error: unknown, action: string): Diagnostic {
  if (error instanceof TrustError)
    return { severity: "error", summary: `Cannot ${action}`, detail: error.message };
  log("error", error instanceof Error ? (error.stack ?? error.message) : String(error));
  const reason = error instanceof Error ? error.message : String(error);
  return { severity: "error", summary: `Cannot ${action}`, detail: `${reason}\n${hintFor(error)}`.trim() };
}

function hintFor(error: unknown): string {
  const code = systemCode(error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return "Give the user who runs Terraform the right to write there, then apply again.";
  if (code === "ENOSPC") return "Free some space there, then apply again.";
  if (code !== undefined) return "";
  return "This is a fault in the provider; TF_LOG_PROVIDER=debug shows where it happened.";
}
