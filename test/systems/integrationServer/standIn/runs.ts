import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IntegrationServerConfiguration } from "../../../../lib/systems/integrationServer/integrationServerConfiguration";
import { adminServiceScript } from "../../../../lib/systems/integrationServer/integrationServerScript";
import { tool } from "../../../support/tools";
import { program, runAsync } from "../../support/scripts";
import { selfSigned, whileListening } from "../../support/servers";
import { IntegrationServerStandIn } from "./integrationServerStandIn";

export const ADMINISTRATOR_PASSWORD = String.raw`man"a\ge$HOME'` + "`id`CANARY";
export const STORE_PASSWORD = String.raw`ks "\$(id)&=%41+ü CANARY`;
export const CALL_PASSWORD = "call 'CANARY'";

/** Path of the keystore of the full configuration. */
export function keystorePath(directory: string): string {
  return join(directory, "it's $here & co.jks");
}

/** A configuration with one of everything. */
export function fullConfiguration(directory: string): IntegrationServerConfiguration {
  const passwordVariable = "KEYS_PASSWORD";
  return {
    stores: [
      {
        kind: "key",
        alias: "PARTNER_KEYS",
        path: keystorePath(directory),
        type: "JKS",
        passwordVariable,
        keys: [
          { alias: "client_a", passwordVariable },
          { alias: "client b", passwordVariable },
        ],
      },
      {
        kind: "trust",
        alias: "PARTNER_TRUST",
        path: join(directory, "trust.jks"),
        type: "JKS",
        passwordVariable,
        keys: [],
      },
    ],
    settings: [
      ["watt.security.trustStoreAlias", "PARTNER_TRUST"],
      ["watt.net.maxClientKeepaliveConns", "0"],
    ],
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
        identity: { keyStoreAlias: "PARTNER_KEYS", keyAlias: "client b" },
      },
      {
        alias: "PARTNER_B",
        host: "api.partner.example.com",
        port: 8444,
        basic: { user: 'it"s\\me', passwordVariable: "call_password" },
      },
    ],
    certificateMappings: [
      { path: join(directory, "partner7.der"), user: "partner7", usage: "SSL Authentication" },
    ],
    variables: [],
  };
}

/** Writes a certificate of its own as DER, and returns its serial number in hexadecimal. */
export function writeDer(path: string): string {
  const certificate = new X509Certificate(selfSigned(join(path, ".."), "client").cert);
  writeFileSync(path, certificate.raw);
  return certificate.serialNumber;
}

/** A server with the store files of the full configuration, and a directory with what the script reads. */
export function preparedServer(directory: string): IntegrationServerStandIn {
  const services = new IntegrationServerStandIn(ADMINISTRATOR_PASSWORD);
  const { files } = services.state;
  const keys = { client_a: STORE_PASSWORD, "client b": STORE_PASSWORD };
  files.set(keystorePath(directory), { password: STORE_PASSWORD, keys, contents: "1" });
  files.set(join(directory, "trust.jks"), { password: STORE_PASSWORD, keys: {}, contents: "1" });
  writeFileSync(keystorePath(directory), "1");
  writeFileSync(join(directory, "trust.jks"), "1");
  writeDer(join(directory, "partner7.der"));
  return services;
}

export interface Run {
  readonly configuration?: IntegrationServerConfiguration;
  readonly arguments?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Notes the arguments of every program that the script starts, in the file `arguments`. @default false */
  readonly notesArguments?: boolean;
}

/** Writes the set-up script into the directory and runs it. */
export function setUp(services: IntegrationServerStandIn, directory: string, run: Run = {}) {
  const { configuration = fullConfiguration(directory) } = run;
  services.calls.length = 0;
  if (run.notesArguments === true) notePrograms(directory);
  return whileListening(services.server, (port) => {
    const script = adminServiceScript(configuration, `http://localhost:${port}`, "Administrator");
    return runAsync(program(directory, "trust-setup.sh", script), run.arguments ?? [], {
      PATH: `${join(directory, "bin")}:${process.env["PATH"] ?? ""}`,
      HOME: directory,
      IS_ADMIN_PASSWORD: ADMINISTRATOR_PASSWORD,
      KEYS_PASSWORD: STORE_PASSWORD,
      call_password: CALL_PASSWORD,
      IS_REPLACE: "yes",
      ...run.environment,
    });
  });
}

/** Programs in `bin` that note their arguments and go on as the real ones. */
function notePrograms(directory: string): void {
  mkdirSync(join(directory, "bin"));
  for (const name of [
    "awk",
    "cksum",
    "curl",
    "cut",
    "dirname",
    "grep",
    "mv",
    "od",
    "paste",
    "sed",
    "sort",
    "tr",
  ]) {
    const real = spawnSync("sh", ["-c", `command -v ${name === "curl" ? tool("curl") : name}`], {
      encoding: "utf8",
    }).stdout.trim();
    const lines = [
      "#!/bin/sh",
      `printf '%s\\n' ${name} "$@" >>'${directory}/arguments'`,
      `exec ${real} "$@"`,
      "",
    ];
    program(join(directory, "bin"), name, lines.join("\n"));
  }
}
