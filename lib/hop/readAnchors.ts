import { trustedBy } from "../java";
import { type Store, findEntry } from "../keystore";
import {
  type AnchorPlan,
  type AnchorsLocation,
  type CertificateSummary,
  type StorePlan,
  type TrustPlan,
  type TruststoreEntryPlan,
  certificateAt,
  isLeftOut,
  placeOf,
  planIndex,
} from "../model";
import { type Certificate, certificatesFromFile, certificatesFromPem, parsed } from "../pki";
import { type Refusal, finding, refusal } from "../rules";
import type { TrustedAnchors } from "./hopMaterial";
import type { HopSource } from "./hopSource";
import { type Read, missed, placeOfFile, problem, undeclared, unknown } from "./read";

/** What a location trusts, and where it is not what was declared. */
interface LocatedAnchors {
  readonly anchors: TrustedAnchors;
  readonly differences: readonly Difference[];
}

/** A declared anchor that its store does not hold as declared. */
interface Difference {
  /** SHA-256 of the declared certificate. */
  readonly sha256: string;
  /** Id of the entry. */
  readonly subject: string;
  readonly reason: Refusal;
}

/** Reads what hops trust, each place once, and compares it with the declared entries. */
export class AnchorReader {
  private readonly known = new Map<string, Read<LocatedAnchors>>();

  constructor(
    private readonly plan: TrustPlan,
    private readonly source: HopSource,
  ) {}

  /**
   * The certificates that a location trusts. A declared one that is not there is an error where it belongs to
   * the identity that the hop needs, and a warning otherwise.
   *
   * @param neededId the identity that is to be trusted
   */
  anchorsAt(location: AnchorsLocation, neededId: string | undefined): Read<TrustedAnchors> {
    const { value, findings } = this.locate(location);
    if (value === undefined) return { findings };
    const pinned = neededId === undefined ? undefined : planIndex(this.plan).identity(neededId)?.pinned;
    const needed = new Set(
      pinned === undefined ? [] : [pinned.anchor, ...pinned.chain].map(({ sha256 }) => sha256),
    );
    const differences = value.differences.map(({ sha256, subject, reason }) =>
      finding(subject, reason, needed.has(sha256) ? "error" : "warning"),
    );
    return { value: value.anchors, findings: [...findings, ...differences] };
  }

  private locate(location: AnchorsLocation): Read<LocatedAnchors> {
    const key = JSON.stringify(location);
    const read = this.known.get(key) ?? this.read(location);
    this.known.set(key, read);
    return read;
  }

  private read(location: AnchorsLocation): Read<LocatedAnchors> {
    switch (location.kind) {
      case "store":
        return this.inStore(location.storeId);
      case "pem":
        return this.inFile(location.fileId);
      case "public-roots":
        return { value: { anchors: location.kind, differences: [] }, findings: [] };
      case "outside":
        return this.ofPartner(location.accepts);
    }
  }

  /** What a partner is known to accept, as the plan pins it. */
  private ofPartner(accepts: readonly AnchorPlan[]): Read<LocatedAnchors> {
    const pinned = accepts.flatMap(({ identityId, part }) =>
      part === "anchor" ? (planIndex(this.plan).identity(identityId)?.pinned ?? []) : [],
    );
    if (pinned.length < accepts.length) return unknown;
    const anchors = pinned.flatMap(({ anchorPem }) => certificatesFromPem(anchorPem).map(({ der }) => der));
    return { value: { anchors, differences: [] }, findings: [] };
  }

  private inFile(fileId: string): Read<LocatedAnchors> {
    const file = this.source.file(fileId);
    if (file === undefined) return unknown;
    if ("finding" in file) return missed(file);
    try {
      const anchors = certificatesFromFile(file.value).map(({ der }) => der);
      return { value: { anchors, differences: [] }, findings: [] };
    } catch (error) {
      return missed(problem("file-unreadable", fileId, error, placeOfFile(this.plan, fileId)));
    }
  }

  private inStore(storeId: string): Read<LocatedAnchors> {
    const plan = planIndex(this.plan).store(storeId);
    if (plan === undefined) return missed(undeclared(storeId));
    const read = this.source.store(storeId);
    if (read === undefined) return unknown;
    if ("finding" in read) return missed(read);
    const { store } = read.value;
    const anchors = trustedBy(store);
    const present = new Set(anchors.map((der) => parsed(der).sha256));
    const differences = planIndex(this.plan)
      .entriesOf(storeId)
      .flatMap((entry): Difference[] => {
        const pinned = planIndex(this.plan).identity(entry.identityId)?.pinned;
        if (entry.kind !== "anchor" || pinned === undefined) return [];
        const wanted = certificateAt(pinned, entry.part);
        // What may be trusted already may stand under any alias.
        if (entry.unlessAlreadyTrusted && present.has(wanted.sha256)) return [];
        return compare(entry, wanted, plan, store);
      });
    return { value: { anchors, differences }, findings: [] };
  }
}

function compare(
  entry: TruststoreEntryPlan,
  wanted: CertificateSummary,
  { hostId, path }: StorePlan,
  store: Store,
): Difference[] {
  const place = placeOf(hostId, path);
  const stored = findEntry(store, entry.alias);
  const certificate = stored?.kind === "anchor" ? parsed(stored.certificate) : undefined;
  if (certificate?.sha256 === wanted.sha256) return [];
  return [
    { sha256: wanted.sha256, subject: entry.id, reason: differenceOf(entry, wanted, place, certificate) },
  ];
}

function differenceOf(
  entry: TruststoreEntryPlan,
  wanted: CertificateSummary,
  place: string,
  certificate: Certificate | undefined,
): Refusal {
  if (isLeftOut(entry)) {
    return refusal(
      "entry-missing",
      `${place} no longer holds the certificate of ${wanted.subject}, which somebody else had put there`,
      "observe it again with `cdktf-trust lock --observe` and deploy, so that it is put there",
      "none",
    );
  }
  if (certificate === undefined) {
    return refusal(
      "entry-missing",
      `${place} has no certificate under "${entry.alias}", where that of ${wanted.subject} is to be trusted`,
      undefined,
      { about: entry.alias },
    );
  }
  return refusal(
    "certificate-differs",
    `under "${entry.alias}" ${place} holds the certificate of ${certificate.toString()} ` +
      `(SHA-256 ${certificate.sha256}), the plan pins that of ${wanted.subject} (SHA-256 ${wanted.sha256})`,
  );
}
