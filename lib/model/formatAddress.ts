/** `HOST:PORT`; an IPv6 address stands in brackets before a port (RFC 3986, 3.2.2). */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}
