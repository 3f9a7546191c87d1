import { Construct } from "constructs";
import {
  type CallOptions,
  type Certificate,
  ClientCertificateBinding,
  HttpsCallbackEndpoint,
  type IEndpoint,
  type IHost,
  type ITrustable,
  Keystore,
  type Secret,
  TrustFile,
  TruststoreEntry,
} from "../../constructs";
import { pathsOf } from "../../constructs/host";
import type { ChainPart, ClientAuthentication, OnForeign } from "../../model";
import type { ICalledSystem } from "../calledSystem";
import { noTruststore } from "../errors";
import { passwordVariable } from "../passwordVariable";
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
  /** What opens the stores, for example `java 8u202`. @default - a current Java; JKS for `.jks` */
  readonly reader?: string;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

export interface JavaCallProps extends CallOptions {
  readonly calls: IEndpoint;
  /** What the server presents as a client. @default - nothing: it only trusts */
  readonly certificate?: Certificate;
  /** Alias of that certificate in the keystore; needed with one. @default - the id of the call */
  readonly alias?: string;
}

/** Any server in Java: a keystore, a truststore, an HTTPS port, and the configuration that frameworks want. */
export class JavaServer extends Construct implements ICalledSystem {
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
    const { host, reader } = props;
    const truststorePassword = props.truststorePassword ?? props.keystorePassword;
    this.keystore = new Keystore(this, "Keystore", {
      host,
      path: props.keystorePath,
      password: props.keystorePassword,
      ...(reader === undefined ? {} : { reader }),
    });
    this.truststore =
      props.truststorePath === undefined
        ? undefined
        : new Keystore(this, "Truststore", {
            host,
            path: props.truststorePath,
            password: truststorePassword,
            ...(reader === undefined ? {} : { reader }),
          });
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      ...props,
      keystore: this.keystore,
      ...(this.truststore === undefined ? {} : { truststore: this.truststore }),
    });
    this.settings = {
      port: props.port,
      keystorePath: this.keystore.path,
      keystoreType: storeType(props.keystorePath),
      keystoreVariable: passwordVariable(props.keystorePassword, `${id}_KEYSTORE`),
      alias: props.alias,
      clientAuthentication: props.clientAuthentication ?? "none",
      ...(this.truststore === undefined
        ? {}
        : {
            truststore: {
              path: this.truststore.path,
              type: storeType(this.truststore.path),
              variable: passwordVariable(truststorePassword, `${id}_TRUSTSTORE`),
            },
          }),
    };
  }

  /**
   * Trusts a client, a server or a partner.
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

  /** Calls an endpoint, with a certificate where one is given; trusts it. */
  calls(id: string, props: JavaCallProps): ClientCertificateBinding | undefined {
    this.trusts(`${id}-server`, props.calls);
    if (props.certificate === undefined) return undefined;
    return new ClientCertificateBinding(this, id, {
      ...props,
      keystore: this.keystore,
      alias: props.alias ?? id,
      certificate: props.certificate,
      endpoint: props.calls,
      truststore: this.requireTruststore(),
    });
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

  private requireTruststore(): Keystore {
    if (this.truststore === undefined) throw noTruststore(this.node.path);
    return this.truststore;
  }
}

function storeType(path: string): "JKS" | "PKCS12" {
  return path.toLowerCase().endsWith(".jks") ? "JKS" : "PKCS12";
}
