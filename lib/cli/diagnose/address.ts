import { UsageError } from "../errors";

/** A port of a machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`, an IPv6 address in brackets; undefined for what is none. */
export function addressIn(text: string): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** @throws UsageError for what is no address */
export function parseAddress(text: string): Address {
  const address = addressIn(text);
  if (address === undefined)
    throw new UsageError(
      `"${text}" is no server; write HOST:PORT, such as ia01.example:8443 or [2001:db8::1]:8443`,
    );
  return address;
}
