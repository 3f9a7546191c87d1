import type { HostPlan } from "../../model";

/** A host as the provider's attributes have it. */
export interface HostAttributes {
  readonly host: string;
  /** Absent where OpenSSH's configuration says all, and of hosts that nobody connects to. */
  readonly ssh?: Readonly<Record<string, string>>;
}

/** What a resource says of its host: where it is, and how it is reached. */
export function hostAttributes(host: HostPlan, address: string): HostAttributes {
  if (host.kind !== "ssh") return { host: address };
  const { hostKey, ...connection } = host.connection;
  const settings = { ...connection, ...(hostKey === undefined ? {} : { host_key: hostKey }) };
  return Object.keys(settings).length === 0 ? { host: address } : { host: address, ssh: settings };
}
