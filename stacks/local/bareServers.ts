import { randomBytes } from "node:crypto";
import type { LocalHosts } from "./localHosts";

/** Folders that the products' installers leave behind, by host. */
const folders: Readonly<Record<string, readonly string[]>> = {
  "integration-server": ["/opt/softwareag/IntegrationServer/instances/default/config"],
  bank: ["/etc/bank"],
  carrier: ["/etc/carrier"],
  customs: ["/etc/customs"],
  "integration-cloud": ["/etc/tenant"],
  "rest-client": ["/home/ci/integration-cloud"],
  ces: ["/opt/ces/trust"],
  deployments: ["/etc/deployments"],
  web: ["/etc/nginx/tls"],
  reports: ["/home/reports/tls"],
  stock: ["/etc/stock", "/opt/tomcat/conf"],
  shop: ["/etc/shop", "/opt/jetty-base/etc", "/opt/jetty-base/start.d"],
};

/** Passwords of the stores and keys that nobody has made yet; made up on the spot. */
const secrets = [
  "integration-server-stores",
  "bank-stores",
  "carrier-stores",
  "customs-stores",
  "integration-cloud-stores",
  "rest-client-orders",
  "rest-client-invoices",
  "ces-stores",
  "deployments-stores",
  "web-key",
  "reports-key",
  "stock-stores",
  "shop-stores",
];

/** Servers without any store yet. */
export function prepareBareServers(hosts: LocalHosts): void {
  for (const [host, paths] of Object.entries(folders)) {
    for (const path of paths) hosts.folder(host, path);
  }
  for (const secret of secrets) hosts.secret(secret, randomBytes(24).toString("base64url"));
}
