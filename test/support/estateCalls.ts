import type { BindingPlan, HopPlan, SystemPlan, TruststoreEntryPlan, VerdictReport } from "../../lib/model";
import { isoSeconds } from "../../lib/model/day";
import type { EstateOptions } from "./estate";
import type { EstateIdentities } from "./estateIdentities";
import { daysOf, ESTATE_NOW, issued, keyOf, refusalOf } from "./estateParts";
import type { EstateEndpoint, EstateServers } from "./estateServers";

/** Who calls whom in an estate, with what, and what was found. */
export class EstateCalls {
  readonly bindings = new Map<string, BindingPlan>();
  readonly entries = new Map<string, TruststoreEntryPlan>();
  readonly hops: HopPlan[] = [];
  readonly verdicts: VerdictReport[] = [];

  constructor(
    private readonly options: EstateOptions,
    private readonly identities: EstateIdentities,
    private readonly servers: EstateServers,
    private readonly random: () => number,
  ) {
    this.addHops();
  }

  private addHops(): void {
    const taken = new Set<string>();
    for (let tries = 0; taken.size < this.options.hops && tries < this.options.hops * 40; tries += 1) {
      const client = this.pick(this.servers.systems, 1.4);
      const endpoint = this.pick(this.servers.endpoints, 1.8);
      const failsBy = this.random();
      const isMutual = this.random() < 0.36;
      if (client === undefined || endpoint === undefined || endpoint.plan.hostId === client.hostId) continue;
      const id = `${client.id}/Calls-${keyOf(endpoint.plan.id)}/Hop`;
      if (taken.has(id)) continue;
      const number = taken.size;
      taken.add(id);
      if (this.options.without?.has(number) === true) continue;
      this.addHop(id, client, endpoint, {
        isMutual,
        isFailing: failsBy < 0.03 || number === 1 || this.options.failing?.has(number) === true,
      });
    }
  }

  private addHop(
    id: string,
    client: SystemPlan,
    { plan: endpoint, anchorId }: EstateEndpoint,
    { isMutual, isFailing }: { readonly isMutual: boolean; readonly isFailing: boolean },
  ): void {
    const bindingId = `${client.id}/Client`;
    if (isMutual && !this.bindings.has(bindingId)) this.addClient(bindingId, client);
    const storeId = `${client.id}/Truststore`;
    const anchor = this.identities.all.find((identity) => identity.id === anchorId)?.pinned?.anchor;
    if (!isFailing || isMutual) this.addEntry(storeId, anchorId);
    if (isMutual && endpoint.identityId !== undefined && !isFailing)
      this.addEntry(
        endpoint.clientAnchors?.kind === "store" ? endpoint.clientAnchors.storeId : storeId,
        "shared/Clients",
      );
    const address = endpoint.names[0] ?? "";
    this.hops.push({
      id,
      endpointId: endpoint.id,
      address,
      clientHostId: client.hostId,
      clientName: client.label,
      anchors: { kind: "store", storeId },
      runtime: { kind: "java", release: 17 },
      verifiesName: true,
      ...(isMutual ? { bindingId } : {}),
    });
    const serves = this.identities.pinnedOf(endpoint.identityId)?.chain[0];
    const presents = isMutual ? this.identities.pinnedOf(`${bindingId}/Identity`) : undefined;
    const refusedBy = isFailing && isMutual ? "server" : "client";
    const dates = [
      ...(this.identities.pinnedOf(endpoint.identityId)?.chain ?? []),
      ...(presents?.chain ?? []),
    ].map(({ notAfter }) => notAfter);
    const expires = dates.toSorted()[0];
    const finding = refusalOf(id, { client, endpoint, anchor: anchor?.subject ?? "", refusedBy });
    this.verdicts.push({
      hopId: id,
      client: client.label,
      server: address,
      address: `${address}:${endpoint.port}`,
      ok: !isFailing,
      ...(isFailing ? { refusedBy } : {}),
      ...(serves === undefined ? {} : { serves: serves.sha256 }),
      ...(presents?.chain[0] === undefined ? {} : { presents: presents.chain[0].sha256 }),
      ...((isFailing && refusedBy === "client") || anchor === undefined
        ? {}
        : { trustedThrough: anchor.sha256 }),
      ...(isFailing || presents === undefined ? {} : { clientTrustedThrough: presents.anchor.sha256 }),
      ...(expires === undefined ? {} : { expires }),
      reason: isFailing ? finding.message : `trusted through ${anchor?.subject}`,
      findings: isFailing ? [finding] : [],
      source: "rehearsed",
      at: isoSeconds(ESTATE_NOW),
    });
  }

  private addClient(bindingId: string, client: SystemPlan): void {
    const identityId = `${bindingId}/Identity`;
    const leaf = this.identities.certificate(identityId, keyOf(client.label), daysOf(identityId));
    const [clients, root] = this.identities.chainOf("shared/Clients");
    if (clients === undefined || root === undefined) return;
    this.identities.add(
      identityId,
      { kind: "issued", ...issued, issuerId: "shared/Clients" },
      [leaf, clients, root],
      root,
    );
    this.bindings.set(bindingId, {
      id: bindingId,
      identityId,
      identity: { kind: "store", storeId: `${client.id}/Truststore`, alias: "client" },
    });
  }

  private addEntry(storeId: string, identityId: string): void {
    const id = `${storeId}/${keyOf(identityId)}`;
    this.entries.set(id, {
      kind: "anchor",
      id,
      storeId,
      alias: keyOf(identityId),
      identityId,
      part: "anchor",
      unlessAlreadyTrusted: false,
      onForeign: "refuse",
    });
  }

  /** The first ones more often than the last: some systems are called by many. */
  private pick<Item>(items: readonly Item[], bias: number): Item | undefined {
    return items[Math.floor(this.random() ** bias * items.length)];
  }
}
