import { pathsOf } from "../../constructs/host";
import type { IHost } from "../../constructs";
import type { RunbookStep } from "../../model";
import { copyOfRun, shellQuote } from "../../text";

export interface XmattersRunbook {
  readonly host: IHost;
  /** The agent's `conf`. */
  readonly conf: string;
  /** Under which it is called, the canonical one first. */
  readonly names: readonly string[];
  readonly port: number;
  readonly commands: { readonly restart: string; readonly status: string };
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
    {
      text: "Restart the Integration Agent: it reads the keystore and service-gateway at start-up only.",
      command: commands.restart,
      check: `The log has no "Unrecognized SSL message, plaintext connection?"; that line means that somebody still calls port ${port} with http://.`,
    },
    {
      text: "See that the agent is connected.",
      command: commands.status,
      check: "Connectivity status: PRIMARY_ACCEPTED",
    },
    apiaStep(runbook),
    ...names.map((name, index) => ({
      text:
        index === 0
          ? "See that the agent presents this certificate and not apia, which is in the same keystore. Where several agents stand behind this name, ask each of them by its own."
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

/** `iadmin` speaks to the agent under `apia`, and to nothing else. */
function apiaStep({ host, conf }: XmattersRunbook): RunbookStep {
  const keystore = pathsOf(host).join(conf, ".keystore");
  const [file, before] = [shellQuote(host.platform, keystore), copyOfRun(host.platform, keystore)];
  const copy = host.platform === "windows" ? "copy /y" : "cp -p";
  return {
    text:
      "If get-status failed although the agent runs, see that `apia` is there and is the one of before: `iadmin` talks to the agent under it. keytool asks for the password. " +
      `To go back, stop the agent, run \`${copy} ${before} ${file}\`, set ssl in IAConfig.xml to what it was, and start it.`,
    command: [
      `keytool -list -v -alias apia -keystore ${file}`,
      `keytool -list -v -alias apia -keystore ${before}`,
    ].join("\n"),
    check: "Both show a PrivateKeyEntry with the same fingerprint (without the copy nothing was replaced).",
  };
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll("`", "'")}\``).join(", ");
}
