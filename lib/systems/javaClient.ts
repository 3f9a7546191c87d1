import { Construct } from "constructs";
import {
  Call,
  type CallProps,
  type Callee,
  type IHost,
  type IKeystore,
  type ITrustable,
  Keystore,
  type Secret,
  TrustFile,
  TruststoreEntry,
} from "../constructs";
import { activationProp } from "../constructs/activation";
import { hostProp } from "../constructs/host";
import { keystoreProp } from "../constructs/keystore";
import { contributes } from "../constructs/planContribution";
import { type PropShapes, either, javaRuntime, optional, requireProps, text } from "../constructs/props";
import { secretProp } from "../constructs/secret";
import { type ActivationWay, type ChainPart, generalPasswordStep, type JavaRuntimePlan } from "../model";
import { missingPassword, noProduct } from "./errors";
import { type KafkaProduct, kafkaProp } from "./javaServer/javaProduct";
import { kafkaClientProperties } from "./javaServer/kafka";
import { passwordVariable } from "./passwordVariable";
import { systemActivation } from "./activation";
import { environmentStep, type OpenedFile, passwordSteps } from "./passwordSteps";
import { systemPlan } from "./systemPlan";

export interface JavaClientProps {
  /** The machine that the program runs on. */
  readonly host: IHost;
  /** What it is, where that has a file of its own for clients: `Kafka.version("4.0")`. @default - any program in Java */
  readonly product?: KafkaProduct;
  /**
   * What it trusts: a store that is declared already, for example the `cacerts` that its Java brings, or the path of
   * one of its own.
   */
  readonly truststore: IKeystore | string;
  /** Where it keeps what it presents, likewise. @default - nowhere: it only trusts */
  readonly keystore?: IKeystore | string;
  /** Password of those stores that are given by path. @default - none; needed for them */
  readonly password?: Secret;
  /** The Java that it runs on, for example `Java.release(8, { vendor: "ibm" })`. @default - a current Java; JKS for `.jks` */
  readonly runtime?: JavaRuntimePlan;
  /** What lets the program read its stores and files again once they changed. @default - nothing is known of it */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<JavaClientProps> = {
  host: hostProp,
  product: optional(kafkaProp),
  truststore: either(keystoreProp, text),
  keystore: optional(either(keystoreProp, text)),
  password: optional(secretProp),
  runtime: optional(javaRuntime),
  activation: optional(activationProp),
};

/** A Java program that calls others and is called by nobody: a truststore, and a keystore where it presents something. */
export class JavaClient extends Construct {
  readonly truststore: IKeystore;
  readonly keystore: IKeystore | undefined;
  private configurationFile: TrustFile | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JavaClientProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    this.truststore = this.store("Truststore", props.truststore);
    this.keystore = props.keystore === undefined ? undefined : this.store("Keystore", props.keystore);
    contributes(this, () => ({
      systems: [systemPlan(this, "Java client", props.host.hostId)],
      ...passwordSteps(this, props.host, this.opened(), (replacement) =>
        this.configurationFile === undefined
          ? generalPasswordStep(id, replacement)
          : environmentStep(id, this.passwordPlace, replacement),
      ),
      ...systemActivation(this, props.host, props.activation, [
        this.truststore,
        this.keystore,
        this.configurationFile,
      ]),
    }));
  }

  /** Trusts whatever has a certificate, without a call. */
  trusts(alias: string, trusted: ITrustable, part: ChainPart = "anchor"): TruststoreEntry {
    const { truststore } = this;
    return new TruststoreEntry(this, `Trusts-${alias}`, { truststore, alias, trusts: trusted, part });
  }

  /** Calls another system: trusts it, and is accepted by it where it presents something. */
  calls(callee: Callee, props: CallProps = {}): Call {
    const { keystore, truststore } = this;
    return new Call(this, callee, props, {
      host: this.props.host,
      name: this.node.id,
      runtime: this.props.runtime ?? { kind: "java" },
      truststore: () => truststore,
      ...(keystore === undefined ? {} : { place: ({ alias }) => keystore.entry(alias) }),
    });
  }

  /**
   * Writes Kafka's properties for a producer, a consumer or a command; passwords are references that Kafka resolves
   * itself.
   *
   * @throws SystemError `no-product`
   */
  configuration(path: string): this {
    const { host, product } = this.props;
    if (product?.kind !== "kafka") throw noProduct(this.node.path);
    const { keystore, truststore } = this;
    const settings = (store: IKeystore, kind: string) => ({
      path: store.path,
      type: store.type,
      variable: passwordVariable(this, store.password, `${this.node.id}_${kind}`),
    });
    const text = kafkaClientProperties(
      {
        truststore: settings(truststore, "TRUSTSTORE"),
        ...(keystore === undefined ? {} : { keystore: settings(keystore, "KEYSTORE") }),
      },
      product,
    );
    this.configurationFile = new TrustFile(this, "Kafka", { host, path, content: { text } });
    return this;
  }

  private opened(): OpenedFile[] {
    const stores = [
      { store: this.truststore, owner: "TRUSTSTORE" },
      ...(this.keystore === undefined ? [] : [{ store: this.keystore, owner: "KEYSTORE" }]),
    ];
    return stores.map(({ store: { path, password }, owner }) => ({
      path,
      password,
      owner: `${this.node.id}_${owner}`,
    }));
  }

  private get passwordPlace(): string {
    const { product } = this.props;
    return product?.passwordFile === undefined ? "in its environment" : `in \`${product.passwordFile}\``;
  }

  private store(id: string, store: IKeystore | string): IKeystore {
    if (typeof store !== "string") return store;
    const { host, password, runtime } = this.props;
    if (password === undefined) throw missingPassword(this.node.path, store);
    return new Keystore(this, id, {
      host,
      path: store,
      password,
      ...(runtime === undefined ? {} : { reader: runtime }),
    });
  }
}
