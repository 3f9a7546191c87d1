import { type AnchorPlan, type FileContent, type SecretReference, certificateAt } from "../../model";
import { encryptPrivateKeyPem, parseCertificate, shortFingerprint, toPem } from "../../pki";
import type { IdentityResolver } from "../plan/identityResolver";

type CertificateContent = Extract<FileContent, { kind: "certificate" }>;
type TextContent = Extract<FileContent, { kind: "text" }>;

/**
 * Bytes of a delivered file; undefined where they need an identity, or a private key, that is not at hand.
 *
 * @param secret resolves the password of a private key
 */
export function fileContent(
  content: FileContent,
  identity: IdentityResolver,
  secret: (reference: SecretReference) => string,
): Buffer | undefined {
  if (content.kind === "text") return textFileContent(content, identity);
  if (content.kind === "certificate") return certificateFileContent(content, identity);
  if (content.kind === "anchors") return anchorsFileContent(content.anchors, identity);
  const privateKey = identity(content.identityId)?.privateKey;
  if (privateKey === undefined) return undefined;
  return Buffer.from(encryptPrivateKeyPem(privateKey, secret(content.password)), "utf8");
}

/** A text's bytes, with the certificates that are named in it; undefined where one of them is not at hand. */
export function textFileContent(content: TextContent, identity: IdentityResolver): Buffer | undefined {
  let { text } = content;
  for (const { placeholder, identityId, part } of content.fingerprints ?? []) {
    const resolved = identity(identityId);
    if (resolved === undefined) return undefined;
    const { sha256 } = parseCertificate(certificateAt(resolved, part));
    text = text.replaceAll(placeholder, shortFingerprint(sha256));
  }
  return Buffer.from(text, "utf8");
}

/** A certificate file's bytes; DER holds one certificate, the first. */
export function certificateFileContent(
  content: CertificateContent,
  identity: IdentityResolver,
): Buffer | undefined {
  const resolved = identity(content.identityId);
  if (resolved === undefined) return undefined;
  const certificates = content.part === "chain" ? resolved.chain : [certificateAt(resolved, content.part)];
  if (content.encoding === "der") return certificates[0];
  return Buffer.from(certificates.map((der) => toPem(der, "CERTIFICATE")).join(""), "utf8");
}

/** Certificates to trust, each once; undefined where one of them is not at hand. */
export function anchorsFileContent(
  anchors: readonly AnchorPlan[],
  identity: IdentityResolver,
): Buffer | undefined {
  const certificates = anchors.map(({ identityId, part }) => {
    const resolved = identity(identityId);
    return resolved === undefined ? undefined : toPem(certificateAt(resolved, part), "CERTIFICATE");
  });
  return certificates.includes(undefined)
    ? undefined
    : Buffer.from([...new Set(certificates)].join(""), "utf8");
}
