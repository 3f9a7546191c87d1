import { Construct } from "constructs";
import {
  type Acceptance,
  Call,
  type CallProps,
  type Callee,
  type Certificate,
  type Client,
  HttpsCallbackEndpoint,
  type ICallee,
  type IEndpoint,
  type IHost,
  type IIdentity,
  type ITrustable,
  Keystore,
  type Secret,
  TrustFile,
  TruststoreEntry,
} from "../../constructs";
import { acceptanceOf } from "../../constructs/acceptance";
import { pathsOf } from "../../constructs/host";
import { contributes } from "../../constructs/planContribution";
import type { ChainPart, ClientAuthentication, JavaRuntimePlan, OnForeign } from "../../model";
import { noTruststore } from "../errors";
import { passwordVariable } from "../passwordVariable";
import { systemPlan } from "../systemPlan";
import {
  type JavaTlsSettings,
  javaOptionsScript,
  jettyIni,
  jettyXml,
  springBootProperties,
  tomcatConnector,
} from "./javaServerFiles";

export interface JavaServerProps {
  readonly host: IHost;
  /** Host names and addresses under which clients call it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  readonly keystorePath: string;
  readonly keystorePassword: Secret;
  readonly alias: string;
  readonly certificate: Certificate;
  /** @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** @default - none; needed where clients are asked for a certificate, and to call others */
  readonly truststorePath?: string;
  /** @default - the keystore's password */
  readonly truststorePassword?: Secret;
  /** The Java that it runs on, for example `Java.release(8, { update: 202 })`. @default - a current Java; JKS for `.jks` */
  readonly runtime?: JavaRuntimePlan;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

/** Any server in Java: a keystore, a truststore, an HTTPS port, and the configuration that frameworks want. */
export class JavaServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: IEndpoint;
  readonly keystore: Keystore;
  readonly truststore: Keystore | undefined;
  private readonly settings: JavaTlsSettings;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JavaServerProps,
  ) {
    super(scope, id);
    const truststorePassword = props.truststorePassword ?? props.keystorePassword;
    this.keystore = this.store("Keystore", props.keystorePath, props.keystorePassword);
    this.truststore =
      props.truststorePath === undefined
        ? undefined
        : this.store("Truststore", props.truststorePath, truststorePassword);
    const { names, port, certificate, clientAuthentication = "none", runtime, onForeign = "refuse" } = props;
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names,
      port,
      // Tomcat, Jetty and Spring Boot are told the alias.
      identity: this.keystore.entry(props.alias, { onForeign, chosenBy: "product" }),
      certificate,
      clientAuthentication,
      ...(this.truststore === undefined ? {} : { truststore: this.truststore }),
      ...(runtime === undefined ? {} : { runtime }),
    });
    contributes(this, () => ({ systems: [systemPlan(this, "Java server", props.host.hostId)] }));
    this.settings = {
      port,
      keystorePath: this.keystore.path,
      keystoreType: this.keystore.type,
      keystoreVariable: passwordVariable(this, props.keystorePassword, `${id}_KEYSTORE`),
      alias: props.alias,
      clientAuthentication,
      ...(this.truststore === undefined
        ? {}
        : {
            truststore: {
              path: this.truststore.path,
              type: this.truststore.type,
              variable: passwordVariable(this, truststorePassword, `${id}_TRUSTSTORE`),
            },
          }),
    };
  }

  /** What it presents, as a server, and where a call is made `as` it, as a client too. */
  get identity(): IIdentity {
    return this.endpoint.identity;
  }

  /**
   * Trusts whatever has a certificate, without a call.
   *
   * @throws SystemError `no-truststore` without `truststorePath`
   */
  trusts(alias: string, trusted: ITrustable, part: ChainPart = "anchor"): TruststoreEntry {
    return new TruststoreEntry(this, `Trusts-${alias}`, {
      truststore: this.requireTruststore(),
      alias,
      trusts: trusted,
      part,
    });
  }

  /**
   * Calls another system: trusts it, and is accepted by it where it presents something.
   *
   * @throws SystemError `no-truststore` without `truststorePath`
   */
  calls(callee: Callee, props: CallProps = {}): Call {
    return new Call(this, callee, props, {
      host: this.props.host,
      name: this.node.id,
      runtime: this.props.runtime ?? { kind: "java" },
      truststore: () => this.requireTruststore(),
      place: ({ alias }) => this.keystore.entry(alias),
    });
  }

  accepts(client: Client): Acceptance | undefined {
    return this.truststore === undefined ? undefined : acceptanceOf(this, this.truststore, client);
  }

  /** A `<Connector>` for Tomcat's `server.xml`, to be included as an entity; passwords come from the environment. */
  tomcat(path: string): TrustFile {
    return this.file("Tomcat", path, tomcatConnector(this.settings));
  }

  /** `etc/trust-ssl.xml` and `start.d/trust-ssl.ini` below a `JETTY_BASE`; passwords come from the environment. */
  jetty(baseDirectory: string): TrustFile {
    const inBase = (...names: string[]) => pathsOf(this.props.host).join(baseDirectory, ...names);
    this.file("JettyIni", inBase("start.d", "trust-ssl.ini"), jettyIni(this.settings));
    return this.file("Jetty", inBase("etc", "trust-ssl.xml"), jettyXml(this.settings));
  }

  /** Spring Boot's `server.ssl.*` properties; passwords come from the environment. */
  springBoot(path: string): TrustFile {
    return this.file("SpringBoot", path, springBootProperties(this.settings));
  }

  /** A script that runs `java` with the `javax.net.ssl` properties; a JVM takes no alias, so the store holds one key. */
  javaOptions(path: string): TrustFile {
    return this.file("JavaOptions", path, javaOptionsScript(this.settings), 0o755);
  }

  private file(id: string, path: string, text: string, mode = 0o644): TrustFile {
    return new TrustFile(this, id, { host: this.props.host, path, mode, content: { text } });
  }

  private store(id: string, path: string, password: Secret): Keystore {
    const { host, runtime } = this.props;
    return new Keystore(this, id, {
      host,
      path,
      password,
      ...(runtime === undefined ? {} : { reader: runtime }),
    });
  }

  private requireTruststore(): Keystore {
    if (this.truststore === undefined) throw noTruststore(this.node.path);
    return this.truststore;
  }
}
