import { type KnownCertificates, checkShown, readChain } from "./chainFormat";
import { readKeyDerivation, readRecipients, readSealedKey } from "./headerFormat";
import type { JsonReader } from "./jsonReader";
import { IDENTITY_KINDS, type Lock, type LockedIdentity, type PinnedChain, type Recipient } from "./lock";

/**
 * Reads a lock of version 1: unsigned, the request as a digest, every recipient as good as any other. The
 * first `cdktf-trust lock` signs it.
 *
 * @throws LockError `damaged-lock`
 */
export function readLockV1(reader: JsonReader): Lock {
  const known: KnownCertificates = new Map();
  reader.allowOnly(["formatVersion", "environment", "kdf", "recipients", "identities", "observations"]);
  return {
    project: "",
    environment: reader.text("environment"),
    kdf: readKeyDerivation(reader.object("kdf")),
    recipients: readRecipients(reader, readV1Role),
    identities: reader.object("identities").mapObjects((identity) => readIdentity(identity, known)),
    observations: reader.object("observations").mapObjects((observation) => {
      observation.allowOnly(["anchors"]);
      return { anchors: observation.object("anchors").mapTexts() };
    }),
  };
}

function readV1Role(recipient: JsonReader): { role: Recipient["role"]; wrappedLength: number } {
  recipient.allowOnly(["id", "kind", "publicKey", "ephemeralKey", "wrappedKey"]);
  return { role: "sign", wrappedLength: 48 };
}

function readIdentity(reader: JsonReader, known: KnownCertificates): LockedIdentity {
  reader.allowOnly([
    "generation",
    "kind",
    "subject",
    "notAfter",
    "sha256",
    "request",
    "file",
    "observedIn",
    "chain",
    "anchor",
    "privateKey",
    "previous",
  ]);
  const pinned = readChain(reader, "generation", known);
  checkShown(reader, pinned);
  return {
    ...pinned,
    kind: reader.choice("kind", IDENTITY_KINDS),
    request: reader.hexadecimal("request", 32),
    defaults: [],
    formerIds: [],
    ...(reader.has("file") ? { file: reader.hexadecimal("file", 32) } : {}),
    ...(reader.has("observedIn") ? { observedIn: reader.text("observedIn") } : {}),
    ...(reader.has("privateKey") ? { privateKey: readSealedKey(reader.object("privateKey")) } : {}),
    ...(reader.has("previous") ? { previous: readPrevious(reader.object("previous"), known) } : {}),
  };
}

function readPrevious(reader: JsonReader, known: KnownCertificates): PinnedChain {
  reader.allowOnly(["generation", "chain", "anchor"]);
  return readChain(reader, "generation", known);
}
