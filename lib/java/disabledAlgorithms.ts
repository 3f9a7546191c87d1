import type { TlsUse } from "./usage";

/** One entry of `jdk.certpath.disabledAlgorithms` or `jdk.tls.disabledAlgorithms`. */
export interface DisabledAlgorithm {
  /** In upper case: `RSA`, `SHA1`, `SHA1WITHRSA`, `SECP256K1`, `TLSV1.1`. */
  readonly name: string;
  /** As it is written, for messages. */
  readonly text: string;
  /** Whether it holds without any condition. */
  readonly isPlain: boolean;
  /** Sizes of keys that it refuses. @default - all */
  readonly refusesBits?: (bits: number) => boolean;
  /** Sizes of curves whose signatures it takes away: those of its first condition alone. @default - none */
  readonly takesCurves?: (bits: number) => boolean;
  /** For whom it holds. @default - everybody */
  readonly usages?: readonly string[];
  /** Only below authorities that the JDK ships. */
  readonly isJdkAuthority: boolean;
  /** Holds from then on. @default - always */
  readonly denyAfter?: Date;
}

/** What a constraint is asked about. */
export interface ConstrainedUse {
  readonly use: TlsUse;
  readonly now: Date;
}

const COMPARISONS: Readonly<Record<string, (bits: number, limit: number) => boolean>> = {
  "<": (bits, limit) => bits < limit,
  "<=": (bits, limit) => bits <= limit,
  ">": (bits, limit) => bits > limit,
  ">=": (bits, limit) => bits >= limit,
  "==": (bits, limit) => bits === limit,
  "!=": (bits, limit) => bits !== limit,
};

const KEY_SIZE = /^keySize (<=?|>=?|==|!=) (\d+)$/;

const CONDITIONS: readonly RegExp[] = [
  KEY_SIZE,
  /^jdkCA$/i,
  /^denyAfter \d{4}-\d{2}-\d{2}$/,
  /^usage( \S+)+$/,
];

/** The first entry of a list that Java cannot read, so that none of its TLS starts; undefined where it reads all. */
export function unreadableEntry(list: string): string | undefined {
  return entriesOf(list).find((entry) => {
    const [name = "", ...rest] = entry.split(" ");
    // Some curves have two words; the others have conditions.
    if (rest.length === 0 || name.toLowerCase() === "include" || name === "X9.62") return false;
    const conditions = rest.join(" ").split("&");
    return conditions.some((part) => !CONDITIONS.some((known) => known.test(part.trim())));
  });
}

function entriesOf(list: string): string[] {
  return list
    .split(",")
    .map((entry) => entry.trim().replace(/\s+/g, " "))
    .filter((entry) => entry !== "");
}

/**
 * Reads a list of disabled algorithms (the syntax stands in `java.security`; JDK class
 * `DisabledAlgorithmConstraints`). `include` brings in another property.
 */
export function parseDisabledAlgorithms(
  list: string,
  propertyOf: (name: string) => string | undefined,
): readonly DisabledAlgorithm[] {
  return entriesOf(list).flatMap((entry) => {
    const included = /^include (\S+)$/i.exec(entry)?.[1];
    return included === undefined
      ? [parseEntry(entry)]
      : parseDisabledAlgorithms(propertyOf(included) ?? "", () => undefined);
  });
}

function parseEntry(text: string): DisabledAlgorithm {
  const [name = "", ...rest] = text.split(" ");
  const conditions = rest
    .join(" ")
    .split("&")
    .map((part) => part.trim());
  const sizes = conditions.flatMap((part) => sizeIn(part) ?? []);
  const curves = sizeIn(conditions[0] ?? "");
  const usages = conditions.flatMap((part) => /^usage (.+)$/i.exec(part)?.[1]?.split(" ") ?? []);
  const after = conditions.flatMap((part) => /^denyAfter (\d{4}-\d{2}-\d{2})$/i.exec(part)?.[1] ?? [])[0];
  return {
    name: name.toUpperCase(),
    text,
    isPlain: rest.length === 0,
    isJdkAuthority: conditions.some((part) => /^jdkCA$/i.test(part)),
    ...(sizes.length === 0 ? {} : { refusesBits: (bits) => sizes.every((isRefused) => isRefused(bits)) }),
    ...(curves === undefined ? {} : { takesCurves: curves }),
    ...(usages.length === 0 ? {} : { usages: usages.map((usage) => usage.toLowerCase()) }),
    ...(after === undefined ? {} : { denyAfter: new Date(`${after}T00:00:00Z`) }),
  };
}

/** What a condition says of the size of a key; undefined where it says nothing of it. */
function sizeIn(condition: string): ((bits: number) => boolean) | undefined {
  const [, operator = "", limit] = KEY_SIZE.exec(condition) ?? [];
  const compare = COMPARISONS[operator];
  return limit === undefined || compare === undefined ? undefined : (bits) => compare(bits, Number(limit));
}

/**
 * The entry that refuses one of these names in certificates of a private authority, where paths are validated.
 *
 * @param names of a key or a signature, in upper case
 * @param bits size of the key; undefined where entries about sizes do not concern what is asked
 */
export function disabledFor(
  disabled: readonly DisabledAlgorithm[],
  names: readonly string[],
  bits: number | undefined,
  { use, now }: ConstrainedUse,
): DisabledAlgorithm | undefined {
  return disabled.find(
    ({ name, refusesBits, usages, isJdkAuthority, denyAfter }) =>
      names.includes(name) &&
      !isJdkAuthority &&
      (usages?.includes(use === "server" ? "tlsserver" : "tlsclient") ?? true) &&
      (denyAfter === undefined || now > denyAfter) &&
      (refusesBits === undefined || (bits !== undefined && refusesBits(bits))),
  );
}

/**
 * The entry by which TLS itself refuses a key: by its size and the date; entries about uses it passes over (JDK class
 * `SSLAlgorithmConstraints`).
 */
export function disabledKeyInTls(
  disabled: readonly DisabledAlgorithm[],
  names: readonly string[],
  bits: number | undefined,
  asked: ConstrainedUse,
): DisabledAlgorithm | undefined {
  return disabledFor(
    disabled.filter(({ usages }) => usages === undefined),
    names,
    bits,
    asked,
  );
}

/** The entry by which TLS itself refuses a signature: one without any condition. */
export function disabledSignatureInTls(
  disabled: readonly DisabledAlgorithm[],
  names: readonly string[],
): DisabledAlgorithm | undefined {
  return disabled.find(({ name, isPlain }) => isPlain && names.includes(name));
}

/** Names under which `java.security` knows a key: `RSA 2048`, `EC P-256`, `Ed25519`. */
export function namesOfKey(keyAlgorithm: string): {
  readonly names: readonly string[];
  readonly bits?: number;
} {
  const [type = "", size = ""] = keyAlgorithm.split(" ");
  if (type === "EC") {
    const curve = CURVES[size];
    return {
      names: ["EC", ...(curve?.names ?? [size.toUpperCase()])],
      ...(curve === undefined ? {} : { bits: curve.bits }),
    };
  }
  if (type.startsWith("Ed")) return { names: ["EDDSA", type.toUpperCase()] };
  return { names: [type.toUpperCase()], bits: Number(size) };
}

const CURVES: Readonly<Record<string, { readonly names: readonly string[]; readonly bits: number }>> = {
  "P-192": { names: ["SECP192R1"], bits: 192 },
  "P-224": { names: ["SECP224R1"], bits: 224 },
  "P-256": { names: ["SECP256R1"], bits: 256 },
  "P-384": { names: ["SECP384R1"], bits: 384 },
  "P-521": { names: ["SECP521R1"], bits: 521 },
  secp256k1: { names: ["SECP256K1"], bits: 256 },
  brainpoolP256r1: { names: ["BRAINPOOLP256R1"], bits: 256 },
  brainpoolP384r1: { names: ["BRAINPOOLP384R1"], bits: 384 },
  brainpoolP512r1: { names: ["BRAINPOOLP512R1"], bits: 512 },
};

/** Names under which `java.security` knows a signature, as OpenSSL prints it: `sha256WithRSAEncryption`. */
export function namesOfSignature(algorithm: string): readonly string[] {
  const text = algorithm.toUpperCase().replaceAll("_", "-");
  const hash = /MD[245]|SHA3-\d{3}|SHA-?\d{1,3}/.exec(text)?.[0].replace(/^SHA-?(?=\d)/, "SHA");
  const key = /ECDSA|RSASSAPSS|RSA|DSA|ED25519|ED448/.exec(text)?.[0];
  if (key === "RSASSAPSS") return ["RSASSA-PSS"];
  if (key === "ED25519" || key === "ED448") return ["EDDSA", key];
  if (hash === undefined || key === undefined) return [text];
  const dashed = hash.startsWith("SHA3") ? [] : [hash.replace("SHA", "SHA-")];
  return [`${hash}WITH${key}`, hash, ...dashed, key];
}
