import { fingerprint, parseCertificateRequest } from "../../../pki";
import { type CliIo, type ExitCode, printJson, printLines } from "../../io";
import { lockContext } from "../context";
import type { RequestFlags } from "./flags";
import { requiredLock, waitingRequest } from "./waiting";

/** Says what a request asks for, as the authority will read it. */
export async function showRequest(io: CliIo, id: string, flags: RequestFlags): Promise<ExitCode> {
  const request = waitingRequest(requiredLock(lockContext(io, flags)), id);
  const {
    subject,
    subjectAltNames,
    extendedKeyUsages = [],
    basicConstraints,
    keyUsage = [],
    keyAlgorithm,
  } = parseCertificateRequest(request.csr);
  const shown = {
    id,
    subject: subject.toString(),
    names: subjectAltNames.map(({ kind, value }) => `${kind}:${value}`),
    key: keyAlgorithm,
    keyUsage,
    purposes: extendedKeyUsages,
    ...(basicConstraints === undefined ? {} : { authority: basicConstraints.ca }),
    ...(basicConstraints?.pathLength === undefined ? {} : { pathLength: basicConstraints.pathLength }),
    generation: request.generation,
    newKey: request.privateKey !== undefined,
    since: request.at,
    sha256: fingerprint("sha256", request.csr),
  };
  if (flags.json) {
    printJson(io, shown);
    return await Promise.resolve(0);
  }
  const key = shown.newKey ? "new" : `that of generation ${shown.generation - 1}`;
  printLines(
    io,
    `identity    ${id}, generation ${shown.generation}`,
    `subject     ${shown.subject}`,
    `names       ${shown.names.join(", ") || "none"}`,
    ...(shown.authority === true ? [`authority   ${pathLength(shown.pathLength)}`] : []),
    `purposes    ${[...shown.purposes, ...shown.keyUsage].join(", ")}`,
    `key         ${shown.key}, ${key}`,
    `requested   ${shown.since}`,
    `SHA-256     ${shown.sha256}`,
  );
  return 0;
}

function pathLength(length: number | undefined): string {
  return length === undefined ? "with any number of authorities below it" : `path length ${length}`;
}
