import { settingName } from "../../config";
import { type HostPlan, type TrustPlan, ownerOf } from "../../model";

/** A file that stacks of an environment name, and what they declare in it. */
export interface DeclaredFile {
  readonly host: HostPlan;
  readonly path: string;
  /** What is declared there, as `declaredThing` writes it. */
  readonly things: ReadonlySet<string>;
}

/** Something in a file, with whose it is: by this a claim is compared with the declarations. */
export function declaredThing(owner: string, kind: string, at: string): string {
  return JSON.stringify([owner, kind, at]);
}

/** Every file on these hosts that the plans name, in their order, each once. */
export function declaredFiles(plans: readonly TrustPlan[], hosts: readonly HostPlan[]): DeclaredFile[] {
  const byPlace = new Map<string, { host: HostPlan; path: string; things: Set<string> }>();
  const byId = new Map(hosts.map((host) => [host.id, host]));
  for (const plan of plans) {
    const owner = ownerOf(plan);
    const add = (hostId: string, path: string, kind: string, ats: readonly string[]): void => {
      const host = byId.get(hostId);
      if (host === undefined) return;
      const place = JSON.stringify([hostId, path]);
      const file = byPlace.get(place) ?? { host, path, things: new Set<string>() };
      byPlace.set(place, file);
      for (const at of ats) file.things.add(declaredThing(owner, kind, at));
    };
    for (const { id, hostId, path } of plan.stores) {
      add(hostId, path, "store", [""]);
      for (const entry of plan.entries.filter(({ storeId }) => storeId === id))
        add(hostId, path, entry.kind, [entry.alias.toLowerCase()]);
    }
    for (const { hostId, path } of plan.files) add(hostId, path, "file", [""]);
    for (const { hostId, path, settings } of plan.configFiles)
      add(hostId, path, "setting", settings.map(settingName));
  }
  return [...byPlace.values()];
}
