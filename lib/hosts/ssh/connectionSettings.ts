import type { HostConnection } from "../../model/hostConnection";
import { HostError } from "../errors";

/** Settings as HCL and states name them. */
const SETTINGS: Readonly<Record<string, keyof HostConnection>> = {
  user: "user",
  jump: "jump",
  identity: "identity",
  host_key: "hostKey",
  password: "password",
  sudo: "sudo",
};

/**
 * A connection as a row has it.
 *
 * @throws HostError `ssh-setting` for a name that is none
 */
export function parseConnection(settings: Readonly<Record<string, unknown>>): HostConnection {
  const known = Object.entries(settings).map(([name, value]) => {
    const setting = SETTINGS[name];
    if (setting === undefined) {
      throw new HostError(
        "ssh-setting",
        `ssh has no setting ${JSON.stringify(name)}. Allowed: ${Object.keys(SETTINGS).join(", ")}; a port belongs to the address.`,
      );
    }
    return [setting, value] as const;
  });
  return Object.fromEntries(known);
}
