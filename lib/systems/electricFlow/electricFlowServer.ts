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
import { pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import type { JavaRuntimePlan, RunbookStep } from "../../model";
import { twoCallbackOptions } from "../errors";
import { callbackScript } from "./callbackScript";
import { type CallbackContext, type IspwCallbackOptions, declaredCallbacks } from "./ispwCallbacks";
import { shellQuote } from "../../text";
import { serverAddressScript } from "./serverAddressScript";
import { systemPlan } from "../systemPlan";

export interface ElectricFlowServerProps {
  readonly host: IHost;
  /** Name or address under which others reach the server: its *Server IP address* setting. */
  readonly serverAddress: string;
  /** @default 8443 */
  readonly port?: number;
  /** Password of `conf/keystore`; the product ships it as `abcdef`. */
  readonly keystorePassword: Secret;
  /**
   * What the server presents. One that is given takes over the alias; its names are the server address.
   *
   * @default - the certificate that the server already has is adopted and stays as it is
   */
  readonly certificate?: Certificate;
  /** @default "jetty" */
  readonly alias?: string;
  /**
   * @default `/opt/electriccloud/electriccommander/conf`, on Windows
   *   `C:\ProgramData\Electric Cloud\ElectricCommander\conf`
   */
  readonly confDirectory?: string;
  /**
   * Where the product is installed, for its commands.
   *
   * @default `/opt/electriccloud/electriccommander`, on Windows `C:\Program Files\Electric Cloud\ElectricCommander`
   */
  readonly installDirectory?: string;
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
}

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
    const { host } = props;
    const windows = host.platform === "windows";
    const alias = props.alias ?? "jetty";
    const port = props.port ?? 8443;
    const conf = props.confDirectory ?? defaultConfDirectory(windows);
    const install = props.installDirectory ?? defaultInstallDirectory(windows);
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
    const scripts = [
      this.serverAddressScript(props, inConf, ectool),
      ...this.callbackScripts(props, port, inConf, ectool),
    ];

    contributes(this, () => ({
      systems: [systemPlan(this, "ElectricFlow", host.hostId)],
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `ElectricFlow server ${props.serverAddress}`,
          steps: [
            ...(props.certificate === undefined
              ? []
              : [restartStep(windows), this.servedCertificateStep(props.serverAddress, port)]),
            ...scripts.map((script) => ectoolStep(host.platform, ectool, script)),
          ],
        },
      ],
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
      content: { text: serverAddressScript(windows, ectool, serverAddress) },
      unproven: `the Server IP address of ElectricFlow is ${serverAddress} only after somebody ran this script`,
    });
  }

  /** The script that sets the declared callbacks, from a file for each of the plugin's properties. */
  private callbackScripts(
    { host, callback, callbacks }: ElectricFlowServerProps,
    port: number,
    inConf: (name: string) => string,
    ectool: string,
  ): TrustFile[] {
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
    if (values.length === 0) return [];
    return [
      new TrustFile(this, "CallbackPropertiesScript", {
        host,
        path: inConf(scriptName("set-ec-ispw-callbacks", windows)),
        mode: 0o755,
        content: { text: callbackScript(windows, ectool, values) },
        unproven:
          "the EC-ISPW plugin asks for these callbacks only after somebody ran this script, after each upgrade of the plugin again",
      }),
    ];
  }

  private servedCertificateStep(serverAddress: string, port: number): RunbookStep {
    return {
      text: "See that the server presents the new certificate. In a cluster the keystore has to be uploaded again with ZKConfigTool --keystoreFile first, otherwise the file has no effect.",
      command: `keytool -printcert -sslserver ${serverAddress}:${port}`,
      check: "The first certificate has this SHA-256 fingerprint:",
      shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
    };
  }
}

function defaultConfDirectory(windows: boolean): string {
  return windows
    ? String.raw`C:\ProgramData\Electric Cloud\ElectricCommander\conf`
    : "/opt/electriccloud/electriccommander/conf";
}

function defaultInstallDirectory(windows: boolean): string {
  return windows
    ? String.raw`C:\Program Files\Electric Cloud\ElectricCommander`
    : "/opt/electriccloud/electriccommander";
}

function restartStep(windows: boolean): RunbookStep {
  return {
    text: "Restart the ElectricFlow server: it reads its keystore at start-up only.",
    command: windows
      ? "net stop CommanderServer\nnet start CommanderServer"
      : "systemctl restart commanderServer || /etc/init.d/commanderServer restart",
    check: "The web interface answers again.",
  };
}

function ectoolStep(platform: IHost["platform"], ectool: string, script: TrustFile): RunbookStep {
  const quote = (text: string) => shellQuote(platform, text);
  return {
    command: `${quote(ectool)} login admin\n${platform === "windows" ? "call " : "sh "}${quote(script.path)}`,
    ...(script.node.id === "ServerAddressScript" ? addressText : callbackText),
  };
}

const addressText: RunbookStep = {
  text: "Log in with ectool (it asks for the password) and run the script: it sets the Server IP address.",
  check: "The script ends with: The Server IP address is",
};

const callbackText: RunbookStep = {
  text:
    "Log in with ectool (it asks for the password) and run the script: it sets the EC-ISPW callbacks in the version of the plugin that is promoted. " +
    "A new version has properties of its own, so do this again after each upgrade of the plugin. With the argument `undo` the script gives back what was there before.",
  check:
    "Each property is said to be set or to be right already, with the version of the plugin that you use.",
};

function scriptName(name: string, windows: boolean): string {
  return `${name}.${windows ? "bat" : "sh"}`;
}
