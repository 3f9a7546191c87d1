import { Construct } from "constructs";
import {
  type Callee,
  type Certificate,
  type ICallee,
  type IEndpoint,
  type IHost,
  type ITrustable,
  type Secret,
  TrustFile,
} from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import type { ClientAuthentication, JavaRuntimePlan, OnForeign } from "../../model";
import type {
  CertificateMappingConfiguration,
  CertificateUsage,
  IntegrationServerConfiguration,
  PortConfiguration,
} from "./integrationServerConfiguration";
import { IntegrationServerCall, type IntegrationServerCallProps } from "./integrationServerCall";
import { notOne } from "../errors";
import { integrationServerFindings } from "./integrationServerFindings";
import { IntegrationServerIdentity } from "./integrationServerIdentity";
import { IntegrationServerPort } from "./integrationServerPort";
import { integrationServerSteps } from "./integrationServerRunbook";
import { adminServiceScript } from "./integrationServerScript";
import { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";
import { type RuntimeSecretSource, configurationVariables } from "./integrationServerVariables";
import { javaProperties, pathComponent } from "../../text";
import { systemPlan } from "../systemPlan";

export interface IntegrationServerProps {
  readonly host: IHost;
  /** Directory of the instance, for example `/opt/softwareag/IntegrationServer/instances/default`. */
  readonly instanceDirectory: string;
  /** Directory for stores, certificates and the set-up script; it must exist. @default `<instance>/config` */
  readonly directory?: string;
  /**
   * How the server is told its configuration: by `trust-setup.sh`, which calls the admin services of a running
   * Integration Server, or by `application.properties`, which a Microservices Runtime reads at start-up.
   *
   * @default "admin-services"
   */
  readonly delivery?: "admin-services" | "configuration-variables";
  /** @default "http://localhost:5555" */
  readonly adminUrl?: string;
  /** @default "Administrator" */
  readonly administrator?: string;
  /** Where a Microservices Runtime finds its passwords: `$env{NAME}` or `$secret{NAME}`. @default "env" */
  readonly secretSource?: RuntimeSecretSource;
  /** Name of the properties file in the instance directory. @default "application.properties" */
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
}

export interface IntegrationServerStoreOptions {
  /** @default `<directory>/<alias in lower case>.jks` */
  readonly path?: string;
  readonly password: Secret;
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
  /** @default - the server's only keystore */
  readonly keystore?: IntegrationServerKeystore;
  /** @default - the name in lower case, with underscores */
  readonly keyAlias?: string;
  /** What to do with a key of somebody else's under the key alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

export interface IntegrationServerPortOptions {
  /** Host names and addresses under which clients call the port. */
  readonly names: readonly string[];
  readonly port: number;
  readonly keystore: IntegrationServerKeystore;
  readonly keyAlias: string;
  readonly certificate: Certificate;
  /** @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** Which client certificates are accepted. @default - none; needed where clients are asked for one */
  readonly truststore?: IntegrationServerTruststore;
  /** @default `Https<port>` */
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
  /** @default "SSL Authentication" */
  readonly usage?: CertificateUsage;
}

/** A webMethods Integration Server or Microservices Runtime, as client and as server. */
export class IntegrationServer extends Construct implements ICallee {
  readonly host: IHost;
  private readonly keystores: IntegrationServerKeystore[] = [];
  private readonly truststores: IntegrationServerTruststore[] = [];
  private readonly calling: IntegrationServerCall[] = [];
  private readonly ports: { readonly endpoint: IEndpoint; readonly configuration: PortConfiguration }[] = [];
  private readonly mappings: CertificateMappingConfiguration[] = [];
  private readonly mappedClients = new Set<string>();
  private globalTruststore: IntegrationServerTruststore | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IntegrationServerProps,
  ) {
    super(scope, id);
    this.host = props.host;
    const setup =
      props.delivery === "configuration-variables"
        ? new TrustFile(this, "ConfigurationVariables", {
            host: props.host,
            path: pathsOf(props.host).join(
              props.instanceDirectory,
              props.propertiesFile ?? "application.properties",
            ),
            content: { text: () => configurationVariables(this.configuration, props.secretSource ?? "env") },
            unproven: "a Microservices Runtime reads its configuration variables at start-up only",
          })
        : new TrustFile(this, "SetupScript", {
            host: props.host,
            path: this.inDirectory("trust-setup.sh"),
            mode: 0o755,
            content: {
              text: () =>
                adminServiceScript(
                  this.configuration,
                  props.adminUrl ?? "http://localhost:5555",
                  props.administrator ?? "Administrator",
                ),
            },
            unproven:
              "Integration Server knows its stores, ports and certificates only after somebody ran this script",
          });
    new TrustFile(this, "Calls", {
      host: props.host,
      path: this.inDirectory("trust-calls.properties"),
      content: { text: () => this.callSettings() },
    });
    contributes(this, () => ({
      systems: [systemPlan(this, "webMethods Integration Server", this.host.hostId)],
      findings: integrationServerFindings(
        [...this.keystores, ...this.truststores],
        this.calling,
        props.maxKeepAliveConnections,
        this.globalTruststore,
      ),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: this.host.hostId,
          title: `webMethods Integration Server ${id}`,
          steps: integrationServerSteps(
            this.configuration,
            setup.path,
            props.delivery ?? "admin-services",
            props.host.platform,
          ),
        },
      ],
    }));
  }

  /** A keystore alias; the JKS file is created where it is missing. */
  keystore(alias: string, options: IntegrationServerStoreOptions): IntegrationServerKeystore {
    const keystore = new IntegrationServerKeystore(this, `Keystore-${alias}`, {
      host: this.host,
      alias,
      path: options.path ?? this.inDirectory(`${pathComponent(alias.toLowerCase())}.jks`),
      password: options.password,
    });
    this.keystores.push(keystore);
    return keystore;
  }

  /**
   * A truststore alias; the JKS file is created where it is missing.
   *
   * @throws SystemError `not-one` for a second one that is to be global
   */
  truststore(alias: string, options: IntegrationServerTruststoreOptions): IntegrationServerTruststore {
    const truststore = new IntegrationServerTruststore(this, `Truststore-${alias}`, {
      host: this.host,
      alias,
      path: options.path ?? this.inDirectory(`${pathComponent(alias.toLowerCase())}.jks`),
      password: options.password,
    });
    if (options.global === true) {
      if (this.globalTruststore !== undefined) throw notOne(this.node.path, "global truststore", 2);
      this.globalTruststore = truststore;
    }
    this.truststores.push(truststore);
    return truststore;
  }

  /** A client that the server speaks for: calls are made `as` it. */
  identity(
    name: string,
    certificate: Certificate,
    options: IntegrationServerIdentityOptions = {},
  ): IntegrationServerIdentity {
    const { keystore = this.only("keystore", this.keystores), onForeign = "refuse" } = options;
    const keyAlias = options.keyAlias ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
    const place = keystore.entry(keyAlias, { onForeign, chosenBy: "product" });
    return new IntegrationServerIdentity(name, keystore, keyAlias, certificate, place);
  }

  /** Calls a system under the identity that is chosen for it. Several calls may go to one partner. */
  calls(callee: Callee, props: IntegrationServerCallProps): IntegrationServerCall {
    const { truststore = this.globalTruststore ?? this.only("truststore", this.truststores), ...call } =
      props;
    const { runtime } = this.props;
    const made = new IntegrationServerCall(this, truststore, callee, call, runtime);
    this.calling.push(made);
    return made;
  }

  /** An HTTPS port of the server. */
  httpsPort(id: string, options: IntegrationServerPortOptions): IntegrationServerPort {
    const { keystore, keyAlias, truststore, clientAuthentication = "none" } = options;
    keystore.useKey(keyAlias);
    const endpoint = new IntegrationServerPort(this, id, {
      names: options.names,
      port: options.port,
      identity: keystore.entry(keyAlias, {
        onForeign: options.onForeign ?? "refuse",
        chosenBy: "product",
      }),
      certificate: options.certificate,
      clientAuthentication,
      ...(truststore === undefined ? {} : { truststore }),
      ...(this.props.runtime === undefined ? {} : { runtime: this.props.runtime }),
      maps: (user, certificateOf) => this.mapsClient(user, certificateOf),
    });
    this.ports.push({
      endpoint,
      configuration: {
        portAlias: options.portAlias ?? `Https${options.port}`,
        port: options.port,
        package: options.package ?? "WmRoot",
        keyStoreAlias: keystore.alias,
        keyAlias,
        ...(truststore === undefined ? {} : { trustStoreAlias: truststore.alias }),
        clientAuthentication,
      },
    });
    return endpoint;
  }

  /**
   * Its only HTTPS port; a call names one of several.
   *
   * @throws SystemError `not-one` where it has none, or several
   */
  get endpoint(): IEndpoint {
    return this.only("HTTPS port", this.ports).endpoint;
  }

  /**
   * Makes a client certificate stand for a user of the server: it is delivered as DER and mapped. A user may have
   * several, for example while one is renewed.
   */
  mapsCertificate(id: string, options: CertificateMappingOptions): TrustFile {
    const { certificateOf, user, usage = "SSL Authentication" } = options;
    const file = new TrustFile(this, id, {
      host: this.host,
      path: this.inDirectory(this.mappingFileName(id, user, usage)),
      content: { certificateOf, part: "leaf", encoding: "der" },
    });
    this.mappings.push({ path: file.path, user, usage });
    return file;
  }

  /** A client whose certificate is presented on several calls is mapped once. */
  private mapsClient(user: string, certificateOf: ITrustable): void {
    const client = `${user} ${certificateOf.identity.identityId}`;
    if (this.mappedClients.has(client)) return;
    this.mappedClients.add(client);
    const id = `${user}-Certificate`;
    const others = [...this.mappedClients].filter((mapped) => mapped.startsWith(`${user} `)).length - 1;
    this.mapsCertificate(others === 0 ? id : `${id}-${others + 1}`, { user, certificateOf });
  }

  /** The user's name, the usage where it is not that of TLS, and the id where the name is taken. */
  private mappingFileName(id: string, user: string, usage: CertificateUsage): string {
    const suffix = usage === "SSL Authentication" ? "" : `-${usage.toLowerCase().replaceAll(" ", "-")}`;
    const name = `${pathComponent(user)}${suffix}.der`;
    const isTaken = this.mappings.some(({ path }) => path === this.inDirectory(name));
    return isTaken ? `${pathComponent(`${user}-${id}`)}.der` : name;
  }

  /** Everything that the server is told. */
  get configuration(): IntegrationServerConfiguration {
    const { maxKeepAliveConnections, settings, variables } = this.props;
    return {
      stores: [...this.keystores, ...this.truststores].map(({ configuration }) => configuration),
      settings: [
        ...(this.globalTruststore === undefined
          ? []
          : [["watt.security.trustStoreAlias", this.globalTruststore.alias] as const]),
        ...(this.calling.length === 0
          ? []
          : ([
              ["watt.net.ssl.client.useJSSE", "true"],
              ["watt.security.ssl.client.ignoreEmptyAuthoritiesList", "true"],
            ] as const)),
        ...(maxKeepAliveConnections === undefined
          ? []
          : [["watt.net.maxClientKeepaliveConns", String(maxKeepAliveConnections)] as const]),
        ...Object.entries(settings ?? {}),
      ],
      ports: this.ports.map(({ configuration }) => configuration),
      consumerEndpoints: this.calling.flatMap(({ consumerEndpoint }) => consumerEndpoint ?? []),
      certificateMappings: this.mappings,
      variables: Object.entries(variables ?? {}),
    };
  }

  private callSettings(): string {
    return javaProperties(
      [
        "What a flow service maps for each call. With authentication=certificate: keyStoreAlias and keyAlias into",
        "pub.security.keystore:setKeyAndChain before pub.client:http, and pub.security:clearKeyAndChain after it.",
      ],
      this.calling.flatMap((call) =>
        call.settings.map(([key, value]) => [`${call.node.id}.${key}`, value] as const),
      ),
    );
  }

  private only<Part>(what: string, parts: readonly Part[]): Part {
    const [first, ...others] = parts;
    if (first === undefined || others.length > 0) throw notOne(this.node.path, what, parts.length);
    return first;
  }

  private inDirectory(name: string): string {
    const { host, instanceDirectory } = this.props;
    const paths = pathsOf(host);
    return paths.join(this.props.directory ?? paths.join(instanceDirectory, "config"), name);
  }
}
