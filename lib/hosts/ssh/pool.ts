import type { HostConnection } from "../../model/hostConnection";
import { parseSecretReference } from "../secret";
import { parseJump, requirePlainUser, type SshAddress } from "./sshAddress";
import { pinnedKey } from "./sshCommand";
import { SshMachine } from "./sshMachine";

/** What opening a host needs to know of the run. */
export interface SshOptions {
  /** @default - OpenSSH's configuration says all */
  readonly connection?: HostConnection;
  /** The value behind the reference to a password; at the last moment. */
  readonly resolveSecret?: (reference: NonNullable<HostConnection["password"]>) => string;
}

/** All machines of this process, by name, user and way. */
const machines = new Map<string, SshMachine>();

/**
 * The machine at an address; all who open it share one connection, which is made when it is first needed.
 *
 * @throws HostError `host-address` for settings that are none
 */
export function openSshHost(
  address: SshAddress,
  { connection = {}, resolveSecret }: SshOptions = {},
): SshMachine {
  requireConnection(connection);
  const { user = address.user, ...way } = connection;
  const { port } = address;
  const place: SshAddress = {
    host: address.host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  };
  const key = JSON.stringify([
    place.host,
    user,
    port,
    way.jump,
    way.identity,
    way.hostKey,
    way.password,
    way.sudo,
  ]);
  const known = machines.get(key);
  if (known !== undefined) return known;
  const { password } = way;
  const resolvePassword =
    password === undefined || resolveSecret === undefined ? undefined : () => resolveSecret(password);
  const machine = new SshMachine({ place, connection: way, resolvePassword });
  machines.set(key, machine);
  return machine;
}

/** Ends all connections, so that machines know at once that this run is over. */
export async function closeConnections(): Promise<void> {
  const open = [...machines.values()];
  machines.clear();
  await Promise.all(open.map((machine) => machine.close()));
}

/**
 * Insists on settings that OpenSSH takes for what they are.
 *
 * @throws HostError `host-address`; SecretError where a literal stands in place of a reference
 */
export function requireConnection({ user, jump, hostKey, password, sudo }: HostConnection): void {
  if (user !== undefined) requirePlainUser(user);
  if (jump !== undefined) parseJump(jump);
  if (hostKey !== undefined) pinnedKey(hostKey);
  if (password !== undefined) parseSecretReference(password);
  if (sudo !== undefined) requirePlainUser(sudo);
}
