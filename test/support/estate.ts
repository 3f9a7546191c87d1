import {
  type BindingPlan,
  type CertificateSummary,
  type EndpointPlan,
  type EnvironmentVerdicts,
  type HopPlan,
  type IdentityPlan,
  type IdentityRequest,
  type SystemPlan,
  type TrustPlan,
  type TruststoreEntryPlan,
  type VerdictReport,
} from "../../lib/model";
import { DAY_MS, isoSeconds } from "../../lib/model/day";
import { ESTATE_PARTNERS, ESTATE_SYSTEMS } from "./estateNames";
import { authority, daysOf, fingerprint, issued, keyOf, randomOf, refusalOf } from "./estateParts";

export interface EstateOptions {
  readonly hops: number;
  /** Another seed gives another estate of the same size. @default 1 */
  readonly seed?: number;
  /** Endpoints whose certificate comes from the younger issuing authority, as after a renewal. @default - none */
  readonly renewed?: ReadonlySet<string>;
  /** Numbers of hops that are not there. @default - all are */
  readonly without?: ReadonlySet<number>;
  /** Numbers of hops that fail beside those that fail anyway. @default - none */
  readonly failing?: ReadonlySet<number>;
  /** Applied to every name that somebody else may have chosen. @default - names are as they are */
  readonly named?: (name: string) => string;
}

/** The day that estates are made on. */
export const ESTATE_NOW = new Date("2026-11-21T08:00:00Z");

/** A made-up environment of any size, the same for the same options: who calls whom, with what, and what was found. */
export function estate(options: EstateOptions): EnvironmentVerdicts {
  return new Estate(options).made();
}

interface EstateEndpoint {
  readonly plan: EndpointPlan;
  readonly anchorId: string;
}

class Estate {
  private readonly random: () => number;
  private readonly named: (name: string) => string;
  private readonly identities: IdentityPlan[] = [];
  private readonly systems: SystemPlan[] = [];
  private readonly endpoints: EstateEndpoint[] = [];
  private readonly bindings = new Map<string, BindingPlan>();
  private readonly entries = new Map<string, TruststoreEntryPlan>();
  private readonly hops: HopPlan[] = [];
  private readonly verdicts: VerdictReport[] = [];

  constructor(private readonly options: EstateOptions) {
    this.random = randomOf(options.seed ?? 1);
    this.named = options.named ?? ((name) => name);
    this.addAuthorities();
    this.addServers();
    this.addHops();
  }

  made(): EnvironmentVerdicts {
    const hostIds = [
      ...new Set([...this.systems, ...this.endpoints.map(({ plan }) => plan)].map(({ hostId }) => hostId)),
    ];
    const plan: TrustPlan = {
      formatVersion: 2,
      toolVersion: "0.0.0",
      project: "estate",
      environment: "production",
      stack: "orders",
      hosts: hostIds.map((id) => ({
        id,
        platform: "posix",
        kind: "ssh",
        address: `ssh://${id}.internal.example.com`,
        connection: {},
      })),
      systems: this.systems,
      identities: this.identities,
      stores: this.systems.map(({ id, hostId }) => ({
        id: `${id}/Truststore`,
        hostId,
        path: `/opt/secret-place/${hostId}/trust.p12`,
        profile: "modern",
        password: "env:TRUST",
        ifMissing: "create",
      })),
      entries: [...this.entries.values()],
      endpoints: this.endpoints.map((endpoint) => endpoint.plan),
      bindings: [...this.bindings.values()],
      hops: this.hops,
      files: [],
      configFiles: [],
      runbooks: [],
      fingerprints: [],
    };
    return { at: isoSeconds(ESTATE_NOW), plan, verdicts: this.verdicts };
  }

  private addAuthorities(): void {
    const root = this.certificate("shared/Root", "Example Corporate Root CA", 2900);
    this.addIdentity("shared/Root", { kind: "authority", ...authority }, [root], root);
    for (const [id, name, days] of [
      ["shared/G2", "Example Issuing CA G2", 41],
      ["shared/G3", "Example Issuing CA G3", 1800],
      ["shared/Clients", "Example Client CA", 1100],
    ] as const) {
      const certificate = this.certificate(id, name, days);
      this.addIdentity(
        id,
        { kind: "authority", ...authority, issuerId: "shared/Root" },
        [certificate, root],
        root,
      );
    }
    for (const [, rootName] of ESTATE_PARTNERS) {
      const id = `shared/${keyOf(rootName)}`;
      if (this.identities.some((identity) => identity.id === id)) continue;
      const certificate = this.certificate(id, rootName, 1500);
      this.addIdentity(id, { kind: "certificate", file: "partners/root.pem" }, [certificate], certificate);
    }
  }

  private addServers(): void {
    const wanted = Math.min(74, Math.max(4, Math.round(this.options.hops ** 0.79)));
    for (let round = 0; this.systems.length < wanted && round < 9; round += 1)
      for (const [stack, names] of ESTATE_SYSTEMS) {
        const name = names[round];
        if (name !== undefined && this.systems.length < wanted) this.addServer(stack, name);
      }
    const partners = this.options.hops < 20 ? 0 : this.options.hops < 200 ? 3 : ESTATE_PARTNERS.length;
    for (const [label, root] of ESTATE_PARTNERS.slice(0, partners)) this.addPartner(label, root);
  }

  private addServer(stack: string, name: string): void {
    const id = `${stack}/${keyOf(name).replaceAll("-", "")}`;
    const hostId = keyOf(name);
    this.systems.push({ id, label: this.named(name), product: "Product", hostId });
    const ports = this.random() < 0.15 ? [8443, 9443] : [8443];
    for (const port of ports) {
      const endpointId = `${id}/Endpoint${port === 8443 ? "" : port}`;
      const identityId = `${endpointId}/Identity`;
      const isSelfSigned = this.random() < 0.1;
      const isYoung = this.random() < 0.35;
      const endsIn = Math.floor(this.random() * 400) + 9;
      const issuer = isYoung || this.options.renewed?.has(endpointId) === true ? "shared/G3" : "shared/G2";
      const generation = this.options.renewed?.has(endpointId) === true ? "second" : "first";
      const serverName = `${hostId}${port === 8443 ? "" : "-admin"}.example.com`;
      const leaf = this.certificate(
        `${identityId} ${generation}`,
        serverName,
        generation === "second" ? 395 : endsIn,
      );
      const [issuing, root] = this.chainOf(issuer);
      if (isSelfSigned || issuing === undefined || root === undefined)
        this.addIdentity(
          identityId,
          { kind: "existing", storeId: `${id}/Truststore`, alias: "server" },
          [leaf],
          leaf,
        );
      else
        this.addIdentity(
          identityId,
          { kind: "issued", ...issued, issuerId: issuer },
          [leaf, issuing, root],
          root,
        );
      this.endpoints.push({
        anchorId: isSelfSigned ? identityId : "shared/Root",
        plan: {
          id: endpointId,
          hostId,
          names: [this.named(serverName)],
          port,
          identityId,
          identity: { kind: "store", storeId: `${id}/Truststore`, alias: "server" },
          clientAuthentication: "request",
          clientAnchors: { kind: "store", storeId: `${id}/Truststore` },
          runtime: { kind: "java", release: 17 },
          afterDeploy: [],
        },
      });
    }
  }

  private addPartner(label: string, root: string): void {
    const host = `${keyOf(label)}.example.net`;
    this.endpoints.push({
      anchorId: `shared/${keyOf(root)}`,
      plan: {
        id: `partners/${host}`,
        hostId: host,
        names: [this.named(host)],
        port: 443,
        identity: { kind: "outside", leadsTo: { identityId: `shared/${keyOf(root)}`, part: "anchor" } },
        clientAuthentication: "require",
        runtime: { kind: "openssl" },
        afterDeploy: [],
      },
    });
  }

  private addHops(): void {
    const taken = new Set<string>();
    for (let tries = 0; taken.size < this.options.hops && tries < this.options.hops * 40; tries += 1) {
      const client = this.pick(this.systems, 1.4);
      const endpoint = this.pick(this.endpoints, 1.8);
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
    const anchor = this.identities.find((identity) => identity.id === anchorId)?.pinned?.anchor;
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
    const serves = this.pinnedOf(endpoint.identityId)?.chain[0];
    const presents = isMutual ? this.pinnedOf(`${bindingId}/Identity`) : undefined;
    const refusedBy = isFailing && isMutual ? "server" : "client";
    const dates = [...(this.pinnedOf(endpoint.identityId)?.chain ?? []), ...(presents?.chain ?? [])].map(
      ({ notAfter }) => notAfter,
    );
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
    const leaf = this.certificate(identityId, keyOf(client.label), daysOf(identityId));
    const [clients, root] = this.chainOf("shared/Clients");
    if (clients === undefined || root === undefined) return;
    this.addIdentity(
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

  private addIdentity(
    id: string,
    request: IdentityRequest,
    chain: readonly CertificateSummary[],
    anchor: CertificateSummary,
  ): void {
    this.identities.push({ id, request, pinned: { generation: 1, chain, anchor, anchorPem: "" } });
  }

  private chainOf(id: string): readonly CertificateSummary[] {
    return this.pinnedOf(id)?.chain ?? [];
  }

  private pinnedOf(id: string | undefined) {
    return this.identities.find((identity) => identity.id === id)?.pinned;
  }

  private certificate(key: string, name: string, days: number): CertificateSummary {
    const sha256 = fingerprint("sha256", key);
    return {
      subject: `CN=${this.named(name)}, O=Example`,
      issuer: "CN=Issuer, O=Example",
      serialNumber: sha256.slice(0, 8).replaceAll(":", "").toLowerCase(),
      notBefore: "2025-11-01T00:00:00Z",
      notAfter: isoSeconds(new Date(ESTATE_NOW.getTime() + days * DAY_MS)),
      keyAlgorithm: "EC P-256",
      subjectAltNames: [],
      sha1: fingerprint("sha1", key),
      sha256,
    };
  }

  /** The first ones more often than the last: some systems are called by many. */
  private pick<Item>(items: readonly Item[], bias: number): Item | undefined {
    return items[Math.floor(this.random() ** bias * items.length)];
  }
}
