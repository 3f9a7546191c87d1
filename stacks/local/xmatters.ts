import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalHosts } from "../../lib/cli/init/localHosts";
import { type Draw, installerIdentity, publicRoots } from "../../lib/cli/init/productStores";

const CONF = "/opt/xmatters/integrationagent/conf";

/** An Integration Agent as installed: `apia` in its keystore, plain HTTP in its IAConfig.xml; and a management system. */
export function prepareXmatters(hosts: LocalHosts, draw: Draw): void {
  hosts.secretFile(".local/secrets/integration-agent-keystore", "alarmpoint");
  hosts.secretFile(".local/secrets/management-cacerts", "changeit");
  const apia = {
    subject: { commonName: "apia", organization: "AlarmPoint" },
    names: [],
    keyAlgorithm: "rsa-2048",
    validityDays: 3650,
  } as const;
  hosts.jksStore("integration-agent", `${CONF}/.keystore`, "alarmpoint", () => [
    installerIdentity("apia", apia, draw),
  ]);
  hosts.file("integration-agent", `${CONF}/IAConfig.xml`, () =>
    readFileSync(join(__dirname, "IAConfig.xml")),
  );
  hosts.jksStore("management", "/opt/management/jre/lib/security/cacerts", "changeit", publicRoots);
}
