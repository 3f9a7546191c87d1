import type { Finding } from "../../model";
import { finding, refusal } from "../../rules";
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
  const facts = `key alias "${keyAlias}" is what the import of a PFX leaves behind`;
  const remedy =
    "give keyAlias a name that says whose key it is; the key gets it, whatever it is called in the PFX";
  return [finding(call.binding?.bindingId ?? call.node.path, refusal("alias-number", facts, remedy))];
}

/** A server in whose truststore nothing stands rejects every certificate, whatever its settings say. */
function nothingTrusted(calls: readonly IntegrationServerCall[]): Finding[] {
  const empty = calls.filter(({ truststore }) => !truststore.trustsAnything);
  return [...new Set(empty.map(({ truststore }) => truststore))].map((truststore) => {
    const facts = `nothing is declared that ${truststore.path} trusts, but it is what the server trusts when it calls`;
    const remedy =
      "unless the file brings the partners' root and intermediate certificates, declare them: " +
      'truststore.trusts("partner_root", new PartnerCertificate(…), "leaf")';
    const reason = refusal("no-anchor", facts, remedy, { of: "trustAnchors" });
    return finding(truststore.storeId, reason, "warning");
  });
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
    const subject = keeping[0]?.binding?.bindingId ?? keeping[0]?.node.path ?? address;
    const facts =
      `${sharing.map(({ node }) => node.id).join(", ")} call ${address} under ${identities.size} identities, and ` +
      `${keeping.map(({ node }) => node.id).join(", ")} may keep the connection open: the next call would go out under the ` +
      `identity that opened it`;
    return [finding(subject, refusal("pooled-connection", facts))];
  });
}
