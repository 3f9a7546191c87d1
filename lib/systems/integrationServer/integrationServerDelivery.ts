import type { Construct } from "constructs";
import { TrustFile } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import type { ConfigExpectationPlan } from "../../model";
import { unlistablePath } from "../errors";
import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import { powerShellSetupScript } from "./integrationServerPowerShell";
import type { IntegrationServerProps } from "./integrationServerProps";
import { adminServiceScript } from "./integrationServerScript";
import { configurationVariables } from "./integrationServerVariables";

/** Files by which a server is told its configuration. */
export interface SetupDelivery {
  readonly kind: NonNullable<IntegrationServerProps["delivery"]>;
  /** The script that people run on the server's platform, or the file that its runtime reads. */
  readonly path: string;
}

/**
 * Delivers what tells the server its configuration, made at synth when everything is declared. Windows gets the
 * script for the shell too, for those who have one there.
 *
 * @param directory where scripts go
 * @throws SystemError `unlistable-path` for a file of variables with a comma in its path
 */
export function deliverSetup(
  server: Construct,
  props: IntegrationServerProps,
  directory: string,
  configuration: () => IntegrationServerConfiguration,
): SetupDelivery {
  const { host, instanceDirectory, secretSource = "env" } = props;
  const { adminUrl = "http://localhost:5555", administrator = "Administrator" } = props;
  const paths = pathsOf(host);
  if (props.delivery === "configuration-variables") {
    const path = paths.join(instanceDirectory, props.propertiesFile ?? "trust-variables.properties");
    if (path.includes(",")) throw unlistablePath(server.node.path, path);
    const file = new TrustFile(server, "ConfigurationVariables", {
      host,
      path,
      content: { text: () => configurationVariables(configuration(), secretSource) },
      unproven: "a Microservices Runtime reads its configuration variables at start-up only",
    });
    return { kind: props.delivery, path: file.path };
  }
  const script = (id: string, name: string, text: typeof adminServiceScript, isForPlatform: boolean) =>
    new TrustFile(server, id, {
      host,
      path: paths.join(directory, name),
      mode: 0o755,
      content: { text: () => text(configuration(), adminUrl, administrator) },
      unproven:
        "Integration Server knows its stores, ports and certificates only after somebody ran this script",
      ...(isForPlatform
        ? {
            beforeDestroy:
              "run it there with undo first, where it was run: otherwise the server goes on naming stores that are gone",
          }
        : {}),
    }).path;
  const isWindows = host.platform === "windows";
  const posix = script("SetupScript", "trust-setup.sh", adminServiceScript, !isWindows);
  const path = isWindows ? script("PowerShellScript", "trust-setup.ps1", powerShellSetupScript, true) : posix;
  return { kind: "admin-services", path };
}

/** Why a certificate that is there stands for no user yet; the switch of a rotation waits until it does. */
export function unprovenMapping({ delivery }: Pick<IntegrationServerProps, "delivery">): string {
  const told =
    delivery === "configuration-variables" ? "imported it in the console" : "ran the set-up script";
  return `Integration Server takes it for its user only after somebody ${told}`;
}

/**
 * What `verify` looks at: who names another global truststore takes away what the server's calls trust, and leaves
 * every store as it is. An Integration Server keeps its settings in `server.cnf`, in which those with the server's own
 * default need not stand; a runtime reads them from what was delivered.
 */
export function expectedSettings(
  server: Construct,
  { host, instanceDirectory }: IntegrationServerProps,
  { kind, path }: SetupDelivery,
  globalTruststore: string | undefined,
): ConfigExpectationPlan[] {
  if (globalTruststore === undefined) return [];
  const expected = (file: string, prefix: string, remedy: string): ConfigExpectationPlan => ({
    id: `${planIdOf(server)}/GlobalTruststore`,
    hostId: host.hostId,
    path: file,
    settings: [{ kind: "property", key: `${prefix}watt.security.trustStoreAlias`, value: globalTruststore }],
    remedy: `${remedy}; or ask who named another one`,
  });
  const settingsFile = pathsOf(host).join(instanceDirectory, "config", "server.cnf");
  return [
    kind === "admin-services"
      ? expected(settingsFile, "", `run ${path} on the server, which says what it changes`)
      : expected(path, "settings.", "deploy again, and start the runtime again"),
  ];
}
