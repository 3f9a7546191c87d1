import { dirname, join } from "node:path";
import { App } from "cdktf";
import type { TrustPlan } from "../../lib";
import type { LocalHosts } from "../../lib/cli/init/localHosts";
import { type Draw, newPassword } from "../../lib/cli/init/productStores";
import { collectPlan } from "../../lib/synth/plan/collectPlan";
import { exampleStacks } from "..";

/** What the stacks declare and nobody has made yet: folders of the hosts, and passwords of stores and keys. */
export function prepareDeclared(hosts: LocalHosts, draw: Draw): void {
  for (const stack of exampleStacks(new App())) {
    const { plan } = collectPlan(stack, { project: "cdktf-trust", name: "local" });
    for (const folder of foldersOf(plan)) hosts.folder(folder);
    for (const file of secretFilesOf(plan)) hosts.secretFile(file, newPassword(draw));
  }
}

/** Folders that installers leave behind, as this machine has them. */
function foldersOf(plan: TrustPlan): string[] {
  const roots = new Map(plan.hosts.flatMap((host) => (host.kind === "local" ? [[host.id, host.root]] : [])));
  return [...plan.stores, ...plan.files].flatMap(({ hostId, path }) => {
    const root = roots.get(hostId);
    return root === undefined ? [] : [dirname(join(root, path))];
  });
}

/** Files that secrets of the plan are found in. */
function secretFilesOf(plan: TrustPlan): string[] {
  const references = [
    ...plan.stores.map(({ password }) => password),
    ...plan.entries.map((entry) => (entry.kind === "key" ? entry.keyPassword : undefined)),
    ...plan.files.map(({ content }) => (content.kind === "private-key" ? content.password : undefined)),
  ];
  const prefix = "file:";
  return references.flatMap((reference) =>
    reference?.startsWith(prefix) === true ? [reference.slice(prefix.length)] : [],
  );
}
