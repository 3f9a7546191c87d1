import { checkCompleteness, checkDates, checkStrength, diagnose } from "../check";
import { refusedName } from "../hop";
import { acceptChain } from "../java";
import type { CertificateSummary, Finding } from "../model";
import { type Certificate, parsed } from "../pki";
import { finding, refusal } from "../rules";
import { probe, type ProbeOptions, type ProbeResult } from "./probe";

export interface DiagnoseServerOptions extends Omit<ProbeOptions, "identity"> {
  /** The time at which certificates must be valid. */
  readonly now: Date;
}

/** What a listening server is, and what is wrong with it. */
export interface ServerDiagnosis {
  /** `HOST:PORT`. */
  readonly address: string;
  /** Name that it was called by. */
  readonly servername: string;
  /** For example `TLSv1.3`; absent where it does not come to TLS. */
  readonly protocol?: string;
  readonly plainHttp: boolean;
  /** The chain as presented, leaf first. */
  readonly chain: readonly CertificateSummary[];
  readonly asksForCertificate: boolean;
  /** Subjects of the authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly string[];
  /** Whether a Java that trusts the given anchors takes the chain; absent where none were given. */
  readonly trusted?: boolean;
  /** Subject of the anchor through which it does. */
  readonly trustedThrough?: string;
  /** An error keeps some client from calling it; the subject of each is the address. */
  readonly findings: readonly Finding[];
}

/**
 * Makes a connection to a listening server, without a client certificate, and judges what it presents by the
 * rules: what it speaks, dates, algorithms and names of its chain, and whether the given anchors trust it.
 * Never throws for what the server does.
 */
export async function diagnoseServer(options: DiagnoseServerOptions): Promise<ServerDiagnosis> {
  const { host, port, servername = host, now, anchors } = options;
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const seen = await probe(options);
  const chain = seen.presented.map(parsed);
  const trust =
    anchors === undefined || chain.length === 0
      ? undefined
      : acceptChain(chain, anchors.map(parsed), "server", now);
  const findings = [
    ...checkConnection(address, seen),
    ...(trust?.accepted === false ? [finding(address, trust.refusal)] : []),
    ...(trust?.accepted === true ? checkOpenssl(address, seen) : []),
    ...checkChain(address, chain, { servername, now, isTrusted: trust?.accepted }),
  ];
  return {
    address,
    servername,
    ...(seen.protocol === undefined ? {} : { protocol: seen.protocol }),
    plainHttp: seen.plainHttp,
    chain: seen.chain,
    asksForCertificate: seen.asksForCertificate,
    authorities: seen.authorities,
    ...(trust === undefined ? {} : { trusted: trust.accepted }),
    ...(trust?.accepted === true ? { trustedThrough: trust.anchor.toString() } : {}),
    // A date that refuses the chain need not be told twice.
    findings: findings.filter(
      ({ message }, at) => findings.findIndex((other) => other.message === message) === at,
    ),
  };
}

/** How a server without a client certificate may send its callers away. */
const SENT_AWAY = new Set(["client-certificate-not-sent", "handshake-failed", "connection-cut"]);

/** What ended the connection; that a client certificate is missing is no fault of the server's. */
function checkConnection(address: string, { error, diagnosis, asksForCertificate }: ProbeResult): Finding[] {
  if (error === undefined) return [];
  const rule = diagnosis?.rule ?? "handshake-failed";
  if (asksForCertificate && SENT_AWAY.has(rule)) {
    const facts = `the server requires a client certificate, and none was presented: ${error}`;
    return [finding(address, refusal("no-client-certificate", facts, undefined, "none"), "warning")];
  }
  return [finding(address, refusal(rule, `the connection ends: ${error}`, undefined, "none"))];
}

/** OpenSSL refuses some chains that Java takes. */
function checkOpenssl(address: string, { untrusted }: ProbeResult): Finding[] {
  const rule = diagnose(untrusted ?? "")?.rule;
  if (untrusted === undefined || rule === "expired" || rule === "not-yet-valid") return [];
  const facts = `Java takes the chain, OpenSSL does not: ${untrusted}`;
  return [finding(address, refusal(rule ?? "handshake-failed", facts, undefined, "none"), "warning")];
}

interface ChainContext {
  readonly servername: string;
  readonly now: Date;
  /** Undefined where it is not known what is trusted. */
  readonly isTrusted: boolean | undefined;
}

function checkChain(address: string, chain: readonly Certificate[], context: ChainContext): Finding[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const { servername, now, isTrusted } = context;
  const name = refusedName(leaf, servername, "java");
  const incomplete = isTrusted === undefined ? checkCompleteness(leaf, chain) : undefined;
  return [
    ...(name === undefined ? [] : [finding(address, name)]),
    ...chain.flatMap((certificate) => {
      const dates = checkDates(certificate, now);
      if (dates === undefined) return [];
      const isError = certificate === leaf && dates.rule !== "expiring";
      return [finding(address, dates, isError ? "error" : "warning")];
    }),
    ...chain.flatMap(checkStrength).map((reason) => finding(address, reason)),
    ...(incomplete === undefined ? [] : [finding(address, incomplete)]),
  ];
}
