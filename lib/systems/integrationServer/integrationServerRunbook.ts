import type { HostPlatform, RunbookStep } from "../../model";
import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import type { SetupDelivery } from "./integrationServerDelivery";
import type { IntegrationServerProps } from "./integrationServerProps";
import { runtimeSteps } from "./microservicesRuntimeRunbook";
import { passwordVariables } from "./setupScript/steps";
import { posixQuote, shellQuote } from "../../text";

/** What people do on the server, through its script or its start-up, and how they see in its console that it worked. */
export function integrationServerSteps(
  configuration: IntegrationServerConfiguration,
  { kind, path: setupPath }: SetupDelivery,
  props: IntegrationServerProps,
): RunbookStep[] {
  const { platform } = props.host;
  const byScript = kind === "admin-services";
  // Of ports, endpoint aliases and mappings no configuration variable is known: there people make them.
  const see = (what: string) =>
    byScript ? `look at ${what}` : `make ${what}, or look at it where it is there`;
  return [
    ...(byScript
      ? [scriptStep(configuration, setupPath, platform)]
      : runtimeSteps(configuration, setupPath, props)),
    ...configuration.stores.map((store) => {
      const kind = store.kind === "key" ? "keystore" : "truststore";
      return {
        text: `In the console open Security > Keystore and look at the ${kind} alias ${store.alias} (${store.path}).`,
        check:
          `Loaded is Yes${store.keys.length === 0 ? "" : `, and it lists ${store.keys.map(({ alias }) => alias).join(", ")}`}. ` +
          "After the file has changed, Reload.",
      };
    }),
    ...configuration.settings
      .filter(([key]) => key === "watt.security.trustStoreAlias")
      .map(([, alias]) => ({
        text: "In the console open Security > Certificates.",
        check: `Truststore Alias is ${alias}. Where it is empty, calls without a truststore of their own accept any certificate, unless watt.security.cert.wmChainVerifier.trustByDefault is false.`,
      })),
    ...configuration.ports.map((port) => ({
      text: [
        `In the console open Security > Ports and ${see(`HTTPS port ${port.port} (${port.portAlias})`)}:`,
        `keystore alias ${port.keyStoreAlias}, key alias ${port.keyAlias}, client authentication ${port.clientAuthentication}${port.trustStoreAlias === undefined ? "" : `, truststore alias ${port.trustStoreAlias}`}, Use JSSE yes.`,
        ...(byScript
          ? []
          : [
              "A new port denies everything until its Access Mode allows it.",
              "Disable and enable it after its certificate has changed.",
            ]),
      ].join(" "),
      command: `openssl s_client -connect localhost:${port.port} -showcerts <${platform === "windows" ? "NUL" : "/dev/null"}`,
      check:
        port.clientAuthentication === "none"
          ? "The chain is the one delivered."
          : "The chain is the one delivered, and Acceptable client certificate CA names holds the issuer of your clients.",
    })),
    ...configuration.consumerEndpoints.map((endpoint) => ({
      text: `In the console open Settings > Web Services and ${see(`the consumer endpoint alias ${endpoint.alias}`)}.`,
      check: `It names ${endpoint.host}:${endpoint.port} over HTTPS${endpoint.identity === undefined ? "" : ` with keystore alias ${endpoint.identity.keyStoreAlias} and key alias ${endpoint.identity.keyAlias}`}.`,
    })),
    ...configuration.certificateMappings.map((mapping) => ({
      text: [
        "In the console open Security > Certificates > Configure Client Certificates.",
        ...(byScript ? [] : [`Import ${mapping.path} for ${mapping.user} with usage ${mapping.usage}.`]),
        `Of ${mapping.user} with this usage, remove each mapping with another serial number than the one printed here, once nobody presents that certificate any more.`,
      ].join(" "),
      command: `openssl x509 -inform der -in ${shellQuote(platform, mapping.path)} -noout -serial`,
      check:
        `${mapping.user} is mapped with usage ${mapping.usage} and the serial number that the command prints in ` +
        "hexadecimal; the console may show it in decimal.",
    })),
    ...(byScript ? [undoStep(setupPath, platform)] : []),
  ];
}

function scriptStep(
  configuration: IntegrationServerConfiguration,
  setupPath: string,
  platform: HostPlatform,
): RunbookStep {
  return {
    text:
      "Run the set-up script on the server. It asks the running server's admin services, says what it changes, keeps " +
      "what it replaces beside itself, and may run again at any time. Where it stops at something that is somebody " +
      "else's, ask them first; with IS_REPLACE=yes in its environment it replaces that.",
    command: scriptCommand(["IS_ADMIN_PASSWORD", ...passwordVariables(configuration)], setupPath, platform),
    check: "Its last line counts what it changed, or says that there is nothing to change.",
  };
}

function undoStep(setupPath: string, platform: HostPlatform): RunbookStep {
  return {
    text:
      "Only to go back, and before the stores are taken away: let the script give back what it replaced. It leaves " +
      "alone what was changed since, and says so.",
    command: scriptCommand(["IS_ADMIN_PASSWORD"], setupPath, platform, " undo"),
    check: "Its last line counts what it changed, and trust-setup.kept beside it is gone.",
  };
}

/** PowerShell's script asks for the passwords itself. */
function scriptCommand(
  passwords: readonly string[],
  setupPath: string,
  platform: HostPlatform,
  words = "",
): string {
  if (platform === "windows")
    return `powershell -NoProfile -ExecutionPolicy RemoteSigned -File ${shellQuote(platform, setupPath)}${words}`;
  return [
    ...passwords.map(
      (name) => `printf '${name}: '; stty -echo; read -r ${name}; stty echo; echo; export ${name}`,
    ),
    `sh ${posixQuote(setupPath)}${words}`,
  ].join("\n");
}
