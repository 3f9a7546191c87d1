import type { IConstruct } from "constructs";
import type { ClientAuthentication } from "../model";
import type { IHost } from "./host";
import type { ITrustable } from "./identity";
import { made } from "./props";

/** Who calls, and what it presents, as the system that is called is told. */
export interface Client {
  /** The client's own name, or the user that it stands for. */
  readonly name: string;
  /** What tells several identities of one client apart. @default - nothing: it has one */
  readonly alias?: string;
  /** What it presents. */
  readonly presents: ITrustable;
  /** The machine that it calls from. */
  readonly host: IHost;
  /** The construct of its call. */
  readonly call: IConstruct;
  /** Account that the called system maps the certificate to. @default - none */
  readonly user?: string;
}

/** That a client is accepted, by the system that it calls. */
export interface Acceptance {
  /** Alias under which the called system keeps what it accepts. @default - none: a PEM file has no aliases */
  readonly alias?: string;
  /** What is accepted: the client's authority, or its own certificate. */
  readonly accepts: ITrustable;
}

/** What others call over HTTPS: a system, or a listener itself. */
export interface ICallee extends IConstruct {
  readonly endpoint: IListener;
  /** Alias under which its callers keep what it presents. @default - `<id of the call>-server` */
  readonly trustedAs?: string;
  /** Name or address under which others call it. @default - the endpoint's first name */
  readonly address?: string;
  /** Lets a client in. @default - as the endpoint does */
  accepts?(client: Client): Acceptance | undefined;
}

/** An HTTPS listener, here or somebody else's. */
export interface IListener extends ICallee {
  readonly endpointId: string;
  /** Host names and addresses under which clients reach it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  readonly clientAuthentication: ClientAuthentication;
  /** What its clients must trust; undefined where that is not known here. */
  readonly presents: ITrustable | "public-roots" | undefined;
  /**
   * Lets a client in, in the listener's own scope; undefined where it keeps no list of those it accepts. What is
   * accepted already is not added twice.
   */
  accepts(client: Client): Acceptance | undefined;
}

/** An HTTPS listener that is declared here. */
export interface IEndpoint extends IListener, ITrustable {
  readonly presents: ITrustable;
}

export const listenerProp = made<IListener>(
  "an endpoint, for example server.endpoint",
  "endpointId",
  "names",
);
