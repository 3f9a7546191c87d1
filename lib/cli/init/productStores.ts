import { rootCertificates } from "node:tls";
import type { StoreEntry } from "../../keystore";
import type { CertificateRequest } from "../../model";
import { certificatesFromPem, generateKey, issueCertificate } from "../../pki";
import type { LocalHosts } from "./localHosts";

/** Clock and randomness, handed in. */
export interface Draw {
  readonly now: Date;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** A password that nobody has to know: 24 random bytes, in base64url. */
export function newPassword({ randomBytes }: Draw): string {
  return Buffer.from(randomBytes(24)).toString("base64url");
}

/** Where ElectricFlow and ISPW's Java keep what `layCallbackStores` makes. */
const FLOW_KEYSTORE = "/opt/electriccloud/electriccommander/conf/keystore";
const CACERTS = "/usr/lpp/java/J8.0_64/lib/security/cacerts";

/** ElectricFlow as installed, with its own self-signed `jetty`, and the `cacerts` of ISPW's Java. */
export function layCallbackStores(hosts: LocalHosts, props: CallbackStoreProps, draw: Draw): void {
  const { electricFlow, ispw } = props;
  hosts.jksStore(electricFlow.host, FLOW_KEYSTORE, electricFlow.password, () => [jetty(draw)]);
  hosts.jksStore(ispw.host, CACERTS, ispw.password, publicRoots);
}

/** On which hosts, and under which passwords. */
export interface CallbackStoreProps {
  readonly electricFlow: { readonly host: string; readonly password: string };
  readonly ispw: { readonly host: string; readonly password: string };
}

function jetty(draw: Draw): StoreEntry {
  const request = {
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
  } as const;
  return installerIdentity("jetty", request, draw);
}

/** A self-signed identity as a product's installer makes one. */
export function installerIdentity(
  alias: string,
  request: Omit<CertificateRequest, "extendedKeyUsages">,
  { now, randomBytes }: Draw,
): StoreEntry {
  const { pkcs8, publicKey } = generateKey(request.keyAlgorithm);
  const certificate = issueCertificate({
    ...request,
    publicKey,
    issuer: { pkcs8 },
    notBefore: now,
    randomBytes,
  });
  return {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    chain: [certificate],
    key: { kind: "clear", pkcs8 },
  };
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
