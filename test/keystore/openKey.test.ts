import { checkStore } from "../../lib/check";
import { type IdentityEntry, openKey, rekeyStore, type Store, storeDerivation } from "../../lib/keystore";
import { protectJceksKey } from "../../lib/keystore/jks/jceksKey";
import { slowly } from "../support/tools";
import { samples } from "./samples";

const USUAL = Buffer.from("0203030d40", "hex");
/** The INTEGER 5,000,000, the most that Java does for one key. */
const DEAREST = Buffer.from("02034c4b40", "hex");

/** Keys that ask for all that Java does for one, each with a salt of its own. */
const dear: Store = {
  format: "jceks",
  profile: "custom",
  integrity: "verified",
  entries: ["a", "b", "c"].map((alias) => sealed(alias, DEAREST)),
};

function clear({ key }: IdentityEntry): Uint8Array {
  if (key.kind !== "clear") throw new Error("the sample's key is sealed");
  return key.pkcs8;
}

function sealed(alias: string, iterations: Buffer): IdentityEntry {
  const encryptedPrivateKeyInfo = protectJceksKey(clear(samples.rsa), "changeit", alias);
  iterations.copy(encryptedPrivateKeyInfo, encryptedPrivateKeyInfo.indexOf(USUAL));
  return { ...samples.rsa, alias, key: { kind: "sealed", encryptedPrivateKeyInfo } };
}

slowly("opens as many usual keys as a store has, and each under as many passwords as are tried", () => {
  const entries = Array.from({ length: 20 }, (_, index) => sealed(`k${index}`, USUAL));
  const derivation = storeDerivation({ ...dear, entries }, 2);
  for (const entry of entries) {
    expect(() => openKey(entry, "other", derivation)).toThrow("password");
    expect(openKey(entry, "changeit", derivation)).toEqual(clear(samples.rsa));
  }
});

slowly("does no more work for several dear keys of a store than for one", () => {
  const findings = checkStore(dear, { password: "other", now: new Date("2026-12-01T00:00:00Z") });
  const [first, ...others] = ["a", "b", "c"].map((alias) =>
    findings.filter(({ subject }) => subject === alias).map(({ rule }) => rule),
  );
  expect(first).toContain("key-password-differs");
  for (const other of others) expect(other).toContain("key-unreadable");
  expect(JSON.stringify(findings)).toMatch(/more iterations, \d+ are left for this file/);
  expect(() => rekeyStore(dear, { store: "other" })).toThrow(expect.objectContaining({ code: "too-costly" }));
});
