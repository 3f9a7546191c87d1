import type { ClientSide, HopMaterial, PresentedIdentity, ServerSide } from "../../lib/hop";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";

/** The time that the tests of this folder live in: this machine's, to the minute, so that real handshakes agree. */
export const now = new Date(Math.floor(Date.now() / 60_000) * 60_000);

/** A root, an intermediate, and what they issued, the same for all tests of a file. */
export function makeWorld() {
  const root = makeAuthority(now, "Example Root");
  const intermediate = makeAuthority(now, "Example Issuing", { issuer: root });
  const server = makeCertificate({
    now,
    subject: "server.example",
    issuer: intermediate,
    names: ["DNS:server.example", "IP:10.1.2.3"],
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["serverAuth"],
  });
  const client = makeCertificate({
    now,
    subject: "Partner Seven",
    issuer: intermediate,
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["clientAuth"],
  });
  return { root, intermediate, server, client };
}

/** What a store holds of an identity: the chain without its root. */
export function identityOf(
  made: MadeIdentity,
  chain: readonly Buffer[] = withoutRoot(made),
): PresentedIdentity {
  return { chain, pkcs8: made.pkcs8 };
}

export function withoutRoot({ chain }: MadeIdentity): readonly Buffer[] {
  return chain.length > 1 ? chain.slice(0, -1) : chain;
}

export interface HopParts {
  readonly address?: string;
  readonly server: Partial<ServerSide> & Pick<ServerSide, "identity">;
  readonly client: Partial<ClientSide> & Pick<ClientSide, "anchors">;
  readonly now?: Date;
}

/** A hop between two Java sides without client authentication, but for what is given. */
export function hop({ address = "server.example", server, client, now: at = now }: HopParts): HopMaterial {
  return {
    hopId: "caller -> server",
    address,
    port: 8443,
    server: { runtime: "java", clientAuthentication: "none", clientAnchors: [], ...server },
    client: { runtime: "java", verifiesName: true, ...client },
    now: at,
  };
}
