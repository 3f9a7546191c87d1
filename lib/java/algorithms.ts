import type { Certificate } from "../pki";
import { CURVES, refusal, type Refusal } from "../rules";
import {
  type ConstrainedUse,
  disabledFor,
  disabledKeyInTls,
  disabledSignatureInTls,
  namesOfKey,
  namesOfSignature,
} from "./disabledAlgorithms";
import { type JavaRules, javaRules, type Protocol } from "./javaRules";
import { keyTypeOf } from "./keyType";
import { lostSignatures } from "./lostSignatures";

/** For what a certificate's algorithms are looked at. */
export interface AlgorithmUse extends ConstrainedUse {
  /** @default - the strictest, TLS 1.3 */
  readonly protocol?: Protocol;
}

/**
 * Whether Java refuses the algorithms of a certificate in a chain: its key, and (but for an anchor) its signature
 * (JDK class `AlgorithmChecker`). Found by experiment with private authorities: RSA 1024 and SHA-1 pass.
 *
 * @param asked @default - a server's certificate, in the strictest protocol
 * @param rules @default - the strictest of the current releases
 */
export function refusedAlgorithm(
  certificate: Certificate,
  role: "chain" | "anchor",
  asked: AlgorithmUse = { use: "server", now: certificate.notAfter },
  rules: JavaRules = javaRules(),
): Refusal | undefined {
  const problem =
    refusedKey(certificate, asked, role === "anchor" ? rulesForAnchors(rules) : rules) ??
    (role === "anchor"
      ? undefined
      : (refusedSignature(certificate, asked, rules) ?? lostSignature(certificate, rules)));
  if (problem === undefined) return undefined;
  return refusal(
    "algorithm-refused",
    `${rules.name} refuses the certificate of ${certificate.toString()} for its ${problem}`,
    undefined,
    { of: "Algorithm" },
  );
}

/** TLS itself passes over what an entry says about dates where a key is an anchor's. */
function rulesForAnchors(rules: JavaRules): JavaRules {
  const { disabledInPaths, disabledInTls } = rules;
  return {
    ...rules,
    disabledInPaths: rules.has("looksAtAnchorUses")
      ? disabledInPaths
      : disabledInPaths.filter(({ usages }) => usages === undefined),
    disabledInTls: disabledInTls.filter(({ denyAfter }) => denyAfter === undefined),
  };
}

/** For what a key manager looks at certificates. */
export interface PassingUse extends AlgorithmUse {
  /** Whether one of the two sides takes no signature with SHA-1 in a handshake. @default false */
  readonly refusesSha1?: boolean;
  /** Signatures that one of the two sides knows no more ({@link lostSignatures}). @default - none */
  readonly lost?: readonly string[];
  /** Signatures in certificates that the other side was seen to take ({@link certificateSignatures}). @default - not known */
  readonly taken?: readonly string[];
}

/**
 * Whether a key manager that looks at algorithms passes a certificate over (JDK class `X509KeyManagerCertChecking`):
 * for what is disabled and for signatures that the other side does not know, those of roots included, and not for a
 * curve that nobody knows.
 */
export function isPassedOver(
  certificate: Certificate,
  { refusesSha1 = false, lost = [], taken, ...asked }: PassingUse,
  rules: JavaRules,
): boolean {
  const { names, bits } = namesOfKey(certificate.keyAlgorithm);
  const looking = rules.has("managersForgetUses")
    ? { ...rules, disabledInPaths: [], disabledInTls: rules.disabledInHandshakes }
    : rules;
  const isUnknown = names.includes("EDDSA") && !rules.has("edDsa");
  const signature = namesOfSignature(certificate.signatureAlgorithm);
  // A client goes by the server's request, which names the signatures of handshakes in TLS 1.2.
  const isRefusedInHandshakes =
    asked.protocol === "TLSv1.2"
      ? refusesSha1 && asked.use === "client" && signature.includes("SHA1")
      : signature.includes("SHA224");
  return (
    isUnknown ||
    isRefusedInHandshakes ||
    signature.some((name) => lost.includes(name)) ||
    (taken !== undefined && !signature.some((name) => taken.includes(name))) ||
    disabledKey(names, bits, asked, looking) !== undefined ||
    refusedSignature(certificate, asked, looking) !== undefined
  );
}

/** Shorter keys no Java reads (JDK class `RSAKeyFactory`), whatever `java.security` allows. */
const LEAST_BITS = 512;

/** Curves of authorities that Java up to 15 knows, where they are not disabled by name. */
const OLD_CURVES: ReadonlySet<string> = new Set(["secp256k1"]);

function refusedKey(certificate: Certificate, asked: AlgorithmUse, rules: JavaRules): string | undefined {
  const { keyAlgorithm } = certificate;
  const [, size = ""] = keyAlgorithm.split(" ");
  const keyType = keyTypeOf(certificate);
  const { names, bits } = namesOfKey(keyAlgorithm);
  const disabled = disabledKey(names, bits, asked, rules);
  if (disabled !== undefined) return `key, ${keyAlgorithm}: disabled by "${disabled.text}"`;
  switch (keyType) {
    case "RSA":
    case "RSASSA-PSS":
    case "DSA":
      return bits !== undefined && bits >= LEAST_BITS
        ? undefined
        : `key, ${keyAlgorithm}: it reads none below ${LEAST_BITS} bits`;
    case "EC":
      return CURVES.has(size) || (OLD_CURVES.has(size) && !rules.has("hasDroppedCurves"))
        ? undefined
        : `key, ${keyAlgorithm}: only ${[...CURVES].join(", ")} are known`;
    case "EdDSA":
      return rules.has("edDsa") ? undefined : `key, ${keyAlgorithm}, which came with Java 15`;
    default:
      return `key, ${keyAlgorithm}`;
  }
}

function disabledKey(
  names: readonly string[],
  bits: number | undefined,
  asked: AlgorithmUse,
  { disabledInPaths, disabledInTls }: JavaRules,
) {
  return (
    disabledFor(disabledInPaths, names, bits, asked) ?? disabledKeyInTls(disabledInTls, names, bits, asked)
  );
}

function refusedSignature(
  { signatureAlgorithm }: Certificate,
  asked: AlgorithmUse,
  rules: JavaRules,
): string | undefined {
  const names = namesOfSignature(signatureAlgorithm);
  const disabled =
    disabledFor(rules.disabledInPaths, names, undefined, asked) ??
    disabledSignatureInTls(rules.disabledInTls, names);
  if (disabled !== undefined)
    return `signature algorithm, ${signatureAlgorithm}: disabled by "${disabled.text}"`;
  const isSha3 = names.some((name) => name.startsWith("SHA3-"));
  const isUnknown = isSha3 || (names[0] === "EDDSA" && !rules.has("edDsa"));
  if (isUnknown) return `signature algorithm, ${signatureAlgorithm}, which its TLS does not know`;
  const isDropped = names.includes("SHA224") && rules.has("refusesSha224");
  const isNone = names.includes("DSA") || names.includes("MD5");
  return (isDropped || isNone) && asked.protocol !== "TLSv1.2"
    ? `signature algorithm, ${signatureAlgorithm}, in TLS 1.3`
    : undefined;
}

function lostSignature({ signatureAlgorithm }: Certificate, rules: JavaRules): string | undefined {
  const names = namesOfSignature(signatureAlgorithm);
  return lostSignatures(rules).some((lost) => names.includes(lost))
    ? `signature algorithm, ${signatureAlgorithm}, which its TLS does not know while that scheme or its curve is disabled`
    : undefined;
}
