import { type EntryPlan, type Finding, TrustError } from "../model";
import { sentenceOf } from "../rules";
import { terminalLine } from "../text";

/** A stack that cannot be synthesised. */
export class SynthError extends TrustError {}

/** Every error at once, so that a person mends a stack in one round. */
export function failedChecks(stack: string, findings: readonly Finding[]): SynthError {
  const lines = findings.map(
    (found) => `  ${terminalLine(`${found.subject} [${found.rule}]: ${sentenceOf(found)}`)}`,
  );
  return new SynthError(
    "failed-checks",
    `${stack} cannot be deployed as it is declared:\n${lines.join("\n")}`,
  );
}

/** @param problems one for each identity and member, with what is allowed */
export function againstPolicy(environment: string, problems: readonly string[]): SynthError {
  return new SynthError(
    "against-policy",
    `the policy of environment "${environment}" (environments.${environment}.policy in the context of cdktf.json) does ` +
      `not allow what is declared:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
      "declare what is allowed, or nothing, which follows the policy",
  );
}

export function conflictingHost(hostId: string): SynthError {
  return new SynthError(
    "conflicting-host",
    `host "${hostId}" is declared with different options in one environment. Declare it once, const host = Host.local("${hostId}"), and hand it on.`,
  );
}

/** @param owner stack of the store; undefined where no trust stack declares it */
export function entryElsewhere(entry: EntryPlan, stack: string, owner: string | undefined): SynthError {
  const where = owner === undefined ? "a store that no TrustStack declares" : `a store of the stack ${owner}`;
  const remedy =
    owner === undefined
      ? `declare the Keystore ${entry.storeId} in ${stack}`
      : `declare the entry in ${owner}, whose state the store is in, or give ${stack} a Keystore of its own for the same file`;
  return new SynthError(
    "entry-elsewhere",
    `${entry.id} puts "${entry.alias}" into ${entry.storeId}, ${where}: ${remedy}.`,
  );
}

export function repeatedKey(id: string): SynthError {
  return new SynthError(
    "repeated-key",
    `two parts of the plan are called "${id}". Give one of them another key, or none, so that it is called after its path.`,
  );
}

/** @param part its id, or what kind of part it is */
export function unknownAtSynth(part: string, member: string): SynthError {
  return new SynthError(
    "unknown-at-synth",
    `${part} has a CDKTF token as its "${member}", a value that is put in later: by CDKTF when all is declared, or by ` +
      "Terraform. What is declared of trust must be known when the app runs, because stores are made and calls are " +
      "proven at synth: give the value itself. For a fingerprint in a file, use fingerprints of TrustFile's content.",
  );
}

export function unknownNullProvider(value: unknown): SynthError {
  return new SynthError(
    "unknown-null-provider",
    `nullProvider is ${JSON.stringify(value)} in the context of cdktf.json: give "embedded" (needs no registry) or "registry".`,
  );
}

export function outputDirectoryOverridden(given: string, wanted: string): SynthError {
  return new SynthError(
    "output-directory-overridden",
    `the app writes to ${given}, and the command that runs it asked for ${wanted}, where no other environment's ` +
      `output is: take "outdir" out of new App({ outdir }).`,
  );
}

export function outputOfAnotherEnvironment(directory: string, environment: string): SynthError {
  return new SynthError(
    "output-of-another-environment",
    `${directory} is the output directory of another environment, and the context says "${environment}": ` +
      `write to one named "${environment}", or run the command with the other environment.`,
  );
}

export function backendWithoutNames(
  stack: string,
  environment: string,
  backend: {
    readonly type: string;
    readonly settings: readonly string[];
    readonly missing: readonly string[];
  },
): SynthError {
  const { type, settings, missing } = backend;
  return new SynthError(
    "backend-without-names",
    `the backend ${type} of ${stack} lacks ${missing.map((name) => `"${name}"`).join(" and ")} in its ${settings.join(", ")}, ` +
      `so that another environment or stack would overwrite its state: put both names into it, each as a word of its ` +
      `own, for example ${environment}/${stack}.tfstate, and move the state there with terraform init -migrate-state.`,
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

export function unfitSecurityFile(path: string, problem: string): SynthError {
  return new SynthError(
    "unfit-security-file",
    `${path} is named as a copy of a Java's java.security, and ${problem}. Give the file of lib/security or conf/security of that Java; paths start at the directory of cdktf.json.`,
  );
}

export function missingSource(configFile: string, source: string): SynthError {
  return new SynthError(
    "missing-source",
    `${configFile} names ${source} as a copy of the site's file, and there is none. Paths start at the directory of cdktf.json.`,
  );
}
