import type { Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";
import { disabledSignatureInTls } from "./disabledAlgorithms";
import { type JavaRules, type Protocol, PROTOCOLS } from "./javaRules";
import { keyTypeOf } from "./keyType";
import { KEY_TYPES } from "./limits";
import { isCurveLost, isGroupLost } from "./lostSignatures";
import type { TlsUse } from "./usage";

export type KeyType = (typeof KEY_TYPES)[number];

/** One side of a handshake. */
export interface Peer {
  readonly protocols: readonly Protocol[];
  /** @default - it is no Java, and its own rules are not looked at here */
  readonly rules?: JavaRules;
  /**
   * Signatures that it was seen to take, by their names in RFC 8446, 4.2.3, the one that it prefers first.
   *
   * @default - those that its rules know
   */
  readonly schemes?: readonly string[];
  /** Those of certificates, where it names others for them. @default - the same */
  readonly certificateSchemes?: readonly string[];
}

/** Two sides, and the protocol that they speak: the best that both do. */
export interface Meeting {
  readonly server: Peer;
  readonly client: Peer;
  /** Undefined where they share none. */
  readonly protocol: Protocol | undefined;
}

export function meet(server: Peer, client: Peer): Meeting {
  const shared = server.protocols.filter((protocol) => client.protocols.includes(protocol));
  return { server, client, protocol: PROTOCOLS.find((protocol) => shared.includes(protocol)) };
}

/** A signature that proves in a handshake that a key is held (JDK class `SignatureScheme`). */
interface Scheme {
  readonly name: string;
  readonly type: KeyType;
  /** Signs with keys on this curve only, in TLS 1.3. */
  readonly curve?: string;
  readonly hash?: string;
  readonly isOld?: true;
}

const SCHEMES: readonly Scheme[] = [
  { name: "ecdsa_secp256r1_sha256", type: "EC", curve: "P-256", hash: "SHA256" },
  { name: "ecdsa_secp384r1_sha384", type: "EC", curve: "P-384", hash: "SHA384" },
  { name: "ecdsa_secp521r1_sha512", type: "EC", curve: "P-521", hash: "SHA512" },
  { name: "ed25519", type: "EdDSA" },
  { name: "ed448", type: "EdDSA" },
  { name: "rsa_pss_rsae_sha256", type: "RSA", hash: "SHA256" },
  { name: "rsa_pss_rsae_sha384", type: "RSA", hash: "SHA384" },
  { name: "rsa_pss_rsae_sha512", type: "RSA", hash: "SHA512" },
  { name: "rsa_pss_pss_sha256", type: "RSASSA-PSS", hash: "SHA256" },
  { name: "rsa_pss_pss_sha384", type: "RSASSA-PSS", hash: "SHA384" },
  { name: "rsa_pss_pss_sha512", type: "RSASSA-PSS", hash: "SHA512" },
  { name: "rsa_pkcs1_sha256", type: "RSA", hash: "SHA256", isOld: true },
  { name: "rsa_pkcs1_sha384", type: "RSA", hash: "SHA384", isOld: true },
  { name: "rsa_pkcs1_sha512", type: "RSA", hash: "SHA512", isOld: true },
  { name: "dsa_sha256", type: "DSA", hash: "SHA256", isOld: true },
];

/**
 * Key types with which a side can prove itself to the other, the first preferred; all where no protocol is shared.
 * What a server was seen to ask for goes before a client's own preference.
 *
 * @param use whose key it is
 */
export function usableKeyTypes(meeting: Meeting, use: TlsUse): readonly KeyType[] {
  const schemes = usableSchemes(meeting, use);
  const { schemes: asked } = use === "client" ? meeting.server : meeting.client;
  if (asked !== undefined) {
    const inOrder = asked.flatMap((name) => schemes.filter((scheme) => scheme.name === name));
    return [...new Set(inOrder.map(({ type }) => type))];
  }
  return KEY_TYPES.filter((type) => schemes.some((scheme) => scheme.type === type));
}

/** What the shortest RSASSA-PSS signature, with SHA-256, needs. */
const LEAST_PSS_BITS = 528;

/** Why a side cannot prove that it holds the key of a certificate. */
export function refusedKeyOf(leaf: Certificate, meeting: Meeting, use: TlsUse): Refusal | undefined {
  if (meeting.server.rules === undefined && meeting.client.rules === undefined) return undefined;
  const { keyAlgorithm } = leaf;
  const [, size = ""] = keyAlgorithm.split(" ");
  const type = keyTypeOf(leaf);
  const isLongEnough = type !== "RSA" || meeting.protocol !== "TLSv1.3" || Number(size) >= LEAST_PSS_BITS;
  const usable = usableSchemes(meeting, use).filter((scheme) => scheme.type === type && isLongEnough);
  const signs = ({ curve }: Scheme): boolean =>
    curve === undefined || curve === size || (meeting.protocol === "TLSv1.2" && isCurve(size));
  if (usable.some(signs) && !lacksGroup(meeting, use, size)) return undefined;
  const speakers = [meeting.server, meeting.client].flatMap(({ rules }) => rules?.name ?? []);
  return refusal(
    "no-usable-key",
    `in ${meeting.protocol ?? "TLS"} the ${use} cannot use the key of ${leaf.toString()} (${keyAlgorithm}): ` +
      `no signature by it is known to both sides (${[...new Set(speakers)].join(", ")})`,
    "take RSA 2048 or more, or EC P-256",
  );
}

function isCurve(size: string): boolean {
  return SCHEMES.some(({ curve }) => curve === size);
}

/** The key of a server is on one of the groups that both sides take (JDK class `X509Authentication`); found for 8 to 26. */
function lacksGroup({ protocol, server, client }: Meeting, use: TlsUse, size: string): boolean {
  if (protocol !== "TLSv1.2" || use !== "server" || !isCurve(size)) return false;
  return [server, client].some(({ rules }) => rules !== undefined && isGroupLost(rules, size));
}

function usableSchemes({ server, client, protocol }: Meeting, use: TlsUse): readonly Scheme[] {
  const isOld = protocol !== "TLSv1.3";
  const presenter = use === "server" ? server : client;
  return SCHEMES.filter((scheme) => {
    if (scheme.isOld === true && !isOld) return false;
    if (!knows(server, scheme) || !knows(client, scheme)) return false;
    const isPssOfClient = scheme.type === "RSASSA-PSS" && isOld && use === "client";
    return !isPssOfClient || presenter.rules?.has("sendsPssKeys") !== false;
  });
}

function knows({ rules, schemes }: Peer, { name, type, curve, hash }: Scheme): boolean {
  if (schemes !== undefined) return schemes.includes(name);
  if (rules === undefined) return type !== "DSA";
  if (type === "EdDSA" && !rules.has("edDsa")) return false;
  const signature = type === "EC" ? "ECDSA" : type;
  const names = [
    ...(rules.has("looksAtSchemes") ? [name] : []),
    signature,
    type,
    ...(curve === undefined ? [] : [`secp${curve.replace("P-", "")}r1`]),
    ...(hash === undefined ? [] : [`${hash}with${signature}`, hash, hash.replace("SHA", "SHA-")]),
  ];
  const upper = names.map((text) => text.toUpperCase());
  return (
    disabledSignatureInTls(rules.disabledInHandshakes, upper) === undefined &&
    !(curve !== undefined && isCurveLost(rules, curve))
  );
}
