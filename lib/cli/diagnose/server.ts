import { trustedBy } from "../../java";
import type { SecretReference } from "../../model";
import { sentenceOf } from "../../rules";
import { terminalLine } from "../../text";
import { diagnoseServer, type ServerDiagnosis } from "../../verify";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { openStoreFile, secretOf } from "../store/storeFile";

export interface ListenerOptions {
  readonly servername?: string;
  readonly truststore?: string;
  readonly truststorePassword?: SecretReference;
  readonly json: boolean;
}

/** Looks at a listening server and says what is wrong with it; exit code 1 where anything is. */
export async function diagnoseListener(
  io: CliIo,
  address: string,
  { servername, truststore, truststorePassword, json }: ListenerOptions,
): Promise<ExitCode> {
  const server = parseAddress(address);
  const anchors =
    truststore === undefined
      ? undefined
      : trustedBy(openStoreFile(io, truststore, secretOf(io, truststorePassword)));
  const diagnosis = await diagnoseServer({
    ...server,
    now: io.now,
    ...(servername === undefined ? {} : { servername }),
    ...(anchors === undefined ? {} : { anchors }),
  });
  if (json) printJson(io, diagnosis);
  else printLines(io, ...describe(diagnosis).map(terminalLine));
  return diagnosis.findings.length === 0 ? 0 : 1;
}

/** `HOST:PORT`, an IPv6 address in brackets. */
function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(
      `"${text}" is no server; write HOST:PORT, such as ia01.example:8443 or [2001:db8::1]:8443`,
    );
  }
  return { host, port };
}

function describe(server: ServerDiagnosis): string[] {
  const { chain, protocol, plainHttp, trusted, trustedThrough, findings } = server;
  const [leaf] = chain;
  const speaks = protocol ?? (plainHttp ? "plain HTTP" : "no TLS");
  const names = leaf?.subjectAltNames.map(({ value }) => value).join(", ") ?? "";
  return [
    `${server.address} speaks ${speaks}`,
    ...chain.map(
      ({ subject, issuer, keyAlgorithm, notAfter, sha256 }) =>
        `  presents  ${subject}, ${keyAlgorithm}, until ${notAfter.slice(0, 10)}, issued by ${issuer === subject ? "itself" : issuer}, SHA-256 ${sha256}`,
    ),
    ...(leaf === undefined ? [] : [`  names     ${names === "" ? "none" : names}`]),
    ...(trusted === undefined ? [] : [`  trusted   ${trusted ? `through ${trustedThrough}` : "no"}`]),
    ...(leaf === undefined ? [] : [`  asks for  ${demand(server)}`]),
    ...(findings.length === 0 ? ["nothing found"] : []),
    ...findings.map((found) => `${found.level} ${found.rule}: ${sentenceOf(found)}`),
  ];
}

function demand({ asksForCertificate, authorities }: ServerDiagnosis): string {
  if (!asksForCertificate) return "no client certificate";
  return `a client certificate of ${authorities.length === 0 ? "any authority" : authorities.join("; ")}`;
}
