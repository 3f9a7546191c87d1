import { Construct } from "constructs";
import {
  Activation,
  type Certificate,
  ConfigFile,
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
  javaRuntime,
  number,
  object,
  optional,
  requireProps,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import {
  type ActivationWay,
  type ConfigSetting,
  generalPasswordStep,
  type JavaRuntimePlan,
} from "../../model";
import { reservedAlias } from "../errors";
import { cutOff, shadowing } from "./xmattersFindings";
import { agentBack, agentSteps, agentUnproven } from "./xmattersRunbook";
import { smokeTestEvent, smokeTestScript } from "./xmattersSmokeTest";
import { commandLine } from "../../constructs/activationStep";
import { systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";

/** Which event the smoke test sends, and to which integration service. */
export interface XmattersSmokeTestOptions {
  /** Event domain of the integration service. @default "applications" */
  readonly domain?: string;
  /** Integration service that the event goes to. @default "sample-plan", which is enabled in the IAConfig.xml as shipped */
  readonly service?: string;
  /** User whom the event notifies. @default "bsmith", as in the sample plan */
  readonly recipient?: string;
}

export interface XmattersIntegrationAgentProps {
  /** The machine that the agent runs on. */
  readonly host: IHost;
  /** Where the agent is installed (`<IAHOME>`), absolute. */
  readonly home: string;
  /** Name under which management systems call the agent; it must be in the certificate. */
  readonly serverAddress: string;
  /**
   * Further names of the agent, for example its own where several agents stand behind `serverAddress`.
   *
   * @default - none
   */
  readonly otherNames?: readonly string[];
  /**
   * Who calls the agent with `http://` today, and is cut off by its switch to TLS: named in a warning and first in the
   * runbook.
   *
   * @default - unknown: the runbook says how to find out
   */
  readonly httpCallers?: readonly string[];
  /** What the agent presents: a PFX, PEM or JKS, self-signed, or issued by an authority. */
  readonly certificate: Certificate;
  /** Password of `conf/.keystore`; the product ships it as `alarmpoint` and wants it on every key too. */
  readonly keystorePassword: Secret;
  /** Port of the agent's service gateway. @default 8081 */
  readonly port?: number;
  /** Host that the service gateway binds to (`service-gateway` attribute `host`). @default - stays as it is */
  readonly gatewayHost?: string;
  /**
   * A copy of the site's own `IAConfig.xml`, relative to the project's root: synth then writes the whole edited file
   * among the artifacts, for a host that nobody may log in to.
   *
   * @default - none: what is to be set is written there; on other hosts the file is edited in place either way
   */
  readonly iaConfig?: string;
  /** Alias of its identity in the keystore. @default "new-cert", which Java presents rather than `apia` */
  readonly alias?: string;
  /** Aliases of other keys in the store. @default - `apia`, the certificate of the `iadmin` tool */
  readonly otherKeyAliases?: readonly string[];
  /**
   * How the agent's Java chooses among the keys: by the order of the aliases (SunX509, Java's default) or by the
   * name that the client asks for (NewSunX509).
   *
   * @default "SunX509"
   */
  readonly keyManager?: "SunX509" | "NewSunX509";
  /** What the smoke test sends. @default - an event to `sample-plan`, as shipped */
  readonly smokeTest?: XmattersSmokeTestOptions;
  /** The Java that the agent brings. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
  /** What lets it read its stores and files again once they changed. @default - its own commands stop and start it: a change of `ssl` needs a restart */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<XmattersIntegrationAgentProps> = {
  host: hostProp,
  home: text,
  serverAddress: text,
  otherNames: optional(textList),
  httpCallers: optional(textList),
  certificate: certificateProp,
  keystorePassword: secretProp,
  port: optional(number),
  gatewayHost: optional(text),
  iaConfig: optional(text),
  alias: optional(text),
  otherKeyAliases: optional(textList),
  keyManager: optional(choice<"SunX509" | "NewSunX509">({ SunX509: true, NewSunX509: true })),
  smokeTest: optional(
    object<XmattersSmokeTestOptions>("{ domain, service, recipient }", {
      domain: optional(text),
      service: optional(text),
      recipient: optional(text),
    }),
  ),
  runtime: optional(javaRuntime),
  activation: optional(activationProp),
};

/**
 * An xMatters Integration Agent that accepts requests over HTTPS.
 *
 * Its identity joins `apia` in `conf/.keystore`, `service-gateway` in `conf/IAConfig.xml` is switched to TLS, and
 * beside them it gets `integration-agent.crt` with what callers must trust and a smoke test.
 */
export class XmattersIntegrationAgent extends Construct implements ICallee {
  readonly endpoint: IEndpoint;
  readonly trustedAs = "xmatters-integration-agent";
  readonly keystore: IKeystore;
  /** What `integration-agent.crt` holds and callers must trust, on the agent's disk. */
  readonly certificateFile: TrustFile;
  /** Commands on the agent's host, a line each. A change of `ssl` needs a restart; `reload all` is not enough. */
  readonly commands: {
    readonly start: string;
    readonly stop: string;
    readonly restart: string;
    readonly status: string;
  };

  constructor(scope: Construct, id: string, props: XmattersIntegrationAgentProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { host } = props;
    const paths = pathsOf(host);
    const conf = paths.join(props.home, "conf");
    const alias = props.alias ?? "new-cert";
    const port = props.port ?? 8081;
    if (alias.toLowerCase() === "apia") throw reservedAlias(this.node.path, alias);

    this.keystore = new Keystore(this, "Keystore", {
      host,
      path: paths.join(conf, ".keystore"),
      password: props.keystorePassword,
      profile: "jks",
      ...(props.runtime === undefined ? {} : { reader: props.runtime }),
      ifMissing: "fail",
    });
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names: [props.serverAddress, ...(props.otherNames ?? [])],
      port,
      identity: this.keystore.entry(alias),
      certificate: props.certificate,
      ...(props.runtime === undefined ? {} : { runtime: props.runtime }),
    });
    const iaConfig = new ConfigFile(this, "IAConfig", {
      host,
      path: paths.join(conf, "IAConfig.xml"),
      settings: serviceGateway(port, props.gatewayHost),
      ...(props.iaConfig === undefined ? {} : { source: props.iaConfig }),
    });
    this.certificateFile = new TrustFile(this, "CertificateFile", {
      host,
      path: paths.join(conf, "integration-agent.crt"),
      content: { certificateOf: this.endpoint, part: "anchor" },
    });
    const recipient = props.smokeTest?.recipient ?? "bsmith";
    const event = new TrustFile(this, "SmokeTestEvent", {
      host,
      path: paths.join(conf, "https-smoke-test.xml"),
      content: { text: smokeTestEvent(recipient) },
    });
    const service = `${props.smokeTest?.domain ?? "applications"}_${props.smokeTest?.service ?? "sample-plan"}`;
    const smokeTest = new TrustFile(this, "SmokeTest", {
      host,
      path: paths.join(conf, host.platform === "windows" ? "https-smoke-test.bat" : "https-smoke-test.sh"),
      mode: 0o755,
      content: {
        text: smokeTestScript({
          platform: host.platform,
          url: `https://${props.serverAddress}:${port}/http/${service}`,
          certificatePath: this.certificateFile.path,
          eventPath: event.path,
          recipient,
        }),
      },
      unproven: "the agent serves HTTPS only after a restart; this script shows it",
    });
    this.commands = commandsOf(host, props.home);
    const activation = props.activation ?? agentRestart(host, props.home);

    const keyManager = props.keyManager ?? "SunX509";
    const others = props.otherKeyAliases ?? ["apia"];
    const runbook = {
      host,
      home: props.home,
      conf,
      port,
      names: this.endpoint.names,
      commands: this.commands,
      activation,
      httpCallers: props.httpCallers ?? [],
      smokeTest: smokeTest.path,
      identityId: this.endpoint.identity.identityId,
    };
    contributes(this, () => ({
      systems: [systemPlan(this, "xMatters Integration Agent", host.hostId)],
      findings: [
        ...(keyManager === "SunX509" ? shadowing(this.endpoint.endpointId, alias, others) : []),
        ...cutOff(this.endpoint.endpointId, port, props.httpCallers ?? []),
      ],
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `xMatters Integration Agent ${props.serverAddress}`,
          steps: agentSteps(runbook),
          back: agentBack(runbook),
          unproven: agentUnproven(host),
          keytool: paths.join(props.home, "jre", "bin"),
        },
      ],
      ...passwordSteps(
        this,
        host,
        [this.keystore],
        (replacement) =>
          `${generalPasswordStep("the Integration Agent", replacement)} Which of its settings that is, ask xMatters: no page of theirs names it. \`iadmin\` needs it, too.`,
      ),
      ...systemActivation(this, host, activation, [this.keystore, this.endpoint, iaConfig]),
    }));
  }
}

function serviceGateway(port: number, host: string | undefined): ConfigSetting[] {
  const setting = (attribute: string, value: string): ConfigSetting => ({
    kind: "xml-attribute",
    element: "service-gateway",
    attribute,
    value,
  });
  return [
    setting("ssl", "true"),
    ...(host === undefined ? [] : [setting("host", host)]),
    setting("port", String(port)),
  ];
}

/** The agent's own commands, each as a program and its arguments. */
function programsOf(host: IHost, home: string): Readonly<Record<"start" | "stop" | "status", string[]>> {
  const windows = host.platform === "windows";
  const program = (name: string) => pathsOf(host).join(home, "bin", name);
  return {
    start: [program(windows ? "start_service.bat" : "start_daemon.sh")],
    stop: [program(windows ? "stop_service.bat" : "stop_daemon.sh")],
    status: [program(windows ? "iadmin.bat" : "iadmin.sh"), "get-status"],
  };
}

function commandsOf(host: IHost, home: string): XmattersIntegrationAgent["commands"] {
  const programs = programsOf(host, home);
  const [start, stop, status] = [programs.start, programs.stop, programs.status].map((argv) =>
    commandLine(host.platform, argv),
  ) as [string, string, string];
  return { start, stop, restart: `${stop}\n${start}`, status };
}

function agentRestart(host: IHost, home: string): ActivationWay {
  const { start, stop } = programsOf(host, home);
  return Activation.steps(Activation.run(stop), Activation.run(start));
}
