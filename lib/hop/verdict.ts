import type { Finding, HopVerdict } from "../model";
import type { HandshakeFailure, HandshakeResult } from "./handshake";
import type { TrustedAnchors, HopMaterial } from "./hopMaterial";
import type { HopJudgement } from "./judgement";
import { explainFailure } from "./opensslFailure";
import { parsed } from "../pki";
import { finding, refusal } from "../rules";

/**
 * The material that a handshake is made of, given what the rules say the client presents; undefined where a
 * key is not at hand. Anchors that cannot be part of any path are left out: hundreds of public roots would
 * cost more than all handshakes.
 */
export function handshakeMaterial(
  material: HopMaterial,
  { presents }: HopJudgement,
): HopMaterial | undefined {
  const { server } = material;
  const { identity: _declared, ...client } = material.client;
  const presented = server.clientAuthentication === "none" ? undefined : presents;
  if (server.identity.pkcs8 === undefined) return undefined;
  if (presented !== undefined && presented.pkcs8 === undefined) return undefined;
  return {
    ...material,
    server: { ...server, clientAnchors: anchorsOnPath(presented?.chain ?? [], server.clientAnchors) },
    client: {
      ...client,
      anchors: anchorsOnPath(server.identity.chain, client.anchors),
      ...(presented === undefined ? {} : { identity: presented }),
    },
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
  const findings: Finding[] = [...judgement.findings];
  const refusedByRules = findings.some(({ level }) => level === "error");
  if (handshake === undefined && !refusedByRules) findings.push(unproven(material));
  if (handshake?.failure !== undefined && !refusedByRules) {
    findings.push(explainRefusal(material, handshake.failure));
  }
  const cause = findings.find(({ level }) => level === "error");
  if (cause !== undefined) return { hopId: material.hopId, ok: false, reason: cause.message, findings };
  return { hopId: material.hopId, ok: true, reason: reasonOf(material, judgement, handshake), findings };
}

/** A failure that the rules did not foresee; where they are Java's, Java alone would have let it pass. */
function explainRefusal(material: HopMaterial, failure: HandshakeFailure): Finding {
  const explained = explainFailure(material, failure);
  const verifier = failure.side === "server" ? material.server : material.client;
  if (failure.side === "setup" || verifier.runtime !== "java") return explained;
  return { ...explained, message: `Java alone would let this pass, others do not: ${explained.message}` };
}

function reasonOf(
  { client }: HopMaterial,
  { trustedThrough }: HopJudgement,
  handshake: HandshakeResult | undefined,
): string {
  const through = trustedThrough ?? (client.anchors === "public-roots" ? "the public roots" : "its anchor");
  const certificate =
    handshake?.clientCertificate === undefined ? "" : ", the client certificate is accepted";
  const proof = handshake === undefined ? "; by rules alone, no handshake was made" : "";
  return `trusted through ${through}${certificate}${proof}`;
}

function unproven({ hopId }: HopMaterial): Finding {
  return finding(
    hopId,
    refusal("not-rehearsed", "the private key stays on its host, so no handshake was made"),
  );
}
