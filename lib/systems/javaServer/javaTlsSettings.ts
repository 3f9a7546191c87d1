import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { ClientAuthentication } from "../../model";

/** A store as a product's files name it. */
export interface StoreSettings {
  readonly path: string;
  readonly type: "JKS" | "PKCS12";
  /** Environment variable that holds its password. */
  readonly variable: string;
}

/** An identity of the keystore, and the names that it is presented to. */
export interface ServedIdentity {
  readonly names: readonly string[];
  readonly alias: string;
}

/** What every Java server has to be told, whatever it calls it. */
export interface JavaTlsSettings extends ServedIdentity {
  readonly port: number;
  readonly keystore: StoreSettings;
  readonly clientAuthentication: ClientAuthentication;
  readonly truststore?: StoreSettings;
  /** What clients that ask for other names get from the same keystore. */
  readonly besides: readonly ServedIdentity[];
}

/** The names that a client can ask for (SNI), as it writes them; nobody asks for an address. */
export function serverNames(names: readonly string[]): string[] {
  return names.filter((name) => isIP(name) === 0).map((name) => domainToASCII(name.replace(/\.$/, "")));
}
