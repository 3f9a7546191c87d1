import type { JavaRuntimePlan, ReaderPlan, StoreFormat, StoreProfile } from "../model";
import { StoreError } from "./errors";
import { describeReader } from "./reader";

/** A way to encode a store, and who opens it. */
export interface ProfileDescription {
  readonly profile: StoreProfile;
  readonly format: StoreFormat;
  /** How keys, certificates and integrity are protected. */
  readonly protection: string;
  /** Readers it was tried with (JDK 8u504 to 25, OpenSSL 1.1.1w to 3.6, NSS 3.87, GnuTLS 3.7, Bouncy Castle 1.86). */
  readonly readers: string;
}

/** The profiles that are written, by the era they stand for. */
export const PROFILES: Readonly<Record<StoreProfile, ProfileDescription>> = {
  jks: {
    profile: "jks",
    format: "jks",
    protection: "keys under Sun's SHA-1 key stream, certificates in the clear, integrity by SHA-1",
    readers: "every Java, IBM Java and z/OS included; nothing else",
  },
  modern: {
    profile: "modern",
    format: "pkcs12",
    protection: "keys and certificates under PBES2 with AES-256, 10,000 iterations, MAC by HMAC-SHA256",
    readers:
      "Java from 8u301, 11.0.12 and 12 on; OpenSSL 1.1 and 3; NSS; GnuTLS; Bouncy Castle; Windows from Server 2019 on",
  },
  compat: {
    profile: "compat",
    format: "pkcs12",
    protection: "keys and certificates under 3DES, MAC by HMAC-SHA1",
    readers: "every Java, IBM Java included; OpenSSL 1.1 and 3; NSS; GnuTLS; Bouncy Castle; every Windows",
  },
  "jdk-legacy": {
    profile: "jdk-legacy",
    format: "pkcs12",
    protection: "keys under 3DES, certificates under RC2-40, MAC by HMAC-SHA1, as JDK 8 writes them",
    readers: "every Java; OpenSSL 1.1; NSS; GnuTLS; Bouncy Castle; OpenSSL 3 with its legacy provider only",
  },
};

/** The strongest profile that a reader opens for certain. */
export function profileForReader(reader: ReaderPlan): StoreProfile {
  if (refusal("modern", reader) === undefined) return "modern";
  // Where PKCS12 under the default store type `jks` may not be told apart, JKS is the one that opens.
  return prefersJks(reader) ? "jks" : "compat";
}

/**
 * Refuses a profile that the declared reader cannot open.
 *
 * @throws StoreError `invalid` with the reason and the profile to take instead
 */
export function requireReadable(profile: StoreProfile, reader: ReaderPlan): void {
  const reason = refusal(profile, reader);
  if (reason === undefined) return;
  throw new StoreError(
    "invalid",
    `profile "${profile}" cannot be opened by "${describeReader(reader)}": ${reason}; use "${profileForReader(reader)}"`,
  );
}

/** Why a reader cannot open a profile, or undefined where it can (found by experiment, see docs/keystore-formats.md). */
function refusal(profile: StoreProfile, reader: ReaderPlan): string | undefined {
  switch (profile) {
    case "jks":
      return readsJks(reader) ? undefined : "JKS is read by Java only";
    case "modern":
      return modernRefusal(reader);
    case "jdk-legacy":
      return legacyRefusal(reader);
    case "compat":
      return undefined;
  }
}

function readsJks({ kind }: ReaderPlan): boolean {
  return kind === "java" || kind === "webmethods";
}

function modernRefusal(reader: ReaderPlan): string | undefined {
  switch (reader.kind) {
    case "java":
      return javaModernRefusal(reader);
    case "webmethods":
      return "webMethods runs Java releases that know no HmacPBESHA256";
    case "windows":
      return reader.release === undefined || reader.release < 2019
        ? "Windows up to Server 2016 wants PKCS12 with 3DES and SHA-1"
        : undefined;
    case "openssl":
      return reader.release === undefined || Number(reader.release) >= 1.1
        ? undefined
        : "OpenSSL before 1.1 was not shown to read PBES2 with HMAC-SHA256";
    case "node":
    case "nss":
    case "gnutls":
    case "bouncy-castle":
    case "node-forge":
      return undefined;
  }
}

/** First updates with HmacPBESHA256, from the JDKs' release notes. */
const FIRST_MODERN_UPDATE: Readonly<Record<number, number>> = { 7: 311, 8: 301, 11: 12 };

function javaModernRefusal({ release, update, vendor }: JavaRuntimePlan): string | undefined {
  if (vendor === "ibm") return "IBM Java wants PKCS12 with 3DES and SHA-1";
  if (release === undefined) return 'the Java version is not given; name it, as in "java 17"';
  if (release >= 12) return undefined;
  if (release === 8 && vendor === "openjdk" && update !== undefined && update > 300 && update <= 322) {
    return "OpenJDK up to 8u322 fails on PBES2 with HMAC-SHA256";
  }
  const first = FIRST_MODERN_UPDATE[release];
  if (first === undefined) return `Java ${release} knows no HmacPBESHA256`;
  const spelled = release === 11 ? `11.0.${first}` : `${release}u${first}`;
  if (update === undefined) {
    return `HmacPBESHA256 came with ${spelled}, and the update is not given; name it, as in "java ${spelled}"`;
  }
  return update >= first ? undefined : `HmacPBESHA256 came with ${spelled}`;
}

/** OpenSSL of which no version is known is taken to be 3, and Node has carried OpenSSL 3 since 17. */
function legacyRefusal(reader: ReaderPlan): string | undefined {
  const isOpenSsl3 =
    (reader.kind === "node" && (reader.release === undefined || reader.release >= 17)) ||
    (reader.kind === "openssl" && (reader.release === undefined || Number(reader.release) >= 3));
  return isOpenSsl3 ? "OpenSSL 3 opens RC2-40 only with its legacy provider" : undefined;
}

/** PKCS12 under the store type `jks` is recognised from 8u60 on only, and not known of IBM's Java. */
function prefersJks(reader: ReaderPlan): boolean {
  if (reader.kind === "webmethods") return true;
  if (reader.kind !== "java") return false;
  const { release, update, vendor } = reader;
  if (vendor === "ibm") return true;
  if (release === undefined) return false;
  return release < 8 || (release === 8 && update !== undefined && update < 60);
}
