import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { withDirectory } from "../support/scripts";
import { only, setUpByOthers } from "./standIn/others";
import { fullConfiguration, preparedServer, setUp } from "./standIn/runs";

describeWith(["curl", "openssl"], "what somebody else has set up on an Integration Server", () => {
  test.each(["settings", "certificateMappings", "consumerEndpoints"] as const)(
    "is refused before anything of it is changed: %s",
    async (part) => {
      await withDirectory(async (directory) => {
        const services = preparedServer(directory);
        setUpByOthers(services, directory);
        const found = services.snapshot;

        const refused = await setUp(services, directory, {
          configuration: only(directory, part),
          environment: { IS_REPLACE: undefined },
        });

        expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("IS_REPLACE=yes") });
        expect(services.snapshot).toEqual(found);
        expect(services.writes).toEqual([]);
      });
    },
  );

  test("is replaced where that is allowed, keeps what is not declared, and comes back", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      setUpByOthers(services, directory);
      const found = services.snapshot;

      // WHEN
      const replaced = await setUp(services, directory);
      const { endpoints, listeners } = services.state;
      const endpoint = endpoints.get("PARTNER_A");
      const port = listeners.get("HTTPSListener@5543");
      const writes = services.writes;
      const second = await setUp(services, directory, { environment: { IS_REPLACE: undefined } });
      const undone = await setUp(services, directory, { arguments: ["undo"] });

      // THEN
      expect(replaced).toMatchObject({ status: 0, stderr: "" });
      expect(endpoint).toMatchObject({
        executeACL: "Partners",
        transportInfo: { host: "api.partner.example.com", proxyAlias: "DMZ", keyAlias: "client b" },
      });
      expect(writes).not.toContain("ws:deleteConsumerEndpoint");
      expect(port).toMatchObject({
        fields: { pkg: "WmRoot", keyStore: "PARTNER_KEYS", bindAddress: "10.0.0.1" },
        listening: true,
        access: "exclude",
      });
      expect(second.stdout).toBe("Nothing to change.\n");
      expect(undone).toMatchObject({ status: 0, stderr: "" });
      expect(services.snapshot).toEqual(found);
    });
  });

  test("is refused before anything else is changed", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      setUpByOthers(services, directory);
      const found = services.snapshot;
      const refused = await setUp(services, directory, {
        configuration: only(directory, "stores", "ports"),
        environment: { IS_REPLACE: undefined },
      });
      expect(refused.stderr).toContain("The port HTTPSListener@5543 is somebody else's. Nothing was changed");
      expect(services.writes).toEqual([]);
      expect(services.snapshot).toEqual(found);
      expect(existsSync(join(directory, "trust-setup.kept"))).toBe(false);
    });
  });

  test("a key that somebody else has told our alias of stays", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      const configuration = only(directory, "stores");
      await setUp(services, directory, { configuration });
      const { stores, files } = services.state;
      for (const store of [...stores.values()].filter(({ name }) => name === "PARTNER_KEYS")) {
        stores.set("key/PARTNER_KEYS", { ...store, keys: { theirs: "their password" } });
        files.set(store.location, {
          password: store.password,
          contents: "1",
          keys: { ...store.keys, theirs: "their password" },
        });
      }

      // WHEN
      const run = await setUp(services, directory, { configuration });

      // THEN
      expect(run).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("knows its keys") });
      expect(stores.get("key/PARTNER_KEYS")?.keys).toMatchObject({
        theirs: "their password",
        client_a: expect.any(String),
        "client b": expect.any(String),
      });
    });
  });

  test("a store alias is never replaced, because its password could not be given back", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      for (const theirs of services.state.stores.values())
        services.state.stores.set("trust/PARTNER_TRUST", { ...theirs, name: "PARTNER_TRUST" });
      const found = services.snapshot;
      const refused = await setUp(services, directory, {
        configuration: { ...only(directory), stores: fullConfiguration(directory).stores.slice(1) },
      });
      expect(refused.stderr).toContain("PARTNER_TRUST is somebody else's (/opt/company.jks)");
      expect(services.snapshot).toEqual(found);
    });
  });

  test("what is declared otherwise later is still ours, and the undo goes back to what was first", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      setUpByOthers(services, directory);
      const found = services.snapshot;
      await setUp(services, directory);
      const full = fullConfiguration(directory);
      const configuration = {
        ...full,
        settings: [...full.settings.slice(0, 1), ["watt.net.maxClientKeepaliveConns", "1"]] as const,
        ports: full.ports.map((port) => ({
          ...port,
          package: "Default",
          clientAuthentication: "none" as const,
        })),
        consumerEndpoints: full.consumerEndpoints.map((endpoint) => ({ ...endpoint, port: 9443 })),
      };

      // WHEN
      const changed = await setUp(services, directory, {
        configuration,
        environment: { IS_REPLACE: undefined },
      });
      const undone = await setUp(services, directory, { arguments: ["undo"] });

      // THEN
      expect(changed).toMatchObject({
        status: 0,
        stderr: "",
        stdout: expect.stringContaining("Changed: 4."),
      });
      expect(undone.status).toBe(0);
      expect(services.snapshot).toEqual(found);
    });
  });

  test("what was changed since is left alone by the undo", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      await setUp(services, directory, { configuration: only(directory, "settings") });
      services.state.settings.set("watt.security.trustStoreAlias", "ANOTHER");
      const undone = await setUp(services, directory, { arguments: ["undo"] });
      expect(undone.stdout).toContain("watt.security.trustStoreAlias was changed since");
      expect(services.state.settings.get("watt.security.trustStoreAlias")).toBe("ANOTHER");
      expect(services.state.settings.get("watt.net.maxClientKeepaliveConns")).toBe("5");
    });
  });
});
