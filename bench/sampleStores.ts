import { rootCertificates } from "node:tls";
import { createStore, type Store, setEntry } from "../lib/keystore";
import type { KeyAlgorithm, StoreProfile } from "../lib/model";
import { certificatesFromPem, generateKey, issueCertificate } from "../lib/pki";

/** A truststore with Mozilla's roots, as Node has them. */
export function truststore(profile: StoreProfile): Store {
  const entries = certificatesFromPem(rootCertificates.join("\n")).map((certificate, index) => ({
    kind: "anchor" as const,
    alias: `root${index}`,
    certificate: certificate.der,
  }));
  return { ...createStore(profile), entries };
}

/** A keystore with so many keys. */
export function keystore(profile: StoreProfile, keys: number, algorithm: KeyAlgorithm = "ec-p256"): Store {
  let store = createStore(profile);
  for (let index = 0; index < keys; index += 1) {
    const alias = `server${index}`;
    const key = generateKey(algorithm);
    store = setEntry(store, {
      kind: "identity",
      alias,
      key: { kind: "clear", pkcs8: key.pkcs8 },
      chain: [selfSigned(alias, key)],
    });
  }
  return store;
}

export function selfSigned(commonName: string, { pkcs8, publicKey }: ReturnType<typeof generateKey>): Buffer {
  return issueCertificate({
    subject: { commonName },
    publicKey,
    issuer: { pkcs8 },
    notBefore: new Date("2026-01-01T00:00:00Z"),
    validityDays: 365,
    randomBytes: (length) => Buffer.alloc(length, 7),
  });
}
