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
  type IHost,
  type IIdentity,
  type ITrustable,
  Keystore,
  type Secret,
  TrustFile,
  TruststoreEntry,
} from "../../constructs";
import { acceptanceOf } from "../../constructs/acceptance";
import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { hostProp } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  clientAuthentication,
  javaRuntime,
  number,
  onForeign,
  optional,
  requireProps,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type {
  ActivationWay,
  ChainPart,
  ClientAuthentication,
  JavaRuntimePlan,
  OnForeign,
  Runbook,
} from "../../model";
import { generalPasswordStep } from "../../model/passwordStep";
import { noProduct, noTruststore, oneIdentity } from "../errors";
import { passwordVariable } from "../passwordVariable";
import { systemActivation } from "../activation";
import { environmentStep, type OpenedFile, passwordSteps, type VariableReplacement } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { javaOptionsScript } from "./javaOptions";
import {
  type JavaServerRunbookProps,
  javaServerActivation,
  javaServerRunbook,
  passwordPlace,
} from "./javaServerRunbook";
import { factsOf, type JavaProduct, type ProductFacts, productProp, requireJava } from "./javaProduct";
import type { JavaTlsSettings, ServedIdentity } from "./javaTlsSettings";
import { writeConfiguration } from "./writeConfiguration";

export interface JavaServerProps {
  /** The machine that the server runs on. */
  readonly host: IHost;
  /**
   * What it is, for example `Tomcat.version(11)`, `Jetty.version(12)`, `SpringBoot.version("3.5")` or
   * `Kafka.version("4.0")`.
   *
   * @default - a server of its own kind, which is told the alias
   */
  readonly product?: JavaProduct;
  /** Host names and addresses under which clients call it; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port that it listens on, 1 to 65535. */
  readonly port: number;
  /** The keystore, absolute, as the real machine has it. */
  readonly keystorePath: string;
  /** Where the keystore's password is found. */
  readonly keystorePassword: Secret;
  /** Alias of its identity in the keystore. */
  readonly alias: string;
  /** What the server presents. */
  readonly certificate: Certificate;
  /** Whether clients are asked for a certificate. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** The truststore, absolute. @default - none; needed where clients are asked for a certificate, and to call others */
  readonly truststorePath?: string;
  /** Where the truststore's password is found. @default - the keystore's password */
  readonly truststorePassword?: Secret;
  /** The Java that it runs on, for example `Java.release(8, { update: 202 })`. @default - a current Java; JKS for `.jks` */
  readonly runtime?: JavaRuntimePlan;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
  /**
   * Name of its service, for the runbook's `systemctl`, on Windows `net`.
   *
   * @default - as the product's installer or pages call it: `tomcat11`, on Windows `Tomcat11`, `jetty`, `kafka`; of
   * others the runbook has no command to restart
   */
  readonly service?: string;
  /** What lets it read its stores and files again once they changed. @default - a restart of `service`; without one, people restart it */
  readonly activation?: ActivationWay;
}

/** Another certificate of a server. */
export interface NamedIdentityProps {
  /** Host names under which clients get it; they ask for them (SNI). */
  readonly names: readonly string[];
  /** Alias in the server's keystore. */
  readonly alias: string;
  /** What the server presents to those clients. */
  readonly certificate: Certificate;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

const shapes: PropShapes<JavaServerProps> = {
  host: hostProp,
  product: optional(productProp),
  names: textList,
  port: number,
  keystorePath: text,
  keystorePassword: secretProp,
  alias: text,
  certificate: certificateProp,
  clientAuthentication: optional(clientAuthentication),
  truststorePath: optional(text),
  truststorePassword: optional(secretProp),
  runtime: optional(javaRuntime),
  onForeign: optional(onForeign),
  service: optional(text),
  activation: optional(activationProp),
};

const identityShapes: PropShapes<NamedIdentityProps> = {
  names: textList,
  alias: text,
  certificate: certificateProp,
  onForeign: optional(onForeign),
};

/**
 * Any server in Java: a keystore, a truststore, an HTTPS port, and the configuration that its product reads.
 *
 * @throws SystemError `java-too-old` for a `runtime` that the `product` does not run on
 */
export class JavaServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: HttpsCallbackEndpoint;
  readonly keystore: Keystore;
  readonly truststore: Keystore | undefined;
  private readonly truststorePassword: Secret;
  private readonly facts: ProductFacts | undefined;
  private readonly besides: ServedIdentity[] = [];
  private readonly besideEndpoints: HttpsCallbackEndpoint[] = [];
  /** What `configuration` and `javaOptions` wrote. */
  private readonly files: Construct[] = [];
  /** Where `configuration` writes to; undefined where it was not called. */
  private configurationPath: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JavaServerProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const facts = props.product === undefined ? undefined : factsOf(props.product);
    if (facts !== undefined) requireJava(this.node.path, facts, props.runtime);
    this.facts = facts;
    this.truststorePassword = props.truststorePassword ?? props.keystorePassword;
    this.keystore = this.store("Keystore", props.keystorePath, props.keystorePassword);
    this.truststore =
      props.truststorePath === undefined
        ? undefined
        : this.store("Truststore", props.truststorePath, this.truststorePassword);
    this.endpoint = this.listen("Endpoint", props);
    contributes(this, () => ({
      systems: [systemPlan(this, facts?.name ?? "Java server", props.host.hostId)],
      runbooks: [this.runbook()],
      ...passwordSteps(this, props.host, this.opened(), (replacement) => this.passwordStep(replacement)),
      ...systemActivation(this, props.host, javaServerActivation(this.runbookProps()), [
        this.keystore,
        this.truststore,
        this.endpoint,
        ...this.besideEndpoints,
        ...this.files,
      ]),
    }));
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

  /**
   * Presents another certificate, from the same keystore, to clients that ask for one of its names (SNI); all others get
   * the server's own.
   *
   * @throws SystemError `one-identity` where the product has one for all
   * @throws DeclarationError `repeated-name`
   */
  alsoServes(id: string, props: NamedIdentityProps): HttpsCallbackEndpoint {
    requireProps(`${this.node.path}, alsoServes("${id}", …)`, identityShapes, props);
    if (this.facts?.servesNames === false) throw oneIdentity(this.node.path, this.facts.name);
    const endpoint = this.listen(id, props, this.endpoint);
    this.besides.push(props);
    this.besideEndpoints.push(endpoint);
    return endpoint;
  }

  /**
   * Writes what the product reads; passwords are references that it resolves itself.
   *
   * - Tomcat: a `<Connector>` at that path, to be included in `server.xml` as an entity
   * - Jetty: `start.d/trust-ssl.ini` and `etc/trust-ssl.xml` below that `JETTY_BASE`
   * - Spring Boot: a file of properties, YAML where it is called so, for `spring.config.import`
   * - Kafka: what concerns TLS in the broker's own `server.properties`
   *
   * @throws SystemError `no-product`
   */
  configuration(path: string): this {
    const { product, host } = this.props;
    if (product === undefined) throw noProduct(this.node.path);
    this.files.push(...writeConfiguration({ scope: this, host, product, path }, () => this.settings()));
    this.configurationPath = path;
    return this;
  }

  /** A script that runs `java` with the `javax.net.ssl` properties; a JVM takes no alias, so the store holds one key. */
  javaOptions(path: string): TrustFile {
    const content = { text: () => javaOptionsScript(this.settings()) };
    const file = new TrustFile(this, "JavaOptions", { host: this.props.host, path, mode: 0o755, content });
    this.files.push(file);
    return file;
  }

  private runbook(): Runbook {
    return javaServerRunbook(planIdOf(this), this.runbookProps());
  }

  private runbookProps(): JavaServerRunbookProps {
    const { host, product, port, service, activation } = this.props;
    const { keystore, truststore } = this.settings();
    return {
      host,
      product,
      name: this.facts?.name ?? "Java server",
      service,
      activation,
      port,
      configurationPath: this.configurationPath,
      stores: [keystore, ...(truststore === undefined ? [] : [truststore])],
      presented: [this.endpoint, ...this.besideEndpoints].map(({ names: [name = ""], identity }) => ({
        name,
        identityId: identity.identityId,
      })),
    };
  }

  /** The stores, whose passwords are in variables named after the server. */
  private opened(): OpenedFile[] {
    const stores = [
      { store: this.keystore, owner: "KEYSTORE" },
      ...(this.truststore === undefined ? [] : [{ store: this.truststore, owner: "TRUSTSTORE" }]),
    ];
    return stores.map(({ store: { path, password }, owner }) => ({
      path,
      password,
      owner: `${this.node.id}_${owner}`,
    }));
  }

  private passwordStep(replacement: VariableReplacement): string {
    const runbook = this.runbookProps();
    return this.files.length === 0
      ? generalPasswordStep(runbook.name, replacement)
      : environmentStep(runbook.name, passwordPlace(runbook), replacement);
  }

  private settings(): JavaTlsSettings {
    const { names, port, alias, clientAuthentication = "none", keystorePassword } = this.props;
    const settings = ({ path, type }: Keystore, password: Secret, kind: string) => ({
      path,
      type,
      variable: passwordVariable(this, password, `${this.node.id}_${kind}`),
    });
    return {
      names,
      alias,
      port,
      clientAuthentication,
      keystore: settings(this.keystore, keystorePassword, "KEYSTORE"),
      besides: this.besides,
      ...(this.truststore === undefined
        ? {}
        : { truststore: settings(this.truststore, this.truststorePassword, "TRUSTSTORE") }),
    };
  }

  private listen(
    id: string,
    { names, alias, certificate, onForeign = "refuse" }: NamedIdentityProps,
    besides?: HttpsCallbackEndpoint,
  ): HttpsCallbackEndpoint {
    const { port, clientAuthentication = "none", runtime } = this.props;
    return new HttpsCallbackEndpoint(this, id, {
      names,
      port,
      identity: this.keystore.entry(alias, { onForeign, chosenBy: this.facts?.chosenBy ?? "product" }),
      certificate,
      clientAuthentication,
      ...(this.truststore === undefined ? {} : { truststore: this.truststore }),
      ...(runtime === undefined ? {} : { runtime }),
      ...(besides === undefined ? {} : { besides }),
      checksHost: this.facts?.checksHost === true,
    });
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
