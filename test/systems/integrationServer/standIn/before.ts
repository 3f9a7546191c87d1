import { join } from "node:path";
import { runAsync, withDirectory } from "../../support/scripts";
import { whileListening } from "../../support/servers";
import { IntegrationServerStandIn } from "./integrationServerStandIn";

/** The script that 0.1.0 wrote before it read what it replaces. */
const SCRIPT = join(__dirname, "..", "trust-setup-0.1.0.sh");

/** A server with the store files that the script of before names. */
export function serverOfBefore(
  options: { readonly takesEmptyJson?: boolean } = { takesEmptyJson: true },
): IntegrationServerStandIn {
  const services = new IntegrationServerStandIn("manage", options);
  for (const location of ["/opt/partner.jks", "/opt/trust.jks"])
    services.state.files.set(location, {
      password: "store",
      keys: location === "/opt/partner.jks" ? { client_a: "store", client_b: "store" } : {},
      contents: "1",
    });
  return services;
}

/** Runs the script of before. */
export function setUpAsBefore(services: IntegrationServerStandIn) {
  return withDirectory((directory) =>
    whileListening(services.server, (port) =>
      runAsync("sh", [SCRIPT], {
        PATH: process.env["PATH"],
        HOME: directory,
        IS_URL: `http://localhost:${port}`,
        IS_ADMIN_PASSWORD: "manage",
        KEYS_PASSWORD: "store",
      }),
    ),
  );
}
