import { readProperties } from "../../config";
import { relevantSecurity } from "../../java";
import type { FileReader } from "../../lock";
import type { RuntimePlan, TrustPlan } from "../../model";
import { unfitSecurityFile } from "../errors";

/**
 * The plan with what the sites' `java.security` files say, so that nobody after synth needs the files.
 *
 * @throws SynthError `unfit-security-file` for a file that is missing or is none
 */
export function withJavaSecurity(plan: TrustPlan, readFile: FileReader): TrustPlan {
  const known = new Map<string, Readonly<Record<string, string>>>();
  const securityOf = (path: string): Readonly<Record<string, string>> => {
    const properties = known.get(path) ?? readSecurity(path, readFile);
    known.set(path, properties);
    return properties;
  };
  const withSecurity = <Part extends { readonly runtime: RuntimePlan }>(part: Part): Part =>
    part.runtime.kind === "java" && part.runtime.security !== undefined
      ? { ...part, runtime: { ...part.runtime, securityProperties: securityOf(part.runtime.security) } }
      : part;
  return { ...plan, endpoints: plan.endpoints.map(withSecurity), hops: plan.hops.map(withSecurity) };
}

function readSecurity(path: string, readFile: FileReader): Readonly<Record<string, string>> {
  const bytes = readFile(path);
  if (bytes === undefined) throw unfitSecurityFile(path, "there is no such file");
  const read = relevantSecurity(readProperties(bytes));
  if ("problem" in read) throw unfitSecurityFile(path, read.problem);
  return read.properties;
}
