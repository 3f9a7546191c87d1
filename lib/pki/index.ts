export { Certificate, parseCertificate, summarise } from "./certificate";
export { certificatesFromFile, certificatesFromPem } from "./certificateFile";
export {
  createCertificateRequest,
  parseCertificateRequest,
  type CreateCertificateRequestOptions,
  type ParsedCertificateRequest,
} from "./certificateRequest";
export { findAnchor, isSameChain, orderChain, publicKeyMatches } from "./chain";
export { encryptPrivateKeyPem } from "./encryptedPrivateKey";
export { PkiError } from "./errors";
export type { AuthorityKeyId, BasicConstraints, Extension } from "./extension";
export { fingerprint, plainFingerprint, shortFingerprint } from "./fingerprint";
export { encodeGeneralName } from "./generalName";
export { matchesHostName } from "./hostName";
export {
  hostNameVerdict,
  type HostNameVerdict,
  type NamedCertificate,
  type NameMatch,
} from "./hostNameVerdict";
export { issueCertificate, type Authority, type IssueCertificateOptions, type Issuer } from "./issue";
export { generateKey, type GeneratedKey, type Signature, type Signing } from "./key";
export { encodeName, Name, parseName, type NameAttribute } from "./name";
export type { NameConstraint, NameConstraints } from "./nameConstraints";
export type { KeyUsage } from "./objectIdentifiers";
export { ANY_POLICY, type CertificatePolicies } from "./policies";
export { isPem, readPem, toPem, type PemBlock } from "./pem";
export { holdsPlainPrivateKey } from "./plainPrivateKey";
export { readPrivateKey } from "./privateKey";
export { isPublicRoot, publicRootCertificates } from "./publicRoots";
export type { RevocationSources } from "./revocationSources";
export { parsed } from "./parsed";
