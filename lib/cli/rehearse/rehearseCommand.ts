import { type Command, Option } from "commander";

import { describeReader } from "../../keystore";
import type { ClientAuthentication, JavaRuntimePlan, SecretReference, TlsProtocol } from "../../model";
import { sentenceOf } from "../../rules";
import { reportVerdicts } from "../../verify";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { withJson, withSecret } from "../store/options";
import { callSource, isPemFile } from "./callSource";
import { type Call, callOf, type EndFlags, type FilesOfEnd } from "./ends";
import { underSecurity } from "./javaSecurity";
import { type Rehearsal, rehearseCall } from "./rehearseCall";
import { parseServerName } from "./serverName";
import { parseJava, parseProtocols, parseRuntime, speaking, type TlsSoftware } from "./runtimeOption";

interface RehearseFlags {
  readonly serverKeystore?: string;
  readonly serverKeystorePassword?: SecretReference;
  readonly serverAlias?: string;
  readonly serverCertificate?: string;
  readonly serverKey?: string;
  readonly serverKeyPassword?: SecretReference;
  readonly serverTruststore?: string;
  readonly serverTruststorePassword?: SecretReference;
  readonly serverRuntime?: TlsSoftware;
  readonly serverProtocols?: readonly TlsProtocol[];
  readonly serverJavaSecurity?: string;
  readonly serverName?: string;
  readonly clientKeystore?: string;
  readonly clientKeystorePassword?: SecretReference;
  readonly clientAlias?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly clientKeyPassword?: SecretReference;
  readonly clientTruststore?: string;
  readonly clientTruststorePassword?: SecretReference;
  readonly clientRuntime?: TlsSoftware;
  readonly clientProtocols?: readonly TlsProtocol[];
  readonly clientJavaSecurity?: string;
  readonly clientAuth?: ClientAuthentication;
  readonly java?: JavaRuntimePlan;
  readonly nameCheck: boolean;
  readonly at?: Date;
  readonly json: boolean;
}

/** `cdktf-trust rehearse`: lets two ends of a call shake hands, from files alone. */
export const defineRehearse: DefineCommand = (command, { io, run }) => {
  withEnd(command, "server", "what the server");
  command.option("--server-name <name>", "name or address that the client calls", parseServerName);
  withEnd(command, "client", "what the client");
  withJson(command)
    .addOption(
      new Option(
        "--client-auth <mode>",
        "whether the server asks for a client certificate (default: require with --server-truststore, else none)",
      ).choices(["none", "request", "require"]),
    )
    .option(
      "--java <release>",
      "the Java of both ends, such as 17 or 8u202 (default: a current one)",
      parseJava,
    )
    .option(
      "--no-name-check",
      "the client does not compare the certificate's names with the one that it calls",
    )
    .option("--at <date>", "when the call is made, such as 2027-03-01 (default: now)", parseDate)
    .action((flags: RehearseFlags) => run(async () => await rehearse(io, flags)));
};

function withEnd(command: Command, side: "server" | "client", what: string): void {
  command
    .option(`--${side}-keystore <file>`, `JKS or PKCS12 store of ${what} presents`)
    .option(`--${side}-alias <alias>`, "alias that the product is told (default: Java picks)")
    .option(`--${side}-certificate <file>`, `PEM certificate chain of ${what} presents, in place of a store`)
    .option(`--${side}-key <file>`, "PEM private key of that certificate")
    .option(
      `--${side}-truststore <file>`,
      `store or PEM file of ${what} trusts (default: the roots of its runtime)`,
    )
    .option(
      `--${side}-runtime <name>`,
      `"java 17", "java 8u202", "openssl 3.0", "node 20"${side === "client" ? ", curl, newman" : ""} (default: Java, of PEM files OpenSSL)`,
      parseRuntime,
    )
    .option(
      `--${side}-protocols <list>`,
      "versions of TLS that it speaks, such as TLSv1.2,TLSv1.3",
      parseProtocols,
    )
    .option(`--${side}-java-security <file>`, "java.security of its Java (default: as the release ships it)");
  withSecret(command, `${side}-keystore-password`, `password of --${side}-keystore`);
  withSecret(command, `${side}-key-password`, "password of the key, where it is not the store's");
  withSecret(command, `${side}-truststore-password`, `password of --${side}-truststore`);
}

async function rehearse(io: CliIo, flags: RehearseFlags): Promise<ExitCode> {
  const call = callOf({
    server: endOf(flags, "server"),
    client: endOf(flags, "client"),
    ...(flags.serverName === undefined ? {} : { serverName: flags.serverName }),
    ...(flags.clientAuth === undefined ? {} : { clientAuth: flags.clientAuth }),
    verifiesName: flags.nameCheck,
    softwareOf: (side, files) => softwareOf(io, flags, side, files),
  });
  const now = flags.at ?? io.now;
  const rehearsal = await rehearseCall(call, {
    open: (called) => callSource(io, called),
    isPem: (file) => isPemFile(io, file),
    now,
  });
  const { plan, verdict, aliases, notSent, certainty } = rehearsal;
  if (flags.json) {
    const [report] = reportVerdicts(plan, [verdict], { source: "rehearsed", at: now });
    printJson(io, { ...report, aliases, notSent, certainty });
  } else printLines(io, ...describe(call, rehearsal));
  return verdict.ok ? 0 : 1;
}

/** The flags of one side, by what they are called there. */
function endOf(flags: RehearseFlags, side: "server" | "client"): EndFlags {
  const prefixed = Object.entries(flags).filter(([name]) => name.startsWith(side));
  return Object.fromEntries(
    prefixed.map(([name, value]) => [
      name.charAt(side.length).toLowerCase() + name.slice(side.length + 1),
      value,
    ]),
  );
}

function softwareOf(
  io: CliIo,
  flags: RehearseFlags,
  side: "server" | "client",
  files: FilesOfEnd,
): TlsSoftware {
  const { java } = flags;
  const named = side === "server" ? flags.serverRuntime : flags.clientRuntime;
  if (named?.program !== undefined && side === "server")
    throw new UsageError(
      `--server-runtime ${named.program}: that is a client; write java 17, openssl 3.0 or node 20`,
    );
  const isJava = files === "stores" || (files === "pem-truststore" && java !== undefined);
  const software = named ?? { runtime: isJava ? (java ?? { kind: "java" }) : { kind: "openssl" } };
  const [protocols, file] =
    side === "server"
      ? [flags.serverProtocols, flags.serverJavaSecurity]
      : [flags.clientProtocols, flags.clientJavaSecurity];
  const told = speaking(software, side, protocols);
  return { ...told, runtime: underSecurity(io, told.runtime, side, file) };
}

function describe(call: Call, { verdict, aliases, notSent, certainty }: Rehearsal): string[] {
  const { server, client, address, clientAuthentication } = call;
  const cause = verdict.findings.find(({ level }) => level === "error");
  const shows = (sha256: string | undefined, alias: string | undefined) =>
    `${alias === undefined ? "" : `"${alias}", `}SHA-256 ${sha256}`;
  const asks = {
    none: "no client certificate",
    request: "a client certificate",
    require: "a client certificate, without which it refuses",
  };
  return [
    `${describeReader(client.runtime)} calls ${address}, ${describeReader(server.runtime)}`,
    ...(verdict.serves === undefined ? [] : [`  server presents  ${shows(verdict.serves, aliases.server)}`]),
    ...(verdict.trustedThrough === undefined ? [] : [`  trusted through  SHA-256 ${verdict.trustedThrough}`]),
    `  server asks for  ${asks[clientAuthentication]}`,
    ...(clientAuthentication === "none"
      ? []
      : [
          `  client presents  ${verdict.presents === undefined ? "nothing: a certificate of length zero" : shows(verdict.presents, aliases.client)}`,
        ]),
    // Of a single one it is the cause that is told below.
    ...(notSent.length > 1 ? notSent : []).map(({ alias, reason }) => `    not "${alias}": ${reason}`),
    ...(verdict.clientTrustedThrough === undefined
      ? []
      : [`  trusted through  SHA-256 ${verdict.clientTrustedThrough}`]),
    ...(verdict.expires === undefined ? [] : [`  works until      ${verdict.expires.slice(0, 10)}`]),
    ...(cause === undefined
      ? [`ok: ${verdict.reason}`]
      : [
          `FAILS${verdict.refusedBy === undefined ? "" : ` at the ${verdict.refusedBy}`}: ${cause.rule}: ${cause.message}`,
          ...(cause.remedy === undefined ? [] : [`  to do: ${cause.remedy}`]),
        ]),
    certainty === "handshake"
      ? "  by the rules of both ends, and a handshake with these bytes"
      : "  by the rules of both ends; no handshake was made",
    ...verdict.findings
      .filter((found) => found !== cause)
      .map((found) => `${found.level} ${found.rule}: ${sentenceOf(found)}`),
  ];
}

/** @throws UsageError */
function parseDate(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime()))
    throw new UsageError(`--at ${text} is no date; write 2027-03-01 or 2027-03-01T12:00:00Z`);
  return date;
}
