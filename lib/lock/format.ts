import { certificateOf } from "./certificates";
import { conflictingLock, damagedLock, otherEnvironment, unknownLockVersion } from "./errors";
import { type JsonObject, JsonReader } from "./jsonReader";
import {
  type KeyDerivation,
  LOCK_FORMAT_VERSION,
  type Lock,
  type LockedIdentity,
  type PinnedChain,
  type Recipient,
  type SealedKey,
  type TruststoreObservation,
  leafOf,
} from "./lock";
import { derOf, pemOf } from "./pem";

const KINDS = [
  "self-signed",
  "issued",
  "authority",
  "existing",
  "imported",
  "certificate",
] as const satisfies readonly LockedIdentity["kind"][];

/** By their PEM: an authority's certificate, which stands in a thousand chains, is read once. */
type Certificates = Map<string, Uint8Array>;

/**
 * Text of a lock: JSON with two spaces, keys in a fixed order, identities sorted, so that a review shows
 * what changed and nothing else. Same lock, same text.
 */
export function formatLock(lock: Lock): string {
  const { N, r, p, salt, name } = lock.kdf;
  const document = {
    formatVersion: lock.formatVersion,
    environment: lock.environment,
    kdf: { name, N, r, p, salt: base64(salt) },
    recipients: lock.recipients.map(formatRecipient),
    identities: objectOf(lock.identities, formatIdentity),
    observations: objectOf(lock.observations, ({ anchors }) => ({
      anchors: objectOf(anchors, (alias) => alias),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * Reads the text of a lock and checks that its cleartext is consistent: what is shown of a certificate is
 * what the certificate says.
 *
 * @param environment what the lock must have been made for; absent where any will do
 * @throws LockError `damaged-lock`, `conflicting-lock`, `unknown-lock-version`, `other-environment`
 */
export function readLock(text: string, environment?: string): Lock {
  const reader = parse(text);
  const certificates = new Map<string, Uint8Array>();
  const formatVersion = reader.value("formatVersion");
  if (formatVersion !== LOCK_FORMAT_VERSION) throw unknownLockVersion(formatVersion);
  reader.allowOnly(["formatVersion", "environment", "kdf", "recipients", "identities", "observations"]);
  const lock: Lock = {
    formatVersion: LOCK_FORMAT_VERSION,
    environment: reader.text("environment"),
    kdf: readKeyDerivation(reader.object("kdf")),
    recipients: readRecipients(reader),
    identities: reader.object("identities").mapObjects((identity) => readIdentity(identity, certificates)),
    observations: reader.object("observations").mapObjects(readObservation),
  };
  if (environment !== undefined && lock.environment !== environment) {
    throw otherEnvironment(lock.environment, environment);
  }
  return lock;
}

function parse(text: string): JsonReader {
  const conflict = text.split("\n").findIndex((line) => /^(<{7}|={7}|>{7})/.test(line));
  if (conflict >= 0) throw conflictingLock(conflict + 1);
  try {
    return new JsonReader(JSON.parse(text), "the top level");
  } catch (error) {
    // What JSON.parse says quotes the text around the place; the position is enough.
    if (error instanceof SyntaxError) throw damagedLock("the top level", "it is not valid JSON");
    throw error;
  }
}

function formatRecipient({ id, kind, publicKey, ephemeralKey, wrappedKey }: Recipient): JsonObject {
  return {
    id,
    kind,
    publicKey: base64(publicKey),
    ephemeralKey: base64(ephemeralKey),
    wrappedKey: base64(wrappedKey),
  };
}

function readRecipients(reader: JsonReader): Recipient[] {
  const recipients = reader.objects("recipients").map(readRecipient);
  if (recipients.length === 0) throw reader.damaged("recipients", "there are none, so nobody could open it");
  if (new Set(recipients.map(({ id }) => id)).size < recipients.length) {
    throw reader.damaged("recipients", "two have the same id");
  }
  return recipients;
}

function readRecipient(reader: JsonReader): Recipient {
  reader.allowOnly(["id", "kind", "publicKey", "ephemeralKey", "wrappedKey"]);
  return {
    id: reader.text("id"),
    kind: reader.choice("kind", ["passphrase"]),
    publicKey: reader.bytes("publicKey", 32),
    ephemeralKey: reader.bytes("ephemeralKey", 32),
    wrappedKey: reader.bytes("wrappedKey", 48),
  };
}

/** Bounds keep a lock from a stranger's branch from taking all memory, or an hour. */
function readKeyDerivation(reader: JsonReader): KeyDerivation {
  reader.allowOnly(["name", "N", "r", "p", "salt"]);
  const N = reader.integer("N", 1 << 10, 1 << 20);
  if ((N & (N - 1)) !== 0) throw reader.damaged("N", "it must be a power of two");
  return {
    name: reader.choice("name", ["scrypt"]),
    N,
    r: reader.integer("r", 1, 8),
    p: reader.integer("p", 1, 4),
    salt: reader.bytes("salt", 16),
  };
}

function formatIdentity(identity: LockedIdentity): JsonObject {
  const { generation, kind, request, file, observedIn, privateKey, previous } = identity;
  return {
    generation,
    kind,
    ...shownOf(identity),
    request,
    ...(file === undefined ? {} : { file }),
    ...(observedIn === undefined ? {} : { observedIn }),
    ...formatChain(identity),
    ...(privateKey === undefined ? {} : { privateKey: formatSealedKey(privateKey) }),
    ...(previous === undefined
      ? {}
      : { previous: { generation: previous.generation, ...formatChain(previous) } }),
  };
}

function readIdentity(reader: JsonReader, certificates: Certificates): LockedIdentity {
  const described = ["generation", "kind", "subject", "notAfter", "sha256", "request", "file", "observedIn"];
  reader.allowOnly([...described, "chain", "anchor", "privateKey", "previous"]);
  const pinned = readChain(reader, certificates);
  const identity: LockedIdentity = {
    ...pinned,
    kind: reader.choice("kind", KINDS),
    request: reader.hexadecimal("request", 32),
    ...(reader.has("file") ? { file: reader.hexadecimal("file", 32) } : {}),
    ...(reader.has("observedIn") ? { observedIn: reader.text("observedIn") } : {}),
    ...(reader.has("privateKey") ? { privateKey: readSealedKey(reader.object("privateKey")) } : {}),
    ...(reader.has("previous") ? { previous: readPrevious(reader.object("previous"), certificates) } : {}),
  };
  checkShown(reader, identity);
  return identity;
}

/** Whoever reviews the lock reads these three and believes them. */
function checkShown(reader: JsonReader, identity: LockedIdentity): void {
  for (const [name, expected] of Object.entries(shownOf(identity))) {
    if (reader.text(name) !== expected) {
      throw reader.damaged(name, "it is not what the first certificate in `chain` says");
    }
  }
}

/** What a review wants to know of a certificate without decoding it. */
function shownOf(identity: LockedIdentity): { subject: string; notAfter: string; sha256: string } {
  const { subject, notAfter, sha256 } = certificateOf(leafOf(identity));
  return { subject: subject.toString(), notAfter: isoSeconds(notAfter), sha256 };
}

function readPrevious(reader: JsonReader, certificates: Certificates): PinnedChain {
  reader.allowOnly(["generation", "chain", "anchor"]);
  return readChain(reader, certificates);
}

function formatChain({ chain, anchor }: PinnedChain): JsonObject {
  return { chain: chain.map(pemOf), ...(anchor === undefined ? {} : { anchor: pemOf(anchor) }) };
}

function readChain(reader: JsonReader, certificates: Certificates): PinnedChain {
  const read = (name: string, pem: string): Uint8Array => readCertificate(reader, name, pem, certificates);
  const chain = reader.texts("chain").map((pem, index) => read(`chain[${index}]`, pem));
  if (chain.length === 0) throw reader.damaged("chain", "it is empty");
  return {
    generation: reader.integer("generation", 1, Number.MAX_SAFE_INTEGER),
    chain,
    ...(reader.has("anchor") ? { anchor: read("anchor", reader.text("anchor")) } : {}),
  };
}

function readCertificate(
  reader: JsonReader,
  name: string,
  pem: string,
  certificates: Certificates,
): Uint8Array {
  const known = certificates.get(pem);
  if (known !== undefined) return known;
  const der = derOf(pem);
  if (der === undefined) throw reader.damaged(name, "it is not one certificate in PEM");
  try {
    certificateOf(der);
  } catch {
    throw reader.damaged(name, "it is not a certificate that can be read");
  }
  certificates.set(pem, der);
  return der;
}

function formatSealedKey({ nonce, ciphertext, tag }: SealedKey): JsonObject {
  return { nonce: base64(nonce), ciphertext: base64(ciphertext), tag: base64(tag) };
}

function readSealedKey(reader: JsonReader): SealedKey {
  reader.allowOnly(["nonce", "ciphertext", "tag"]);
  return {
    nonce: reader.bytes("nonce", 12),
    ciphertext: reader.bytes("ciphertext"),
    tag: reader.bytes("tag", 16),
  };
}

function readObservation(reader: JsonReader): TruststoreObservation {
  reader.allowOnly(["anchors"]);
  return { anchors: reader.object("anchors").mapTexts() };
}

/** Sorted by code unit, as people expect of a lock, and safe for any key (`__proto__` included). */
function objectOf<Item, Shown>(
  items: ReadonlyMap<string, Item>,
  format: (item: Item) => Shown,
): Record<string, Shown> {
  const sorted = [...items].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, format(item)]));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
