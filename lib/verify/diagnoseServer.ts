import { checkCompleteness, checkDates, checkStrength, diagnose } from "../check";
import { judgeHop, type HopJudgement, refusedName, seenMaterial } from "../hop";
import type {
  CertificateSummary,
  ClientAuthentication,
  Finding,
  JavaRuntimePlan,
  TlsProtocol,
} from "../model";
import { type Certificate, parsed, parseName } from "../pki";
import { finding, refusal } from "../rules";
import { lookAt, type Sight } from "./lookAt";
import type { CertificateRequest } from "./messages";
import type { ProbeOptions, ProbeResult } from "./probe";

export interface DiagnoseServerOptions extends Omit<ProbeOptions, "identity" | "protocol" | "lingers"> {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /** The Java that is to trust the chain. @default - the strictest of the current ones */
  readonly java?: JavaRuntimePlan;
}

/** What a listening server is, and what is wrong with it. */
export interface ServerDiagnosis {
  /** `HOST:PORT`. */
  readonly address: string;
  /** Name that it was called by. */
  readonly servername: string;
  /** For example `TLSv1.3`, where all versions are offered; absent where it does not come to TLS. */
  readonly protocol?: string;
  /** Versions of TLS that it speaks, the best first. */
  readonly protocols: readonly TlsProtocol[];
  readonly plainHttp: boolean;
  /** The chain as presented, leaf first. */
  readonly chain: readonly CertificateSummary[];
  readonly asksForCertificate: boolean;
  /**
   * Whether it asks for a client certificate in the handshake, and refuses those who have none. Absent where it asks
   * and nothing showed whether it insists.
   */
  readonly clientAuthentication?: ClientAuthentication;
  /** Subjects of the authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly string[];
  /** Signatures by which clients may prove themselves. @default - it asks for none */
  readonly signatures?: readonly string[];
  /** Version of TLS in which it was seen to begin another handshake, to ask for a certificate then. @default - none */
  readonly asksAfterHandshake?: TlsProtocol;
  /** What it answers to the request, by version of TLS. @default - no request was sent */
  readonly answers?: Readonly<Partial<Record<TlsProtocol, string>>>;
  /** Whether a Java that trusts the given anchors takes the chain; absent where none were given. */
  readonly trusted?: boolean;
  /** Subject of the anchor through which it does. */
  readonly trustedThrough?: string;
  /** An error keeps some client from calling it; the subject of each is the address. */
  readonly findings: readonly Finding[];
}

/** A diagnosis with what it rests on. */
export interface SeenDiagnosis {
  readonly diagnosis: ServerDiagnosis;
  readonly sight: Sight;
  /** What the caller's Java says to the chain. @default - nobody said what it trusts */
  readonly judgement?: HopJudgement;
}

/**
 * Looks at a listening server, without a client certificate, and judges what it presents by the rules: what it speaks,
 * dates, algorithms and names of its chain, whom it asks for, and whether the given anchors trust it.
 * Never throws for what the server does.
 */
export async function diagnoseServer(options: DiagnoseServerOptions): Promise<SeenDiagnosis> {
  const { host, port, servername = host, now } = options;
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const sight = await lookAt(options);
  const { first: seen, byProtocol } = sight;
  const chain = seen.presented.map(parsed);
  const judgement = judgeTrust(address, servername, seen, options);
  const trust = judgement?.trust;
  const findings = [
    ...checkConnection(address, seen),
    ...(judgement?.findings ?? []),
    ...(trust === undefined ? [] : checkOpenssl(address, seen)),
    ...checkChain(address, chain, { servername, now, isJudged: judgement !== undefined }),
    ...checkLaterRequest(address, byProtocol),
  ];
  const later = [...byProtocol].find(([, { beginsAgain }]) => beginsAgain)?.[0];
  const request = requestIn(sight);
  return {
    sight,
    ...(judgement === undefined ? {} : { judgement }),
    diagnosis: {
      address,
      servername,
      ...(seen.protocol === undefined ? {} : { protocol: seen.protocol }),
      protocols: [...byProtocol.keys()],
      plainHttp: seen.plainHttp,
      chain: seen.chain,
      asksForCertificate: seen.asksForCertificate,
      ...demandOf(seen),
      authorities: (request?.authorities ?? []).map((name) => parseName(name).toString()),
      ...(request === undefined ? {} : { signatures: request.schemes }),
      ...(later === undefined ? {} : { asksAfterHandshake: later }),
      ...answersIn(byProtocol),
      ...(judgement === undefined ? {} : { trusted: trust !== undefined }),
      ...(trust === undefined ? {} : { trustedThrough: trust.anchor.toString() }),
      // A date that refuses the chain need not be told twice.
      findings: findings.filter(
        ({ message }, at) => findings.findIndex((other) => other.message === message) === at,
      ),
    },
  };
}

/** What it asks of clients, in whichever version and handshake; the best version first. */
export function requestIn({ byProtocol }: Sight): CertificateRequest | undefined {
  return [...byProtocol.values()].flatMap(({ request }) => request ?? [])[0];
}

/** What a Java with the given anchors says to what is presented. */
function judgeTrust(
  address: string,
  servername: string,
  { presented, protocol }: ProbeResult,
  { anchors, java, now, port }: DiagnoseServerOptions,
): HopJudgement | undefined {
  if (anchors === undefined || presented.length === 0) return undefined;
  const spoken = PROTOCOLS.filter((known) => known === protocol);
  const client = {
    runtime: "java",
    anchors,
    verifiesName: true,
    ...(java === undefined ? {} : { java }),
  } as const;
  const server = { id: address, name: servername, port, protocols: spoken, chain: presented } as const;
  return judgeHop(seenMaterial({ ...server, clientAuthentication: "none" }, client, now));
}

const PROTOCOLS: readonly TlsProtocol[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

function demandOf(seen: ProbeResult): Pick<ServerDiagnosis, "clientAuthentication"> {
  if (!seen.asksForCertificate) return seen.chain.length === 0 ? {} : { clientAuthentication: "none" };
  if (seen.goesOn && seen.error === undefined) return { clientAuthentication: "request" };
  return seen.error !== undefined && isSentAway(seen) ? { clientAuthentication: "require" } : {};
}

function answersIn(byProtocol: Sight["byProtocol"]): Pick<ServerDiagnosis, "answers"> {
  const told = [...byProtocol].flatMap(([protocol, { answer }]) =>
    answer === undefined ? [] : [[protocol, answer] as const],
  );
  return told.length === 0 ? {} : { answers: Object.fromEntries(told) };
}

/** How a server without a client certificate may send its callers away. */
const SENT_AWAY = new Set(["client-certificate-not-sent", "handshake-failed", "connection-cut"]);

function isSentAway({ diagnosis }: ProbeResult): boolean {
  return SENT_AWAY.has(diagnosis?.rule ?? "handshake-failed");
}

/** What ended the connection; that a client certificate is missing is no fault of the server's. */
function checkConnection(address: string, seen: ProbeResult): Finding[] {
  const { error, diagnosis, asksForCertificate, beginsAgain } = seen;
  if (error === undefined) return [];
  if ((asksForCertificate || beginsAgain) && isSentAway(seen)) {
    const facts = `the server requires a client certificate, and none was presented: ${error}`;
    return [finding(address, refusal("no-client-certificate", facts, undefined, "none"), "warning")];
  }
  const rule = diagnosis?.rule ?? "handshake-failed";
  return [finding(address, refusal(rule, `the connection ends: ${error}`, undefined, "none"))];
}

/** A server that asks only once it sees what is wanted of it. */
function checkLaterRequest(address: string, byProtocol: Sight["byProtocol"]): Finding[] {
  return [...byProtocol].flatMap(([protocol, { beginsAgain, request }]) => {
    if (!beginsAgain) return [];
    const what =
      request === undefined
        ? "what it asks for in that one could not be read"
        : "it asks for a client certificate in that one";
    const facts = `in ${protocol} the server begins another handshake after the first one, and ${what}`;
    return [finding(address, refusal("asked-after-handshake", facts, undefined, "none"))];
  });
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
  /** Whether somebody's anchors have judged it already, and its name with it. */
  readonly isJudged: boolean;
}

function checkChain(address: string, chain: readonly Certificate[], context: ChainContext): Finding[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const { servername, now, isJudged } = context;
  const name = isJudged ? undefined : refusedName(leaf, servername, "java");
  const incomplete = isJudged ? undefined : checkCompleteness(leaf, chain);
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
