import type { ITerraformDependable } from "cdktf";
import type { AnchorsLocation, BindingPlan, EndpointPlan, PlanIndex } from "../../model";

/** Where Terraform delivers what is trusted; undefined for what it does not deliver. */
export interface DeliveredAnchors {
  /** An anchor in a store, by its entry's id. */
  readonly entry: (entryId: string) => ITerraformDependable | undefined;
  /** Anchors in a PEM file. */
  readonly file: (fileId: string) => ITerraformDependable | undefined;
  /** The activations after which a running product trusts what a store or a file holds. */
  readonly trustingBy: (partId: string) => readonly ITerraformDependable[];
}

/** What has to be trusted before an identity is placed: trust comes first, whichever side it is on. */
export class TrustFirst {
  constructor(
    private readonly index: PlanIndex,
    private readonly delivered: DeliveredAnchors,
  ) {}

  /** What the callers of an endpoint trust. */
  ofCallers({ id }: EndpointPlan): ITerraformDependable[] {
    return this.index.hopsOf(id).flatMap(({ anchors }) => this.anchorsIn(anchors));
  }

  /** What the endpoints trust that a client calls: its identity is placed after they have learned to accept it. */
  ofCalled(bindings: readonly BindingPlan[]): ITerraformDependable[] {
    const called = bindings.flatMap(({ id }) => this.index.hopsWith(id)).map(({ endpointId }) => endpointId);
    return [...new Set(called)].flatMap((id) => {
      const clientAnchors = this.index.endpoint(id)?.clientAnchors;
      return clientAnchors === undefined ? [] : this.anchorsIn(clientAnchors);
    });
  }

  private anchorsIn(location: AnchorsLocation): ITerraformDependable[] {
    switch (location.kind) {
      case "public-roots":
      case "outside":
        return [];
      case "pem": {
        const address = this.delivered.file(location.fileId);
        return address === undefined ? [] : [address, ...this.delivered.trustingBy(location.fileId)];
      }
      case "store":
        return [
          ...this.index.entriesOf(location.storeId).flatMap(({ id }) => this.delivered.entry(id) ?? []),
          ...this.delivered.trustingBy(location.storeId),
        ];
    }
  }
}

/** Each address once, in the order of their first mention. */
export function unique(addresses: readonly ITerraformDependable[]): ITerraformDependable[] {
  return [...new Map(addresses.map((address) => [address.fqn, address])).values()];
}
