import { PkiError, parseCertificateRequest, readPem, toPem } from "../pki";
import { formatSealedKey, readSealedKey } from "./headerFormat";
import type { JsonObject, JsonReader } from "./jsonReader";
import type { PendingRequest } from "./lock";
import { formatRequest, readDefaults, readRequestedRecord } from "./requestFormat";

const LABEL = "CERTIFICATE REQUEST";

/** A request without what was declared, which stands beside it where nothing else is pinned. */
export function formatRequested({ generation, csr, privateKey, at }: PendingRequest): JsonObject {
  return {
    n: generation,
    state: "requested",
    subject: parseCertificateRequest(csr).subject.toString(),
    at,
    csr: toPem(csr, LABEL),
    ...(privateKey === undefined ? {} : { privateKey: formatSealedKey(privateKey) }),
  };
}

/** A request with what was declared for it: another certificate is pinned, for what was declared then. */
export function formatNextRequested(requested: PendingRequest): JsonObject {
  const { csr, privateKey, ...shown } = formatRequested(requested);
  return {
    ...shown,
    request: formatRequest(requested.request),
    defaults: requested.defaults,
    csr,
    ...(privateKey === undefined ? {} : { privateKey }),
  };
}

/**
 * @param declared where `request` and `defaults` stand: at the identity, or at the generation
 * @throws LockError `damaged-lock`
 */
export function readRequested(reader: JsonReader, declared: JsonReader): PendingRequest {
  reader.allowOnly([
    "n",
    "state",
    "subject",
    "at",
    ...(declared === reader ? ["request", "defaults"] : []),
    "csr",
    "privateKey",
  ]);
  const csr = readCsr(reader);
  return {
    generation: reader.integer("n", 1, Number.MAX_SAFE_INTEGER),
    csr,
    ...(reader.has("privateKey") ? { privateKey: readSealedKey(reader.object("privateKey")) } : {}),
    request: readRequestedRecord(declared),
    defaults: readDefaults(declared),
    at: reader.text("at"),
  };
}

/** Whoever reviews the lock reads the subject beside it and believes it. */
function readCsr(reader: JsonReader): Uint8Array {
  const pem = reader.text("csr");
  try {
    const [block] = readPem(pem);
    if (block !== undefined && toPem(block.der, LABEL) === pem) {
      const { subject } = parseCertificateRequest(block.der);
      if (reader.text("subject") !== subject.toString())
        throw reader.damaged("subject", "it is not what `csr` says");
      return block.der;
    }
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
  }
  throw reader.damaged("csr", "it is not one certificate request in PEM");
}
