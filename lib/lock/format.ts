import type { KnownCertificates } from "./chainFormat";
import { conflictingLock, damagedLock, newerLock, otherEnvironment, unknownLockVersion } from "./errors";
import { readLockV1 } from "./formatV1";
import { formatEvidence, formatGenerations, readGenerations } from "./generationsFormat";
import { lockedParts, partedIdentities } from "./lockedParts";
import {
  base64,
  formatKeyDerivation,
  formatRecipient,
  formatSignerBlock,
  readKeyDerivation,
  readRecipients,
  readRole,
  readSignerBlock,
} from "./headerFormat";
import { type JsonObject, JsonReader } from "./jsonReader";
import {
  IDENTITY_KINDS,
  LOCK_FORMAT_VERSION,
  SIGNATURE_LENGTH,
  type Lock,
  type LockedIdentity,
  type TruststoreObservation,
  type WaitingIdentity,
} from "./lock";
import { formatRequested } from "./requestedFormat";
import { formatRequest, readDefaults, readRequest } from "./requestFormat";
import { asSigned, formatFurtherEvidence, withFurtherEvidence } from "./signedEvidence";

/**
 * Text of a signed lock: JSON with two spaces, keys in a fixed order, identities sorted, so that a review
 * shows what changed and nothing else. Same lock, same text.
 */
export function formatLock(lock: Lock): string {
  const document = {
    ...headerOf(lock),
    ...signatureOf("headerSignature", lock.headerSignature),
    identities: objectOf(lockedParts(lock), formatIdentity),
    observations: objectOf(lock.observations, (observation) => ({
      ...observationContent(observation),
      ...signatureOf("signature", observation.signature),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function formatIdentity(identity: LockedIdentity | WaitingIdentity): JsonObject {
  const [first, ...further] = "chain" in identity ? (identity.signedEvidence ?? []) : [];
  const signed = "chain" in identity && first !== undefined ? asSigned(identity, first) : identity;
  return {
    ...identityContent(signed),
    ...signatureOf("signature", signed.signature),
    ...(further.length === 0 ? {} : { furtherEvidence: formatFurtherEvidence(further) }),
  };
}

/** What the header signature covers. */
export function headerOf(lock: Lock): JsonObject {
  return {
    formatVersion: LOCK_FORMAT_VERSION,
    project: lock.project,
    environment: lock.environment,
    ...(lock.signer === undefined ? {} : { signer: formatSignerBlock(lock.signer) }),
    kdf: formatKeyDerivation(lock.kdf),
    recipients: lock.recipients.map(formatRecipient),
  };
}

/** What an identity's signature covers. */
export function identityContent(identity: LockedIdentity | WaitingIdentity): JsonObject {
  return "chain" in identity ? lockedContent(identity) : waitingContent(identity);
}

function waitingContent({ requested, formerIds }: WaitingIdentity): JsonObject {
  return {
    kind: requested.request.kind,
    request: formatRequest(requested.request),
    defaults: requested.defaults,
    phase: "steady",
    formerIds,
    generations: [formatRequested(requested)],
    evidence: [],
  };
}

function lockedContent(identity: LockedIdentity): JsonObject {
  const { kind, request, defaults, formerIds, file, observedIn, rotation } = identity;
  return {
    kind,
    request: formatRequest(request),
    defaults,
    phase: rotation?.phase ?? "steady",
    ...(rotation?.wasAnnounced === undefined ? {} : { wasAnnounced: true }),
    formerIds,
    ...(file === undefined ? {} : { file }),
    ...(observedIn === undefined ? {} : { observedIn }),
    generations: formatGenerations(identity),
    evidence: (rotation?.evidence ?? []).map(formatEvidence),
  };
}

/** What an observation's signature covers. */
export function observationContent({ anchors, at }: TruststoreObservation): JsonObject {
  return { anchors: objectOf(anchors, (alias) => alias), ...(at === undefined ? {} : { at }) };
}

/**
 * Reads the text of a lock and checks that its cleartext is consistent: what is shown of a certificate is
 * what the certificate says. Signatures are `readLock`'s to check.
 *
 * @param environment what the lock must have been made for; absent where any will do
 * @throws LockError `damaged-lock`, `conflicting-lock`, `unknown-lock-version`, `other-environment`
 */
export function parseLock(text: string, environment?: string): Lock {
  const reader = parse(text);
  const lock = readVersion(reader);
  if (environment !== undefined && lock.environment !== environment) {
    throw otherEnvironment(lock.environment, environment);
  }
  return lock;
}

function readVersion(reader: JsonReader): Lock {
  const version = reader.value("formatVersion");
  if (version === 1) return readLockV1(reader);
  if (version !== LOCK_FORMAT_VERSION) throw unknownLockVersion(version);
  rejectNewer(reader);
  return readLockV2(reader);
}

/** Format 2 as later versions write it, where this one would misread it, says so by `minimumReader` in its header. */
function rejectNewer(reader: JsonReader): void {
  if (!reader.has("minimumReader")) return;
  const needed = reader.integer("minimumReader", LOCK_FORMAT_VERSION + 1, Number.MAX_SAFE_INTEGER);
  throw newerLock(
    "minimumReader",
    `it takes a reader of format ${needed}, and this one reads ${LOCK_FORMAT_VERSION}`,
  );
}

function readLockV2(reader: JsonReader): Lock {
  const known: KnownCertificates = new Map();
  reader.allowOnly([
    "formatVersion",
    "project",
    "environment",
    "signer",
    "kdf",
    "recipients",
    "headerSignature",
    "identities",
    "observations",
  ]);
  return {
    project: reader.text("project"),
    environment: reader.text("environment"),
    signer: readSignerBlock(reader.object("signer")),
    headerSignature: reader.bytes("headerSignature", SIGNATURE_LENGTH),
    kdf: readKeyDerivation(reader.object("kdf")),
    recipients: readRecipients(reader, readRole),
    ...partedIdentities(reader.object("identities").mapObjects((identity) => readIdentity(identity, known))),
    observations: reader.object("observations").mapObjects(readObservation),
  };
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

function readIdentity(reader: JsonReader, known: KnownCertificates): LockedIdentity | WaitingIdentity {
  if (reader.has("supersedes")) throw reader.newer("supersedes", "it takes the place of another identity");
  reader.allowOnly([
    "kind",
    "request",
    "defaults",
    "phase",
    "wasAnnounced",
    "formerIds",
    "file",
    "observedIn",
    "generations",
    "evidence",
    "signature",
    "furtherEvidence",
  ]);
  const kind = reader.choice("kind", IDENTITY_KINDS);
  const generations = readGenerations(reader, known);
  if (!("chain" in generations)) {
    return {
      ...generations,
      formerIds: reader.texts("formerIds"),
      signature: reader.bytes("signature", SIGNATURE_LENGTH),
    };
  }
  const identity: LockedIdentity = {
    ...generations,
    kind,
    request: readRequest(reader, kind),
    defaults: readDefaults(reader),
    formerIds: reader.texts("formerIds"),
    ...(reader.has("file") ? { file: reader.hexadecimal("file", 32) } : {}),
    ...(reader.has("observedIn") ? { observedIn: reader.text("observedIn") } : {}),
    signature: reader.bytes("signature", SIGNATURE_LENGTH),
  };
  return withFurtherEvidence(identity, reader);
}

function readObservation(reader: JsonReader): TruststoreObservation {
  reader.allowOnly(["anchors", "at", "signature"]);
  return {
    anchors: reader.object("anchors").mapTexts(),
    ...(reader.has("at") ? { at: reader.text("at") } : {}),
    signature: reader.bytes("signature", SIGNATURE_LENGTH),
  };
}

function signatureOf(name: string, signature: Uint8Array | undefined): JsonObject {
  return signature === undefined ? {} : { [name]: base64(signature) };
}

/** Sorted by code unit, as people expect of a lock, and safe for any key (`__proto__` included). */
function objectOf<Item, Shown>(
  items: ReadonlyMap<string, Item>,
  format: (item: Item) => Shown,
): Record<string, Shown> {
  const sorted = [...items].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, format(item)]));
}
