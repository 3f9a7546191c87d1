import type { Finding } from "../../model";
import type { IntegrationServerCall } from "./integrationServerCall";
import type { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";

/** What Integration Server's own rules have to say about its stores and calls. */
export function integrationServerFindings(
  stores: readonly (IntegrationServerKeystore | IntegrationServerTruststore)[],
  calls: readonly IntegrationServerCall[],
  maxKeepAliveConnections: number | undefined,
): Finding[] {
  return [
    ...stores.flatMap(({ findings }) => findings),
    ...calls.flatMap(unnamedKey),
    ...nothingTrusted(calls),
    ...(maxKeepAliveConnections === 0 ? [] : pooledConnections(calls)),
  ];
}

/** A PFX that Windows or OpenSSL exported calls its key `1`, and the alias says nothing to anybody. */
function unnamedKey(call: IntegrationServerCall): Finding[] {
  const keyAlias = call.setKeyAndChain?.keyAlias;
  if (keyAlias === undefined || !/^\d+$/.test(keyAlias)) return [];
  return [
    {
      level: "warning",
      rule: "unnamed-key",
      subject: call.binding?.bindingId ?? call.node.path,
      message: `key alias "${keyAlias}" is what the import of a PFX leaves behind. Give keyAlias a name that says whose key it is; the key gets it, whatever it is called in the PFX.`,
    },
  ];
}

/** A server in whose truststore nothing stands rejects every certificate, whatever its settings say. */
function nothingTrusted(calls: readonly IntegrationServerCall[]): Finding[] {
  const empty = calls.filter(({ truststore }) => !truststore.trustsAnything);
  return [...new Set(empty.map(({ truststore }) => truststore))].map((truststore) => ({
    level: "warning",
    rule: "nothing-trusted",
    subject: truststore.storeId,
    message:
      `nothing is declared that ${truststore.path} trusts, but it is what the server trusts when it calls. ` +
      `Unless the file brings the partners' root and intermediate certificates, declare them: truststore.trusts("partner_root", new PartnerCertificate(…), "leaf").`,
  }));
}

/** A kept connection stays authenticated as whoever opened it, and the next call to the same address takes it. */
function pooledConnections(calls: readonly IntegrationServerCall[]): Finding[] {
  const byAddress = new Map<string, IntegrationServerCall[]>();
  for (const call of calls) {
    const address = `${call.address.toLowerCase()}:${call.port}`;
    byAddress.set(address, [...(byAddress.get(address) ?? []), call]);
  }
  return [...byAddress].flatMap(([address, sharing]) => {
    const identities = new Set(sharing.map((call) => call.binding?.identity.identityId ?? call.basicUser));
    const keeping = sharing.filter((call) => call.maxKeepAliveConnections !== 0);
    if (identities.size < 2 || keeping.length === 0 || !sharing.some(({ binding }) => binding)) return [];
    return [
      {
        level: "error",
        rule: "pooled-connection",
        subject: keeping[0]?.binding?.bindingId ?? keeping[0]?.node.path ?? address,
        message:
          `${sharing.map(({ node }) => node.id).join(", ")} call ${address} under ${identities.size} identities, and ` +
          `${keeping.map(({ node }) => node.id).join(", ")} may keep the connection open: the next call would go out under the ` +
          `identity that opened it. Give each of them maxKeepAliveConnections: 0, or the server, or another host name for each identity.`,
      },
    ];
  });
}
