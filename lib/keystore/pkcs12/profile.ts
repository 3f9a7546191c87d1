import type { EncryptionScheme } from "../encryption";
import { invalidStore } from "../errors";
import type { Store } from "../store";
import type { StoreLayout } from "./layout";
import type { MacScheme } from "./mac";
import { BagType } from "./oids";

/** Profiles of PKCS12 that are written; `lib/keystore/profile.ts` says who reads each. */
export type Pkcs12Profile = "modern" | "compat" | "jdk-legacy";

/** Algorithms of a whole store. */
export interface Pkcs12Algorithms {
  readonly key: EncryptionScheme;
  /** Absent where certificates are in the clear. */
  readonly certificates?: EncryptionScheme;
  /** Absent where nothing protects the file's integrity. */
  readonly mac?: MacScheme;
}

const aes256 = { kind: "pbes2", prf: "sha256", cipher: "aes-256", iterations: 10_000 } as const;
const tripleDes = { kind: "pbes1", cipher: "3des", iterations: 50_000 } as const;
const rc2 = { kind: "pbes1", cipher: "rc2-40", iterations: 50_000 } as const;
const macSha1 = { kind: "hmac", digest: "sha1", iterations: 100_000 } as const;
const macSha256 = { kind: "hmac", digest: "sha256", iterations: 10_000 } as const;

/** Defaults of JDK 17 for `modern`, of JDK 8 for `jdk-legacy`; `compat` is the latter without RC2. */
const profiles: Readonly<Record<Pkcs12Profile, Required<Pkcs12Algorithms>>> = {
  modern: { key: aes256, certificates: aes256, mac: macSha256 },
  compat: { key: tripleDes, certificates: tripleDes, mac: macSha1 },
  "jdk-legacy": { key: tripleDes, certificates: rc2, mac: macSha1 },
};

/** A store without entries, to be filled and written. */
export function createPkcs12Store(profile: Pkcs12Profile): Store {
  return { format: "pkcs12", profile, integrity: "unchecked", entries: [] };
}

/**
 * Algorithms that a profile stands for.
 *
 * @throws StoreError `invalid` for a name that is no profile of PKCS12
 */
export function algorithmsOf(profile: string): Required<Pkcs12Algorithms> {
  if (isProfile(profile)) return profiles[profile];
  throw invalidStore(`"${profile}" is no profile of PKCS12; there are ${Object.keys(profiles).join(", ")}`);
}

/**
 * Algorithms for what an edit adds to a store: those it has, and for what it has none of, their nearest kin.
 */
export function algorithmsForEdit({ parts, keyEncryption, mac }: StoreLayout): Pkcs12Algorithms {
  const holdsCertificates = parts.find(({ bags }) =>
    bags.some(({ typeId }) => typeId === BagType.certificate),
  );
  const contents = parts.find(({ encryption }) => encryption !== undefined)?.encryption;
  const kin = mac?.kind === "hmac" && mac.digest === "sha1" ? profiles.compat : profiles.modern;
  const model = keyEncryption ?? contents;
  const key = model === undefined ? kin.key : keyKin(model, keyEncryption !== undefined);
  const certificates = holdsCertificates === undefined && mac !== undefined ? (contents ?? key) : contents;
  return {
    key,
    ...(certificates === undefined ? {} : { certificates }),
    ...(mac === undefined ? {} : { mac }),
  };
}

/** RC2 is for certificates only, unless keys have it; RC4, DES and two-key 3DES are for nothing new. */
function keyKin(model: EncryptionScheme, isOfKeys: boolean): EncryptionScheme {
  if (model.kind === "pbes2") return model;
  const isKept = isOfKeys && !/^(?:rc4|des|3des-2key)/.test(model.cipher);
  return isKept ? model : { ...model, cipher: "3des" };
}

/**
 * Name for the algorithms of a store that was read: `passwordless`, a profile whose algorithms (whatever the
 * iteration counts) are all that it uses, or `custom`.
 *
 * @param keys undefined for a key under an algorithm that is not known here
 */
export function detectProfile(
  keys: readonly (EncryptionScheme | undefined)[],
  contents: readonly (EncryptionScheme | undefined)[],
  mac: MacScheme | undefined,
): string {
  const isInTheClear = keys.length === 0 && contents.every((scheme) => scheme === undefined);
  if (mac === undefined && isInTheClear) return "passwordless";
  for (const [name, wanted] of Object.entries(profiles)) {
    const sameMac = mac?.kind === "hmac" && mac.digest === wanted.mac.digest;
    const sameKeys = keys.every((scheme) => scheme !== undefined && isSame(scheme, wanted.key));
    if (
      sameMac &&
      sameKeys &&
      contents.every((scheme) => scheme !== undefined && isSame(scheme, wanted.certificates))
    )
      return name;
  }
  return "custom";
}

function isSame(a: EncryptionScheme, b: EncryptionScheme): boolean {
  return (
    a.cipher === b.cipher && (a.kind === "pbes2" && b.kind === "pbes2" ? a.prf === b.prf : a.kind === b.kind)
  );
}

function isProfile(name: string): name is Pkcs12Profile {
  return Object.hasOwn(profiles, name);
}
