import { type Store, detectFormat, invisibleCertificates, readStore } from "../../keystore";
import { type Certificate, certificatesFromFile, parseCertificate } from "../../pki";
import { TrustError } from "../../model";
import { unusableFile } from "../errors";

/** A file that came back from an authority, or that holds issuers. */
export interface AnswerFile {
  /** As it was named. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Larger than any chain: what an authority sends back is a few kilobytes, a Java's `cacerts` 200. */
const MAXIMUM_BYTES = 4 * 2 ** 20;

/** Of all files together, `cacerts` among them: a hostile one must not keep a person waiting. */
const MAXIMUM_CERTIFICATES = 500;

/**
 * All certificates of files, each once, in the order in which they stand there: PEM, DER, PKCS#7, PKCS12 and JKS, told by
 * content. Private keys are passed over: the one that was requested for is in the lock.
 *
 * @param password of stores; without one JKS is read all the same, and PKCS12 as far as it is in the clear
 * @throws LockError `unusable-file`
 */
export function certificatesOfAnswer(
  files: readonly AnswerFile[],
  password: string | undefined,
): readonly Certificate[] {
  const certificates = files.flatMap((file) => certificatesOf(file, password));
  const unique = [...new Map(certificates.map((each) => [each.sha256, each])).values()];
  if (unique.length > MAXIMUM_CERTIFICATES) {
    const names = files.map(({ name }) => name).join(", ");
    throw unusableFile(
      names,
      `${unique.length} certificates are more than the ${MAXIMUM_CERTIFICATES} that are looked at; ` +
        "give the certificate and its issuers alone",
    );
  }
  return unique;
}

function certificatesOf({ name, bytes }: AnswerFile, password: string | undefined): Certificate[] {
  if (bytes.length > MAXIMUM_BYTES) {
    throw unusableFile(name, `${bytes.length} bytes are more than the ${MAXIMUM_BYTES} that are read`);
  }
  try {
    const format = detectFormat(bytes);
    const isStore = format === "jks" || format === "jceks" || format === "pkcs12";
    if (!isStore) return certificatesFromFile(bytes);
    const found = certificatesOfStore(readStore(bytes, password ?? null));
    if (found.length > 0) return found;
    throw unusableFile(
      name,
      password === undefined
        ? "no certificate of it can be read without its password; give that with --password"
        : "it holds no certificate",
    );
  } catch (error) {
    if (error instanceof TrustError && error.code !== "unusable-file")
      throw unusableFile(name, error.message, error);
    throw error;
  }
}

/** Those that Java would not show as well: `openssl pkcs12 -nokeys` writes no others. */
function certificatesOfStore(store: Store): Certificate[] {
  const shown = store.entries.flatMap((entry) => {
    if (entry.kind === "secret") return [];
    return entry.kind === "identity" ? entry.chain : [entry.certificate];
  });
  return [...shown, ...invisibleCertificates(store)].map(parseCertificate);
}
