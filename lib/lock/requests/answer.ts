import { type Store, detectFormat, invisibleCertificates, readStore } from "../../keystore";
import { type Certificate, certificatesFromFile, isPem, parseCertificate, readPem } from "../../pki";
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

/** What files hold that came back. */
export interface AnswerContent {
  /** Each once, in the order in which they stand there. */
  readonly certificates: readonly Certificate[];
  /** Names of the files that bring a private key, which is passed over. */
  readonly filesWithKey: readonly string[];
}

/**
 * What files hold: PEM, DER, PKCS#7, PKCS12 and JKS, told by content. Private keys are passed over: the one that was
 * requested for is in the lock.
 *
 * @param password of stores; without one JKS is read all the same, and PKCS12 as far as it is in the clear
 * @throws LockError `unusable-file`
 */
export function readAnswer(files: readonly AnswerFile[], password: string | undefined): AnswerContent {
  const contents = files.map((file) => contentOf(file, password));
  const certificates = contents.flatMap((content) => content.certificates);
  const unique = [...new Map(certificates.map((each) => [each.sha256, each])).values()];
  if (unique.length > MAXIMUM_CERTIFICATES) {
    const names = files.map(({ name }) => name).join(", ");
    throw unusableFile(
      names,
      `${unique.length} certificates are more than the ${MAXIMUM_CERTIFICATES} that are looked at; ` +
        "give the certificate and its issuers alone",
    );
  }
  return { certificates: unique, filesWithKey: contents.flatMap(({ filesWithKey }) => filesWithKey) };
}

function contentOf({ name, bytes }: AnswerFile, password: string | undefined): AnswerContent {
  if (bytes.length > MAXIMUM_BYTES) {
    throw unusableFile(name, `${bytes.length} bytes are more than the ${MAXIMUM_BYTES} that are read`);
  }
  try {
    const format = detectFormat(bytes);
    const isStore = format === "jks" || format === "jceks" || format === "pkcs12";
    if (!isStore) {
      return { certificates: certificatesFromFile(bytes), filesWithKey: hasPemKey(bytes) ? [name] : [] };
    }
    const store = readStore(bytes, password ?? null);
    const certificates = certificatesOfStore(store);
    const filesWithKey = store.entries.some(({ kind }) => kind === "identity") ? [name] : [];
    if (certificates.length > 0) return { certificates, filesWithKey };
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

function hasPemKey(bytes: Uint8Array): boolean {
  return (
    isPem(bytes) &&
    readPem(Buffer.from(bytes).toString("latin1")).some(({ label }) => label.endsWith("PRIVATE KEY"))
  );
}

/** Those that Java would not show as well: `openssl pkcs12 -nokeys` writes no others. */
function certificatesOfStore(store: Store): Certificate[] {
  const shown = store.entries.flatMap((entry) => {
    if (entry.kind === "secret") return [];
    return entry.kind === "identity" ? entry.chain : [entry.certificate];
  });
  return [...shown, ...invisibleCertificates(store)].map(parseCertificate);
}
