import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { runAsync, withDirectory } from "../support/scripts";
import { whileListening } from "../support/servers";
import { IntegrationServerStandIn } from "./standIn/integrationServerStandIn";

/** The script that 0.1.0 wrote before it read what it replaces. */
const SCRIPT = join(__dirname, "trust-setup-0.1.0.sh");

function standIn(options: { readonly takesEmptyJson?: boolean } = { takesEmptyJson: true }) {
  const services = new IntegrationServerStandIn("manage", options);
  for (const location of ["/opt/partner.jks", "/opt/trust.jks"])
    services.state.files.set(location, {
      password: "store",
      keys: location === "/opt/partner.jks" ? { client_a: "store", client_b: "store" } : {},
      contents: "1",
    });
  return services;
}

const setUp = (services: IntegrationServerStandIn) =>
  withDirectory((directory) =>
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

describeWith(
  ["curl"],
  "what the script of before does on a server that reads as Integration Server does",
  () => {
    test("asks in no JSON under the name of JSON, and takes the error for a no", async () => {
      expect(await setUp(standIn({}))).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("has its configuration"),
        stderr: expect.stringContaining("500"),
      });
    });

    test("replaces the company's truststore, loses a key, and leaves a port that denies everything", async () => {
      // GIVEN
      const services = standIn();

      // WHEN
      const first = await setUp(services);
      const { settings, stores, listeners } = services.state;

      // THEN
      expect(first.status).toBe(0);
      expect(settings.get("watt.security.trustStoreAlias")).toBe("PARTNER_TRUST");
      expect(Object.keys(stores.get("key/PARTNER_KEYS")?.keys ?? {})).toEqual(["client_a"]);
      expect(listeners.get("HTTPSListener@5543")?.access).toBe("exclude");
    });

    test("takes refusals for success at its second run: neither port nor endpoint is updated", async () => {
      // GIVEN
      const services = standIn();
      await setUp(services);
      services.state.endpoints.set("PARTNER_A", {
        alias: "PARTNER_A",
        transportInfo: { transportType: "HTTPS" },
      });
      services.calls.length = 0;

      // WHEN
      const second = await setUp(services);

      // THEN
      expect(second).toMatchObject({ status: 0, stdout: expect.stringContaining("has its configuration") });
      expect(services.writes).toContain("net.listeners:updateListener");
      expect(
        services.calls.find(({ service }) => service.endsWith("updateListener"))?.request,
      ).not.toHaveProperty("oldPkg");
      expect(services.state.endpoints.get("PARTNER_A")).not.toHaveProperty("transportInfo.host");
      expect(services.writes.length).toBeGreaterThan(8);
    });
  },
);
