import type { AnchorEntry, IdentityEntry } from "../../../lib/keystore/store";
import {
  type MadeIdentity,
  type MadeKey,
  makeAuthority,
  makeCertificate,
} from "../../support/certificateMaker";

/** The day of all samples. */
export const now = new Date("2025-01-15T12:00:00Z");

/** A root, an issuer below it, and identities that the issuer made, one a kind of key. */
export const root = makeAuthority(now, "Sample Root");
export const issuing = makeAuthority(now, "Sample Issuing CA", { issuer: root });

export function makeIdentity(
  name: string,
  key: MadeKey = "ec",
  issuer: MadeIdentity | "self" = issuing,
): MadeIdentity {
  return makeCertificate({ now, subject: name, key, ...(issuer === "self" ? {} : { issuer }) });
}

export function identityEntry(alias: string, made: MadeIdentity, password?: string): IdentityEntry {
  const key = { kind: "clear", pkcs8: made.pkcs8, ...(password === undefined ? {} : { password }) } as const;
  return { kind: "identity", alias, key, chain: made.chain };
}

export function anchorEntry(alias: string, made: MadeIdentity): AnchorEntry {
  return { kind: "anchor", alias, certificate: made.der };
}

/** The one entry of this alias, which must be an identity. */
export function identityOf(entries: readonly { readonly alias: string }[], alias: string): IdentityEntry {
  const entry = entries.find((candidate) => candidate.alias === alias);
  if (!isIdentity(entry)) throw new Error(`no identity ${alias}`);
  return entry;
}

function isIdentity(entry: unknown): entry is IdentityEntry {
  return typeof entry === "object" && entry !== null && "kind" in entry && entry.kind === "identity";
}
