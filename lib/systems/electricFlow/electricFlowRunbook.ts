import { pathsOf } from "../../constructs/host";
import type { IHost, TrustFile } from "../../constructs";
import type { HostPlatform, RunbookStep } from "../../model";
import { copyOfRun, shellQuote, windowsPromptSet } from "../../text";

/** What the steps of an ElectricFlow server are made of. */
export interface ElectricFlowRunbook {
  readonly host: IHost;
  /** The server's `conf`, with the keystore. */
  readonly conf: string;
  readonly install: string;
  readonly ectool: string;
  readonly serverAddress: string;
  readonly port: number;
  /** ZooKeeper of a cluster: `host:port`, separated by commas. */
  readonly zooKeeper: string | undefined;
  readonly trustedAgents: readonly string[];
  /** File with what the agents must trust. */
  readonly certificatePath: string;
  /** What the server presents. */
  readonly identityId: string;
}

/** The steps after the keystore has a new certificate. */
export function certificateSteps(runbook: ElectricFlowRunbook): RunbookStep[] {
  const isCluster = runbook.zooKeeper !== undefined;
  return [
    ...(runbook.trustedAgents.length === 0 ? [] : [agentsBefore(runbook)]),
    ...(isCluster ? [uploadStep(runbook)] : []),
    restartStep(runbook),
    {
      text: `See that the server presents the new certificate.${isCluster ? " Ask every node by its own name." : " In a cluster the file has no effect until it is uploaded with ZKConfigTool: declare cluster."}`,
      command: `keytool -printcert -sslserver ${word(runbook, `${runbook.serverAddress}:${runbook.port}`)}`,
      check: "The first certificate has this SHA-256 fingerprint:",
      shows: { identityId: runbook.identityId, part: "leaf" },
    },
    ...(runbook.trustedAgents.length === 0 ? [] : [agentsAfter(runbook)]),
  ];
}

/** Puts the keystore where the nodes of a cluster read it (CloudBees, *Upload configuration files to ZooKeeper*). */
function uploadStep(runbook: ElectricFlowRunbook): RunbookStep {
  const { host, install, conf, zooKeeper = "" } = runbook;
  const windows = host.platform === "windows";
  const inInstall = (...names: string[]) => word(runbook, pathsOf(host).join(install, ...names));
  const java = inInstall("jre", "bin", windows ? "java.exe" : "java");
  const tool = inInstall("server", "bin", "zk-config-tool-jar-with-dependencies.jar");
  const keystore = pathsOf(host).join(conf, "keystore");
  const upload = (file: string) => `${java} -jar ${tool} --keystoreFile ${file}`;
  return {
    text:
      "Upload the keystore to ZooKeeper, on one node, as the user that the server runs as: a cluster reads it from there. " +
      `To go back, upload the copy of this run (\`${upload(copyOfRun(host.platform, keystore))}\`) and restart.`,
    command: [
      windows
        ? windowsPromptSet("COMMANDER_ZK_CONNECTION", zooKeeper)
        : `export COMMANDER_ZK_CONNECTION=${word(runbook, zooKeeper)}`,
      upload(word(runbook, keystore)),
    ].join("\n"),
    check: "ZKConfigTool ends without an error and names keystore among what it imported.",
  };
}

function restartStep(runbook: ElectricFlowRunbook): RunbookStep {
  const windows = runbook.host.platform === "windows";
  const each = runbook.zooKeeper === undefined ? "" : " Take the nodes one after another.";
  return {
    text: `Restart the ElectricFlow server: it reads its keystore at start-up only.${each} To go back, put the copy of this run back over keystore and restart.`,
    command: windows
      ? "net stop CommanderServer\nnet start CommanderServer"
      : "systemctl restart commanderServer || /etc/init.d/commanderServer restart",
    check: "The web interface answers again.",
  };
}

function agentsBefore(runbook: ElectricFlowRunbook): RunbookStep {
  return {
    text:
      `Before the restart, on the machines of the trusted agents ${listed(runbook)}: append the content of \`${runbook.certificatePath}\` to the file that \`caFile\` in the agent's \`conf/agent.conf\` names, and restart the agent. ` +
      "What it held stays, so that the old certificate is trusted, too. An agent that does not know the new one refuses the server's connections (KBEC-00084).",
    command: pings(runbook),
    check: "Each of them is alive, with the server's old certificate.",
  };
}

function agentsAfter(runbook: ElectricFlowRunbook): RunbookStep {
  return {
    text: "See that the trusted agents take the server's new certificate, those at both ends of each gateway too.",
    command: pings(runbook),
    check:
      "Each of them is alive. One that is not lacks the new anchor in its `caFile`, or was not restarted.",
  };
}

/** The steps that run the scripts for `ectool`. */
export function ectoolSteps(
  platform: HostPlatform,
  ectool: string,
  { address, callbacks }: { readonly address: TrustFile; readonly callbacks: TrustFile | undefined },
): RunbookStep[] {
  const run = ({ path }: TrustFile) =>
    `${shellQuote(platform, ectool)} login admin\n${platform === "windows" ? "call " : "sh "}${shellQuote(platform, path)}`;
  return [
    {
      text: "Log in with ectool (it asks for the password) and run the script: it sets the Server IP address. It says first what that was: to go back, set `/server/settings/ipAddress` to it with `ectool setProperty`.",
      command: run(address),
      check: "The script ends with the new address, or says that it is set already.",
    },
    ...(callbacks === undefined
      ? []
      : [
          {
            text:
              "Log in with ectool (it asks for the password) and run the script: it sets the EC-ISPW callbacks in the version of the plugin that is promoted. " +
              "A new version has properties of its own, so do this again after each upgrade of the plugin. With the argument `undo` the script gives back what was there before.",
            command: run(callbacks),
            check:
              "Each property is said to be set or to be right already, with the version of the plugin that you use.",
          },
        ]),
  ];
}

function pings(runbook: ElectricFlowRunbook): string {
  return [
    `${word(runbook, runbook.ectool)} login admin`,
    ...runbook.trustedAgents.map(
      (agent) => `${word(runbook, runbook.ectool)} pingResource ${word(runbook, agent)}`,
    ),
  ].join("\n");
}

function listed({ trustedAgents }: ElectricFlowRunbook): string {
  return trustedAgents.map((agent) => `\`${agent.replaceAll("`", "'")}\``).join(", ");
}

function word({ host }: ElectricFlowRunbook, text: string): string {
  return shellQuote(host.platform, text);
}
