import { pathsOf } from "../../constructs/host";
import type { IHost } from "../../constructs";
import type { ActivationWay, RunbookBack, RunbookStep } from "../../model";
import { copyOfRun, shellQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";

export interface XmattersRunbook {
  readonly host: IHost;
  /** Where the agent is installed. */
  readonly home: string;
  /** The agent's `conf`. */
  readonly conf: string;
  /** Under which it is called, the canonical one first. */
  readonly names: readonly string[];
  readonly port: number;
  readonly commands: Readonly<Record<"start" | "stop" | "restart" | "status", string>>;
  readonly activation: ActivationWay;
  /** Who is known to call it with `http://`. */
  readonly httpCallers: readonly string[];
  readonly smokeTest: string;
  /** What it presents. */
  readonly identityId: string;
}

/** From the callers, who are cut off by the switch to TLS, to an event over HTTPS. */
export function agentSteps(runbook: XmattersRunbook): RunbookStep[] {
  const { host, port, names, commands } = runbook;
  return [
    callersStep(runbook),
    activationStep(host.platform, runbook.activation, {
      text: "Restart the Integration Agent: it reads the keystore and service-gateway at start-up only.",
      check: "Both commands end without an error.",
    }),
    connectedStep(commands),
    plainCallersStep(runbook),
    ...apiaSteps(runbook),
    ...names.map((name, index) => ({
      text:
        index === 0
          ? "See that the agent presents this certificate and not `apia`, which is in the same keystore. Where several agents stand behind this name, ask each of them by its own."
          : `See the same under \`${name}\`.`,
      command: `keytool -printcert -sslserver ${shellQuote(host.platform, `${name}:${port}`)}`,
      check: "The first certificate has this SHA-256 fingerprint:",
      shows: { identityId: runbook.identityId, part: "leaf" as const },
    })),
    {
      text: "Send an event over HTTPS. It notifies the recipient named in https-smoke-test.xml, so the script asks first.",
      command: `${host.platform === "windows" ? "call " : "sh "}${shellQuote(host.platform, runbook.smokeTest)}`,
      check: "The agent answers with a request identifier.",
    },
  ];
}

/** The agent as it was before the run: the files come back in between, while it stands. */
export function agentBack({ host, home, port, commands }: XmattersRunbook): RunbookBack {
  return {
    before: [{ text: "Stop the agent.", command: commands.stop, check: "It ends without an error." }],
    after: [
      { text: "Start the agent.", command: commands.start, check: "It ends without an error." },
      connectedStep(commands),
      {
        text: `Tell the callers of port ${port} whether it speaks TLS again, or no more: look at \`ssl\` of \`service-gateway\`, outside comments.`,
        command: `${host.platform === "windows" ? "findstr" : "grep"} service-gateway ${shellQuote(host.platform, pathsOf(host).join(home, "conf", "IAConfig.xml"))}`,
        check: "It is what it was before this run. Where that is `false`, callers use `http://` again.",
      },
    ],
  };
}

/** What could not be run here. */
export function agentUnproven({ platform }: IHost): string[] {
  return [
    "The agent's own commands were not run: an Integration Agent is not to be had here. What they print follows xMatters' pages.",
    ...(platform === "windows"
      ? ["The smoke test was not run on Windows, whose curl (Schannel) is told not to insist on revocation."]
      : []),
  ];
}

function connectedStep(commands: XmattersRunbook["commands"]): RunbookStep {
  return {
    text: "See that the agent is connected.",
    command: commands.status,
    check: "`Connectivity status: PRIMARY_ACCEPTED`",
  };
}

function plainCallersStep({ host, home, port }: XmattersRunbook): RunbookStep {
  const log = shellQuote(host.platform, pathsOf(host).join(home, "log", "IntegrationAgent.txt"));
  const search =
    host.platform === "windows"
      ? `findstr /c:"plaintext connection" ${log}`
      : `grep "plaintext connection" ${log} | tail -n 5`;
  return {
    text: `See whether somebody still calls port ${port} with \`http://\`. The agent says then \`Unrecognized SSL message, plaintext connection?\`; an older release logs to \`AlarmPoint.txt\` beside it.`,
    command: search,
    check: "It prints nothing, or nothing that is younger than the restart.",
  };
}

function callersStep({ host, port, names, httpCallers }: XmattersRunbook): RunbookStep {
  const windows = host.platform === "windows";
  const all = [
    `Before the restart: from then on every caller that uses \`http://\` on port ${port} is cut off.`,
    ...(httpCallers.length === 0
      ? ["Find out who that is: the command shows who is connected now."]
      : [
          `Known to do so: ${listed(httpCallers)}. Agree with each of them when its URL becomes \`https://\`.`,
        ]),
    `Each caller has to resolve ${listed(names)} (\`nslookup\` there) and to trust \`integration-agent.crt\`.`,
  ];
  return {
    text: all.join(" "),
    command: windows
      ? `netstat -n | findstr /c:":${port} "`
      : `{ ss -tn 2>/dev/null || netstat -an; } | grep '[.:]${port} ' || true`,
    check: "Each caller is known, and has the certificate.",
  };
}

/** `iadmin` speaks to the agent under it, and to nothing else. Each command asks for the password. */
function apiaSteps({ host, conf }: XmattersRunbook): RunbookStep[] {
  const keystore = pathsOf(host).join(conf, ".keystore");
  const list = (file: string) => `keytool -list -v -alias apia -keystore ${file}`;
  const text =
    "Only if get-status failed although the agent runs: `iadmin` talks to the agent under `apia`. Look at it; keytool asks for the password.";
  return [
    {
      text,
      command: list(shellQuote(host.platform, keystore)),
      check: "It is a PrivateKeyEntry. Note its fingerprint.",
    },
    {
      text: "Only then, too: look at `apia` in the copy of this run.",
      command: list(copyOfRun(host.platform, keystore)),
      check: "The fingerprint is the same. If it is not, follow the way back.",
    },
  ];
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll("`", "'")}\``).join(", ");
}
