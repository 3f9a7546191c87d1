import type { JavaRuntimePlan } from "../model";

/** From when on something holds. */
interface Since {
  readonly release: number;
  /** First updates of older releases that have it, too; 0 where none without it was seen. */
  readonly backports?: Readonly<Record<number, number>>;
  /** What is taken where the update is not stated. */
  readonly ofUnknownUpdate?: boolean;
}

/**
 * Facts that differ between releases: by experiment with OpenJDK 8u504, 11.0.32, 17.0.15, 17.0.21, 21.0.13, 25.0.5
 * and 26.0.2 or, where a number or a JEP is given, from OpenJDK's own list. Where the first update is not known for
 * certain, the one is given from which on the stricter behaviour cannot be ruled out.
 */
export const RELEASES = {
  /** Ed25519 and Ed448 keys and signatures (JEP 339). */
  edDsa: { release: 15 },
  /** ML-DSA keys, which TLS does not use (JEP 497). */
  mlDsa: { release: 24 },
  /** RSASSA-PSS keys of clients are sent in TLS 1.2. */
  sendsPssKeys: { release: 17 },
  /** `HostnameChecker` compares international names in Unicode. */
  internationalNames: { release: 9 },
  /** A chain in PKCS12 is linked by key identifiers, before that by names alone (JDK-8215776). */
  linksByKeyIds: { release: 13 },
  /** Wildcards count in the first label only (JDK-7192189). */
  wildcardsInFirstLabel: { release: 19 },
  /** Certificates signed with SHA-224 are refused in TLS 1.3 (JDK-8350807); those by DSA and MD5 everywhere. */
  refusesSha224: { release: 25, backports: { 17: 16, 21: 0 }, ofUnknownUpdate: true },
  /** Handshakes of TLS 1.2 are not signed with SHA-1, which a certificate request says, too (JDK-8340321). */
  refusesSha1Handshakes: { release: 24, backports: { 11: 25, 17: 16, 21: 0 }, ofUnknownUpdate: true },
  /** A server takes 8 certificates from a client, before that 10 (JDK-8311596). */
  shortClientChains: { release: 22 },
  /** A client asks its key manager once for all types of keys, before that for one after another (JDK-8262186). */
  asksOnce: { release: 17 },
  /** SunX509 looks at dates, usages, algorithms and the server name before it chooses a key (JDK-8359956). */
  choosesFitKeys: { release: 26 },
  /** A signature is known only while its scheme in TLS, by name, and the curve of that scheme are not disabled. */
  looksAtSchemes: { release: 11 },
  /** Schemes may be disabled in handshakes or certificates alone (with JDK-8340321). */
  scopesSchemes: { release: 24, backports: { 11: 25, 17: 16, 21: 0 }, ofUnknownUpdate: true },
  /** Key managers pass over what entries say about uses, and of signatures about dates; 17 does not. */
  managersForgetUses: { release: 21 },
  /** What an entry says about uses concerns the key of an anchor too; before that only the certificates below it. */
  looksAtAnchorUses: { release: 21 },
  /** Old curves are gone (JDK-8235540), and not disabled by name any more. */
  hasDroppedCurves: { release: 16 },
  /** TLS 1.3 of a server (JEP 332; 8u261). */
  tls13Server: { release: 11, backports: { 8: 261 }, ofUnknownUpdate: true },
  /** TLS 1.3 of a client without any setting (JEP 332; JDK-8245263 in 8u341). */
  tls13Client: { release: 11, backports: { 8: 341 }, ofUnknownUpdate: true },
} as const satisfies Readonly<Record<string, Since>>;

export type ReleaseFact = keyof typeof RELEASES;

/** The release that stands for a Java of which none is stated: of 17 to 25 the strictest. */
const UNSTATED = 25;

/** Whether a fact holds for a Java. */
export function holdsFor(fact: ReleaseFact, java: Pick<JavaRuntimePlan, "release" | "update">): boolean {
  const since: Since = RELEASES[fact];
  const { release = UNSTATED, update } = java;
  if (release >= since.release) return true;
  const first = since.backports?.[release];
  if (first === undefined) return false;
  return update === undefined ? since.ofUnknownUpdate === true : update >= first;
}

/** Curves that 8 and 11 disable by name (`jdk.disabled.namedCurves`); 16 and later know none of them. */
const OLD_CURVES =
  "secp112r1, secp112r2, secp128r1, secp128r2, secp160k1, secp160r1, secp160r2, secp192k1, secp192r1, secp224k1, " +
  "secp224r1, secp256k1, sect113r1, sect571r1, brainpoolP256r1, brainpoolP320r1, brainpoolP384r1, brainpoolP512r1";

/** Properties of `java.security` that decide about TLS, as releases ship them; the curves up to 15. */
export const SHIPPED_SECURITY: Readonly<Record<string, string>> = {
  "jdk.certpath.disabledAlgorithms":
    "MD2, MD5, SHA1 jdkCA & usage TLSServer, RSA keySize < 1024, DSA keySize < 1024, EC keySize < 224, SHA1 usage SignedJAR & denyAfter 2019-01-01, include jdk.disabled.namedCurves",
  "jdk.tls.disabledAlgorithms":
    "SSLv3, TLSv1, TLSv1.1, DTLSv1.0, RC4, DES, MD5withRSA, DH keySize < 1024, EC keySize < 224, 3DES_EDE_CBC, anon, NULL, ECDH",
  "jdk.disabled.namedCurves": OLD_CURVES,
  "ssl.KeyManagerFactory.algorithm": "SunX509",
  "ocsp.enable": "false",
};
