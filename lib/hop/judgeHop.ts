import {
  type Meeting,
  type OfferedIdentity,
  type Presentation,
  passesAuthorities,
  presentedIdentity,
  refusedKeyOf,
  refusedRequest,
  type TlsUse,
} from "../java";
import { type Certificate, parsed } from "../pki";
import { refusal, type Refusal } from "../rules";
import { ChainJudge } from "./chainJudge";
import { HopFindings } from "./hopFindings";
import type { HopMaterial, JavaKeyStore, PresentedIdentity } from "./hopMaterial";
import { identityByName } from "./identityByName";
import { lockedChoice, otherAlias, refusedStore } from "./javaStore";
import type { HopJudgement, TrustPath } from "./judgement";
import { meetingOf, presentationOf } from "./meeting";
import { refusedName } from "./names";
import { explainNotSent } from "./notSent";
import { refusedProtocols } from "./protocols";
import { requestedNames } from "./requestedNames";

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

/** What the client presents, and through what the server trusts it. */
interface PresentedByClient {
  readonly presents?: PresentedIdentity;
  readonly trust?: TrustPath;
}

class HopJudge {
  private readonly meeting: Meeting;
  private readonly found: HopFindings;
  private readonly chains: ChainJudge;

  constructor(private readonly material: HopMaterial) {
    this.meeting = meetingOf(material);
    this.found = new HopFindings(material);
    this.chains = new ChainJudge(material, this.meeting, this.found);
  }

  judge(): HopJudgement {
    const apart = refusedProtocols(this.material, this.meeting);
    if (apart !== undefined) this.found.refuse(apart);
    const { serves, trust } = this.judgeServer();
    const { presents, trust: clientTrust } = this.judgeClient();
    const { accepted, all, refusedBy } = this.found;
    return {
      accepted,
      findings: all,
      serves,
      ...(refusedBy === undefined ? {} : { refusedBy }),
      ...(trust === undefined ? {} : { trust }),
      ...(presents === undefined ? {} : { presents }),
      ...(clientTrust === undefined ? {} : { clientTrust }),
    };
  }

  /** What the server presents, and whether the client takes it. */
  private judgeServer(): Pick<HopJudgement, "serves" | "trust"> {
    const { client, address } = this.material;
    const chain = (this.servedChain() ?? []).map(parsed);
    const [leaf] = chain;
    this.chains.judgeOwn(chain, "server");
    this.judgeKey(leaf, "server");
    const trust = this.chains.judge(chain, client.anchors, client, "server");
    if (leaf !== undefined && client.verifiesName) this.judgeName(leaf, address);
    return { serves: chain, ...(trust === undefined ? {} : { trust }) };
  }

  private judgeName(leaf: Certificate, address: string): void {
    const { client } = this.material;
    const reason = refusedName(leaf, address, client.runtime, client.programs, client.java);
    if (reason !== undefined) {
      this.found.refuse(reason, "client");
    } else if (!leaf.subjectAltNames.some(({ kind }) => kind === "dns" || kind === "ip")) {
      const facts = `${leaf.toString()} has no subject alternative names: Java, curl and Node still take the common name, browsers do not`;
      this.found.report(refusal("name-only-in-common-name", facts));
    }
  }

  private servedChain(): readonly Uint8Array[] | undefined {
    const { server } = this.material;
    if (server.runtime !== "java" || server.keyStore === undefined) return server.identity.chain;
    const { keyStore } = server;
    this.judgeStore(keyStore, "server");
    const presentation = presentationOf(this.material, this.meeting, "server");
    const first =
      keyStore.aliasWithoutName === undefined
        ? presentedIdentity(keyStore.store, keyStore.unopenedAliases, presentation)
        : identityByName(keyStore.store, keyStore.aliasWithoutName, presentation);
    if (first === undefined) {
      const facts = `${keyStore.storeId} holds no private key that Java can use with this client, so the server has nothing to present`;
      this.found.refuse(
        lockedChoice(keyStore, "server", presentation) ?? refusal("no-usable-key", facts),
        "server",
      );
      return undefined;
    }
    const other = otherAlias(first, keyStore, "server", presentation);
    if (other !== undefined) this.found.report(other);
    return first.chain;
  }

  /** What the client presents, and whether the server takes it. */
  private judgeClient(): PresentedByClient {
    const { server, client } = this.material;
    // Java opens all keys of the store before anybody asks for one.
    if (client.keyStore !== undefined && client.runtime === "java")
      this.judgeStore(client.keyStore, "client");
    if (server.clientAuthentication === "none") {
      if (client.identity !== undefined) {
        const facts =
          "a client identity is bound, but the server asks for no client certificate, so it is never presented";
        this.found.report(refusal("certificate-not-asked-for", facts));
      }
      return {};
    }
    this.judgeRequest();
    if (client.identity === undefined) {
      if (server.clientAuthentication === "require") {
        this.found.refuse(
          refusal(
            "no-client-certificate",
            "the server requires a client certificate, and none is bound, so that a zero-length certificate arrives",
          ),
          "server",
        );
      }
      return {};
    }
    const presented = this.presentedByClient(client.identity);
    if (presented === undefined) {
      const reason = this.notSent(client.identity);
      if (server.clientAuthentication === "require") this.found.refuse(reason, "server");
      else this.found.refuseStrictly(reason, "the server");
      return {};
    }
    const chain = presented.chain.map(parsed);
    this.chains.judgeOwn(chain, "client");
    this.judgeKey(chain[0], "client");
    // What a server that was seen trusts, only a handshake with it tells.
    if (server.seenRequest !== undefined) return { presents: presented };
    const trust = this.chains.judge(chain, server.clientAnchors, server, "client");
    return { presents: presented, ...(trust === undefined ? {} : { trust }) };
  }

  private presentedByClient(identity: PresentedIdentity): PresentedIdentity | undefined {
    const { runtime, keyStore } = this.material.client;
    if (runtime !== "java") return identity;
    if (keyStore === undefined) {
      const [leaf] = identity.chain;
      const isUsable = leaf !== undefined && this.unusableKey(parsed(leaf), "client") === undefined;
      return isUsable && this.isAskedFor(identity) ? identity : undefined;
    }
    const presentation = this.clientPresentation();
    const chosen = presentedIdentity(keyStore.store, keyStore.unopenedAliases, presentation);
    if (chosen === undefined) return undefined;
    const other = otherAlias(chosen, keyStore, "client", presentation);
    if (other === undefined) return identity;
    this.found.report(other);
    return { chain: chosen.chain };
  }

  /** Why the client sends no certificate. */
  private notSent(identity: PresentedIdentity): Refusal {
    const { keyStore } = this.material.client;
    const locked =
      keyStore === undefined ? undefined : lockedChoice(keyStore, "client", this.clientPresentation());
    const unusable = locked ?? this.unusableKey(identity.chain.map(parsed)[0], "client");
    return explainNotSent(identity, requestedNames(this.material.server), unusable);
  }

  private clientPresentation(): Presentation {
    return presentationOf(this.material, this.meeting, "client", (entry) => this.isAskedFor(entry));
  }

  private isAskedFor({ chain }: Pick<OfferedIdentity, "chain">): boolean {
    return passesAuthorities(chain, requestedNames(this.material.server));
  }

  /** Whether the client reads whose certificates the server asks for. */
  private judgeRequest(): void {
    const { rules } = this.meeting.client;
    const reason =
      rules === undefined ? undefined : refusedRequest(requestedNames(this.material.server), rules);
    if (reason !== undefined) this.found.refuse(reason, "client");
  }

  /** Whether a key can prove itself to the other side. */
  private judgeKey(leaf: Certificate | undefined, use: TlsUse): void {
    const reason = this.unusableKey(leaf, use);
    if (reason !== undefined) this.found.refuse(reason, use);
  }

  private unusableKey(leaf: Certificate | undefined, use: TlsUse): Refusal | undefined {
    return leaf === undefined ? undefined : refusedKeyOf(leaf, this.meeting, use);
  }

  private judgeStore(keyStore: JavaKeyStore, side: TlsUse): void {
    const { rules } = this.meeting[side];
    if (rules === undefined) return;
    for (const reason of refusedStore(keyStore, side, rules)) this.found.refuse(reason, side);
  }
}
