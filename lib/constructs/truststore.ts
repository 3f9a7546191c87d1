import type { AnchorsLocation, ChainPart } from "../model";
import type { IHost } from "./host";
import type { ITrustable } from "./identity";
import { made } from "./props";

/** A certificate that a truststore is to hold, by what made that necessary. */
export interface Reliance {
  /** `<stack>/<key>` of the entry, where one is made. */
  readonly id: string;
  /** Alias of the entry; PEM files have none. */
  readonly alias: string;
  readonly trusts: ITrustable;
  /** Which certificate of the chain. @default "anchor" */
  readonly part?: ChainPart;
}

/** Where a system keeps the certificates that it trusts: a store, or a PEM file. */
export interface ITruststore {
  readonly host: IHost;
  readonly anchors: AnchorsLocation;
  /** Holds a certificate from now on; what is declared there already, or is later, is not added twice. */
  reliesOn(reliance: Reliance): void;
}

export const truststoreProp = made<ITruststore>(
  "a truststore: a Keystore or an AnchorsFile",
  "anchors",
  "reliesOn",
);
