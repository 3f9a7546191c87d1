import { Construct } from "constructs";
import {
  type Certificate,
  HttpsCallbackEndpoint,
  type ICallee,
  type IEndpoint,
  type IHost,
  type IKeystore,
  Keystore,
  type Secret,
  TrustFile,
} from "../../constructs";
import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { hostProp, pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  choice,
  either,
  javaRuntime,
  listOf,
  number,
  object,
  optional,
  requireProps,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { ActivationWay, JavaRuntimePlan } from "../../model";
import { cutOff } from "./trustedAgents";
import { twoCallbackOptions } from "../errors";
import { systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { callbackScript } from "./callbackScript";
import {
  electricFlowActivation,
  electricFlowBack,
  electricFlowPasswordStep,
  electricFlowSteps,
  electricFlowUnproven,
  keytoolFolder,
} from "./electricFlowRunbook";
import { type ElectricFlowInstallation, foldersOf, installationProp } from "./installation";
import {
  type CallbackContext,
  type IspwCallbackOptions,
  callbackProp,
  contextProp,
  declaredCallbacks,
} from "./ispwCallbacks";
import { serverAddressScript } from "./serverAddressScript";

export interface ElectricFlowCluster {
  /** `COMMANDER_ZK_CONNECTION`, for example `zk1:2181,zk2:2181,zk3:2181`. */
  readonly zooKeeper: string;
}

export interface ElectricFlowServerProps {
  /** The machine that the server runs on. */
  readonly host: IHost;
  /** Name or address under which others reach the server: its *Server IP address* setting. */
  readonly serverAddress: string;
  /** Port of the server on HTTPS. @default 8443 */
  readonly port?: number;
  /** Password of `conf/keystore`; the product ships it as `abcdef`. */
  readonly keystorePassword: Secret;
  /**
   * What the server presents. One that is given takes over the alias; its names are the server address.
   *
   * @default - the certificate that the server already has is adopted and stays as it is
   */
  readonly certificate?: Certificate;
  /** Alias of its identity in the keystore. @default "jetty" */
  readonly alias?: string;
  /**
   * Whose folders the installation has: `/opt/electriccloud/electriccommander`, or `/opt/cloudbees/sda`.
   *
   * @default "electric-cloud"
   */
  readonly installation?: ElectricFlowInstallation;
  /** The server's `conf`, absolute. @default - `conf` of the installation's data */
  readonly confDirectory?: string;
  /** Where the product is installed, for its commands. @default - the installation's */
  readonly installDirectory?: string;
  /** A cluster, whose nodes read the keystore from ZooKeeper. @default - one server, which reads the file */
  readonly cluster?: ElectricFlowCluster;
  /**
   * Resources whose agents accept only a server with a certificate of an authority that they know, those at both ends
   * of a gateway among them (KBEC-00084); `[]` says that there are none.
   *
   * @default - unknown: a warning where the certificate is replaced
   */
  readonly trustedAgents?: readonly string[];
  /** The Java that it runs on. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
  /**
   * From where EC-ISPW's procedures are run, and so the callbacks that the plugin asks ISPW for: all five, or those
   * named. Each context has a property of its own in the plugin.
   *
   * @default - the plugin's own callbacks stay as they are
   */
  readonly callbacks?: "all" | readonly CallbackContext[];
  /**
   * The callbacks of one parameter, where its URL has to differ from the plugin's own.
   *
   * @default - none; `callbacks` is given instead
   */
  readonly callback?: IspwCallbackOptions;
  /** What lets it read its stores and files again once they changed. @default - a restart of its service; a cluster's people upload the keystore and restart its nodes */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<ElectricFlowServerProps> = {
  host: hostProp,
  serverAddress: text,
  port: optional(number),
  keystorePassword: secretProp,
  certificate: optional(certificateProp),
  alias: optional(text),
  installation: optional(installationProp),
  confDirectory: optional(text),
  installDirectory: optional(text),
  cluster: optional(object<ElectricFlowCluster>("{ zooKeeper }", { zooKeeper: text })),
  trustedAgents: optional(textList),
  runtime: optional(javaRuntime),
  callbacks: optional(either(choice<"all">({ all: true }), listOf(contextProp))),
  callback: optional(callbackProp),
  activation: optional(activationProp),
};

/**
 * An ElectricFlow server (ElectricCommander, CloudBees CD) that others call over HTTPS.
 *
 * Beside its keystore it gets `electricflow.crt` with what callers must trust, the `ectool` script that sets
 * the *Server IP address*, and, where `callbacks` are given, the EC-ISPW callback properties with their script.
 */
export class ElectricFlowServer extends Construct implements ICallee {
  readonly endpoint: IEndpoint;
  readonly trustedAs = "electricflow";
  readonly keystore: IKeystore;
  /** What `electricflow.crt` holds and callers must trust, on the server's disk. */
  readonly certificateFile: TrustFile;

  constructor(scope: Construct, id: string, props: ElectricFlowServerProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { host } = props;
    const windows = host.platform === "windows";
    const alias = props.alias ?? "jetty";
    const port = props.port ?? 8443;
    const folders = foldersOf(host.platform, props.installation);
    const conf = props.confDirectory ?? pathsOf(host).join(folders.data, "conf");
    const install = props.installDirectory ?? folders.install;
    const inConf = (name: string) => pathsOf(host).join(conf, name);

    this.keystore = new Keystore(this, "Keystore", {
      host,
      path: inConf("keystore"),
      password: props.keystorePassword,
      profile: "jks",
      ...(props.runtime === undefined ? {} : { reader: props.runtime }),
      ifMissing: "fail",
    });
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names: [props.serverAddress],
      port,
      identity: this.keystore.entry(alias, {
        onForeign: props.certificate === undefined ? "refuse" : "replace",
      }),
      ...(props.certificate === undefined ? {} : { certificate: props.certificate }),
      ...(props.runtime === undefined ? {} : { runtime: props.runtime }),
    });
    this.certificateFile = new TrustFile(this, "CertificateFile", {
      host,
      path: inConf("electricflow.crt"),
      content: { certificateOf: this.endpoint, part: "anchor" },
    });

    const ectool = pathsOf(host).join(install, "bin", windows ? "ectool.exe" : "ectool");
    const address = this.serverAddressScript(props, inConf, ectool);
    const callbacks = this.callbackScript(props, port, inConf, ectool);
    const runbook = {
      host,
      conf,
      install,
      ectool,
      port,
      alias,
      serverAddress: props.serverAddress,
      zooKeeper: props.cluster?.zooKeeper,
      trustedAgents: props.trustedAgents ?? [],
      certificatePath: this.certificateFile.path,
      identityId: props.certificate === undefined ? undefined : this.endpoint.identity.identityId,
      address,
      callbacks,
      activation: props.activation,
    };

    contributes(this, () => ({
      systems: [systemPlan(this, "ElectricFlow", host.hostId)],
      findings: props.certificate === undefined ? [] : cutOff(this.endpoint.endpointId, props.trustedAgents),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `ElectricFlow server ${props.serverAddress}`,
          steps: electricFlowSteps(runbook),
          back: electricFlowBack(runbook),
          unproven: electricFlowUnproven(runbook),
          keytool: keytoolFolder(runbook),
        },
      ],
      ...passwordSteps(this, host, [this.keystore], (replacement) =>
        electricFlowPasswordStep(runbook, replacement),
      ),
      ...systemActivation(this, host, electricFlowActivation(runbook), [this.keystore, this.endpoint]),
    }));
  }

  private serverAddressScript(
    { host, serverAddress }: ElectricFlowServerProps,
    inConf: (name: string) => string,
    ectool: string,
  ): TrustFile {
    const windows = host.platform === "windows";
    return new TrustFile(this, "ServerAddressScript", {
      host,
      path: inConf(scriptName("set-server-address", windows)),
      mode: 0o755,
      content: {
        text: serverAddressScript(windows, ectool, serverAddress, inConf("server-ip-address.before")),
      },
      unproven: `the Server IP address of ElectricFlow is ${serverAddress} only after somebody ran this script`,
    });
  }

  /** The script that sets the declared callbacks, from a file for each of the plugin's properties. */
  private callbackScript(
    { host, callback, callbacks }: ElectricFlowServerProps,
    port: number,
    inConf: (name: string) => string,
    ectool: string,
  ): TrustFile | undefined {
    if (callback !== undefined && callbacks !== undefined) throw twoCallbackOptions(this.node.path);
    const windows = host.platform === "windows";
    const values = declaredCallbacks(port, { callback, callbacks }).map(
      ({ context, name, query, events }, index) => {
        // The first of `callback` keeps the name that it was deployed under.
        const suffix = callback !== undefined && index === 0 ? "" : `-${context}`;
        const { path } = new TrustFile(this, `CallbackProperties${suffix}`, {
          host,
          path: inConf(`ec-ispw-callbacks${suffix}.json`),
          content: { text: `${JSON.stringify(events, null, 2)}\n` },
        });
        return { property: name, valueFile: path, query };
      },
    );
    if (values.length === 0) return undefined;
    return new TrustFile(this, "CallbackPropertiesScript", {
      host,
      path: inConf(scriptName("set-ec-ispw-callbacks", windows)),
      mode: 0o755,
      content: { text: callbackScript(windows, ectool, values) },
      unproven:
        "the EC-ISPW plugin asks for these callbacks only after somebody ran this script, after each upgrade of the plugin again",
    });
  }
}

function scriptName(name: string, windows: boolean): string {
  return `${name}.${windows ? "bat" : "sh"}`;
}
