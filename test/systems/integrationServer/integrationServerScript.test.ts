import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IntegrationServerConfiguration } from "../../../lib/systems/integrationServer/integrationServerConfiguration";
import { adminServiceScript } from "../../../lib/systems/integrationServer/integrationServerScript";
import { describeWith } from "../../support/tools";
import { shellcheck, withDirectory } from "../support/scripts";
import { fullConfiguration, keystorePath, preparedServer, setUp, writeDer } from "./standIn/runs";

const NOTHING = { status: 0, stdout: "Nothing to change.\n", stderr: "" };

describeWith(["shellcheck", "curl", "openssl"], "the set-up script of an Integration Server", () => {
  test("is one that shellcheck passes", () => {
    expect(
      shellcheck(adminServiceScript(fullConfiguration("/tmp"), "http://localhost:5555", "Administrator")),
    ).toBe("");
  });

  test("configures the server, says what it changed, and writes nothing the second time", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);

      // WHEN
      const first = await setUp(services, directory);
      const writes = services.writes;
      const configured = services.snapshot;
      const second = await setUp(services, directory, { environment: { IS_REPLACE: undefined } });

      // THEN
      expect(first).toEqual({
        status: 0,
        stdout: [
          "The alias PARTNER_KEYS created.",
          "The alias PARTNER_TRUST created.",
          "watt.security.trustStoreAlias was COMPANY_TRUST and is PARTNER_TRUST.",
          "watt.net.maxClientKeepaliveConns was 5 and is 0.",
          `${directory}/partner7.der stands for partner7 in SSL Authentication.`,
          "The endpoint alias PARTNER_A created.",
          "The endpoint alias PARTNER_B created.",
          "The port HTTPSListener@5543 is open, and allows what the services' own lists allow.",
          "Changed: 8.",
          "",
        ].join("\n"),
        stderr: "",
      });
      expect(writes).toEqual([
        "security.keystore:createStore",
        "security.keystore:refreshStore",
        "security.keystore:createStore",
        "security.keystore:refreshStore",
        "admin:setSettings",
        "admin:setSettings",
        "security.certificate:importCertificate",
        "ws:addConsumerEndpoint",
        "ws:addConsumerEndpoint",
        "net.listeners:addListener",
        "portAccess:setType",
        "net.listeners:enableListener",
        "admin:clearSSLCache",
      ]);
      expect(Object.keys(services.state.stores.get("key/PARTNER_KEYS")?.keys ?? {})).toEqual([
        "client_a",
        "client b",
      ]);
      expect(services.state.listeners.get("HTTPSListener@5543")).toMatchObject({
        access: "include",
        listening: true,
      });
      expect(services.state.endpoints.get("PARTNER_B")).toMatchObject({
        transportInfo: { user: 'it"s\\me', password: "call 'CANARY'", authType: "Basic" },
      });
      expect(second).toEqual(NOTHING);
      expect(services.writes).toEqual([]);
      expect(services.snapshot).toEqual(configured);
    });
  });

  test.each([
    `it's $(touch pwned) \`touch pwned\` ${String.raw`"; touch pwned; \ %41 %`}`,
    "-v a=b&c\nd\te # | * ? [x] Bücher 🙂 ~!()",
  ])("carries hostile text as it stands: %j", async (text) => {
    await withDirectory(async (parent) => {
      // GIVEN
      const directory = join(parent, text.replaceAll("/", "").replaceAll("\n", " "));
      mkdirSync(directory);
      const services = preparedServer(directory);
      const path = join(directory, `${text}.jks`);
      const passwordVariable = "KEYS_PASSWORD";
      const keys = [
        { alias: text, passwordVariable },
        { alias: `${text}2`, passwordVariable },
      ];
      services.state.files.set(path, {
        password: text,
        keys: Object.fromEntries(keys.map(({ alias }) => [alias, text])),
        contents: "1",
      });
      writeFileSync(path, "1");
      services.state.users.add(text);
      const configuration: IntegrationServerConfiguration = {
        ...fullConfiguration(directory),
        stores: [{ kind: "key", alias: text, path, type: "JKS", passwordVariable, keys }],
        settings: [[`watt.${text}`, text]],
        ports: [
          {
            portAlias: text,
            port: 5543,
            package: text,
            keyStoreAlias: text,
            keyAlias: text,
            clientAuthentication: "none",
          },
        ],
        consumerEndpoints: [{ alias: "A", host: text, port: 1, basic: { user: text, passwordVariable } }],
        certificateMappings: [
          { path: join(directory, "partner7.der"), user: text, usage: "Verify and Encrypt" },
        ],
      };
      const found = services.snapshot;
      const run = { configuration, environment: { KEYS_PASSWORD: text } };

      // WHEN
      const first = await setUp(services, directory, run);
      const { stores, settings, listeners, endpoints, mappings } = services.state;
      const configured = {
        keys: stores.get(`key/${text}`)?.keys,
        setting: settings.get(`watt.${text}`),
        port: listeners.get("HTTPSListener@5543")?.fields,
        endpoint: endpoints.get("A"),
        user: mappings[0]?.user,
      };
      const second = await setUp(services, directory, run);
      await setUp(services, directory, { ...run, arguments: ["undo"] });

      // THEN
      expect(first).toMatchObject({ status: 0, stderr: "" });
      expect(configured).toMatchObject({
        keys: { [text]: text, [`${text}2`]: text },
        setting: text,
        port: { portAlias: text, pkg: text, keyStore: text, alias: text },
        endpoint: { transportInfo: { host: text, user: text, password: text } },
        user: text,
      });
      expect(second).toEqual(NOTHING);
      services.state.settings.delete(`watt.${text}`);
      expect(services.snapshot).toEqual(found);
      expect([existsSync("pwned"), existsSync(join(directory, "pwned"))]).toEqual([false, false]);
    });
  });

  test("gives its undo the state that it found", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const found = services.snapshot;
      await setUp(services, directory);

      const undone = await setUp(services, directory, {
        arguments: ["undo"],
        environment: { KEYS_PASSWORD: undefined, call_password: undefined },
      });
      const again = await setUp(services, directory, { arguments: ["undo"] });

      expect(undone).toMatchObject({ status: 0, stdout: expect.stringContaining("Changed: 8."), stderr: "" });
      expect(services.snapshot).toEqual(found);
      expect(again.stdout).toContain("nothing to undo");
    });
  });

  test("hands no password to another program as an argument, and keeps and prints none", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);

      // WHEN
      const runs = [
        await setUp(services, directory, { notesArguments: true }),
        await setUp(services, directory, { environment: { IS_RENEW_PASSWORDS: "yes" } }),
      ];
      services.refusing = { service: "wm.server.security.keystore:createStore", kind: "echo" };
      runs.push(await setUp(services, directory, { environment: { IS_RENEW_PASSWORDS: "yes" } }));

      // THEN
      const kept = join(directory, "trust-setup.kept");
      const seen = [
        readFileSync(join(directory, "arguments"), "utf8"),
        readFileSync(kept, "utf8"),
        ...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ].join("\n");
      expect(seen).toContain("--config");
      expect(seen).not.toContain("CANARY");
      expect(statSync(kept).mode & 0o777).toBe(0o600);
    });
  });

  test("lets the server read a renewed store again, and the port serve it", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      await setUp(services, directory);
      const path = keystorePath(directory);
      for (const [location, file] of services.state.files)
        services.state.files.set(location, { ...file, contents: location === path ? "2" : file.contents });
      writeFileSync(path, "2");

      // WHEN
      const renewed = await setUp(services, directory);
      const writes = services.writes;

      // THEN
      expect(renewed.stdout).toContain("The alias PARTNER_KEYS read its file again.");
      expect(writes).toEqual([
        "security.keystore:refreshStore",
        "net.listeners:disableListener",
        "net.listeners:enableListener",
        "admin:clearSSLCache",
      ]);
      expect(services.state.listeners.get("HTTPSListener@5543")).toMatchObject({ serves: "2" });
      expect(await setUp(services, directory)).toEqual(NOTHING);
    });
  });

  test.each(["decimal", "hexadecimal"] as const)(
    "maps a renewed certificate beside the one before, with serial numbers in %s",
    async (serials) => {
      await withDirectory(async (directory) => {
        // GIVEN
        const services = preparedServer(directory);
        const configuration = {
          ...fullConfiguration(directory),
          stores: [],
          ports: [],
          consumerEndpoints: [],
          settings: [],
        };
        services.state.serials = serials;

        // WHEN
        await setUp(services, directory, { configuration });
        const second = await setUp(services, directory, { configuration });
        writeDer(join(directory, "partner7.der"));
        await setUp(services, directory, { configuration });

        // THEN
        expect(second).toEqual(NOTHING);
        expect(services.state.mappings.map(({ user }) => user)).toEqual(["partner7", "partner7"]);
      });
    },
  );

  test("sends passwords again only where it is told to", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      await setUp(services, directory);
      await setUp(services, directory, {
        environment: { IS_RENEW_PASSWORDS: "yes", call_password: "another" },
      });
      expect(services.writes).toContain("security.keystore:createStore");
      expect(services.state.endpoints.get("PARTNER_B")).toHaveProperty("transportInfo.password", "another");
    });
  });

  test("warns where calls accept any certificate, because no truststore is named", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      services.state.settings.set("watt.security.trustStoreAlias", "");
      const configuration = {
        ...fullConfiguration(directory),
        settings: [],
        ports: [],
        consumerEndpoints: [],
      };
      const { stderr } = await setUp(services, directory, { configuration });
      services.state.settings.set("watt.security.cert.wmChainVerifier.trustByDefault", "false");
      const careful = await setUp(services, directory, { configuration });
      expect(stderr).toContain("accept any certificate");
      expect(careful.stderr).toBe("");
    });
  });

  test("sends nothing to a proxy on its way to its own machine", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const proxy = "http://127.0.0.1:9";
      const run = await setUp(services, directory, {
        environment: { http_proxy: proxy, ALL_PROXY: proxy, NO_PROXY: "example.com" },
      });
      expect(run).toMatchObject({ status: 0, stderr: "" });
    });
  });

  test("stops at a wrong password, a missing one, and an address to which they would go in the clear", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const run = (environment: NodeJS.ProcessEnv) => setUp(services, directory, { environment });
      expect((await run({ IS_ADMIN_PASSWORD: "wrong" })).stderr).toContain("401");
      expect((await run({ KEYS_PASSWORD: undefined })).stderr).toContain("KEYS_PASSWORD");
      for (const url of [
        "http://is.example.com:5555",
        "http://localhost.example.com",
        "http://localhost:5555@is.example.com",
        "HTTP://is.example.com",
        "ftp://localhost",
      ]) {
        expect([url, (await run({ IS_URL: url })).status]).toEqual([url, 2]);
      }
      expect((await run({ IS_URL: "http://127.0.0.1.invalid", IS_ALLOW_HTTP: "yes" })).stderr).toContain(
        "called",
      );
      expect(services.writes).toEqual([]);
    });
  });
});
