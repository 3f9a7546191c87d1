import type { EndpointPlan, SystemPlan } from "../../lib/model";
import type { EstateOptions } from "./estate";
import type { EstateIdentities } from "./estateIdentities";
import { ESTATE_PARTNERS, ESTATE_SYSTEMS } from "./estateNames";
import { issued, keyOf } from "./estateParts";

export interface EstateEndpoint {
  readonly plan: EndpointPlan;
  readonly anchorId: string;
}

/** Systems of an estate with their endpoints, and those of partners. */
export class EstateServers {
  readonly systems: SystemPlan[] = [];
  readonly endpoints: EstateEndpoint[] = [];
  private readonly named: (name: string) => string;

  constructor(
    private readonly options: EstateOptions,
    private readonly identities: EstateIdentities,
    private readonly random: () => number,
  ) {
    this.named = options.named ?? ((name) => name);
    this.addServers();
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
      const leaf = this.identities.certificate(
        `${identityId} ${generation}`,
        serverName,
        generation === "second" ? 395 : endsIn,
      );
      const [issuing, root] = this.identities.chainOf(issuer);
      if (isSelfSigned || issuing === undefined || root === undefined)
        this.identities.add(
          identityId,
          { kind: "existing", storeId: `${id}/Truststore`, alias: "server" },
          [leaf],
          leaf,
        );
      else
        this.identities.add(
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
}
