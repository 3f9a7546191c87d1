import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Pipeline, text } from "./pipeline";
import type { ServerState } from "./state";

/** `wm.server.security.certificate`: a certificate stands for one user in each usage. */
export function certificateServices(
  state: ServerState,
): Readonly<Record<string, (request: Pipeline) => Pipeline>> {
  const remove = (usage: string, issuer: string, serialNum: string) => {
    const index = state.mappings.findIndex(
      (mapping) => mapping.usage === usage && mapping.issuer === issuer && mapping.serialNum === serialNum,
    );
    return index === -1 ? [] : state.mappings.splice(index, 1);
  };
  return {
    listMappings: () => ({
      mappings: state.mappings.map(({ user, usage, issuer, serialNum }) => ({
        user,
        usage,
        certificateInfo: { issuer, serialNum, subjectCN: "client" },
      })),
    }),
    importCertificate: (request) => {
      const path = text(request, "certificatePath");
      const user = text(request, "certificateUser");
      const usage = text(request, "certificateUsage");
      if (!existsSync(path)) return { message: `Cannot read ${path}` };
      if (!state.users.has(user)) return { message: `User ${user} does not exist` };
      const { issuer, serialNumber } = new X509Certificate(readFileSync(path));
      const serialNum =
        state.serials === "decimal" ? BigInt(`0x${serialNumber}`).toString() : serialNumber.toLowerCase();
      remove(usage, issuer, serialNum);
      state.mappings.push({ user, usage, issuer, serialNum });
      return { message: "Imported" };
    },
    deleteMapping: (request) =>
      remove(text(request, "usage"), text(request, "issuer"), text(request, "serialNum")).length === 0
        ? { message: "No such mapping" }
        : { message: "Deleted" },
  };
}
