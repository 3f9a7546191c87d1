import {
  acceptChain,
  ISSUE_WITH_SUBJECT,
  javaRules,
  type Meeting,
  refusedLength,
  revocationOf,
  type TlsUse,
  unreadableCertificate,
} from "../java";
import type { HopSide, TlsRuntime } from "../model";
import type { Certificate } from "../pki";
import { refusal, type Refusal, refusedDates } from "../rules";
import type { HopFindings } from "./hopFindings";
import type { ClientSide, HopMaterial, ServerSide, TrustedAnchors } from "./hopMaterial";
import type { TrustPath } from "./judgement";
import { belowFloor } from "./keyFloor";
import { refusedOwnChain } from "./opensslLevel";
import { decideAsOpenssl, takesPartialChains } from "./opensslPath";
import { CURRENT_OPENSSL } from "./opensslPolicy";
import { certificatesOf } from "./trustedCertificates";

/** Judges what the sides of a hop present, each chain by the runtime of the side that verifies it. */
export class ChainJudge {
  constructor(
    private readonly material: HopMaterial,
    private readonly meeting: Meeting,
    private readonly found: HopFindings,
  ) {}

  /** Whether a side that is no Java loads what it is to present. */
  judgeOwn(chain: readonly Certificate[], side: HopSide): void {
    const { runtime, opensslPolicy = CURRENT_OPENSSL } = this.material[side];
    const reason = runtime === "java" ? undefined : refusedOwnChain(chain, opensslPolicy);
    if (reason !== undefined)
      this.found.refuse({ ...reason, message: `it is not even presented: ${reason.message}` }, side);
  }

  /** Judges a presented chain by its verifier; gives through what it is trusted. */
  judge(
    chain: readonly Certificate[],
    trusted: TrustedAnchors,
    verifier: ServerSide | ClientSide,
    presenter: TlsUse,
  ): TrustPath | undefined {
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
        return said;
      }
      this.refuse(said.refusal, presenter);
      return undefined;
    }
    return this.judgeAsJava(chain, anchors, presenter);
  }

  private judgeAsJava(
    chain: readonly Certificate[],
    anchors: readonly Certificate[],
    presenter: TlsUse,
  ): TrustPath | undefined {
    const { now } = this.material;
    const { protocol } = this.meeting;
    const rules = this.meeting[verifierOf(presenter)].rules ?? javaRules();
    const unreadable = [...chain, ...anchors].flatMap((one) => unreadableCertificate(one) ?? [])[0];
    if (unreadable !== undefined) {
      const facts = `${unreadable}, so Java takes neither it nor a store that holds it`;
      this.refuse(refusal("java-unreadable", facts, ISSUE_WITH_SUBJECT), presenter);
      return undefined;
    }
    const tooLong = refusedLength(chain, presenter, rules);
    if (tooLong !== undefined) this.refuse(tooLong, presenter);
    const decision = acceptChain(chain, anchors, presenter, now, {
      rules,
      ...(protocol === undefined ? {} : { protocol }),
    });
    if (!decision.accepted) {
      this.refuse(decision.refusal, presenter);
      return undefined;
    }
    const [leaf] = chain;
    const path = [...new Set([...decision.path, decision.anchor])];
    this.judgeFloor(path, "java");
    // A trusted leaf ends the matter before anything is looked up.
    const lookedUp = decision.anchor === leaf ? [] : revocationOf(decision.path, rules.revocation);
    for (const reason of lookedUp)
      if (reason.rule === "revocation-unknown") this.refuse(reason, presenter);
      else this.found.report(named(reason, presenter));
    const leafDates = leaf === undefined ? undefined : refusedDates(leaf, now);
    if (leafDates !== undefined) {
      this.found.refuseStrictly(leafDates, "Java");
    } else if (refusedDates(decision.anchor, now) !== undefined) {
      const facts = `the trusted ${decision.anchor.toString()} is outside its dates: Java does not look at them, other clients do`;
      this.found.report(refusal("anchor-expired", facts));
    }
    return { anchor: decision.anchor, path };
  }

  /** What is presented is refused by the other side. */
  private refuse(reason: Refusal, presenter: TlsUse): void {
    this.found.refuse(named(reason, presenter), verifierOf(presenter));
  }

  /** A key that its verifier takes and we do not. */
  private judgeFloor(path: readonly Certificate[], verifier: TlsRuntime): void {
    const reason = belowFloor(path, verifier);
    if (reason !== undefined) this.found.refuseStrictly(reason, verifier === "java" ? "Java" : "OpenSSL");
  }
}

function verifierOf(presenter: TlsUse): HopSide {
  return presenter === "server" ? "client" : "server";
}

function named(reason: Refusal, presenter: TlsUse): Refusal {
  return presenter === "server"
    ? reason
    : { ...reason, message: `the server refuses the client: ${reason.message}` };
}
