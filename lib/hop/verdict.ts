import type { Finding, HopSide, HopVerdict } from "../model";
import { evidenceOf, refusingSide } from "./evidence";
import type { HandshakeFailure, HandshakeResult } from "./handshakeResult";
import type { HopMaterial, IdentitiesByName, ServerSide, TrustedAnchors } from "./hopMaterial";
import type { HopJudgement } from "./judgement";
import { explainFailure } from "./opensslFailure";
import { parsed } from "../pki";
import { finding, ourFinding, refusal } from "../rules";

/**
 * The material that a handshake is made of, given what the rules say the client presents; undefined where a
 * key is not at hand. Anchors that cannot be part of any path are left out: hundreds of public roots would
 * cost more than all handshakes.
 */
export function handshakeMaterial(
  material: HopMaterial,
  { presents }: HopJudgement,
): HopMaterial | undefined {
  const { byName, ...server } = material.server;
  const { identity: _declared, ...client } = material.client;
  const presented = server.clientAuthentication === "none" ? undefined : presents;
  if (server.identity.pkcs8 === undefined) return undefined;
  if (presented !== undefined && presented.pkcs8 === undefined) return undefined;
  return {
    ...material,
    server: {
      ...server,
      ...openIdentities(byName),
      clientAnchors: anchorsOnPath(presented?.chain ?? [], server.clientAnchors),
    },
    client: {
      ...client,
      anchors: anchorsOnPath(server.identity.chain, client.anchors),
      ...(presented === undefined ? {} : { identity: presented }),
    },
  };
}

/** What a handshake can be made with: the key of another name's identity may stay on its host. */
function openIdentities(byName: IdentitiesByName | undefined): Pick<ServerSide, "byName"> {
  if (byName?.otherwise.pkcs8 === undefined) return {};
  return {
    byName: { ...byName, named: byName.named.filter(({ identity }) => identity.pkcs8 !== undefined) },
  };
}

/** Anchors that have the name of something in the chain, of one of its issuers, or of an issuer's issuer. */
function anchorsOnPath(chain: readonly Uint8Array[], anchors: TrustedAnchors): TrustedAnchors {
  if (anchors === "public-roots") return anchors;
  const names = new Set<string>();
  const add = (certificates: readonly Uint8Array[]): void => {
    for (const certificate of certificates.map(parsed)) {
      names.add(certificate.subject.canonical).add(certificate.issuer.canonical);
    }
  };
  add(chain);
  for (;;) {
    const before = names.size;
    const kept = anchors.filter((der) => names.has(parsed(der).subject.canonical));
    add(kept);
    if (names.size === before) return kept;
  }
}

/**
 * Joins what the rules and the handshake say: a hop is green only where both agree.
 * Without a handshake (the key stays on its host) the rules decide, and a warning says so.
 */
export function verdictOf(
  material: HopMaterial,
  judgement: HopJudgement,
  handshake: HandshakeResult | undefined,
): HopVerdict {
  const { hopId } = material;
  const findings: Finding[] = [...judgement.findings];
  const refusedByRules = findings.some(isError);
  if (handshake === undefined && !refusedByRules) findings.push(unproven(material));
  if (handshake !== undefined && !refusedByRules) {
    const { failure, furtherFailure } = handshake;
    for (const each of [failure, furtherFailure])
      if (each !== undefined) findings.push(explainRefusal(material, each));
    // Before the handshake nobody knows what there is to let pass.
    if (material.letPassBecause !== undefined && !findings.some(isLetPass))
      findings.push(finding(hopId, NOTHING_TO_LET_PASS));
  }
  const cause = findings.find(isError);
  const { refusedBy: byRules, ...evidence } = evidenceOf(judgement);
  if (cause === undefined)
    return {
      hopId,
      ok: true,
      reason: reasonOf(material, judgement, findings, handshake),
      ...evidence,
      findings,
    };
  const refusedBy = judgement.accepted ? refusedInHandshake(material, handshake?.failure) : byRules;
  return {
    hopId,
    ok: false,
    reason: cause.message,
    ...(refusedBy === undefined ? {} : { refusedBy }),
    ...evidence,
    findings,
  };
}

/** A Java would not refuse what OpenSSL alone does. */
function refusedInHandshake(
  material: HopMaterial,
  failure: HandshakeFailure | undefined,
): HopSide | undefined {
  return failure === undefined || isOfOpensslAlone(material, failure) ? undefined : refusingSide(failure);
}

const NOTHING_TO_LET_PASS = refusal(
  "nothing-to-let-pass",
  "strict: false has nothing to let pass here: no finding is our strictness alone",
);

function isError({ level }: Finding): boolean {
  return level === "error";
}

function isLetPass({ letPassBecause }: Finding): boolean {
  return letPassBecause !== undefined;
}

/** A failure that the rules did not foresee; where they are Java's, Java alone would have let it pass. */
function explainRefusal(material: HopMaterial, failure: HandshakeFailure): Finding {
  const reason = explainFailure(failure);
  return isOfOpensslAlone(material, failure)
    ? ourFinding(material.hopId, reason, "Java", material.letPassBecause)
    : finding(material.hopId, reason, "error");
}

/** A Java that reads the certificate took it by its rules; two Javas would not even meet OpenSSL. */
function isOfOpensslAlone({ server, client }: HopMaterial, failure: HandshakeFailure): boolean {
  if (failure.side === "setup") return false;
  const verifier = failure.side === "server" ? server : client;
  return failure.isVerification === true
    ? verifier.runtime === "java"
    : server.runtime === "java" && client.runtime === "java";
}

function reasonOf(
  { client }: HopMaterial,
  { trust }: HopJudgement,
  findings: readonly Finding[],
  handshake: HandshakeResult | undefined,
): string {
  const through =
    trust?.anchor.toString() ?? (client.anchors === "public-roots" ? "the public roots" : "its anchor");
  const certificate =
    handshake?.clientCertificate === undefined ? "" : ", the client certificate is accepted";
  const proof = handshake === undefined ? "; by rules alone, no handshake was made" : "";
  return `trusted through ${through}${certificate}${proof}${exceptionOf(findings)}`;
}

/** What passes for a reason of the people who declared the call, or that there is no need for one. */
function exceptionOf(findings: readonly Finding[]): string {
  const passed = findings.flatMap(({ letPassBecause }) => letPassBecause ?? []);
  const rules = findings.filter(isLetPass).map(({ rule }) => rule);
  if (passed[0] !== undefined)
    return `; not strict (${[...new Set(rules)].join(", ")}), because "${passed[0]}"`;
  return findings.some(({ rule }) => rule === "nothing-to-let-pass")
    ? "; strict: false has nothing to let pass"
    : "";
}

function unproven({ hopId }: HopMaterial): Finding {
  return finding(
    hopId,
    refusal("not-rehearsed", "the private key stays on its host, so no handshake was made"),
  );
}
