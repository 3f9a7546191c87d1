import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publicRoots } from "./electricFlow";
import { type LocalHosts, installerIdentity } from "./localHosts";

const CONF = "/opt/xmatters/integrationagent/conf";

/** An Integration Agent as installed: `apia` in its keystore, plain HTTP in its IAConfig.xml; and a management system. */
export function prepareXmatters(hosts: LocalHosts): void {
  hosts.secretFile(".local/secrets/integration-agent-keystore", "alarmpoint");
  hosts.secretFile(".local/secrets/management-cacerts", "changeit");
  hosts.jksStore("integration-agent", `${CONF}/.keystore`, "alarmpoint", () => [
    installerIdentity("apia", {
      subject: { commonName: "apia", organization: "AlarmPoint" },
      names: [],
      keyAlgorithm: "rsa-2048",
      validityDays: 3650,
    }),
  ]);
  hosts.file("integration-agent", `${CONF}/IAConfig.xml`, () =>
    readFileSync(join(__dirname, "IAConfig.xml")),
  );
  hosts.jksStore("management", "/opt/management/jre/lib/security/cacerts", "changeit", publicRoots);
}
