import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createStore, type StoreEntry, writeStore } from "../../../lib/keystore";
import { STORE_PROFILES } from "../../../lib/cli/store/options";
import { type GeneratedKey, generateKey, issueCertificate, parseCertificate, toPem } from "../../../lib/pki";
import type { KeyAlgorithm, StoreProfile } from "../../../lib/model";
import type { EntryToMake, JavaStoreType, StoreJudge } from "../../support/storeJudge";
import { tool } from "../../support/tools";

/** A store as some program has written it. */
export interface OddStore {
  readonly origin: string;
  readonly type: JavaStoreType;
  readonly bytes: Buffer;
  readonly password: string;
  /** All that open a key in it. */
  readonly keyPasswords: readonly string[];
}

/** A key with its certificates, to be put into stores. */
export interface SampleIdentity {
  readonly algorithm: "EC" | "RSA";
  readonly pkcs8: Buffer;
  readonly chain: readonly Buffer[];
}

const ALIASES = [
  "server",
  "Server",
  "ABC",
  "abc",
  "my key",
  " blank",
  "1",
  "2",
  "a=b",
  "über",
  "ключ",
  "x".repeat(60),
];
const PASSWORD = "store password";
const KEY_PASSWORD = "another password";
const SECRETS = [
  { algorithm: "AES", bytes: 16 },
  { algorithm: "DESede", bytes: 24 },
  { algorithm: "DES", bytes: 8 },
  { algorithm: "HmacSHA256", bytes: 32 },
] as const;

/** Identities of one certificate, of two and of three. */
export const identities: readonly SampleIdentity[] = makeIdentities();

/** What `openssl pkcs12 -export` may be told. */
const OPENSSL_WAYS: readonly (readonly string[])[] = [
  [],
  ["-legacy"],
  ["-nomac"],
  ["-macalg", "sha512"],
  ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC"],
  ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
  ["-keypbe", "AES-256-CBC", "-certpbe", "NONE"],
  ["-iter", "1", "-maciter"],
];

interface Shape {
  readonly writer: "java" | "ours" | "openssl";
  readonly type: JavaStoreType;
  readonly profile: StoreProfile;
  readonly way: readonly string[];
  /** Which of the Javas writes. */
  readonly judge: number;
  readonly entries: readonly {
    readonly kind: "anchor" | "identity" | "secret";
    readonly alias: string;
    readonly which: number;
    readonly ownPassword: boolean;
  }[];
}

/** What an odd store is made from. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  writer: fc.constantFrom("java", "java", "ours", "openssl"),
  type: fc.constantFrom("JKS", "JCEKS", "PKCS12", "PKCS12"),
  profile: fc.constantFrom(...STORE_PROFILES),
  way: fc.constantFrom(...OPENSSL_WAYS),
  judge: fc.nat(99),
  entries: fc.array(
    fc.record({
      kind: fc.constantFrom("anchor", "identity", "identity", "secret"),
      alias: fc.constantFrom(...ALIASES),
      which: fc.nat(99),
      ownPassword: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

/** Makes a store; undefined where its writer refuses what it is to hold. */
export async function makeOddStore(
  shape: Shape,
  judges: readonly StoreJudge[],
): Promise<OddStore | undefined> {
  switch (shape.writer) {
    case "java":
      return await writtenByJava(shape, pick(judges, shape.judge));
    case "ours":
      return writtenByUs(shape);
    case "openssl":
      return writtenByOpenssl(shape);
  }
}

async function writtenByJava(shape: Shape, judge: StoreJudge): Promise<OddStore | undefined> {
  const { type } = shape;
  const entries = shape.entries.flatMap(({ kind, alias, which, ownPassword }): EntryToMake[] => {
    const identity = pick(identities, which);
    const password = ownPassword ? KEY_PASSWORD : PASSWORD;
    if (kind === "identity") return [{ kind, alias, ...identity, password }];
    const { algorithm, bytes } = pick(SECRETS, which);
    if (kind === "secret")
      return type === "JKS"
        ? []
        : [{ kind, alias, algorithm, key: Buffer.alloc(bytes, which + 1), password }];
    return [{ kind: "anchor", alias, certificate: identity.chain.at(-1) ?? Buffer.alloc(0) }];
  });
  const origin = `Java ${judge.release} ${type}`;
  try {
    const bytes = await judge.make(type, PASSWORD, entries);
    return { origin, type, bytes, password: PASSWORD, keyPasswords: [PASSWORD, KEY_PASSWORD] };
  } catch {
    return undefined;
  }
}

/** Entries side by side that `setEntry` would not leave so: aliases in upper case, twice the same. */
function writtenByUs({ profile, entries }: Shape): OddStore | undefined {
  const written = entries.flatMap(({ kind, alias, which, ownPassword }): StoreEntry[] => {
    const { pkcs8, chain } = pick(identities, which);
    const password = ownPassword ? { password: KEY_PASSWORD } : {};
    if (kind === "identity") return [{ kind, alias, key: { kind: "clear", pkcs8, ...password }, chain }];
    return [{ kind: "anchor", alias, certificate: chain[0] ?? Buffer.alloc(0) }];
  });
  try {
    const bytes = writeStore({ ...createStore(profile), entries: written }, PASSWORD);
    const type = profile === "jks" ? "JKS" : "PKCS12";
    return {
      origin: `ours ${profile}`,
      type,
      bytes,
      password: PASSWORD,
      keyPasswords: [PASSWORD, KEY_PASSWORD],
    };
  } catch {
    return undefined;
  }
}

function writtenByOpenssl({ way, entries }: Shape): OddStore | undefined {
  const folder = mkdtempSync(join(tmpdir(), "odd-openssl-"));
  try {
    const [first] = entries;
    const { pkcs8, chain } = pick(identities, first?.which ?? 0);
    const pem = join(folder, "in.pem");
    writeFileSync(pem, toPem(pkcs8, "PRIVATE KEY") + chain.map((der) => toPem(der, "CERTIFICATE")).join(""));
    const name = first?.kind === "anchor" ? [] : ["-name", first?.alias ?? "server"];
    const out = join(folder, "out.p12");
    const words = ["pkcs12", "-export", "-in", pem, "-out", out, "-passout", "env:WORD", ...name, ...way];
    const made = spawnSync(tool("openssl"), words, { env: { ...process.env, WORD: PASSWORD } });
    if (made.status !== 0) return undefined;
    const origin = `openssl ${way.join(" ")}`;
    return { origin, type: "PKCS12", bytes: readFileSync(out), password: PASSWORD, keyPasswords: [PASSWORD] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function pick<T>(all: readonly T[], which: number): T {
  const picked = all[which % all.length];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}

function makeIdentities(): SampleIdentity[] {
  const root = generateKey("ec-p256");
  const middle = generateKey("ec-p256");
  const rootCertificate = issue("Root", root);
  const middleCertificate = issue("Middle", middle, { key: root, certificate: rootCertificate });
  const issuers = {
    self: { chain: [] },
    root: { by: { key: root, certificate: rootCertificate }, chain: [rootCertificate] },
    middle: {
      by: { key: middle, certificate: middleCertificate },
      chain: [middleCertificate, rootCertificate],
    },
  };
  const make = (
    commonName: string,
    keyAlgorithm: KeyAlgorithm,
    issuer: { readonly by?: IssuingKey; readonly chain: readonly Buffer[] },
  ): SampleIdentity => {
    const key = generateKey(keyAlgorithm);
    const algorithm = keyAlgorithm.startsWith("rsa") ? "RSA" : "EC";
    return { algorithm, pkcs8: key.pkcs8, chain: [issue(commonName, key, issuer.by), ...issuer.chain] };
  };
  return [
    make("one", "ec-p256", issuers.self),
    make("two", "rsa-2048", issuers.root),
    make("three", "ec-p256", issuers.middle),
    make("four", "ec-p384", issuers.root),
  ];
}

interface IssuingKey {
  readonly key: GeneratedKey;
  readonly certificate: Buffer;
}

function issue(commonName: string, key: GeneratedKey, by?: IssuingKey): Buffer {
  const issuer =
    by === undefined
      ? { pkcs8: key.pkcs8 }
      : { pkcs8: by.key.pkcs8, certificate: parseCertificate(by.certificate) };
  return issueCertificate({
    subject: { commonName },
    publicKey: key.publicKey,
    issuer,
    ...(commonName === "Root" || commonName === "Middle" ? { authority: {} } : {}),
    notBefore: new Date("2026-01-01T00:00:00Z"),
    validityDays: 3_650,
    randomBytes: (length) => Buffer.alloc(length, commonName.length),
  });
}
