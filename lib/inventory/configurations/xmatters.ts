import { posix } from "node:path";

import { readXmlElements } from "../../config";
import { type FoundUse, fileIn } from "./foundUse";

/**
 * What an Integration Agent of xMatters serves with: the `.keystore` beside its `IAConfig.xml`, where that has TLS on.
 *
 * @throws ConfigError
 */
export function xmattersUses(path: string, bytes: Uint8Array): FoundUse[] {
  const gateway = readXmlElements(bytes).find(({ name }) => name === "service-gateway")?.attributes;
  if (gateway?.get("ssl") !== "true") return [];
  const port = Number(gateway.get("port"));
  return [
    {
      product: "xMatters Integration Agent",
      path: fileIn(posix.dirname(path), ".keystore"),
      as: "keystore",
      ...(Number.isInteger(port) && port > 0
        ? { listener: { port, names: [], clientAuthentication: "none" } }
        : {}),
    },
  ];
}
