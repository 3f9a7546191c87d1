import type { DefineCommand } from "../defineCommand";
import type { JavaRuntimePlan } from "../../model";
import { parseDuration } from "../duration";
import { UsageError } from "../errors";
import { javaUnderSecurity } from "../rehearse/javaSecurity";
import { parseJava } from "../rehearse/runtimeOption";
import { parseServerName } from "../rehearse/serverName";
import { withJson, withSecret } from "../store/options";
import type { CallerFlags } from "./caller";

interface DiagnoseFlags extends CallerFlags {
  readonly message?: string;
  readonly log?: string;
  readonly servername: readonly string[];
  readonly timeout?: number;
  readonly path?: string;
  readonly java?: JavaRuntimePlan;
  readonly javaSecurity?: string;
  readonly against?: string;
  readonly bundle?: string;
  readonly withPaths?: boolean;
  readonly json: boolean;
}

/** `cdktf-trust diagnose`: what an error text, a log or a listening server tells. */
export const defineDiagnose: DefineCommand = (command, { io, run }) => {
  withJson(command)
    .argument("[host:port]", "listening server to look at")
    .option("--message <text>", "error text to explain")
    .option("--log <file>", "log to explain line by line; - for standard input")
    .option(
      "--servername <name>",
      "name that the server is called by; may be repeated (default: the host)",
      (name: string, before: readonly string[]) => [...before, parseServerName(name)],
      [],
    )
    .option(
      "--timeout <time>",
      "how long to wait for the server, such as 500ms or 30s (default: 10s)",
      parseDuration,
    )
    .option("--path <path>", "send a HEAD request for it, to see whether the server asks only then")
    .option(
      "--java <release>",
      "the Java that calls, such as 17 or 8u202 (default: a current one)",
      parseJava,
    )
    .option("--java-security <file>", "java.security of that Java (default: as the release ships it)")
    .option("--keystore <file>", "JKS or PKCS12 store that the caller presents itself from")
    .option("--alias <alias>", "alias that the caller is told (default: Java picks)")
    .option("--truststore <file>", "store or PEM file of what the caller trusts")
    .option("--against <server-or-file>", "compare with another HOST:PORT, or with certificates in a file")
    .option("--bundle <file>", "write what was found to a new file for a ticket, without secrets")
    .option("--with-paths", "keep paths under home directories in the bundle");
  withSecret(command, "keystore-password", "password of --keystore");
  withSecret(command, "key-password", "password of the keys, where it is not the store's");
  withSecret(command, "truststore-password", "password of the truststore");
  command.action((server: string | undefined, { message, log, ...options }: DiagnoseFlags) =>
    run(async () => {
      if ([server, message, log].filter((given) => given !== undefined).length !== 1)
        throw new UsageError("give one of HOST:PORT, --message TEXT and --log FILE");
      if (options.withPaths === true && options.bundle === undefined)
        throw new UsageError("--with-paths is for a bundle; give --bundle FILE with it");
      if (server !== undefined) return await diagnoseServer(server, options);
      const { json, bundle, withPaths, servername, ...others } = options;
      const [misplaced] = [...(servername.length === 0 ? [] : ["servername"]), ...Object.keys(others)];
      if (misplaced !== undefined)
        throw new UsageError(`--${dashed(misplaced)} is for a server; give HOST:PORT with it`);
      const { diagnoseLogFile, diagnoseMessage } = await import("./log");
      const handedOn = {
        json,
        ...(bundle === undefined ? {} : { bundle }),
        ...(withPaths === undefined ? {} : { withPaths }),
      };
      return message === undefined
        ? await diagnoseLogFile(io, log ?? "-", handedOn)
        : await diagnoseMessage(io, message, handedOn);
    }),
  );

  async function diagnoseServer(
    server: string,
    { timeout, java = { kind: "java" }, javaSecurity, ...flags }: Omit<DiagnoseFlags, "message" | "log">,
  ) {
    const { diagnoseListener } = await import("./server");
    if (flags.path !== undefined && !/^\/[\x21-\x7e]*$/.test(flags.path))
      throw new UsageError(`--path "${flags.path}" is no path; write /orders, without blanks`);
    if (
      flags.keystore === undefined &&
      (flags.alias ?? flags.keystorePassword ?? flags.keyPassword) !== undefined
    )
      throw new UsageError("--keystore is missing, to which --alias and its passwords belong");
    if (flags.truststore === undefined && flags.truststorePassword !== undefined)
      throw new UsageError("--truststore is missing, to which --truststore-password belongs");
    return await diagnoseListener(io, server, {
      ...flags,
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      java: javaUnderSecurity(io, java, { option: "--java-security", file: javaSecurity }),
    });
  }
};

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
