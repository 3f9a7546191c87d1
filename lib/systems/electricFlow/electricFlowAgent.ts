import { Construct } from "constructs";
import {
  Activation,
  type Certificate,
  HttpsCallbackEndpoint,
  type ICallee,
  type IHost,
  type IIdentity,
  type ITrustable,
  PemFiles,
  type Secret,
} from "../../constructs";
import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { hostProp, pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  number,
  optional,
  requireProps,
  runtime as runtimeProp,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { ActivationWay, RunbookStep, RuntimePlan } from "../../model";
import { shellQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";
import { initScriptRestart, systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { type ElectricFlowInstallation, foldersOf, installationProp } from "./installation";

export interface ElectricFlowAgentProps {
  /** The machine that the agent runs on. */
  readonly host: IHost;
  /** Host names and addresses under which the server and other agents reach it; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port that the agent listens on. @default 7800 */
  readonly port?: number;
  /** What the agent presents. */
  readonly certificate: Certificate;
  /** Password of the delivered key; the agent reads one in the clear, which the runbook makes on the host. */
  readonly keyPassword: Secret;
  /** Whose folders the installation has. @default "electric-cloud" */
  readonly installation?: ElectricFlowInstallation;
  /** The agent's `conf`, absolute. @default `conf` of the installation's data */
  readonly confDirectory?: string;
  /** The OpenSSL that the agent brings. @default - a current OpenSSL */
  readonly runtime?: RuntimePlan;
  /** What lets it read its stores and files again once they changed. @default - people make the key that it reads and restart it */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<ElectricFlowAgentProps> = {
  host: hostProp,
  names: textList,
  port: optional(number),
  certificate: certificateProp,
  keyPassword: secretProp,
  installation: optional(installationProp),
  confDirectory: optional(text),
  runtime: optional(runtimeProp),
  activation: optional(activationProp),
};

/** An agent of ElectricFlow, at an end of a gateway or elsewhere, with a certificate of its own in place of `eccert`'s. */
export class ElectricFlowAgent extends Construct implements ICallee, ITrustable {
  readonly endpoint: HttpsCallbackEndpoint;

  constructor(scope: Construct, id: string, props: ElectricFlowAgentProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { host, names, port = 7800, certificate, keyPassword, runtime } = props;
    const paths = pathsOf(host);
    const conf = props.confDirectory ?? paths.join(foldersOf(host.platform, props.installation).data, "conf");
    const files = {
      certificatePath: paths.join(conf, "agent-trust.crt"),
      keyPath: paths.join(conf, "agent-trust.key"),
    };
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names,
      port,
      identity: PemFiles.at(host, { ...files, keyPassword }),
      certificate,
      ...(runtime === undefined ? {} : { runtime }),
    });
    const agentConf = paths.join(conf, "agent.conf");
    const clearKeyPath = paths.join(conf, "agent-trust.clear.key");
    const presented = `keytool -printcert -sslserver ${shellQuote(host.platform, `${names[0] ?? "localhost"}:${port}`)}`;
    contributes(this, () => ({
      systems: [systemPlan(this, "ElectricFlow agent", host.hostId)],
      ...passwordSteps(
        this,
        host,
        [{ path: files.keyPath, password: keyPassword }],
        ({ files: key, from, to }) =>
          `Where openssl asks for the password of ${key}, enter that of \`${to}\`, no more that of \`${from}\`. The agent has none.`,
      ),
      ...systemActivation(this, host, props.activation ?? byPeople, [this.endpoint]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `ElectricFlow agent ${names[0] ?? id}`,
          steps: [
            clearKeyStep(host, files.keyPath, clearKeyPath),
            {
              text: `Set \`certFile\` to \`${files.certificatePath}\` and \`keyFile\` to \`${clearKeyPath}\` in \`${agentConf}\`, in the notation that the two have there.`,
              check: "Each of the two stands in the file once, outside comments.",
            },
            restartStep(host, props.activation),
            {
              text: "See what the agent presents.",
              command: presented,
              check: "The first certificate has this SHA-256 fingerprint:",
              shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
            },
            pingStep(),
          ],
          covers: [agentConf, clearKeyPath],
          back: {
            after: [
              restartStep(host, props.activation),
              {
                text: "See what the agent presents.",
                command: presented,
                check: `The first certificate is the one of before, which \`certFile\` in \`${agentConf}\` names again.`,
              },
              pingStep(),
            ],
          },
          unproven: [
            "An agent was not run here: that `agent.conf` takes these two paths follows what is published of the product.",
            "Whether a server or an agent that trusts only what `eccert` has signed takes another certificate is not proven: try it with one agent that does not matter, and ping it.",
          ],
        },
      ],
    }));
  }

  get identity(): IIdentity {
    return this.endpoint.identity;
  }
}

/** The key as the agent reads it: in the clear, for its owner alone. openssl asks for the password. */
function clearKeyStep({ platform }: IHost, keyPath: string, clearKeyPath: string): RunbookStep {
  const [from, to] = [keyPath, clearKeyPath].map((path) => shellQuote(platform, path));
  const command = `openssl pkey -in ${from} -out ${to}`;
  return {
    text: `Make the key that the agent reads, readable by its account alone; openssl asks for the password.${platform === "windows" ? " Take the file's other permissions away in its properties." : ""}`,
    command: platform === "windows" ? command : `(umask 077 && ${command}) && chmod 0600 ${to} && own ${to}`,
    check: "It ends without an error.",
  };
}

/** A restart alone would not do: openssl asks for the password of the key that the agent reads in the clear. */
const byPeople = Activation.manual(
  "Make the key that the agent reads, as its runbook says, and restart the agent, when no job step runs on it.",
);

function restartStep({ platform }: IHost, activation: ActivationWay | undefined): RunbookStep {
  const restart = initScriptRestart(platform, { posix: "commanderAgent", windows: "CommanderAgent" });
  return activationStep(platform, activation ?? restart, {
    text: "Restart the agent, when no job step runs on it.",
    check: "It ends without an error.",
  });
}

/** On the server's machine, where `ectool` is logged in. */
function pingStep(): RunbookStep {
  return {
    text: "On the ElectricFlow server ping the resource of this agent, and one behind each of its gateways (`ectool pingResource NAME`).",
    check: "Each is alive.",
  };
}
