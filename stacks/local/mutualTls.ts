import { randomBytes } from "node:crypto";
import type { LocalHosts } from "./localHosts";

/** Two machines without any store yet; their passwords are made up on the spot. */
export function prepareMutualTls(hosts: LocalHosts): void {
  for (const host of ["orders", "billing"]) {
    hosts.folder(host, `/etc/${host}`);
    hosts.secret(`${host}-stores`, randomBytes(24).toString("base64url"));
  }
}
