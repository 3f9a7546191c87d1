import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { IntegrationServerConfiguration } from "../../../../lib/systems/integrationServer/integrationServerConfiguration";
import type { IntegrationServerStandIn } from "./integrationServerStandIn";
import { fullConfiguration } from "./runs";

/** The parts of the full configuration that a test is about. */
export function only(directory: string, ...parts: (keyof IntegrationServerConfiguration)[]) {
  const full = fullConfiguration(directory);
  return {
    stores: [],
    settings: [],
    ports: [],
    consumerEndpoints: [],
    certificateMappings: [],
    variables: [],
    ...Object.fromEntries(parts.map((part) => [part, full[part]])),
  } satisfies IntegrationServerConfiguration;
}

/** What somebody else has set up under the names that the configuration has. */
export function setUpByOthers(services: IntegrationServerStandIn, directory: string): void {
  const { state } = services;
  state.listeners.set("HTTPSListener@5543", {
    fields: {
      pkg: "Default",
      port: "5543",
      portAlias: "Their port",
      protocol: "HTTPS",
      ssl: "true",
      useJSSE: "yes",
      keyStore: "THEIR_KEYS",
      alias: "theirs",
      trustStore: "",
      clientAuth: "none",
      bindAddress: "10.0.0.1",
      maxQueue: "200",
    },
    listening: true,
    serves: "theirs",
    access: "exclude",
  });
  state.files.set("/opt/theirs.jks", { password: "theirs", keys: { theirs: "theirs" }, contents: "theirs" });
  state.stores.set("key/THEIR_KEYS", {
    type: "key",
    name: "THEIR_KEYS",
    description: "",
    storeType: "JKS",
    provider: "SUN",
    location: "/opt/theirs.jks",
    password: "theirs",
    keys: { theirs: "theirs" },
    isLoaded: true,
    contents: "theirs",
  });
  state.endpoints.set("PARTNER_A", {
    alias: "PARTNER_A",
    description: 'their "alias", with a\nline and ü',
    type: "consumer",
    executeACL: "Partners",
    transportInfo: {
      transportType: "HTTPS",
      host: "old.example.com",
      port: "443",
      authType: "",
      user: "",
      keyStoreAlias: "",
      keyAlias: "",
      proxyAlias: "DMZ",
    },
    messageInfo: { user: "them" },
    messageAddressingProperties: { to: { address: { value: "https://x" }, referenceParameters: ["a", "b"] } },
  });
  const { serialNumber, issuer } = new X509Certificate(readFileSync(join(directory, "partner7.der")));
  state.users.add("theirs");
  state.mappings.push({
    user: "theirs",
    usage: "SSL Authentication",
    issuer,
    serialNum: BigInt(`0x${serialNumber}`).toString(),
  });
}
