import { type Finding, TrustError } from "../model";

/** A stack that cannot be synthesised. */
export class SynthError extends TrustError {}

/** Every error at once, so that a person mends a stack in one round. */
export function failedChecks(stack: string, findings: readonly Finding[]): SynthError {
  const lines = findings.map(({ rule, subject, message }) => `  ${subject} [${rule}]: ${message}`);
  return new SynthError(
    "failed-checks",
    `${stack} cannot be deployed as it is declared:\n${lines.join("\n")}`,
  );
}

export function conflictingHost(hostId: string): SynthError {
  return new SynthError(
    "conflicting-host",
    `host "${hostId}" is declared with different options in one stack. Declare it once, const host = Host.local("${hostId}"), and hand it on.`,
  );
}

export function repeatedKey(id: string): SynthError {
  return new SynthError(
    "repeated-key",
    `two parts of the plan are called "${id}". Give one of them another key, or none, so that it is called after its path.`,
  );
}

export function unknownEnvironment(environment: unknown): SynthError {
  return new SynthError(
    "unknown-environment",
    `the environment is ${JSON.stringify(environment)}: give a name of letters, digits and hyphens, ` +
      `as "environment" in the context of cdktf.json or with --environment.`,
  );
}

export function unknownNullProvider(value: unknown): SynthError {
  return new SynthError(
    "unknown-null-provider",
    `nullProvider is ${JSON.stringify(value)} in the context of cdktf.json: give "embedded" (needs no registry) or "registry".`,
  );
}

export function artifactDeclaredTwice(path: string, first: string, second: string): SynthError {
  return new SynthError(
    "file-declared-twice",
    `${path} is written by ${first} and by ${second}. One file has one owner: give one of the two another path.`,
  );
}

export function missingBuild(path: string): SynthError {
  return new SynthError("missing-build", `${path} of this package is missing: run npm run build.`);
}

export function missingSource(configFile: string, source: string): SynthError {
  return new SynthError(
    "missing-source",
    `${configFile} names ${source} as a copy of the site's file, and there is none. Paths start at the directory of cdktf.json.`,
  );
}
