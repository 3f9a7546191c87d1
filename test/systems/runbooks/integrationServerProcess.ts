import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readStore } from "../../../lib/keystore";
import { IntegrationServerStandIn } from "../integrationServer/standIn/integrationServerStandIn";
import type { StoreFile } from "../integrationServer/standIn/state";

// A stand-in server in a process of its own: it answers while a test waits for a command of its runbook. It reads the
// store files that are there, and shows at /snapshot what it keeps. Prints its port.

const password = process.env["STORE_PASSWORD"] ?? "";

/** The store files on this machine, all with one password. */
class StoreFiles extends Map<string, StoreFile> {
  override get(location: string): StoreFile | undefined {
    if (!existsSync(location)) return undefined;
    const { entries } = readStore(readFileSync(location), password);
    const digest = createHash("sha256");
    const keys: Record<string, string> = {};
    for (const entry of entries) {
      if (entry.kind === "identity") keys[entry.alias] = password;
      const certificates =
        entry.kind === "identity" ? entry.chain : entry.kind === "anchor" ? [entry.certificate] : [];
      for (const certificate of certificates) digest.update(certificate);
    }
    return { password, keys, contents: digest.digest("hex") };
  }
}

const standIn = new IntegrationServerStandIn(process.env["IS_ADMIN_PASSWORD"] ?? "");
Object.assign(standIn.state, { files: new StoreFiles() });
standIn.state.users.add("partner");
const server = createServer((request, response) => {
  if (request.url === "/snapshot") response.end(JSON.stringify(standIn.snapshot));
  else standIn.server.emit("request", request, response);
});
server.listen(0, "localhost", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
