import type { Finding, FindingLevel, TlsRuntime } from "../model";
import { type Certificate, parsed } from "../pki";
import { finding, ourFinding, refusal, type Refusal, refusedDates } from "../rules";
import type {
  ClientSide,
  HopMaterial,
  JavaKeyStore,
  PresentedIdentity,
  ServerSide,
  TrustedAnchors,
} from "./hopMaterial";
import {
  acceptChain,
  ISSUE_WITH_SUBJECT,
  javaRules,
  type Meeting,
  type OfferedIdentity,
  type Presentation,
  passesAuthorities,
  presentedIdentity,
  refusedKeyOf,
  refusedLength,
  refusedRequest,
  revocationOf,
  type TlsUse,
  unreadableCertificate,
} from "../java";
import { identityByName } from "./identityByName";
import { lockedChoice, otherAlias, refusedStore } from "./javaStore";
import type { HopJudgement } from "./judgement";
import { belowFloor } from "./keyFloor";
import { meetingOf, presentationOf } from "./meeting";
import { refusedName } from "./names";
import { explainNotSent } from "./notSent";
import { refusedOwnChain } from "./opensslLevel";
import { decideAsOpenssl, takesPartialChains } from "./opensslPath";
import { CURRENT_OPENSSL } from "./opensslPolicy";
import { refusedProtocols } from "./protocols";
import { certificatesOf } from "./trustedCertificates";

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

  private readonly meeting: Meeting;

  constructor(private readonly material: HopMaterial) {
    this.meeting = meetingOf(material);
  }

  judge(): HopJudgement {
    const apart = refusedProtocols(this.material, this.meeting);
    if (apart !== undefined) this.refuse(apart);
    const anchor = this.judgeServer();
    const presents = this.judgeClient();
    return {
      accepted: this.accepted,
      findings: this.findings,
      ...(anchor === undefined ? {} : { trustedThrough: anchor.toString() }),
      ...(presents === undefined ? {} : { presents }),
    };
  }

  /** What the server presents, and whether the client takes it. */
  private judgeServer(): Certificate | undefined {
    const { client, address } = this.material;
    const chain = (this.servedChain() ?? []).map(parsed);
    const [leaf] = chain;
    this.judgeOwnChain(chain, this.material.server);
    this.judgeKey(leaf, "server");
    const anchor = this.judgeChain(chain, client.anchors, client, "server");
    if (leaf === undefined || !client.verifiesName) return anchor;
    const reason = refusedName(leaf, address, client.runtime, client.programs, client.java);
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
    const { keyStore } = server;
    this.judgeStore(keyStore, "server");
    const presentation = presentationOf(this.material, this.meeting, "server");
    const first =
      keyStore.aliasWithoutName === undefined
        ? presentedIdentity(keyStore.store, keyStore.unopenedAliases, presentation)
        : identityByName(keyStore.store, keyStore.aliasWithoutName, presentation);
    if (first === undefined) {
      const facts = `${keyStore.storeId} holds no private key that Java can use with this client, so the server has nothing to present`;
      this.refuse(lockedChoice(keyStore, "server", presentation) ?? refusal("no-usable-key", facts));
      return undefined;
    }
    const other = otherAlias(first, keyStore, "server", presentation);
    if (other !== undefined) this.report(other);
    return first.chain;
  }

  /** What the client presents, and whether the server takes it. */
  private judgeClient(): PresentedIdentity | undefined {
    const { server, client } = this.material;
    // Java opens all keys of the store before anybody asks for one.
    if (client.keyStore !== undefined && client.runtime === "java")
      this.judgeStore(client.keyStore, "client");
    if (server.clientAuthentication === "none") {
      if (client.identity !== undefined) {
        const facts =
          "a client identity is bound, but the server asks for no client certificate, so it is never presented";
        this.report(refusal("certificate-not-asked-for", facts));
      }
      return undefined;
    }
    this.judgeRequest();
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
    const presented = this.presentedByClient(client.identity);
    if (presented === undefined) {
      const reason = this.notSent(client.identity);
      if (server.clientAuthentication === "require") this.refuse(reason);
      else this.refuseStrictly(reason, "the server");
      return undefined;
    }
    const chain = presented.chain.map(parsed);
    this.judgeOwnChain(chain, client);
    this.judgeKey(chain[0], "client");
    this.judgeChain(chain, server.clientAnchors, server, "client");
    return presented;
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
    this.report(other);
    return { chain: chosen.chain };
  }

  /** Why the client sends no certificate. */
  private notSent(identity: PresentedIdentity): Refusal {
    const { keyStore } = this.material.client;
    const locked =
      keyStore === undefined ? undefined : lockedChoice(keyStore, "client", this.clientPresentation());
    const unusable = locked ?? this.unusableKey(identity.chain.map(parsed)[0], "client");
    return explainNotSent(identity, certificatesOf(this.material.server.clientAnchors), unusable);
  }

  private clientPresentation(): Presentation {
    return presentationOf(this.material, this.meeting, "client", (entry) => this.isAskedFor(entry));
  }

  private isAskedFor({ chain }: Pick<OfferedIdentity, "chain">): boolean {
    return passesAuthorities(chain, certificatesOf(this.material.server.clientAnchors));
  }

  /** Whether the client reads whose certificates the server asks for. */
  private judgeRequest(): void {
    const { rules } = this.meeting.client;
    const { clientAnchors } = this.material.server;
    const reason = rules === undefined ? undefined : refusedRequest(certificatesOf(clientAnchors), rules);
    if (reason !== undefined) this.refuse(reason);
  }

  /** Whether a key can prove itself to the other side. */
  private judgeKey(leaf: Certificate | undefined, use: TlsUse): void {
    const reason = this.unusableKey(leaf, use);
    if (reason !== undefined) this.refuse(reason);
  }

  private unusableKey(leaf: Certificate | undefined, use: TlsUse): Refusal | undefined {
    const { now } = this.material;
    return leaf === undefined ? undefined : refusedKeyOf(leaf, this.meeting, { use, now });
  }

  private judgeStore(keyStore: JavaKeyStore, side: TlsUse): void {
    const { rules } = this.meeting[side];
    if (rules === undefined) return;
    for (const reason of refusedStore(keyStore, side, rules)) this.refuse(reason);
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
      if ("anchor" in said) {
        this.judgeFloor(said.path, verifier.runtime);
        return said.anchor;
      }
      this.refuse(named(said.refusal, presenter));
      return undefined;
    }
    return this.judgeAsJava(chain, anchors, presenter);
  }

  private judgeAsJava(
    chain: readonly Certificate[],
    anchors: readonly Certificate[],
    presenter: TlsUse,
  ): Certificate | undefined {
    const { now } = this.material;
    const { protocol } = this.meeting;
    const rules = this.meeting[presenter === "server" ? "client" : "server"].rules ?? javaRules();
    const unreadable = [...chain, ...anchors].flatMap((one) => unreadableCertificate(one) ?? [])[0];
    if (unreadable !== undefined) {
      const facts = `${unreadable}, so Java takes neither it nor a store that holds it`;
      this.refuse(named(refusal("java-unreadable", facts, ISSUE_WITH_SUBJECT), presenter));
      return undefined;
    }
    const tooLong = refusedLength(chain, presenter, rules);
    if (tooLong !== undefined) this.refuse(named(tooLong, presenter));
    const decision = acceptChain(chain, anchors, presenter, now, {
      rules,
      ...(protocol === undefined ? {} : { protocol }),
    });
    if (!decision.accepted) {
      this.refuse(named(decision.refusal, presenter));
      return undefined;
    }
    const [leaf] = chain;
    this.judgeFloor([...new Set([...decision.path, decision.anchor])], "java");
    // A trusted leaf ends the matter before anything is looked up.
    const lookedUp = decision.anchor === leaf ? [] : revocationOf(decision.path, rules.revocation);
    for (const reason of lookedUp)
      if (reason.rule === "revocation-unknown") this.refuse(named(reason, presenter));
      else this.report(named(reason, presenter));
    const leafDates = leaf === undefined ? undefined : refusedDates(leaf, now);
    if (leafDates !== undefined) {
      this.refuseStrictly(leafDates, "Java");
    } else if (refusedDates(decision.anchor, now) !== undefined) {
      const facts = `the trusted ${decision.anchor.toString()} is outside its dates: Java does not look at them, other clients do`;
      this.report(refusal("anchor-expired", facts));
    }
    return decision.anchor;
  }

  /** A key that its verifier takes and we do not. */
  private judgeFloor(path: readonly Certificate[], verifier: TlsRuntime): void {
    const reason = belowFloor(path, verifier);
    if (reason !== undefined) this.refuseStrictly(reason, verifier === "java" ? "Java" : "OpenSSL");
  }

  private refuse(reason: Refusal): void {
    this.accepted = false;
    this.report(reason, "error");
  }

  /** @param peer who would let it pass */
  private refuseStrictly(reason: Refusal, peer: string): void {
    const { hopId, letPassBecause } = this.material;
    this.findings.push(ourFinding(hopId, reason, peer, letPassBecause));
  }

  private report(reason: Refusal, level?: FindingLevel): void {
    this.findings.push(finding(this.material.hopId, reason, level));
  }
}

function named(reason: Refusal, presenter: TlsUse): Refusal {
  return presenter === "server"
    ? reason
    : { ...reason, message: `the server refuses the client: ${reason.message}` };
}
