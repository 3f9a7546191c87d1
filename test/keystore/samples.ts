import { openKey, readStore } from "../../lib/keystore";
import type { AnchorEntry, IdentityEntry, StoreEntry } from "../../lib/keystore";
import { readVector } from "./storeVectors";

/** Identities and an anchor that keytool 17 made, with their keys in the clear. */
export const samples = loadSamples();

/** The same content under another alias. */
export function under(alias: string, entry: StoreEntry): StoreEntry {
  return { ...entry, alias };
}

function loadSamples(): { rsa: IdentityEntry; ec: IdentityEntry; anchor: AnchorEntry } {
  const store = readStore(readVector("made/jdk17-jks.ks"), "changeit");
  const identity = (alias: string): IdentityEntry => {
    const entry = store.entries.find((candidate) => candidate.alias === alias);
    if (entry?.kind !== "identity") throw new Error(`no identity ${alias}`);
    return { ...entry, key: { kind: "clear", pkcs8: openKey(entry, "keypass1") } };
  };
  const anchor = store.entries.find((entry) => entry.kind === "anchor");
  if (anchor?.kind !== "anchor") throw new Error("no anchor");
  return { rsa: identity("rsakey"), ec: identity("eckey"), anchor };
}
