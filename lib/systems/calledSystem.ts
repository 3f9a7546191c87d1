import type { IEndpoint } from "../constructs";

/** A system that others call over HTTPS. */
export interface ICalledSystem {
  readonly endpoint: IEndpoint;
}

/** A partner's server that is not declared here: it can be called, but not rehearsed. */
export interface PartnerAddress {
  readonly address: string;
  readonly port: number;
}
