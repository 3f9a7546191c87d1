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
 * The runtime of an end with what a site's `java.security` says.
 *
 * @throws UsageError for a file that is none, and for a runtime that reads none
 */
export function underSecurity(
  io: CliIo,
  runtime: RuntimePlan,
  side: "server" | "client",
  file: string | undefined,
): RuntimePlan {
  if (file === undefined) return runtime;
  const option = `--${side}-java-security`;
  if (runtime.kind === "java") return javaUnderSecurity(io, runtime, { option, file });
  throw new UsageError(
    `${option} is for a Java, and that end is ${describeReader(runtime)}; name its Java (--${side}-runtime "java 17"), or leave the option out`,
  );
}
