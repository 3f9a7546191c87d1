import * as tls from "node:tls";
import { toPem } from "../pki";
import type { HopMaterial, PresentedIdentity, ServerSide, TrustedAnchors } from "./hopMaterial";
import { takesPartialChains } from "./opensslPath";
import { CURRENT_OPENSSL } from "./opensslPolicy";
import { namedFor } from "./serverName";

/** What a server presents by the name that it is asked for. */
export interface ServerContexts {
  /** Options of its listener: what it presents where no name is asked for. */
  readonly withoutName: tls.SecureContextOptions;
  readonly forName: (name: string) => tls.SecureContext;
}

export function serverContexts({ server }: HopMaterial): ServerContexts {
  const optionsFor = (identity: PresentedIdentity): tls.SecureContextOptions => ({
    ...identityOptions(identity),
    ...(server.clientAuthentication === "none"
      ? {}
      : anchorsOptions(server.clientAnchors, takesPartialChains(server))),
    ...policyOptions(server),
  });
  const contextFor = (identity: PresentedIdentity) => tls.createSecureContext(optionsFor(identity));
  const { byName } = server;
  if (byName === undefined) {
    const context = contextFor(server.identity);
    return { withoutName: {}, forName: () => context };
  }
  // A server that cannot load one of them does not start.
  const named = byName.named.map(({ names, identity }) => ({ names, context: contextFor(identity) }));
  const otherwise = contextFor(byName.otherwise);
  return {
    withoutName: optionsFor(byName.otherwise),
    forName: (name) => namedFor(named, name.toLowerCase())?.context ?? otherwise,
  };
}

export function clientContext({ client }: HopMaterial): tls.SecureContext {
  return tls.createSecureContext({
    ...(client.identity === undefined ? {} : identityOptions(unextended(client.identity))),
    ...anchorsOptions(client.anchors, takesPartialChains(client)),
    ...policyOptions(client),
  });
}

/**
 * OpenSSL completes a lone certificate of the client from the client's own anchors, Java does not. A second copy
 * of the leaf keeps it from doing so; verifiers skip it.
 */
function unextended(identity: PresentedIdentity): PresentedIdentity {
  const [leaf] = identity.chain;
  return leaf === undefined || identity.chain.length > 1 ? identity : { ...identity, chain: [leaf, leaf] };
}

function identityOptions({ chain, pkcs8 }: PresentedIdentity): tls.SecureContextOptions {
  return {
    cert: chain.map((der) => toPem(der, "CERTIFICATE")).join(""),
    ...(pkcs8 === undefined ? {} : { key: toPem(pkcs8, "PRIVATE KEY") }),
  };
}

function anchorsOptions(anchors: TrustedAnchors, allowPartialTrustChain: boolean): tls.SecureContextOptions {
  return {
    ca:
      anchors === "public-roots"
        ? [...tls.rootCertificates]
        : anchors.map((der) => toPem(der, "CERTIFICATE")),
    allowPartialTrustChain,
  };
}

/** Java's own limits are rules (`lib/java`); OpenSSL's must not stand before them. */
export function policyOptions({
  runtime,
  opensslPolicy = CURRENT_OPENSSL,
}: Pick<ServerSide, "runtime" | "opensslPolicy">): tls.SecureContextOptions {
  if (runtime === "java") return { ciphers: "DEFAULT:@SECLEVEL=0" };
  const { era, securityLevel, minimumProtocol, maximumProtocol } = opensslPolicy;
  return {
    // Level 1 of before 3.0 takes SHA-1, which that of this OpenSSL refuses: there the rules alone decide.
    ciphers: `DEFAULT:@SECLEVEL=${era === 3 ? securityLevel : 0}`,
    minVersion: minimumProtocol,
    maxVersion: maximumProtocol,
  };
}
