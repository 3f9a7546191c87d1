/** A TCP end, as `connect` names it. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** @throws RangeError for what names no TCP end */
export function parseTarget(connect: string): Target {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(connect) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535)
    throw new RangeError(
      `"${connect}" names no TCP end. Write HOST:PORT, an IPv6 address in brackets, for example stock.example.com:8443.`,
    );
  return { host, port };
}
