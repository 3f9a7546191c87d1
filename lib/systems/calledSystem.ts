import type { IEndpoint } from "../constructs";

/** A system that others call over HTTPS. */
export interface ICalledSystem {
  readonly endpoint: IEndpoint;
}
