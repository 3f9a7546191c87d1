import { type HopPlan, type TrustPlan, isFolder, planIndex } from "../../model";
import type { HostReader } from "../hostReader";
import { type Line, lineFromHere, lineThrough } from "./line";

const THIS_MACHINE = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/**
 * Where a hop's live call starts: at the client's host, where that is a machine that can be reached, otherwise here. In
 * words, why it is not tried: what a folder stands for does not run, and whoever has its name is another machine.
 *
 * @param insists whether it is tried all the same
 */
export function whence(plan: TrustPlan, reader: HostReader, hop: HopPlan, insists: boolean): Line | string {
  const index = planIndex(plan);
  const client = index.host(hop.clientHostId);
  const server = index.host(index.endpoint(hop.endpointId)?.hostId ?? "");
  if (!insists && !THIS_MACHINE.test(hop.address)) {
    const folder = [server, client].find((host) => host !== undefined && isFolder(host));
    if (folder !== undefined) return `a folder stands for the machine ${folder.id}`;
  }
  const processes = reader.processesOf(hop.clientHostId);
  return processes === undefined || client === undefined ? lineFromHere : lineThrough(client.id, processes);
}
