import type {
  CertificateRequest,
  DefaultedMember,
  ExtendedKeyUsage,
  IdentityPlan,
  IdentityRequest,
  KeyAlgorithm,
  NamedRequest,
  PinnedGeneration,
  PinnedIdentity,
  RotationPhase,
} from "../model";
import { certificateSummary, distinguishedName, secret, subjectAltName } from "./planShapes";
import { type Members, byKind, choiceOf, listOf, object, optional, text, wholeNumber, yes } from "./shape";

const keyAlgorithm = choiceOf<KeyAlgorithm>({
  "rsa-2048": true,
  "rsa-3072": true,
  "rsa-4096": true,
  "ec-p256": true,
  "ec-p384": true,
  ed25519: true,
});

const defaulted = optional(
  listOf(choiceOf<DefaultedMember>({ commonName: true, keyAlgorithm: true, validityDays: true })),
);

const namedRequest: Members<NamedRequest> = {
  subject: distinguishedName,
  names: listOf(subjectAltName),
  keyAlgorithm,
  extendedKeyUsages: listOf(choiceOf<ExtendedKeyUsage>({ serverAuth: true, clientAuth: true })),
  defaulted,
};

const certificateRequest: Members<CertificateRequest> = { ...namedRequest, validityDays: wholeNumber };

const identityRequest = byKind<IdentityRequest>({
  "self-signed": certificateRequest,
  issued: { ...certificateRequest, issuerId: text },
  requested: { ...namedRequest, isAuthority: optional(yes), pathLength: optional(wholeNumber) },
  authority: {
    subject: distinguishedName,
    keyAlgorithm,
    validityDays: wholeNumber,
    pathLength: optional(wholeNumber),
    issuerId: optional(text),
    defaulted,
  },
  existing: { storeId: text, alias: text },
  imported: {
    file: text,
    keyFile: optional(text),
    chainFile: optional(text),
    password: optional(secret),
    keyPassword: optional(secret),
    alias: optional(text),
    isAuthority: optional(yes),
  },
  certificate: { file: text, pem: optional(text) },
});

const pinnedGeneration: Members<PinnedGeneration> = {
  generation: wholeNumber,
  chain: listOf(certificateSummary),
  anchor: certificateSummary,
  anchorPem: text,
};

const pinned = object<PinnedIdentity>({
  ...pinnedGeneration,
  rotation: optional(
    object<NonNullable<PinnedIdentity["rotation"]>>({
      phase: choiceOf<RotationPhase>({ announced: true, switched: true }),
      other: object<PinnedGeneration>(pinnedGeneration),
      wasAnnounced: optional(yes),
    }),
  ),
});

export const identity = object<IdentityPlan>({
  id: text,
  request: identityRequest,
  generationOf: optional(text),
  pinned: optional(pinned),
});
