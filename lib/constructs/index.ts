export { Certificate } from "./certificate";
export type {
  ExistingCertificateOptions,
  ImportedCertificateOptions,
  NewCertificateOptions,
} from "./certificate";
export * from "./certificateAuthority";
export * from "./clientCertificateBinding";
export * from "./configFile";
export { DeclarationError } from "./errors";
export * from "./hop";
export { Host } from "./host";
export type { IHost, LocalHostOptions, ManualHostOptions } from "./host";
export * from "./httpsCallbackEndpoint";
export * from "./identity";
export * from "./keystore";
export * from "./partnerCertificate";
export * from "./pemClientBinding";
export * from "./pemEndpoint";
export type { PemFiles } from "./pemIdentity";
export * from "./secret";
export * from "./trustFile";
export * from "./truststoreEntry";
