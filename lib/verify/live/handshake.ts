import { diagnose } from "../../check";
import {
  type ClientSide,
  type HopJudgement,
  type HopMaterial,
  type OpensslPolicy,
  type PresentedIdentity,
  type ServerSide,
  judgeHop,
  serverNameOf,
} from "../../hop";
import { passesAuthorities } from "../../java";
import { HostError, isUnreached } from "../../hosts";
import type { Finding } from "../../model";
import { parseName, parsed, publicRootCertificates } from "../../pki";
import { type RuleId, finding, refusal } from "../../rules";
import { formatAddress } from "../../model/formatAddress";
import { type ProbeResult, probe } from "../probe";
import { type Answer, type Call, firstAnswer, refusesCertificate } from "./answer";
import type { Line } from "./line";

/** A call to a server that runs, with what its client has. */
export interface LiveCall {
  /** Name or address that the client puts into its URL. */
  readonly address: string;
  readonly port: number;
  /** Name that is asked for. @default - what the client's runtime asks for at that address */
  readonly servername?: string;
  readonly client: ClientSide;
  /** What the client presents where it is asked; without a key where that is not at hand. @default - nothing */
  readonly presents?: PresentedIdentity;
  readonly line: Line;
  /** What the findings are about. */
  readonly subject: string;
  /** Why it passes where our rules are stricter than its peers. @default - it does not */
  readonly letPassBecause?: string;
  readonly now: Date;
  readonly timeoutMs: number;
}

/** What came of it. */
export type LiveHandshake =
  /** No connection came about; in words, without a full stop. */
  { readonly isReached: false; readonly why: string; readonly rule: RuleId } | ReachedServer;

export interface ReachedServer {
  readonly isReached: true;
  readonly seen: ProbeResult;
  /** What the rules of the client say to what is served; absent where nothing is. */
  readonly judgement?: HopJudgement;
  /** An error keeps the client from calling the server. */
  readonly findings: readonly Finding[];
  /** What the server says to a request; absent where the client presents nothing. */
  readonly welcome?: Answer;
  /** How it was called. */
  readonly call: Call;
}

/** What a server might be that shook hands; whether it meets the client, the handshake has told. */
const ANY_OPENSSL: OpensslPolicy = {
  era: 3,
  securityLevel: 0,
  minimumProtocol: "TLSv1",
  maximumProtocol: "TLSv1.3",
};

/**
 * Shakes hands with a server that runs, with the client's own certificates, and judges what it presents and asks for by
 * the rules of the client. Never throws for what the server does.
 */
export async function shakeLive(options: LiveCall): Promise<LiveHandshake> {
  const call = callOf(options);
  let isReached = false;
  let missed: unknown;
  const { client, presents } = options;
  const { servername = "0.0.0.0" } = call;
  const anchors =
    client.anchors === "public-roots" ? publicRootCertificates().map(({ der }) => der) : client.anchors;
  const seen = await probe({
    host: call.host,
    port: call.port,
    // An address is asked for by nobody.
    servername,
    anchors,
    ...(presents === undefined ? {} : { identity: presents }),
    timeoutMs: call.timeoutMs,
    open: async (...target) => {
      try {
        const stream = await call.line.open(...target);
        isReached = true;
        return stream;
      } catch (error) {
        missed = error;
        throw error;
      }
    },
  });
  if (!isReached) return notReached(options, seen, missed);
  const judgement = judgementOf(options, seen);
  const isWelcomed = seen.error === undefined && presents?.pkcs8 !== undefined && seen.chain.length > 0;
  const welcome = isWelcomed ? await firstAnswer({ ...call, identity: presents }) : undefined;
  const findings = findingsOf(options, seen, judgement, welcome);
  return {
    isReached: true,
    seen,
    findings,
    call: presents === undefined ? call : { ...call, identity: presents },
    ...(judgement === undefined ? {} : { judgement }),
    ...(welcome === undefined ? {} : { welcome }),
  };
}

function callOf({ address, port, servername, client, line, timeoutMs }: LiveCall): Call {
  const asked = servername ?? serverNameOf(address, client.runtime);
  return {
    line,
    host: address.replace(/^\[(.*)\]$/, "$1"),
    port,
    ...(asked === undefined ? {} : { servername: asked }),
    timeoutMs,
  };
}

function notReached(
  { address, port, line }: LiveCall,
  { error = "" }: ProbeResult,
  missed: unknown,
): LiveHandshake {
  const target = formatAddress(address, port);
  if (isNotCalled(missed)) {
    const why = `${target} was not called from ${line.from ?? "here"}: ${missed.message.replace(/\.$/, "")}`;
    return { isReached: false, rule: "not-called", why };
  }
  const seenFrom = line.from === undefined ? "" : `, seen from ${line.from}`;
  const rule = diagnose(error)?.rule;
  if (rule === "name-not-resolved")
    return { isReached: false, rule, why: `the name of ${target} is not known${seenFrom}` };
  if (rule === "no-answer") return { isReached: false, rule, why: `${target} does not answer${seenFrom}` };
  return { isReached: false, rule: "not-listening", why: `nothing listens at ${target}${seenFrom}` };
}

/** Whether the client's machine is what kept us from calling, which says nothing of the server. */
function isNotCalled(error: unknown): error is HostError {
  return isUnreached(error) || (error instanceof HostError && error.code === "forward-refused");
}

/** The client's half of the hop, on what is really served. */
function judgementOf(options: LiveCall, { presented }: ProbeResult): HopJudgement | undefined {
  if (presented.length === 0) return undefined;
  const { subject, address, port, now, client, letPassBecause } = options;
  const { identity: _identity, keyStore: _keyStore, ...reading } = client;
  const server: ServerSide = {
    runtime: "openssl",
    opensslPolicy: ANY_OPENSSL,
    identity: { chain: presented },
    clientAuthentication: "none",
    clientAnchors: [],
  };
  const material: HopMaterial = { hopId: subject, address, port, server, client: reading, now };
  return judgeHop(letPassBecause === undefined ? material : { ...material, letPassBecause });
}

function findingsOf(
  options: LiveCall,
  seen: ProbeResult,
  judgement: HopJudgement | undefined,
  welcome: Answer | undefined,
): readonly Finding[] {
  const { subject } = options;
  const judged = judgement?.findings ?? [];
  const isRefused = judged.some(({ level }) => level === "error");
  return [
    ...judged,
    ...(isRefused ? [] : opensslRefusal(options, seen)),
    ...notSent(options, seen),
    ...brokenOff(options, seen),
    ...(welcome !== undefined && refusesCertificate(welcome)
      ? [finding(subject, refusal("refused-by-peer", turnedAway(options, welcome), undefined, "none"))]
      : []),
  ];
}

function turnedAway({ address, port, presents }: LiveCall, welcome: Answer): string {
  const [leaf] = (presents?.chain ?? []).map(parsed);
  const said = "text" in welcome ? `: ${welcome.text}` : "";
  return `${formatAddress(address, port)} turns the client's certificate ${leaf?.toString() ?? ""} away${said}`;
}

/** OpenSSL and Node refuse more than the rules know; a Java does not ask them. */
function opensslRefusal({ client, subject, address, port }: LiveCall, { untrusted }: ProbeResult): Finding[] {
  if (client.runtime === "java" || untrusted === undefined) return [];
  const rule = diagnose(untrusted)?.rule ?? "handshake-failed";
  // Dates are judged by the rules, at the given time.
  if (rule === "expired" || rule === "not-yet-valid") return [];
  const facts = `the client's OpenSSL does not take what ${formatAddress(address, port)} serves: ${untrusted}`;
  return [finding(subject, refusal(rule, facts, undefined, "none"))];
}

/** A Java sends nothing to a server that asks for others' certificates. */
function notSent({ client, presents, subject, address, port }: LiveCall, seen: ProbeResult): Finding[] {
  if (client.runtime !== "java" || presents === undefined || !seen.asksForCertificate) return [];
  const authorities = seen.authorityNames.map((name) => parseName(name));
  if (passesAuthorities(presents.chain, authorities)) return [];
  const top = presents.chain.map(parsed).at(-1);
  const facts =
    `the running server ${formatAddress(address, port)} asks for certificates of ${seen.authorities.join("; ")}, and no issuer ` +
    `in the client's stored chain is among them${top === undefined ? "" : `: it ends at ${top.toString()}, issued by ${top.issuer.toString()}`}`;
  return [finding(subject, refusal("client-certificate-not-sent", facts))];
}

/** What ended the handshake; that nothing is bound where something is required is said in these words. */
function brokenOff({ subject, address, port, presents }: LiveCall, seen: ProbeResult): Finding[] {
  const { error, diagnosis, asksForCertificate } = seen;
  if (error === undefined) return [];
  const target = formatAddress(address, port);
  if (asksForCertificate && presents === undefined) {
    const facts = `the running server ${target} requires a client certificate, and none is presented: ${error}`;
    return [finding(subject, refusal("no-client-certificate", facts, undefined, "none"))];
  }
  if (asksForCertificate && presents?.pkcs8 === undefined) {
    const facts = `the running server ${target} requires a client certificate, and the key of the client's is not at hand here`;
    return [finding(subject, refusal("not-rehearsed", facts, "verify where that key can be read", "none"))];
  }
  const rule = diagnosis?.rule ?? "handshake-failed";
  const facts = `the handshake with the running server ${target} ends: ${error}`;
  return [finding(subject, refusal(rule, facts, undefined, "none"), "error")];
}
