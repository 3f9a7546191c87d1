import { type HopSource, found } from "../hop";
import { findEntry } from "../keystore";
import {
  type BindingPlan,
  type EndpointPlan,
  type Finding,
  type IdentityLocation,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";
import { certificatesFromFile, parsed, PkiError } from "../pki";

/**
 * Says where an identity stands without certificates of its pinned chain. A root is not missed: nobody needs it to be
 * sent. Another certificate in the identity's own place, and what cannot be read, the reading of the hop has told.
 */
export function cutChain(
  plan: TrustPlan,
  source: HopSource,
  { id, identity: location, identityId }: EndpointPlan | BindingPlan,
): Finding[] {
  const pinned = planIndex(plan).identity(identityId)?.pinned;
  const held = fingerprintsAt(source, location);
  if (pinned === undefined || held === undefined || held[0] !== pinned.chain[0]?.sha256) return [];
  const missing = pinned.chain.filter(
    ({ sha256, subject, issuer }) => subject !== issuer && !held.includes(sha256),
  );
  if (missing.length === 0) return [];
  const names = missing.map(({ subject, sha256 }) => `${subject} (SHA-256 ${sha256})`).join(", ");
  const what = held.length === 1 ? "was cut to its leaf" : `has ${held.length} certificates left`;
  const facts = `${shown(plan, location)}: the chain ${what}: the plan pins also ${names}`;
  return [found("chain-cut", id, facts).finding];
}

/** SHA-256 of the certificates that stand there, leaf first; undefined where they cannot be read. */
function fingerprintsAt(source: HopSource, location: IdentityLocation): readonly string[] | undefined {
  try {
    return certificatesAt(source, location)?.map((der) => parsed(der).sha256);
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

function certificatesAt(source: HopSource, location: IdentityLocation): readonly Uint8Array[] | undefined {
  if (location.kind === "outside") return undefined;
  if (location.kind === "pem") {
    const file = source.file(location.certificateFileId);
    if (file === undefined || "finding" in file) return undefined;
    return certificatesFromFile(file.value).map(({ der }) => der);
  }
  const read = source.store(location.storeId);
  if (read === undefined || "finding" in read) return undefined;
  const entry = findEntry(read.value.store, location.alias);
  return entry?.kind === "identity" ? entry.chain : undefined;
}

function shown(plan: TrustPlan, location: IdentityLocation): string {
  if (location.kind === "outside") return "somebody else's server";
  const { file, store } = planIndex(plan);
  const held = location.kind === "pem" ? file(location.certificateFileId) : store(location.storeId);
  const place = held === undefined ? "its place" : placeOf(held.hostId, held.path);
  return location.kind === "pem" ? place : `${place}, "${location.alias}"`;
}
