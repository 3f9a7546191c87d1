import { type HostPlatform, type RunbookStep, nextPath } from "../../model";
import type {
  CertificateMappingConfiguration,
  IntegrationServerConfiguration,
  PortConfiguration,
} from "./integrationServerConfiguration";
import { copyOfRun, shellQuote } from "../../text";

/**
 * What people see in the console; without a script they make there what no configuration variable is known for: ports,
 * endpoint aliases and mappings.
 */
export function consoleSteps(
  configuration: IntegrationServerConfiguration,
  platform: HostPlatform,
  byScript: boolean,
): RunbookStep[] {
  const see = (what: string) =>
    byScript ? `look at ${what}` : `make ${what}, or look at it where it is there`;
  return [
    ...configuration.stores.map((store) => ({
      text: `In the console open Security > Keystore and look at the ${store.kind === "key" ? "keystore" : "truststore"} alias ${store.alias} (${store.path}).`,
      check: `Loaded is Yes${store.keys.length === 0 ? "" : `, and it lists ${store.keys.map(({ alias }) => alias).join(", ")}`}.`,
    })),
    ...globalTruststore(configuration).map((alias) => ({
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
      command: served(port, platform),
      check:
        port.clientAuthentication === "none"
          ? "The chain is the one delivered."
          : "The chain is the one delivered, and Acceptable client certificate CA names holds the issuer of your clients.",
    })),
    ...configuration.consumerEndpoints.map((endpoint) => ({
      text: `In the console open Settings > Web Services and ${see(`the consumer endpoint alias ${endpoint.alias}`)}.`,
      check: `It names ${endpoint.host}:${endpoint.port} over HTTPS${endpoint.identity === undefined ? "" : ` with keystore alias ${endpoint.identity.keyStoreAlias} and key alias ${endpoint.identity.keyAlias}`}.`,
    })),
    ...configuration.certificateMappings.map((mapping) => mappingStep(mapping, platform, byScript)),
  ];
}

/** What people do in the console once the files are as before, and see there. */
export function consoleBack(
  configuration: IntegrationServerConfiguration,
  platform: HostPlatform,
  byScript: boolean,
): RunbookStep[] {
  const { stores, ports, consumerEndpoints, certificateMappings } = configuration;
  return [
    ...(byScript && stores.length > 0
      ? [
          {
            text: `In the console open Security > Keystore, and Reload each of these aliases that is still listed: ${stores.map(({ alias }) => alias).join(", ")}. The server has read files that are gone now.`,
            check: "Loaded is Yes for each that is listed.",
          },
        ]
      : []),
    ...globalTruststore(configuration).map(() => ({
      text: "In the console open Security > Certificates.",
      check: "Truststore Alias is what it was before this run.",
    })),
    ...ports.map((port) => ({
      text: `In the console open Security > Ports. ${byScript ? "" : "Delete the port if this run has made it. "}Disable and enable HTTPS port ${port.port} (${port.portAlias}) where it is still listed and enabled, so that it presents the certificate of before.`,
      command: served(port, platform),
      check: "The chain is the one of before. Where nothing was served before, nothing answers.",
    })),
    ...(byScript
      ? []
      : consumerEndpoints.map((endpoint) => ({
          text: `In the console open Settings > Web Services, and make of the consumer endpoint alias ${endpoint.alias} what it was; delete it if this run has made it.`,
          check: "It is what it was before this run.",
        }))),
    ...certificateMappings.map(({ path, user, usage }) => ({
      text: `In the console open Security > Certificates > Configure Client Certificates. ${byScript ? "" : `Remove the mapping of ${user} that this run has made. `}Where the mapping of an older certificate of ${user} was removed since, import ${path}, which holds that certificate again, for ${user} with usage ${usage}.`,
      check: `${user} is mapped as before this run.`,
    })),
  ];
}

function globalTruststore({ settings }: IntegrationServerConfiguration): string[] {
  return settings.filter(([key]) => key === "watt.security.trustStoreAlias").map(([, alias]) => alias);
}

function served({ port }: PortConfiguration, platform: HostPlatform): string {
  return `openssl s_client -connect localhost:${port} -showcerts <${platform === "windows" ? "NUL" : "/dev/null"}`;
}

/** The certificate of the run before is in the copy of its file. */
function mappingStep(
  { path, user, usage }: CertificateMappingConfiguration,
  platform: HostPlatform,
  byScript: boolean,
): RunbookStep {
  const [file, copy] = [shellQuote(platform, path), copyOfRun(platform, path)];
  const next = nextPath(path);
  const serial = (certificate: string) => `openssl x509 -inform der -in ${certificate} -noout -serial`;
  return {
    text: [
      "In the console open Security > Certificates > Configure Client Certificates.",
      ...(byScript ? [] : [`Import ${path} for ${user} with usage ${usage}.`]),
      `Where this run has renewed the certificate, the second command prints the serial number of the older one: remove the mapping of ${user} with that number once nobody presents that certificate any more, and not before, because the way back needs it.`,
      ...(byScript ? ["The script names older mappings that are left."] : []),
      `While a rotation lasts, its next certificate lies beside this one, and ${byScript ? `the script maps ${next} as well` : `you import ${next} for ${user} as well`}. A file of that name that a bundle no longer brings is from a rotation that has ended, or was taken back: where the last command prints another number than the first, remove the mapping of ${user} with that number; then delete the file.`,
    ].join(" "),
    command: [
      serial(file),
      platform === "windows"
        ? `if exist ${copy} (fc /b ${copy} ${file} >nul || ${serial(copy)})`
        : `if test -e ${copy} && ! cmp -s ${copy} ${file}; then ${serial(copy)}; fi`,
      ifThere(platform, next, serial),
    ].join("\n"),
    check:
      `${user} is mapped with usage ${usage} and the serial number that the first command prints in hexadecimal; the ` +
      "console may show it in decimal. While a rotation lasts, the last command prints another one, which is mapped as well.",
  };
}

/** A command for a file that is there only for a time. */
function ifThere(platform: HostPlatform, path: string, command: (file: string) => string): string {
  const file = shellQuote(platform, path);
  return platform === "windows"
    ? `if exist ${file} ${command(file)}`
    : `if test -e ${file}; then ${command(file)}; fi`;
}
