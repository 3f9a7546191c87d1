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
import type { TlsRuntime } from "../model";
import type { Certificate } from "../pki";
import { refusal, type Refusal, refusedDates } from "../rules";
import type { HopFindings } from "./hopFindings";
import type { ClientSide, HopMaterial, ServerSide, TrustedAnchors } from "./hopMaterial";
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
  judgeOwn(
    chain: readonly Certificate[],
    { runtime, opensslPolicy = CURRENT_OPENSSL }: ServerSide | ClientSide,
  ): void {
    const reason = runtime === "java" ? undefined : refusedOwnChain(chain, opensslPolicy);
    if (reason !== undefined)
      this.found.refuse({ ...reason, message: `it is not even presented: ${reason.message}` });
  }

  /** Judges a presented chain by its verifier; gives the anchor. */
  judge(
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
      this.found.refuse(named(said.refusal, presenter));
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
      this.found.refuse(named(refusal("java-unreadable", facts, ISSUE_WITH_SUBJECT), presenter));
      return undefined;
    }
    const tooLong = refusedLength(chain, presenter, rules);
    if (tooLong !== undefined) this.found.refuse(named(tooLong, presenter));
    const decision = acceptChain(chain, anchors, presenter, now, {
      rules,
      ...(protocol === undefined ? {} : { protocol }),
    });
    if (!decision.accepted) {
      this.found.refuse(named(decision.refusal, presenter));
      return undefined;
    }
    const [leaf] = chain;
    this.judgeFloor([...new Set([...decision.path, decision.anchor])], "java");
    // A trusted leaf ends the matter before anything is looked up.
    const lookedUp = decision.anchor === leaf ? [] : revocationOf(decision.path, rules.revocation);
    for (const reason of lookedUp)
      if (reason.rule === "revocation-unknown") this.found.refuse(named(reason, presenter));
      else this.found.report(named(reason, presenter));
    const leafDates = leaf === undefined ? undefined : refusedDates(leaf, now);
    if (leafDates !== undefined) {
      this.found.refuseStrictly(leafDates, "Java");
    } else if (refusedDates(decision.anchor, now) !== undefined) {
      const facts = `the trusted ${decision.anchor.toString()} is outside its dates: Java does not look at them, other clients do`;
      this.found.report(refusal("anchor-expired", facts));
    }
    return decision.anchor;
  }

  /** A key that its verifier takes and we do not. */
  private judgeFloor(path: readonly Certificate[], verifier: TlsRuntime): void {
    const reason = belowFloor(path, verifier);
    if (reason !== undefined) this.found.refuseStrictly(reason, verifier === "java" ? "Java" : "OpenSSL");
  }
}

function named(reason: Refusal, presenter: TlsUse): Refusal {
  return presenter === "server"
    ? reason
    : { ...reason, message: `the server refuses the client: ${reason.message}` };
}
