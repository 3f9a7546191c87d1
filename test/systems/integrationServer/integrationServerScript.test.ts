import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { IntegrationServerConfiguration } from "../../../lib/systems/integrationServer/integrationServerConfiguration";
import { adminServiceScript } from "../../../lib/systems/integrationServer/integrationServerScript";
import { describeWith, tool } from "../../support/tools";
import { program, runAsync, shellcheck, withDirectory } from "../support/scripts";
import { whileListening } from "../support/servers";

const administratorPassword = String.raw`man"a\ge$HOME'` + "`id`";
const storePassword = String.raw`ks "\$(id)`;

function configuration(directory: string): IntegrationServerConfiguration {
  return {
    stores: [
      {
        kind: "key",
        alias: "PARTNER_KEYS",
        path: "/opt/it's $here/partner.jks",
        type: "JKS",
        passwordVariable: "KEYS_PASSWORD",
        keys: [
          { alias: "client_a", passwordVariable: "KEYS_PASSWORD" },
          { alias: "client_b", passwordVariable: "KEYS_PASSWORD" },
        ],
      },
      {
        kind: "trust",
        alias: "PARTNER_TRUST",
        path: "/opt/trust.jks",
        type: "JKS",
        passwordVariable: "KEYS_PASSWORD",
        keys: [],
      },
    ],
    settings: [["watt.security.trustStoreAlias", "PARTNER_TRUST"]],
    ports: [
      {
        portAlias: "Https5543",
        port: 5543,
        package: "WmRoot",
        keyStoreAlias: "PARTNER_KEYS",
        keyAlias: "client_a",
        trustStoreAlias: "PARTNER_TRUST",
        clientAuthentication: "require",
      },
    ],
    consumerEndpoints: [
      {
        alias: "PARTNER_A",
        host: "api.partner.example.com",
        port: 8443,
        identity: { keyStoreAlias: "PARTNER_KEYS", keyAlias: "client_a" },
      },
    ],
    certificateMappings: [
      { path: join(directory, "partner7.der"), user: "partner7", usage: "SSL Authentication" },
    ],
    variables: [],
  };
}

type Request = Readonly<Record<string, unknown>>;

function toRecord(value: unknown): Request {
  return Object.fromEntries(Object.entries(Object(value)));
}

/** Integration Server's admin services, as far as the script needs them. */
class AdminServices {
  readonly requests: { service: string; request: Request }[] = [];
  readonly stores = new Map<string, Request>();
  readonly endpoints = new Set<string>();
  readonly users = new Set<string>();
  readonly ports = new Set<string>();
  refusing = "";

  readonly server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const expected = Buffer.from(`Administrator:${administratorPassword}`).toString("base64");
      if (incoming.method !== "POST" || incoming.headers.authorization !== `Basic ${expected}`) {
        response.writeHead(401).end();
        return;
      }
      const body = Buffer.concat(chunks).toString();
      const request = body === "" ? {} : toRecord(JSON.parse(body));
      const service = (incoming.url ?? "").replace("/invoke/", "");
      this.requests.push({ service, request });
      const answer =
        service === this.refusing ? { isError: "true", message: "no" } : this.answer(service, request);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
  });

  /** Calls that change something, in order. */
  get changes(): string[] {
    return this.requests.map(({ service }) => service).filter((service) => !/:list/.test(service));
  }

  private answer(service: string, request: Request): unknown {
    const list = (key: string, values: Iterable<string>) => [...values].map((value) => ({ [key]: value }));
    const ofType = (type: string) =>
      [...this.stores].filter(([, store]) => store["type"] === type).map(([name]) => name);
    switch (service) {
      case "wm.server.security.keystore:listKeyStores":
        return { keyStores: list("keyStoreName", ofType("key")) };
      case "wm.server.security.keystore:listTrustStores":
        return { trustStores: list("keyStoreName", ofType("trust")) };
      case "wm.server.security.keystore:createStore":
        this.stores.set(String(request["keyStoreName"]), request);
        return { message: "saved" };
      case "wm.server.ws:listAllConsumerEndpoints":
        return { endpoints: list("alias", this.endpoints) };
      case "wm.server.ws:addConsumerEndpoint":
        this.endpoints.add(String(request["alias"]));
        return {};
      case "wm.server.ws:deleteConsumerEndpoint":
        this.endpoints.delete(String(request["endpointName"]));
        return {};
      case "wm.server.security.certificate:listMappings":
        return { mappings: list("user", this.users) };
      case "wm.server.security.certificate:importCertificate":
        this.users.add(String(request["certificateUser"]));
        return {};
      case "wm.server.net.listeners:listListeners":
        return { listeners: list("key", this.ports) };
      case "wm.server.net.listeners:addListener":
        this.ports.add(String(request["listenerKey"]));
        return {};
      default:
        return {};
    }
  }
}

describeWith(["shellcheck", "curl"], "the set-up script of an Integration Server", () => {
  const curl = spawnSync("sh", ["-c", `command -v ${tool("curl")}`], { encoding: "utf8" }).stdout.trim();

  const setUp = (services: AdminServices, directory: string, environment: NodeJS.ProcessEnv = {}) =>
    whileListening(services.server, async (port) => {
      const script = adminServiceScript(
        configuration(directory),
        `http://localhost:${port}`,
        "Administrator",
      );
      program(
        directory,
        "curl",
        `#!/bin/sh\nprintf '%s\\n' "$@" >> "${directory}/arguments"\nexec ${curl} "$@"\n`,
      );
      return runAsync(program(directory, "setup.sh", script), [], {
        PATH: `${directory}:${process.env["PATH"] ?? ""}`,
        IS_ADMIN_PASSWORD: administratorPassword,
        KEYS_PASSWORD: storePassword,
        ...environment,
      });
    });

  test("is one that shellcheck passes", () => {
    expect(
      shellcheck(adminServiceScript(configuration("/tmp"), "http://localhost:5555", "Administrator")),
    ).toBe("");
  });

  test("configures the server once, and leaves it so the second time", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = new AdminServices();
      writeFileSync(join(directory, "partner7.der"), "first certificate");

      // WHEN
      const first = await setUp(services, directory);
      const changes = services.changes;
      const created = services.stores.get("PARTNER_KEYS");
      services.requests.length = 0;
      const second = await setUp(services, directory);
      const again = services.changes;
      services.requests.length = 0;
      writeFileSync(join(directory, "partner7.der"), "renewed certificate");
      await setUp(services, directory);

      // THEN
      expect(first).toMatchObject({ status: 0, stderr: "" });
      expect(second).toMatchObject({ status: 0, stderr: "" });
      expect(changes).toEqual([
        "wm.server.security.keystore:createStore",
        "wm.server.security.keystore:refreshStore",
        "wm.server.security.keystore:createStore",
        "wm.server.security.keystore:refreshStore",
        "wm.server.admin:setSettings",
        "wm.server.admin:clearSSLCache",
        "wm.server.security.certificate:importCertificate",
        "wm.server.ws:addConsumerEndpoint",
        "wm.server.net.listeners:addListener",
        "wm.server.net.listeners:enableListener",
      ]);
      expect(created).toEqual({
        mode: "edit_add",
        type: "key",
        keyStoreName: "PARTNER_KEYS",
        oldkeyStoreName: "PARTNER_KEYS",
        keyStoreType: "JKS",
        keyStoreProvider: "SUN",
        keyStoreLocation: "/opt/it's $here/partner.jks",
        keyStorePassword: storePassword,
        keyStorePasswordChanged: "true",
        isHsm: "false",
        pkAliases: ["client_a", "client_b"],
        pkPasswords: [storePassword, storePassword],
        aliasarray: "client_a,client_b",
        bitarray: "1,1",
        nullPKpasswds: "false,false",
      });
      expect(services.stores.get("PARTNER_KEYS")).toMatchObject({ mode: "edit_edit" });
      expect(services.stores.get("PARTNER_TRUST")).toMatchObject({ mode: "edit", type: "trust" });
      expect(again).not.toContain("wm.server.security.certificate:importCertificate");
      expect(again).toContain("wm.server.net.listeners:updateListener");
      expect([...services.endpoints]).toEqual(["PARTNER_A"]);
      expect(services.changes).toContain("wm.server.security.certificate:importCertificate");
    });
  });

  test("hands no password to another program as an argument", async () => {
    await withDirectory(async (directory) => {
      // WHEN
      writeFileSync(join(directory, "partner7.der"), "certificate");
      await setUp(new AdminServices(), directory);

      // THEN
      const words = new Set(readFileSync(join(directory, "arguments"), "utf8").trim().split("\n"));
      expect([...words]).toEqual(["--silent", "--show-error", "--fail", "--config", "-"]);
    });
  });

  test("stops where the server refuses, with the server's own words", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = new AdminServices();
      services.refusing = "wm.server.security.keystore:createStore";

      // WHEN
      const result = await setUp(services, directory);

      // THEN
      expect(result.status).not.toBe(0);
      expect(result.stderr).toContain('createStore refused: {"isError":"true","message":"no"}');
      expect(services.changes).toEqual(["wm.server.security.keystore:createStore"]);
    });
  });

  test("stops at a wrong password and at a missing one", async () => {
    await withDirectory(async (directory) => {
      const wrong = await setUp(new AdminServices(), directory, { IS_ADMIN_PASSWORD: "wrong" });
      const missing = await setUp(new AdminServices(), directory, { KEYS_PASSWORD: undefined });
      expect(wrong.stderr).toContain("401");
      expect(missing.stderr).toContain("KEYS_PASSWORD");
      expect([wrong.status, missing.status]).not.toContain(0);
    });
  });
});
