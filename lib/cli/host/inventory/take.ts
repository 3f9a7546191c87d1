import { closeConnections } from "../../../hosts";
import { type Inventory, takeInventory, type TakenInventory, whoTrustsWhom } from "../../../inventory";
import type { CliIo } from "../../io";
import { namedHosts } from "./namedHosts";
import { givenPasswords, type SearchFlags } from "./options";

/** What was found on the hosts, and the certificates themselves. */
export interface TakenOnHosts extends Pick<TakenInventory, "certificates"> {
  readonly inventory: Inventory;
}

/**
 * Takes the inventory of the hosts that a command line names, all at once.
 *
 * @throws UsageError, SecretError
 */
export async function takeOnHosts(
  io: CliIo,
  names: readonly string[],
  flags: SearchFlags,
): Promise<TakenOnHosts> {
  const hosts = namedHosts(io, names, flags);
  const passwords = givenPasswords(io, flags.password);
  const { depth, names: count } = flags;
  try {
    const taken = await Promise.all(
      hosts.map(({ name, files }) =>
        takeInventory(name, files, {
          passwords,
          now: io.now,
          expiringWithinDays: flags.expiringWithin,
          ...(flags.path.length === 0 ? {} : { paths: flags.path }),
          limits: {
            ...(depth === undefined ? {} : { depth }),
            ...(count === undefined ? {} : { names: count }),
          },
        }),
      ),
    );
    const certificates = new Map(taken.flatMap((one) => [...one.certificates]));
    const found = taken.map(({ inventory }) => inventory);
    const trust = whoTrustsWhom(found, (entry) => certificates.get(entry) ?? []);
    return { inventory: { hosts: found, trust }, certificates };
  } finally {
    await closeConnections();
  }
}
