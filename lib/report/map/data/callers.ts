import { type HopPlan, type TrustPlan, stackOf } from "../../../model";
import { compare } from "../order";
import type { MapCaller } from "./mapData";

/**
 * The systems that call. The plan names them by label and host: the id of a hop may stand below the system that is
 * called.
 */
export class Callers {
  private readonly known = new Map<string, MapCaller>();
  private readonly stacks = new Map<string, string>();

  constructor({ systems, hops }: TrustPlan) {
    for (const { id, label, hostId } of systems.toSorted((one, other) => compare(other.id, one.id)))
      this.stacks.set(keyOf(hostId, label), stackOf(id));
    // Of one that is no system, the first of its hops says where it belongs.
    for (const hop of hops.toSorted((one, other) => compare(other.id, one.id))) {
      const key = keyOf(hop.clientHostId, hop.clientName);
      const group = this.stacks.get(key) ?? stackOf(hop.id);
      this.known.set(key, { key, label: hop.clientName, group });
    }
  }

  of({ clientHostId, clientName }: HopPlan): MapCaller {
    const key = keyOf(clientHostId, clientName);
    return this.known.get(key) ?? { key, label: clientName, group: "" };
  }
}

function keyOf(hostId: string, label: string): string {
  return JSON.stringify([hostId, label]);
}
