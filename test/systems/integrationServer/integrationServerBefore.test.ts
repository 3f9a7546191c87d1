import { describeWith } from "../../support/tools";
import { serverOfBefore, setUpAsBefore } from "./standIn/before";

describeWith(
  ["curl"],
  "what the script of before does on a server that reads as Integration Server does",
  () => {
    test("asks in no JSON under the name of JSON, and takes the error for a no", async () => {
      expect(await setUpAsBefore(serverOfBefore({}))).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("has its configuration"),
        stderr: expect.stringContaining("500"),
      });
    });

    test("replaces the company's truststore, loses a key, and leaves a port that denies everything", async () => {
      // GIVEN
      const services = serverOfBefore();

      // WHEN
      const first = await setUpAsBefore(services);
      const { settings, stores, listeners } = services.state;

      // THEN
      expect(first.status).toBe(0);
      expect(settings.get("watt.security.trustStoreAlias")).toBe("PARTNER_TRUST");
      expect(Object.keys(stores.get("key/PARTNER_KEYS")?.keys ?? {})).toEqual(["client_a"]);
      expect(listeners.get("HTTPSListener@5543")?.access).toBe("exclude");
    });

    test("takes refusals for success at its second run: neither port nor endpoint is updated", async () => {
      // GIVEN
      const services = serverOfBefore();
      await setUpAsBefore(services);
      services.state.endpoints.set("PARTNER_A", {
        alias: "PARTNER_A",
        transportInfo: { transportType: "HTTPS" },
      });
      services.calls.length = 0;

      // WHEN
      const second = await setUpAsBefore(services);

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
