import { readProperties } from "../../config";
import { relevantSecurity } from "../../java";
import { describeReader } from "../../keystore";
import type { JavaRuntimePlan, RuntimePlan } from "../../model";
import { UsageError } from "../errors";
import type { CliIo } from "../io";
import { readInput } from "../readInput";

/** A file on the command line, and the option that named it. */
export interface SecurityOption {
  readonly option: string;
  /** @default - the runtime is as its release ships it */
  readonly file?: string | undefined;
}

/**
 * The Java with what a site's `java.security` says.
 *
 * @throws UsageError for a file that is none
 */
export function javaUnderSecurity(
  io: CliIo,
  java: JavaRuntimePlan,
  { option, file }: SecurityOption,
): JavaRuntimePlan {
  if (file === undefined) return java;
  const read = relevantSecurity(readProperties(readInput(io, file)));
  if ("problem" in read)
    throw new UsageError(
      `${option} ${file} is to be a copy of a Java's java.security, and ${read.problem}; give the file of lib/security or conf/security of that Java`,
    );
  return { ...java, securityProperties: read.properties };
}

/**
 * The runtime with what a site's `java.security` says.
 *
 * @throws UsageError for a file that is none, and for a runtime that reads none
 */
export function underSecurity(io: CliIo, runtime: RuntimePlan, given: SecurityOption): RuntimePlan {
  if (given.file === undefined) return runtime;
  if (runtime.kind === "java") return javaUnderSecurity(io, runtime, given);
  throw new UsageError(
    `${given.option} is for a Java, and that end is ${describeReader(runtime)}; say which Java it is, or leave the option out`,
  );
}
