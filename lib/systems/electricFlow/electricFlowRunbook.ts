import { pathsOf } from "../../constructs/host";
import { Activation, type IHost, type TrustFile } from "../../constructs";
import {
  type ActivationWay,
  generalPasswordStep,
  type PasswordReplacement,
  type RunbookBack,
  type RunbookStep,
} from "../../model";
import { shellQuote, windowsPromptSet } from "../../text";
import { activationStep } from "../../constructs/activationStep";
import { initScriptRestart } from "../activation";

/** What the steps of an ElectricFlow server are made of. */
export interface ElectricFlowRunbook {
  readonly host: IHost;
  /** The server's `conf`, with the keystore. */
  readonly conf: string;
  readonly install: string;
  readonly ectool: string;
  readonly serverAddress: string;
  readonly port: number;
  readonly alias: string;
  /** ZooKeeper of a cluster: `host:port`, separated by commas. */
  readonly zooKeeper: string | undefined;
  readonly trustedAgents: readonly string[];
  /** File with what the agents must trust. */
  readonly certificatePath: string;
  /** What the server presents, where that is replaced. */
  readonly identityId: string | undefined;
  /** The scripts for `ectool`. */
  readonly address: TrustFile;
  readonly callbacks: TrustFile | undefined;
  /** @default - a restart of its service; a cluster's people upload the keystore and restart its nodes */
  readonly activation: ActivationWay | undefined;
}

/** What makes the server read its keystore again; nodes of a cluster read it from ZooKeeper. */
export function electricFlowActivation(runbook: ElectricFlowRunbook): ActivationWay {
  if (runbook.activation !== undefined) return runbook.activation;
  if (runbook.zooKeeper === undefined) return restart(runbook);
  return Activation.manual(`${uploadText} ${restartText(runbook)}`);
}

/** The folder of the product's `keytool`. */
export function keytoolFolder({ host, install }: Pick<ElectricFlowRunbook, "host" | "install">): string {
  return pathsOf(host).join(install, "jre", "bin");
}

/** From the agents, who must know a new certificate first, to the properties that `ectool` sets. */
export function electricFlowSteps(runbook: ElectricFlowRunbook): RunbookStep[] {
  const { identityId, trustedAgents } = runbook;
  const hasAgents = trustedAgents.length > 0;
  const certificate =
    identityId === undefined
      ? []
      : [
          ...(hasAgents ? [loginStep(runbook), agentsBefore(runbook)] : []),
          ...reading(runbook),
          presentedStep(runbook, identityId),
        ];
  return [
    ...certificate,
    loginStep(runbook),
    ...(identityId !== undefined && hasAgents ? [agentsAfter(runbook)] : []),
    {
      text: "Run the script: it sets the Server IP address, and keeps what that was.",
      command: script(runbook, runbook.address),
      check: "The script ends with the new address, or says that it is set already.",
    },
    ...(runbook.callbacks === undefined
      ? []
      : [
          {
            text:
              "Run the script: it sets the EC-ISPW callbacks in the version of the plugin that is promoted, and keeps what they were. " +
              "A new version has properties of its own, so do this again after each upgrade of the plugin.",
            command: script(runbook, runbook.callbacks),
            check:
              "Each property is said to be set or to be right already, with the version of the plugin that you use.",
          },
        ]),
  ];
}

/** The properties as they were, and, where the certificate was replaced, the server with the one before. */
export function electricFlowBack(runbook: ElectricFlowRunbook): RunbookBack {
  const { host, conf, alias, identityId, trustedAgents, callbacks, address } = runbook;
  const scripts = [...(callbacks === undefined ? [] : [callbacks]), address];
  const givenBack: RunbookStep = {
    text: "Let each script that is in place give back what it replaced in this run; one that is not has replaced nothing.",
    command: scripts.map((file) => undone(runbook, file)).join("\n"),
    check: "Each property is said to be `as before` or to be not changed.",
  };
  const keystore = word(runbook, pathsOf(host).join(conf, "keystore"));
  return {
    before: [loginStep(runbook), givenBack],
    after:
      identityId === undefined
        ? [
            {
              text: "See that the address is the one of before.",
              command: `${word(runbook, runbook.ectool)} getProperty /server/settings/ipAddress`,
              check: "It is the one that others call.",
            },
          ]
        : [
            ...reading(runbook),
            {
              text: "Look at the certificate that the keystore holds again; keytool asks for the password.",
              command: `keytool -list -v -alias ${word(runbook, alias)} -keystore ${keystore}`,
              check: "Note its SHA-256 fingerprint.",
            },
            {
              text: `See that the server presents it.${trustedAgents.length === 0 ? "" : " The agents trust both certificates, so nothing is to be done there."}`,
              command: presented(runbook),
              check: "The first certificate has the fingerprint that you noted.",
            },
            ...(trustedAgents.length === 0 ? [] : [loginStep(runbook), agentsAfter(runbook)]),
          ],
  };
}

/** What could not be run here. */
export function electricFlowUnproven({ zooKeeper, trustedAgents }: ElectricFlowRunbook): string[] {
  return [
    "`ectool`, the restart and the plug-in were not run in the product; the scripts were run against a stand-in for `ectool` that keeps state.",
    ...(zooKeeper === undefined
      ? []
      : ["The upload to ZooKeeper follows CloudBees' own page, and was not run against a ZooKeeper."]),
    ...(trustedAgents.length === 0
      ? []
      : [
          "What an agent takes into its `caFile` follows KBEC-00084 and KBEC-00355, and was not tried with one.",
        ]),
  ];
}

/** No page of the vendor's says where the server has the password that it ships as `abcdef`. */
export function electricFlowPasswordStep(
  { zooKeeper }: Pick<ElectricFlowRunbook, "zooKeeper">,
  replacement: PasswordReplacement,
): string {
  const cluster = zooKeeper === undefined ? "" : " A cluster has its settings from ZooKeeper, too.";
  return `${generalPasswordStep("the ElectricFlow server", replacement)} Which of its settings that is, ask CloudBees: no page of theirs names it.${cluster}`;
}

/** The server reads its keystore. */
function reading(runbook: ElectricFlowRunbook): RunbookStep[] {
  return [...(runbook.zooKeeper === undefined ? [] : [uploadStep(runbook)]), restartStep(runbook)];
}

/** Puts the keystore where the nodes of a cluster read it (CloudBees, *Upload configuration files to ZooKeeper*). */
function uploadStep(runbook: ElectricFlowRunbook): RunbookStep {
  const { host, install, conf, zooKeeper = "" } = runbook;
  const windows = host.platform === "windows";
  const inInstall = (...names: string[]) => word(runbook, pathsOf(host).join(install, ...names));
  const java = inInstall("jre", "bin", windows ? "java.exe" : "java");
  const tool = inInstall("server", "bin", "zk-config-tool-jar-with-dependencies.jar");
  return {
    text: uploadText,
    command: [
      windows
        ? windowsPromptSet("COMMANDER_ZK_CONNECTION", zooKeeper)
        : `COMMANDER_ZK_CONNECTION=${word(runbook, zooKeeper)}; export COMMANDER_ZK_CONNECTION`,
      `${java} -jar ${tool} --keystoreFile ${word(runbook, pathsOf(host).join(conf, "keystore"))}`,
    ].join("\n"),
    check: "ZKConfigTool ends without an error and names keystore among what it imported.",
  };
}

const uploadText =
  "Upload the keystore to ZooKeeper, on one node, as the user that the server runs as: a cluster reads it from there.";

function restart({ host }: ElectricFlowRunbook): ActivationWay {
  return initScriptRestart(host.platform, { posix: "commanderServer", windows: "CommanderServer" });
}

function restartText({ zooKeeper }: ElectricFlowRunbook): string {
  const each = zooKeeper === undefined ? "" : " Do this on each node, one after another.";
  return `Restart the ElectricFlow server: it reads its keystore at start-up only.${each}`;
}

function restartStep(runbook: ElectricFlowRunbook): RunbookStep {
  return activationStep(runbook.host.platform, runbook.activation ?? restart(runbook), {
    text: restartText(runbook),
    check: "The web interface answers again.",
  });
}

function presentedStep(runbook: ElectricFlowRunbook, identityId: string): RunbookStep {
  const cluster =
    runbook.zooKeeper === undefined
      ? "In a cluster the file has no effect until it is uploaded with ZKConfigTool: declare cluster."
      : "Ask every node by its own name.";
  return {
    text: `See that the server presents the new certificate. ${cluster}`,
    command: presented(runbook),
    check: "The first certificate has this SHA-256 fingerprint:",
    shows: { identityId, part: "leaf" },
  };
}

function agentsBefore(runbook: ElectricFlowRunbook): RunbookStep {
  return {
    text:
      `Before the restart, on the machines of the trusted agents ${listed(runbook)}: append the content of \`${runbook.certificatePath}\` to the file that \`caFile\` in the agent's \`conf/agent.conf\` names, unless it is in it, and restart the agent. ` +
      "What it held stays, so that the old certificate is trusted, too. An agent that does not know the new one refuses the server's connections (KBEC-00084).",
    command: pings(runbook),
    check: "Each of them is alive, with the certificate that the server presents now.",
  };
}

function agentsAfter(runbook: ElectricFlowRunbook): RunbookStep {
  return {
    text: "See that the trusted agents take the server's certificate, those at both ends of each gateway too.",
    command: pings(runbook),
    check:
      "Each of them is alive. One that is not lacks the server's anchor in its `caFile`, or was not restarted.",
  };
}

/** A step of its own: it asks for the password. */
function loginStep(runbook: ElectricFlowRunbook): RunbookStep {
  return {
    text: "Log in with ectool; it asks for the password. A restart of the server ends the session.",
    command: `${word(runbook, runbook.ectool)} login admin`,
    check: "It ends without an error.",
  };
}

function script(runbook: ElectricFlowRunbook, { path }: TrustFile): string {
  return `${runbook.host.platform === "windows" ? "call " : "sh "}${word(runbook, path)}`;
}

function undone(runbook: ElectricFlowRunbook, file: TrustFile): string {
  const place = word(runbook, file.path);
  const command = `${script(runbook, file)} undo`;
  return runbook.host.platform === "windows"
    ? `if exist ${place} ${command}`
    : `if test -e ${place}; then ${command}; fi`;
}

function presented(runbook: ElectricFlowRunbook): string {
  return `keytool -printcert -sslserver ${word(runbook, `${runbook.serverAddress}:${runbook.port}`)}`;
}

function pings(runbook: ElectricFlowRunbook): string {
  return runbook.trustedAgents
    .map((agent) => `${word(runbook, runbook.ectool)} pingResource ${word(runbook, agent)}`)
    .join("\n");
}

function listed({ trustedAgents }: ElectricFlowRunbook): string {
  return trustedAgents.map((agent) => `\`${agent.replaceAll("`", "'")}\``).join(", ");
}

function word({ host }: ElectricFlowRunbook, text: string): string {
  return shellQuote(host.platform, text);
}
