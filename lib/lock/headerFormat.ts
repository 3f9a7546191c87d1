import type { JsonObject, JsonReader } from "./jsonReader";
import {
  type KeyDerivation,
  type Lock,
  RECIPIENT_KINDS,
  type Recipient,
  type SealedKey,
  type Signer,
} from "./lock";

/** Bytes of a wrapped key: what a role may have, and the tag. */
const WRAPPED_LENGTH: Readonly<Record<Recipient["role"], number>> = { open: 32 + 16, sign: 64 + 16 };

export function formatKeyDerivation({ name, N, r, p, salt }: KeyDerivation): JsonObject {
  return { name, N, r, p, salt: base64(salt) };
}

/** Bounds keep a lock from a stranger's branch from taking all memory, or an hour. */
export function readKeyDerivation(reader: JsonReader): KeyDerivation {
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

export function formatSignerBlock({ publicKey, sealedKey }: Signer): JsonObject {
  return { publicKey: base64(publicKey), sealedKey: formatSealedKey(sealedKey) };
}

export function readSignerBlock(reader: JsonReader): Signer {
  reader.allowOnly(["publicKey", "sealedKey"]);
  return { publicKey: reader.bytes("publicKey", 32), sealedKey: readSealedKey(reader.object("sealedKey")) };
}

export function formatRecipient(recipient: Recipient): JsonObject {
  const { id, kind, role, publicKey, ephemeralKey, wrappedKey } = recipient;
  return {
    id,
    kind,
    role,
    publicKey: base64(publicKey),
    ephemeralKey: base64(ephemeralKey),
    wrappedKey: base64(wrappedKey),
  };
}

/** @param readRole how the role of a recipient is read; version 1 had none */
export function readRecipients(
  reader: JsonReader,
  readRole: (recipient: JsonReader) => { role: Recipient["role"]; wrappedLength: number },
): Lock["recipients"] {
  const recipients = reader.objects("recipients").map((recipient): Recipient => {
    const { role, wrappedLength } = readRole(recipient);
    return {
      id: recipient.text("id"),
      kind: readKind(recipient),
      role,
      publicKey: recipient.bytes("publicKey", 32),
      ephemeralKey: recipient.bytes("ephemeralKey", 32),
      wrappedKey: recipient.bytes("wrappedKey", wrappedLength),
    };
  });
  if (recipients.length === 0) throw reader.damaged("recipients", "there are none, so nobody could open it");
  if (new Set(recipients.map(({ id }) => id)).size < recipients.length) {
    throw reader.damaged("recipients", "two have the same id");
  }
  return recipients;
}

/** A kind that came later takes a reader that knows how its keys are wrapped. */
function readKind(recipient: JsonReader): Recipient["kind"] {
  const text = recipient.text("kind");
  const kind = RECIPIENT_KINDS.find((known) => known === text);
  if (kind === undefined)
    throw recipient.newer("kind", `a recipient of a kind other than ${RECIPIENT_KINDS.join(", ")}`);
  return kind;
}

export function readRole(recipient: JsonReader): { role: Recipient["role"]; wrappedLength: number } {
  recipient.allowOnly(["id", "kind", "role", "publicKey", "ephemeralKey", "wrappedKey"]);
  const role = recipient.choice("role", ["open", "sign"]);
  return { role, wrappedLength: WRAPPED_LENGTH[role] };
}

export function formatSealedKey({ nonce, ciphertext, tag }: SealedKey): JsonObject {
  return { nonce: base64(nonce), ciphertext: base64(ciphertext), tag: base64(tag) };
}

export function readSealedKey(reader: JsonReader): SealedKey {
  reader.allowOnly(["nonce", "ciphertext", "tag"]);
  return {
    nonce: reader.bytes("nonce", 12),
    ciphertext: reader.bytes("ciphertext"),
    tag: reader.bytes("tag", 16),
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
