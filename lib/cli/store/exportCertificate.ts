import { invalidStore, namedEntry } from "../../keystore";
import { findAnchor, parseCertificate, toPem } from "../../pki";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import type { GivenPassword } from "./options";
import { inFile, openStoreFile, replaceInput, secretOf } from "./storeFile";

export interface ExportCertificateOptions {
  readonly password?: GivenPassword;
  /** File to write; standard output where absent. */
  readonly out?: string;
  readonly encoding: "pem" | "der";
  readonly part: "leaf" | "anchor" | "chain";
  readonly json: boolean;
}

/** Writes the certificate of an entry, which is what others must trust, to a file or to standard output. */
export async function exportCertificate(
  io: CliIo,
  file: string,
  alias: string,
  options: ExportCertificateOptions,
): Promise<ExitCode> {
  const certificates = inFile(file, () => certificatesOf(io, file, alias, options));
  const pem = certificates.map((der) => toPem(der, "CERTIFICATE")).join("");
  const { out } = options;
  if (out === undefined) {
    if (options.encoding === "der") throw new UsageError("DER is written to a file; name it with --out");
    if (options.json) printJson(io, { file, alias, pem });
    else io.stdout.write(pem);
    return 0;
  }
  const [first = Buffer.of(), ...others] = certificates;
  if (options.encoding === "der" && others.length > 0) {
    throw new UsageError("DER holds one certificate; choose --part leaf or anchor, or PEM");
  }
  const content = options.encoding === "der" ? Buffer.from(first) : Buffer.from(pem);
  // A certificate is made to be shown around.
  const change = await replaceInput(io, out, () => content, 0o644);
  if (options.json) printJson(io, { ...change, alias });
  else printLines(io, `${out}: ${change.changed ? "written" : "nothing to change"}`);
  return 0;
}

function certificatesOf(
  io: CliIo,
  file: string,
  alias: string,
  { password, part }: ExportCertificateOptions,
): readonly Uint8Array[] {
  const store = openStoreFile(io, file, secretOf(io, password));
  const entry = namedEntry(store, alias);
  if (entry.kind === "secret") throw invalidStore(`"${alias}" is a secret key and has no certificate`);
  const chain = entry.kind === "identity" ? entry.chain : [entry.certificate];
  if (part === "chain") return chain;
  if (part === "leaf") return chain.slice(0, 1);
  const anchor = findAnchor(chain.map((der) => parseCertificate(der)));
  return anchor === undefined ? [] : [anchor.der];
}
