import type { LocalHosts } from "../../lib/cli/init/localHosts";
import { type Draw, layCallbackStores } from "../../lib/cli/init/productStores";

/** Two pairs of ElectricFlow and ISPW as installed, under the passwords that the products come with. */
export function prepareElectricFlow(hosts: LocalHosts, draw: Draw): void {
  hosts.secretFile(".local/secrets/electricflow-keystore", "abcdef");
  hosts.secretFile(".local/secrets/ispw-cacerts", "changeit");
  for (const suffix of ["", "-replaced"]) {
    const electricFlow = { host: `electricflow${suffix}`, password: "abcdef" };
    layCallbackStores(hosts, { electricFlow, ispw: { host: `ispw${suffix}`, password: "changeit" } }, draw);
  }
}
