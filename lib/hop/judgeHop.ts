import { rootCertificates } from "node:tls";
import type { Finding, FindingLevel } from "../model";
import { certificatesFromPem, type Certificate, parsed } from "../pki";
import { finding, refusal, type Refusal, refusedDates } from "../rules";
import type {
  ClientSide,
  HopMaterial,
  JavaKeyStore,
  PresentedIdentity,
  ServerSide,
  TrustedAnchors,
} from "./hopMaterial";
import {
  identitiesInJavaOrder,
  passesAuthorities,
  type OfferedIdentity,
  remedyFor,
  winningAlias,
  acceptChain,
  type TlsUse,
} from "../java";
import type { HopJudgement } from "./judgement";
import { refusedName } from "./names";
import { explainNotSent } from "./notSent";
import { refusedOwnChain } from "./opensslLevel";
import { decideAsOpenssl, takesPartialChains } from "./opensslPath";
import { CURRENT_OPENSSL, type ProtocolRange, shareProtocol } from "./opensslPolicy";

/**
 * Judges a hop by the rules of its client and its server, without a handshake. What the server presents is
 * judged by the client's runtime, what the client presents by the server's; a Java side picks from its store
 * as Java's default key manager does.
 */
export function judgeHop(material: HopMaterial): HopJudgement {
  const known = judged.get(material);
  if (known !== undefined) return known;
  const judgement = new HopJudge(material).judge();
  judged.set(material, judgement);
  return judgement;
}

/** The rules over the plan and the rehearsal ask for the same hops; signatures are dear. */
const judged = new WeakMap<HopMaterial, HopJudgement>();

class HopJudge {
  private accepted = true;
  private readonly findings: Finding[] = [];

  constructor(private readonly material: HopMaterial) {}

  judge(): HopJudgement {
    this.judgeProtocols();
    const anchor = this.judgeServer();
    const presents = this.judgeClient();
    return {
      accepted: this.accepted,
      findings: this.findings,
      ...(anchor === undefined ? {} : { trustedThrough: anchor.toString() }),
      ...(presents === undefined ? {} : { presents }),
    };
  }

  private judgeProtocols(): void {
    const { server, client } = this.material;
    const [one, other] = [protocolsOf(server), protocolsOf(client)];
    if (shareProtocol(one, other)) return;
    const range = ({ minimumProtocol, maximumProtocol }: ProtocolRange) =>
      `${minimumProtocol} to ${maximumProtocol}`;
    const facts = `the server speaks ${range(one)}, the client ${range(other)}`;
    this.refuse(refusal("no-shared-protocol", facts));
  }

  /** What the server presents, and whether the client takes it. */
  private judgeServer(): Certificate | undefined {
    const { client, address } = this.material;
    const chain = (this.servedChain() ?? []).map(parsed);
    const [leaf] = chain;
    this.judgeOwnChain(chain, this.material.server);
    const anchor = this.judgeChain(chain, client.anchors, client, "server");
    if (leaf === undefined || !client.verifiesName) return anchor;
    const reason = refusedName(leaf, address, client.runtime, client.programs);
    if (reason !== undefined) {
      this.refuse(reason);
    } else if (!leaf.subjectAltNames.some(({ kind }) => kind === "dns" || kind === "ip")) {
      const facts = `${leaf.toString()} has no subject alternative names: Java, curl and Node still take the common name, browsers do not`;
      this.report(refusal("name-only-in-common-name", facts));
    }
    return anchor;
  }

  private servedChain(): readonly Uint8Array[] | undefined {
    const { server } = this.material;
    if (server.runtime !== "java" || server.keyStore === undefined) return server.identity.chain;
    const offered = this.offeredIdentities(server.keyStore, "server");
    const [first] = offered;
    if (first === undefined) {
      this.refuse(
        refusal(
          "no-usable-key",
          `${server.keyStore.storeId} holds no private key that Java can use, so the server has nothing to present`,
        ),
      );
      return undefined;
    }
    this.compareAlias(first, server.keyStore, "server");
    return first.chain;
  }

  /** What the client presents, and whether the server takes it. */
  private judgeClient(): PresentedIdentity | undefined {
    const { server, client } = this.material;
    // Java opens all keys of the store before anybody asks for one.
    const offered =
      client.runtime === "java" && client.keyStore !== undefined
        ? this.offeredIdentities(client.keyStore, "client")
        : undefined;
    if (server.clientAuthentication === "none") {
      if (client.identity !== undefined) {
        const facts =
          "a client identity is bound, but the server asks for no client certificate, so it is never presented";
        this.report(refusal("certificate-not-asked-for", facts));
      }
      return undefined;
    }
    if (client.identity === undefined) {
      if (server.clientAuthentication === "require") {
        this.refuse(
          refusal(
            "no-client-certificate",
            "the server requires a client certificate, and none is bound, so that a zero-length certificate arrives",
          ),
        );
      }
      return undefined;
    }
    const presented = this.presentedByClient(client.identity, offered);
    if (presented === undefined) {
      this.report(explainNotSent(client.identity, certificatesOf(server.clientAnchors)));
      if (server.clientAuthentication === "require") this.accepted = false;
      return undefined;
    }
    const chain = presented.chain.map(parsed);
    this.judgeOwnChain(chain, client);
    this.judgeChain(chain, server.clientAnchors, server, "client");
    return presented;
  }

  private presentedByClient(
    identity: PresentedIdentity,
    offered: readonly OfferedIdentity[] | undefined,
  ): PresentedIdentity | undefined {
    const { server, client } = this.material;
    if (client.runtime !== "java") return identity;
    const authorities = certificatesOf(server.clientAnchors);
    const candidates = offered ?? [{ alias: "", chain: identity.chain }];
    const accepts = ({ chain }: OfferedIdentity) => passesAuthorities(chain, authorities);
    const chosen = candidates.find(accepts);
    if (chosen === undefined || offered === undefined || client.keyStore === undefined) {
      return chosen === undefined ? undefined : identity;
    }
    return this.compareAlias(chosen, client.keyStore, "client", accepts) ? identity : { chain: chosen.chain };
  }

  /** Whether a side that is no Java loads what it is to present. */
  private judgeOwnChain(
    chain: readonly Certificate[],
    { runtime, opensslPolicy = CURRENT_OPENSSL }: ServerSide | ClientSide,
  ): void {
    const reason = runtime === "java" ? undefined : refusedOwnChain(chain, opensslPolicy);
    if (reason !== undefined)
      this.refuse({ ...reason, message: `it is not even presented: ${reason.message}` });
  }

  /** Judges a presented chain by its verifier; gives the anchor. */
  private judgeChain(
    chain: readonly Certificate[],
    trusted: TrustedAnchors,
    verifier: ServerSide | ClientSide,
    presenter: TlsUse,
  ): Certificate | undefined {
    if (chain.length === 0) return undefined;
    const anchors = certificatesOf(trusted);
    const { now } = this.material;
    if (verifier.runtime !== "java") {
      const said = decideAsOpenssl(chain, anchors, now, {
        ...verifier,
        takesPartialChains: takesPartialChains(verifier),
      });
      if ("anchor" in said) return said.anchor;
      this.refuse(named(said.refusal, presenter));
      return undefined;
    }
    const decision = acceptChain(chain, anchors, presenter, now);
    if (!decision.accepted) {
      this.refuse(named(decision.refusal, presenter));
      return undefined;
    }
    const [leaf] = chain;
    const leafDates = leaf === undefined ? undefined : refusedDates(leaf, now);
    if (leafDates !== undefined) {
      const message = `${leafDates.message}; Java lets it pass only because exactly this certificate is in its truststore`;
      this.report({ ...leafDates, message });
    } else if (refusedDates(decision.anchor, now) !== undefined) {
      const facts = `the trusted ${decision.anchor.toString()} is outside its dates: Java does not look at them, other clients do`;
      this.report(refusal("anchor-expired", facts));
    }
    return decision.anchor;
  }

  /** The identities Java can choose from; reports keys that keep it from opening the store. */
  private offeredIdentities(keyStore: JavaKeyStore, side: TlsUse): OfferedIdentity[] {
    const unopened = keyStore.unopenedAliases ?? [];
    if (unopened.length > 0) {
      this.refuse(
        refusal(
          "key-password-differs",
          `the ${side} cannot start: the key under ${quote(unopened)} in ${keyStore.storeId} does not open with the password that is used for the store's keys, and Java then opens none of them`,
        ),
      );
    }
    return identitiesInJavaOrder(keyStore.store, unopened);
  }

  /** Whether Java presents the alias that was meant. */
  private compareAlias(
    chosen: OfferedIdentity,
    keyStore: JavaKeyStore,
    side: TlsUse,
    accepts: (offered: OfferedIdentity) => boolean = () => true,
  ): boolean {
    const { intendedAlias, store, storeId } = keyStore;
    if (chosen.alias.toLowerCase() === intendedAlias.toLowerCase()) return true;
    const present = store.entries.some(
      ({ kind, alias }) => kind === "identity" && alias.toLowerCase() === intendedAlias.toLowerCase(),
    );
    this.report(
      present
        ? refusal(
            "other-identity-presented",
            `from ${storeId} the ${side} presents "${chosen.alias}", not "${intendedAlias}": Java's default key manager goes by key type and by the hash of the alias`,
            remedyFor(winningAlias(store, intendedAlias, accepts), chosen.alias),
          )
        : refusal(
            "alias-missing",
            `${storeId} has no identity under "${intendedAlias}", and the ${side} presents "${chosen.alias}"`,
            'use the alias that is there: imports from a .pfx without a friendly name become "1"',
            { about: intendedAlias },
          ),
    );
    return false;
  }

  private refuse(reason: Refusal): void {
    this.accepted = false;
    this.report(reason, "error");
  }

  private report(reason: Refusal, level?: FindingLevel): void {
    this.findings.push(finding(this.material.hopId, reason, level));
  }
}

/** What a side speaks; Javas that are kept up to date begin at TLS 1.2 and know 1.3. */
function protocolsOf({ runtime, opensslPolicy = CURRENT_OPENSSL }: ServerSide | ClientSide): ProtocolRange {
  return runtime === "java" ? CURRENT_OPENSSL : opensslPolicy;
}

function named(reason: Refusal, presenter: TlsUse): Refusal {
  return presenter === "server"
    ? reason
    : { ...reason, message: `the server refuses the client: ${reason.message}` };
}

function quote(aliases: readonly string[]): string {
  return aliases.map((alias) => `"${alias}"`).join(", ");
}

let publicRoots: readonly Certificate[] | undefined;

function certificatesOf(anchors: TrustedAnchors): readonly Certificate[] {
  if (anchors !== "public-roots") return anchors.map(parsed);
  publicRoots ??= rootCertificates.flatMap((pem) => certificatesFromPem(pem));
  return publicRoots;
}
