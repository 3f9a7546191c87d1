export { acceptanceOf } from "./acceptance";
export type { Acceptance, Client, ICallee, IEndpoint, IListener } from "./endpoint";
export { Activation } from "./activation";
export type { ActivationOptions } from "./activation";
export * from "./anchorsFile";
export { Call } from "./call";
export type { CallContext, CallDetails, CallProps, Callee, Caller, Presented, Trust } from "./call";
export { Certificate } from "./certificate";
export * from "./certificateAuthority";
export type {
  ImportedCertificateOptions,
  NewCertificateOptions,
  RequestedCertificateOptions,
} from "./certificateOptions";
export type { CertificateUse } from "./certificateUse";
export * from "./clientCertificateBinding";
export * from "./configFile";
export { Environment } from "./environment";
export { DeclarationError } from "./errors";
export { Hop } from "./hop";
export type { CallOptions, HopDetails, HopProps } from "./hop";
export { Host, absolutePath, pathsOf } from "./host";
export type { HostPaths, IHost, LocalHostOptions, ManualHostOptions, SshHostOptions } from "./host";
export * from "./httpsCallbackEndpoint";
export { Identity } from "./identity";
export type { IIdentity, ITrustable } from "./identity";
export { keyOf, planIdOf } from "./key";
export { Keystore } from "./keystore";
export type { IKeystore, KeystoreProps } from "./keystore";
export type { KeystoreEntryOptions } from "./keystoreEntry";
export * from "./partner";
export * from "./partnerCertificate";
export * from "./pemFiles";
export { PinnedCertificate } from "./pinnedCertificate";
export type { HeldIdentity, IPlace } from "./place";
export { Java, Node, OpenSsl, Reader } from "./runtime";
export type { JavaProperty, JavaReleaseOptions, OpenSslOptions } from "./runtime";
export { contributes } from "./planContribution";
export type { PlanContribution } from "./planContribution";
export { Secret, type SecretChange } from "./secret";
export type { Strictness } from "./strictness";
export * from "./trustFile";
export type { ITruststore, Reliance } from "./truststore";
export * from "./truststoreEntry";
