import { Construct } from "constructs";
import {
  type Callee,
  type Certificate,
  type ICallee,
  type IEndpoint,
  type IHost,
  TrustFile,
} from "../../constructs";
import { callsOf } from "../../constructs/call";
import { certificateProp } from "../../constructs/certificate";
import { pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { requireArgument, requireProps } from "../../constructs/props";
import { contributes } from "../../constructs/planContribution";
import { CertificateMappings } from "./certificateMappings";
import type { IntegrationServerConfiguration, PortConfiguration } from "./integrationServerConfiguration";
import { IntegrationServerCall, type IntegrationServerCallProps } from "./integrationServerCall";
import { notOne } from "../errors";
import { deliverSetup, expectedSettings, unprovenMapping } from "./integrationServerDelivery";
import { integrationServerFindings } from "./integrationServerFindings";
import { IntegrationServerIdentity } from "./integrationServerIdentity";
import { IntegrationServerPort } from "./integrationServerPort";
import type {
  CertificateMappingOptions,
  IntegrationServerIdentityOptions,
  IntegrationServerPortOptions,
  IntegrationServerProps,
  IntegrationServerStoreOptions,
  IntegrationServerTruststoreOptions,
} from "./integrationServerProps";
import {
  byPeople,
  integrationServerBack,
  integrationServerPasswordStep,
  integrationServerSteps,
  integrationServerUnproven,
} from "./integrationServerRunbook";
import {
  identityShapes,
  isCallShapes,
  mappingShapes,
  portShapes,
  serverShapes,
  storeShapes,
  truststoreShapes,
} from "./integrationServerShapes";
import { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";
import { javaProperties, pathComponent } from "../../text";
import { declaredSteps } from "../../constructs/activationStep";
import { systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";

/** A webMethods Integration Server or Microservices Runtime, as client and as server. */
export class IntegrationServer extends Construct implements ICallee {
  readonly host: IHost;
  private readonly keystores: IntegrationServerKeystore[] = [];
  private readonly truststores: IntegrationServerTruststore[] = [];
  private readonly calling: IntegrationServerCall[] = [];
  private readonly ports: { readonly endpoint: IEndpoint; readonly configuration: PortConfiguration }[] = [];
  private readonly mappings: CertificateMappings;
  private globalTruststore: IntegrationServerTruststore | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IntegrationServerProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, serverShapes, props);
    this.host = props.host;
    this.mappings = new CertificateMappings(this, props.host, this.directory, unprovenMapping(props));
    const setup = deliverSetup(this, props, this.directory, () => this.configuration);
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
      ...passwordSteps(
        this,
        this.host,
        [...this.keystores, ...this.truststores].map(({ path, password, alias }) => ({
          path,
          password,
          owner: alias,
        })),
        (replacement) => integrationServerPasswordStep(setup, props.secretSource, replacement),
      ),
      expectations: expectedSettings(this, props, setup, this.globalTruststore?.alias),
      ...systemActivation(this, this.host, props.activation ?? byPeople(setup), [
        ...this.keystores,
        ...this.truststores,
        ...this.ports.map(({ endpoint }) => endpoint),
        ...this.mappings.files,
      ]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: this.host.hostId,
          title: `webMethods Integration Server ${id}`,
          steps: [
            ...integrationServerSteps(this.configuration, setup, props),
            ...declaredSteps(this.host.platform, props.activation),
          ],
          back: integrationServerBack(this.configuration, setup, props),
          unproven: integrationServerUnproven(this.host, setup),
        },
      ],
    }));
  }

  /** A keystore alias; its file is created where it is missing, unless both are there already (`existing`). */
  keystore(alias: string, options: IntegrationServerStoreOptions): IntegrationServerKeystore {
    requireProps(`${this.node.path}, keystore("${alias}", …)`, storeShapes, options);
    const keystore = new IntegrationServerKeystore(this, `Keystore-${alias}`, {
      host: this.host,
      ...this.storeOptions(alias, options),
    });
    this.keystores.push(keystore);
    return keystore;
  }

  /**
   * A truststore alias; its file is created where it is missing, unless both are there already (`existing`).
   *
   * @throws SystemError `not-one` for a second one that is to be global
   */
  truststore(alias: string, options: IntegrationServerTruststoreOptions): IntegrationServerTruststore {
    requireProps(`${this.node.path}, truststore("${alias}", …)`, truststoreShapes, options);
    const truststore = new IntegrationServerTruststore(this, `Truststore-${alias}`, {
      host: this.host,
      ...this.storeOptions(alias, options),
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
    const where = `${this.node.path}, identity("${name}", …)`;
    requireArgument(where, "certificate", certificateProp, certificate);
    requireProps(where, identityShapes, options);
    const { keystore = this.only("keystore", this.keystores), onForeign = "refuse" } = options;
    const keyAlias = options.keyAlias ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
    const place = keystore.entry(keyAlias, { onForeign, chosenBy: "product" });
    return new IntegrationServerIdentity(name, keystore, keyAlias, certificate, place);
  }

  /** Calls a system under the identity that is chosen for it. Several calls may go to one partner. */
  calls(callee: Callee, props: IntegrationServerCallProps): IntegrationServerCall {
    requireProps(callsOf(this), isCallShapes, props);
    const { truststore = this.globalTruststore ?? this.only("truststore", this.truststores), ...call } =
      props;
    const { runtime } = this.props;
    const made = new IntegrationServerCall(this, truststore, callee, call, runtime);
    this.calling.push(made);
    return made;
  }

  /** An HTTPS port of the server. */
  httpsPort(id: string, options: IntegrationServerPortOptions): IntegrationServerPort {
    requireProps(`${this.node.path}, httpsPort("${id}", …)`, portShapes, options);
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
      maps: (user, certificateOf) => this.mappings.addClient(user, certificateOf),
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
    requireProps(`${this.node.path}, mapsCertificate("${id}", …)`, mappingShapes, options);
    return this.mappings.add(id, options);
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
      certificateMappings: this.mappings.configuration,
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

  private storeOptions(alias: string, options: IntegrationServerStoreOptions) {
    const { password, existing = false, profile = "jks" } = options;
    const path = options.path ?? this.inDirectory(`${pathComponent(alias.toLowerCase())}.jks`);
    return { alias, path, password, existing, profile };
  }

  private inDirectory(name: string): string {
    return pathsOf(this.host).join(this.directory, name);
  }

  private get directory(): string {
    return this.props.directory ?? pathsOf(this.host).join(this.props.instanceDirectory, "config");
  }
}
