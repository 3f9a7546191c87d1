import type { Certificate, IHost, ITrustable, Secret } from "../../constructs";
import type {
  ActivationWay,
  ClientAuthentication,
  JavaRuntimePlan,
  OnForeign,
  StoreProfile,
} from "../../model";
import type { CertificateUsage } from "./integrationServerConfiguration";
import type { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";
import type { RuntimeSecretSource } from "./integrationServerVariables";

export interface IntegrationServerProps {
  /** The machine that the server runs on. */
  readonly host: IHost;
  /** Directory of the instance, without a comma for a Microservices Runtime; for example `/opt/softwareag/IntegrationServer/instances/default`. */
  readonly instanceDirectory: string;
  /** Directory for stores, certificates and the set-up script; it must exist. @default `<instance>/config` */
  readonly directory?: string;
  /**
   * How the server is told its configuration: by `trust-setup.sh`, which calls the admin services of a running
   * Integration Server, or by `trust-variables.properties`, which a Microservices Runtime reads at start-up among the
   * site's own configuration variables.
   *
   * @default "admin-services"
   */
  readonly delivery?: "admin-services" | "configuration-variables";
  /** Where the set-up script reaches the admin services. @default "http://localhost:5555" */
  readonly adminUrl?: string;
  /** User that the set-up script signs in as. @default "Administrator" */
  readonly administrator?: string;
  /** Where a Microservices Runtime finds its passwords: `$env{NAME}` or `$secret{NAME}`. @default "env" */
  readonly secretSource?: RuntimeSecretSource;
  /**
   * Name of the properties file in the instance directory. `application.properties` is what the runtime reads where
   * nobody names another: the site's own JDBC, JMS and user settings may stand there.
   *
   * @default "trust-variables.properties"
   */
  readonly propertiesFile?: string;
  /**
   * How many client connections the whole server keeps open per partner (`watt.net.maxClientKeepaliveConns`);
   * 0 opens a new one for each call.
   *
   * @default - the server's own setting, which is 5 as shipped
   */
  readonly maxKeepAliveConnections?: number;
  /** The Java that it runs on. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
  /** Further server settings (`watt.…`). @default - none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further configuration variables of a Microservices Runtime. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
  /** What lets it read its stores and files again once they changed. @default - people run the set-up script, which asks for a password, or start the runtime again */
  readonly activation?: ActivationWay;
}

export interface IntegrationServerStoreOptions {
  /** The file, absolute. @default `<directory>/<alias in lower case>.jks` */
  readonly path?: string;
  /** Where the store's password is found. */
  readonly password: Secret;
  /**
   * Whether the server has the alias already, for a store of the company's at `path`: what is declared is added to it,
   * and alias, location, format and whatever else is in it stay. Otherwise the alias is made, and the file where it is
   * missing.
   *
   * @default false
   */
  readonly existing?: boolean;
  /** How the file is encoded; one that exists keeps its own encoding, and has to be of this format. @default "jks" */
  readonly profile?: StoreProfile;
}

export interface IntegrationServerTruststoreOptions extends IntegrationServerStoreOptions {
  /**
   * Whether the server uses it for every call that hands none over (*Security > Certificates*), declared here or
   * not: those of others lose what only the truststore before it trusted.
   *
   * @default false
   */
  readonly global?: boolean;
}

export interface IntegrationServerIdentityOptions {
  /** The keystore that the key is in. @default - the server's only keystore */
  readonly keystore?: IntegrationServerKeystore;
  /** Alias of the key. @default - the name in lower case, with underscores */
  readonly keyAlias?: string;
  /** What to do with a key of somebody else's under the key alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

export interface IntegrationServerPortOptions {
  /** Host names and addresses under which clients call the port. */
  readonly names: readonly string[];
  /** Port that it listens on, 1 to 65535. */
  readonly port: number;
  /** The keystore with the key that it presents. */
  readonly keystore: IntegrationServerKeystore;
  /** Alias of that key. */
  readonly keyAlias: string;
  /** What the port presents. */
  readonly certificate: Certificate;
  /** Whether clients are asked for a certificate. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** Which client certificates are accepted. @default - none; needed where clients are asked for one */
  readonly truststore?: IntegrationServerTruststore;
  /** What the server calls the port. @default `Https<port>` */
  readonly portAlias?: string;
  /** Package that the port belongs to. @default "WmRoot" */
  readonly package?: string;
  /** What to do with a key of somebody else's under the key alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

export interface CertificateMappingOptions {
  /** Whose certificate: a client's binding, or a partner's certificate. */
  readonly certificateOf: ITrustable;
  /** User of the server that the certificate stands for. */
  readonly user: string;
  /** What the server takes the certificate for. @default "SSL Authentication" */
  readonly usage?: CertificateUsage;
}
