import type { Finding } from "../../model";
import { finding, refusal } from "../../rules";
import type { IntegrationServerCall } from "./integrationServerCall";
import type { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";

/** What Integration Server's own rules have to say about its stores and calls. */
export function integrationServerFindings(
  stores: readonly (IntegrationServerKeystore | IntegrationServerTruststore)[],
  calls: readonly IntegrationServerCall[],
  maxKeepAliveConnections: number | undefined,
  globalTruststore: IntegrationServerTruststore | undefined,
): Finding[] {
  return [
    ...stores.flatMap(({ findings }) => findings),
    ...calls.flatMap(unnamedKey),
    ...calls.flatMap(illegalEndpointAlias),
    ...calls.flatMap((call) => unusedTruststore(call, globalTruststore)),
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

/** An endpoint alias is refused with other characters than these (WmRoot 9.12). */
function illegalEndpointAlias(call: IntegrationServerCall): Finding[] {
  const alias = call.consumerEndpoint?.alias;
  if (alias === undefined || /^[A-Za-z0-9_]+$/.test(alias)) return [];
  const facts = `Integration Server takes letters, digits and underscores in an endpoint alias, and no "${alias}"`;
  const remedy = `call it, for example, "${alias.replace(/[^A-Za-z0-9_]/g, "_")}"`;
  return [finding(call.binding?.bindingId ?? call.node.path, refusal("illegal-alias", facts, remedy))];
}

/** The server consults what the call hands over (10.7 and later), otherwise its global truststore, and no other. */
function unusedTruststore(
  call: IntegrationServerCall,
  globalTruststore: IntegrationServerTruststore | undefined,
): Finding[] {
  if (call.handsOverTruststore || call.truststore === globalTruststore) return [];
  const { alias } = call.truststore;
  const facts =
    `${call.node.id} is to trust what is in ${alias}, which the call does not hand over, ` +
    `and the server's global truststore is ${globalTruststore?.alias ?? "not declared"}`;
  return [finding(call.binding?.bindingId ?? call.node.path, refusal("unused-truststore", facts))];
}

/** A truststore in which nothing stands proves nobody, whatever the server's settings say. */
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
