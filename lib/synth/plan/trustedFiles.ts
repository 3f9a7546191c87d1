import {
  type ActivationPlan,
  type AnchorPlan,
  type FileContent,
  type FilePlan,
  NEXT,
  type TrustPlan,
  nextPath,
} from "../../model";

/** Which certificates are trusted in the place of one; that one alone where nothing changes. */
export type TrustedBeside = (anchor: AnchorPlan) => readonly AnchorPlan[];

/**
 * The files of a plan, with all certificates that are trusted in the place of one. What an endpoint or a client presents
 * is as it was; DER holds one certificate, so the older one stays in its file and the newer one lies beside it.
 */
export function trustedFiles(plan: TrustPlan, both: TrustedBeside): readonly FilePlan[] {
  const presented = new Set(
    [...plan.endpoints, ...plan.bindings].flatMap(({ identity }) =>
      identity.kind === "pem" ? [identity.certificateFileId] : [],
    ),
  );
  return plan.files.flatMap((file): readonly FilePlan[] => {
    const { content } = file;
    if (content.kind === "text") return namingEach(file, content, plan.files, both);
    if (content.kind === "anchors")
      return [{ ...file, content: { ...content, anchors: content.anchors.flatMap(both) } }];
    if (content.kind !== "certificate" || presented.has(file.id)) return [file];
    const anchor = trustedIn(content);
    const anchors = anchor === undefined ? [] : both(anchor);
    if (anchors.length < 2) return [file];
    if (content.encoding === "pem") return [{ ...file, content: { kind: "anchors", anchors } }];
    const [older, newer] = anchors;
    const holding = ({ identityId }: AnchorPlan) => ({ content: { ...content, identityId } });
    return [
      ...(older === undefined ? [] : [{ ...file, ...holding(older) }]),
      ...(newer === undefined
        ? []
        : [{ ...file, ...holding(newer), id: `${file.id}${NEXT}`, path: nextPath(file.path) }]),
    ];
  });
}

/** Activations of what reads the older certificate's file, which reads the one beside it as well. */
export function readingBeside(
  activations: readonly ActivationPlan[],
  files: readonly FilePlan[],
): readonly ActivationPlan[] {
  const ids = new Set(files.map(({ id }) => id));
  return activations.map((activation) => ({
    ...activation,
    fileIds: activation.fileIds.flatMap((id) => (ids.has(`${id}${NEXT}`) ? [id, `${id}${NEXT}`] : [id])),
  }));
}

type TextContent = Extract<FileContent, { kind: "text" }>;

/**
 * A text that names certificates by their fingerprints names the older ones, as the files in DER that it reads hold them;
 * one beside it names the newer ones, and the files beside those.
 */
function namingEach(
  file: FilePlan,
  content: TextContent,
  files: readonly FilePlan[],
  both: TrustedBeside,
): readonly FilePlan[] {
  const { text, fingerprints = [] } = content;
  const named = fingerprints.map((one) => ({ one, anchors: both(one) }));
  if (!named.some(({ one, anchors }) => anchors.length > 1 && text.includes(one.placeholder))) return [file];
  const naming = (at: 0 | -1) =>
    named.map(({ one, anchors }) => ({ ...one, identityId: anchors.at(at)?.identityId ?? one.identityId }));
  const inDer = files.filter(
    ({ hostId, content: held }) =>
      hostId === file.hostId &&
      held.kind === "certificate" &&
      held.encoding === "der" &&
      both({ identityId: held.identityId, part: held.part === "chain" ? "leaf" : held.part }).length > 1,
  );
  const textBeside = inDer.reduce((before, { path }) => before.replaceAll(path, nextPath(path)), text);
  return [
    { ...file, content: { ...content, fingerprints: naming(0) } },
    {
      ...file,
      id: `${file.id}${NEXT}`,
      path: nextPath(file.path),
      content: { ...content, text: textBeside, fingerprints: naming(-1) },
    },
  ];
}

type CertificateContent = Extract<FileContent, { kind: "certificate" }>;

/** A leaf in PEM is handed on by people, who take the one that is served. */
function trustedIn({ identityId, part, encoding }: CertificateContent): AnchorPlan | undefined {
  if (part === "chain" || (part === "leaf" && encoding === "pem")) return undefined;
  return { identityId, part };
}
