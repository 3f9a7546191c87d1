import { HostError } from "../errors";

/** A machine's place in `ssh://[user@]host[:port]`. */
export interface SshAddress {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const FORM = /^(?:([^@/]*)@)?(\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?\]|[^@:/?#[\]]+)(?::(\d+))?\/?$/;

/**
 * Takes `ssh://[user@]host[:port]` apart; an IPv6 address stands in brackets.
 *
 * @throws HostError `host-address`
 */
export function parseSshAddress(address: string): SshAddress {
  return parsePlace(address.replace(/^ssh:\/\//, ""), address);
}

/**
 * Takes the machines of a jump apart, nearest first: `[user@]host[:port]`, separated by commas.
 *
 * @throws HostError `host-address`
 */
export function parseJump(jump: string): SshAddress[] {
  return jump.split(",").map((one) => parsePlace(one.trim().replace(/^ssh:\/\//, ""), jump));
}

/** The address in its one spelling. */
export function formatSshAddress({ host, user, port }: SshAddress): string {
  const shown = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === undefined ? "" : `${user}@`}${shown}${port === undefined ? "" : `:${port}`}`;
}

/**
 * Insists on characters that mean nothing to ssh, to its configuration or to a shell.
 *
 * @throws HostError `host-address`
 */
export function requirePlainUser(user: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.@\\+-]*\$?$/u.test(user)) return user;
  throw new HostError(
    "host-address",
    `${JSON.stringify(user)} is not the name of a user: letters, digits and . _ - + @, not starting with a hyphen.`,
  );
}

/** @throws HostError `host-address` */
export function requirePort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new HostError("host-address", `${port} is not a port: a whole number from 1 to 65535.`);
}

function parsePlace(text: string, given: string): SshAddress {
  const [, user, bracketed = "", port] = FORM.exec(text) ?? [];
  const host = bracketed.replace(/^\[|\]$/g, "");
  if (host === "" || !/^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_])?$|:/u.test(host)) {
    throw new HostError(
      "host-address",
      `${JSON.stringify(given)} does not name a machine. Write ssh://host, ssh://user@host or ssh://user@host:port; a password does not belong there.`,
    );
  }
  return {
    host: host.toLowerCase(),
    ...(user === undefined ? {} : { user: requirePlainUser(user) }),
    ...(port === undefined ? {} : { port: requirePort(Number(port)) }),
  };
}
