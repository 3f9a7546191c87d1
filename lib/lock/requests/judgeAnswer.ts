import type { SubjectAltName } from "../../model";
import { day } from "../../model/day";
import {
  type Certificate,
  encodeGeneralName,
  hasPublicKey,
  orderChain,
  parseCertificateRequest,
  PkiError,
} from "../../pki";
import { certificateOf } from "../certificates";
import { type PendingRequest, type PinnedChain, leafOf } from "../lock";
import type { AnswerContent } from "./answer";
import { authorityDifferences } from "./judgeAuthority";
import { chainDifferences } from "./judgeChain";

/** What came back from an authority, beside what it is judged by. */
export interface Answer {
  readonly request: PendingRequest;
  readonly content: AnswerContent;
  /** Where issuers may be that the files leave out. */
  readonly known: readonly Certificate[];
  /** What is served until then; undefined for a first certificate. */
  readonly current: PinnedChain | undefined;
  /** How many authorities are declared on the longest way down from one. */
  readonly authoritiesBelow: number;
  readonly now: Date;
}

export interface Judgement {
  /** The leaf first, its root last; as far as it goes, where something is missing. */
  readonly chain: readonly Certificate[];
  /** What is not as it was asked for; empty where the answer will do. */
  readonly differences: readonly string[];
  /** What the authority chose otherwise, and may. */
  readonly warnings: readonly string[];
}

/** Judges what came back by what was asked for; nothing is changed. */
export function judgeAnswer(answer: Answer): Judgement {
  const { content, known, request, authoritiesBelow, now } = answer;
  const { certificates } = content;
  const leaf = leafAmong(answer);
  if (typeof leaf === "string") return { chain: [], differences: [leaf], warnings: [] };
  const chain = orderChain(leaf, [...certificates, ...known]);
  try {
    return {
      chain,
      differences: [
        ...(request.request.isAuthority === true
          ? authorityDifferences(leaf, request.request, authoritiesBelow)
          : leafDifferences(leaf, request)),
        ...dateDifferences(leaf, now),
        ...chainDifferences(chain, now),
      ],
      warnings: [
        ...choices(leaf, request),
        ...keysPassedOver(content),
        ...leftOver(chain, certificates),
        ...endsEarlier(leaf, answer),
      ],
    };
  } catch (error) {
    // An extension that cannot be read.
    if (error instanceof PkiError) return { chain, differences: [error.message], warnings: [] };
    throw error;
  }
}

/** The newest certificate of the requested key, but for the one that is served; otherwise why there is none. */
function leafAmong({
  request,
  content: { certificates, filesWithKey },
  current,
}: Answer): Certificate | string {
  const { publicKey, keyAlgorithm } = parseCertificateRequest(request.csr);
  const own = certificates.filter((certificate) => isOf(certificate, publicKey));
  const served = current === undefined ? undefined : certificateOf(leafOf(current)).sha256;
  const [newest] = own
    .filter(({ sha256 }) => sha256 !== served)
    .sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime());
  if (newest !== undefined) return newest;
  if (own.length > 0) return "the certificate is the one that is pinned already, and not another one";
  const found = certificates.map((each) => `${each.toString()} (${each.keyAlgorithm})`);
  return (
    `none of the certificates is of the requested key (${keyAlgorithm}); found: ${shortList(found)}. ` +
    (filesWithKey.length === 0
      ? "Where the authority made a key of its own, "
      : `${shortList(filesWithKey)} brings a private key of its own, which is not taken; `) +
    "that is an identity to import: `Certificate.imported`"
  );
}

/** Whoever sent it had our key, or a copy of the store that it was put into. */
function keysPassedOver({ filesWithKey }: AnswerContent): string[] {
  return filesWithKey.length === 0
    ? []
    : [
        `the private key in ${shortList(filesWithKey)} was passed over: the key in the lock stays; see who else has the file`,
      ];
}

function isOf(certificate: Certificate, publicKey: Parameters<typeof hasPublicKey>[1]): boolean {
  try {
    return hasPublicKey(certificate, publicKey);
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

function leafDifferences(leaf: Certificate, { request }: PendingRequest): string[] {
  const missing = without(request.names, leaf.subjectAltNames);
  const given = leaf.subjectAltNames.map(shown);
  const { extendedKeyUsages: purposes = ["anyExtendedKeyUsage"], keyUsage } = leaf;
  const refused = purposes.includes("anyExtendedKeyUsage")
    ? []
    : request.extendedKeyUsages.filter((usage) => !purposes.includes(usage));
  return [
    ...(missing.length === 0
      ? []
      : [`the names ${missing.map(shown).join(", ")} are missing; it has ${shortList(given)}`]),
    ...(refused.length === 0
      ? []
      : [`the purpose ${refused.join(", ")} is missing; it is for ${purposes.join(", ")}`]),
    ...(keyUsage === undefined || keyUsage.includes("digitalSignature")
      ? []
      : [`the key usage digitalSignature is missing; it has ${keyUsage.join(", ")}`]),
    ...(leaf.basicConstraints?.ca === true ? ["it is an authority's certificate"] : []),
  ];
}

function dateDifferences(leaf: Certificate, now: Date): string[] {
  return [
    ...(leaf.notAfter <= now ? [`it expired on ${day(leaf.notAfter)}`] : []),
    ...(leaf.notBefore > now ? [`it is not valid before ${leaf.notBefore.toISOString()}`] : []),
  ];
}

/** What the authority added or said otherwise. */
function choices(leaf: Certificate, { request, csr }: PendingRequest): string[] {
  const added = without(leaf.subjectAltNames, request.names);
  const asked = parseCertificateRequest(csr).subject;
  return [
    ...(added.length === 0 ? [] : [`the authority added the names ${shortList(added.map(shown))}`]),
    ...(leaf.subject.equals(asked)
      ? []
      : [`the authority changed the subject from ${asked.toString()} to ${leaf.toString()}`]),
  ];
}

function leftOver(chain: readonly Certificate[], certificates: readonly Certificate[]): string[] {
  const used = new Set(chain.map(({ sha256 }) => sha256));
  const others = certificates.filter(({ sha256 }) => !used.has(sha256));
  return others.length === 0
    ? []
    : [`left out, because they do not belong to its chain: ${shortList(others.map(String))}`];
}

function endsEarlier(leaf: Certificate, { current }: Answer): string[] {
  if (current === undefined) return [];
  const { notAfter } = certificateOf(leafOf(current));
  return leaf.notAfter < notAfter
    ? [`it ends on ${day(leaf.notAfter)}, before the one that is served (${day(notAfter)})`]
    : [];
}

function without(names: readonly SubjectAltName[], others: readonly SubjectAltName[]): SubjectAltName[] {
  const known = new Set(others.map(encoded));
  return names.filter((name) => !known.has(encoded(name)));
}

/** As certificates hold it; DNS names are the same in capitals (RFC 5280, 7.2). */
function encoded(name: SubjectAltName): string {
  const value = name.kind === "dns" ? name.value.toLowerCase() : name.value;
  return encodeGeneralName({ ...name, value }).toString("hex");
}

function shown({ kind, value }: SubjectAltName): string {
  return `${kind}:${value}`;
}

/** A hostile answer may have thousands. */
function shortList(items: readonly string[]): string {
  const more = items.length > 10 ? ` and ${items.length - 10} more` : "";
  return items.length === 0 ? "none" : `${items.slice(0, 10).join(", ")}${more}`;
}
