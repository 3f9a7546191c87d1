import { rootCertificates } from "node:tls";
import type { StoreEntry } from "../../lib/keystore";
import { certificatesFromPem } from "../../lib/pki";
import { type LocalHosts, installerIdentity } from "./localHosts";

const CONF = "/opt/electriccloud/electriccommander/conf";
const JAVA_HOME = "/usr/lpp/java/J8.0_64";

/** ElectricFlow as installed, with its own self-signed `jetty`, and the `cacerts` of ISPW's Java. */
export function prepareElectricFlow(hosts: LocalHosts): void {
  hosts.secretFile(".local/secrets/electricflow-keystore", "abcdef");
  hosts.secretFile(".local/secrets/ispw-cacerts", "changeit");
  for (const hostId of ["electricflow", "electricflow-replaced"]) {
    hosts.jksStore(hostId, `${CONF}/keystore`, "abcdef", () => [jetty()]);
  }
  for (const hostId of ["ispw", "ispw-replaced"]) {
    hosts.jksStore(hostId, `${JAVA_HOME}/lib/security/cacerts`, "changeit", publicRoots);
  }
}

function jetty(): StoreEntry {
  return installerIdentity("jetty", {
    subject: {
      commonName: "electricflow.example.com",
      organizationalUnit: "Unknown",
      organization: "Unknown",
    },
    names: [
      { kind: "dns", value: "electricflow.example.com" },
      { kind: "ip", value: "10.20.30.40" },
    ],
    keyAlgorithm: "rsa-2048",
    validityDays: 3650,
  });
}

/** The public roots that Node ships, as a JDK lists them. */
export function publicRoots(): StoreEntry[] {
  return certificatesFromPem(rootCertificates.join("\n")).map((certificate, index) => ({
    kind: "anchor",
    alias: `publicroot${String(index + 1).padStart(3, "0")}`,
    createdMs: certificate.notBefore.getTime(),
    certificate: certificate.der,
  }));
}
