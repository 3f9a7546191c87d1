import type { ClientAuthentication } from "../../model";

/** A keystore or truststore alias, as Integration Server knows it. */
export interface StoreAliasConfiguration {
  readonly kind: "key" | "trust";
  readonly alias: string;
  readonly path: string;
  readonly type: "JKS" | "PKCS12";
  /** Whether the server has the alias already, and it stays as it is but for further keys. @default false */
  readonly existing?: boolean;
  /** Environment variable, or secret of the runtime, that holds the password. */
  readonly passwordVariable: string;
  readonly keys: readonly { readonly alias: string; readonly passwordVariable: string }[];
}

/** An HTTPS port. */
export interface PortConfiguration {
  readonly portAlias: string;
  readonly port: number;
  readonly package: string;
  readonly keyStoreAlias: string;
  readonly keyAlias: string;
  readonly trustStoreAlias?: string;
  readonly clientAuthentication: ClientAuthentication;
}

/** A consumer web service endpoint alias. */
export interface ConsumerEndpointConfiguration {
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly identity?: { readonly keyStoreAlias: string; readonly keyAlias: string };
  readonly basic?: { readonly user: string; readonly passwordVariable: string };
}

/** A client certificate that stands for a user of the server. */
export interface CertificateMappingConfiguration {
  /** DER file on the server. */
  readonly path: string;
  readonly user: string;
  readonly usage: CertificateUsage;
}

/** What an Integration Server takes a mapped certificate for. */
export type CertificateUsage =
  "SSL Authentication" | "Verify" | "Encrypt" | "Verify and Encrypt" | "Message Authentication";

/** Everything that a server is told; rendered as configuration variables, as admin service calls, and as a runbook. */
export interface IntegrationServerConfiguration {
  readonly stores: readonly StoreAliasConfiguration[];
  /** Server settings (`watt.…`). */
  readonly settings: readonly (readonly [key: string, value: string])[];
  readonly ports: readonly PortConfiguration[];
  readonly consumerEndpoints: readonly ConsumerEndpointConfiguration[];
  readonly certificateMappings: readonly CertificateMappingConfiguration[];
  /** Further configuration variables, as `wm.server.configurationvariables:getTemplate` names them. */
  readonly variables: readonly (readonly [key: string, value: string])[];
}
