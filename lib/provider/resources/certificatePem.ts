import { createStore, setEntry, type Store } from "../../keystore";
import { type Certificate, certificatesFromPem, PkiError, readPem } from "../../pki";
import { unfitPem } from "../errors";

/**
 * The one certificate of an attribute in PEM. Text around the block, line ends and blanks say nothing.
 *
 * @throws ResourceError `certificate-pem`, which never says what the text holds
 */
export function certificateFromPem(pem: string): Certificate {
  try {
    // It would be in the state for all to read.
    if (readPem(pem).some(({ label }) => label.endsWith("PRIVATE KEY")))
      throw unfitPem("holds a private key");
    const [certificate, ...others] = pem.includes("-----BEGIN ") ? certificatesFromPem(pem) : [];
    if (certificate === undefined) throw unfitPem("holds no certificate");
    if (others.length > 0) throw unfitPem(`holds ${others.length + 1} certificates`);
    return certificate;
  } catch (error) {
    throw error instanceof PkiError ? unfitPem(`cannot be read: ${error.message}`) : error;
  }
}

/** A store as synth would have written it for the certificate. */
export function overlayOfPem(pem: string, alias: string): Store {
  const { der, notBefore } = certificateFromPem(pem);
  const entry = { kind: "anchor" as const, alias, createdMs: notBefore.getTime(), certificate: der };
  return setEntry(createStore("jks"), entry);
}
