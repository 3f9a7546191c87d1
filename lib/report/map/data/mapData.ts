import type { Finding, HopSide } from "../../../model";
import type { Renewal } from "../../../check";

/** How a hop stands: refused, fine but not for long, fine, or not judged. */
export type HopState = "fails" | "ends-soon" | "ok" | "not-proven";

/** What became of a hop since an earlier plan. */
export type HopChange = "added" | "changed" | "removed";

/** A certificate that a hop of the map needs, once. */
export interface MapCertificate {
  /** As keytool prints it (`AB:CD:…`); equal names are told apart by its first bytes. */
  readonly sha256: string;
  /** Common name, otherwise the subject; no other certificate of the map has it. */
  readonly name: string;
  readonly subject: string;
  /** ISO 8601, UTC, seconds. */
  readonly notAfter: string;
  /** Whether it vouches for others. */
  readonly isAuthority: boolean;
  /** Who makes the next one; absent where nobody is known. */
  readonly renewal?: Renewal;
}

/** A system that calls. */
export interface MapCaller {
  readonly key: string;
  readonly label: string;
  /** The stack that declares it: what it is shown among. */
  readonly group: string;
}

/** A listener that is called. */
export interface MapEndpoint {
  readonly key: string;
  /** Its first name. */
  readonly name: string;
  readonly port: number;
  /** The system whose it is, otherwise its name. */
  readonly label: string;
  readonly group: string;
  /** What it presents, leaf first; empty where that is not known. */
  readonly chain: readonly MapCertificate[];
  /** What it stands under in the tree of authorities. */
  readonly branch: BranchPlace;
}

/** Where an endpoint stands in the tree of authorities. */
export interface BranchPlace {
  readonly kind: BranchKind;
  /** What others must trust; absent where it is not one certificate. */
  readonly anchor?: MapCertificate;
  /** What issued its certificate, where that is not the anchor itself. */
  readonly issuer?: MapCertificate;
}

/** Kinds of branches, in the order in which they are drawn. */
export const BRANCH_KINDS = ["ours", "outside", "public-roots", "self-signed", "unknown"] as const;
export type BranchKind = (typeof BRANCH_KINDS)[number];

/** One caller calling one endpoint. */
export interface MapHop {
  readonly id: string;
  readonly caller: MapCaller;
  readonly endpoint: MapEndpoint;
  /** `name:port`, as it is called. */
  readonly address: string;
  readonly state: HopState;
  /** Whether a rehearsal or the rules have said whether it works. */
  readonly isJudged: boolean;
  readonly isMutual: boolean;
  /** Absent where neither side refuses the other. */
  readonly refusedBy?: HopSide;
  /** One line that says why it fails; absent where it does not. */
  readonly refusal?: string;
  /** What is wrong with it, or soon will be. */
  readonly findings: readonly Finding[];
  /** What the client presents, leaf first; empty where it presents nothing. */
  readonly clientChain: readonly MapCertificate[];
  readonly trustedThrough?: MapCertificate;
  readonly clientTrustedThrough?: MapCertificate;
  /** Every certificate that ends it, each once. */
  readonly needs: readonly MapCertificate[];
  /** When the first of them ends: ISO 8601, UTC, seconds. */
  readonly ends?: string;
  /** What it trusts the server by, as a store of many hops is told from another. */
  readonly anchorsKey: string;
  /** Where that stands, `host:path`; absent where it is no file, and where paths are not shown. */
  readonly anchorsAt?: string;
  /** Absent where nothing is compared, or it is as before. */
  readonly change?: HopChange;
}

/** Hops that fail for one reason. */
export interface MapCause {
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
  readonly hops: readonly MapHop[];
}

/** Who trusts a certificate, and what for. */
export interface MapAuthority {
  readonly certificate: MapCertificate;
  /** Those who accept servers by it. */
  readonly callers: readonly MapCaller[];
  /** Those who accept clients by it. */
  readonly endpoints: readonly MapEndpoint[];
  readonly hops: readonly MapHop[];
}

/** A certificate and how many hops end with it. */
export interface MapEnding {
  readonly certificate: MapCertificate;
  readonly hops: number;
}

/** Certificates that take the place of others in one way, for example a renewal by another authority. */
export interface CertificateChange {
  readonly role: "server" | "client";
  /** Names of what issued them; absent where there was none, or is none. */
  readonly issuedBefore?: string;
  readonly issuedNow?: string;
  readonly renewals: readonly CertificateRenewal[];
}

/** One certificate in the place of another. */
export interface CertificateRenewal {
  readonly before?: MapCertificate;
  readonly now?: MapCertificate;
  /** Whose it is, for people. */
  readonly owner: string;
  readonly hops: readonly MapHop[];
}

/** What is different from an earlier plan, in the order in which people should look at it. */
export interface MapChanges {
  /** Hops that failed for no reason before, by cause. */
  readonly broken: readonly MapCause[];
  readonly added: readonly MapHop[];
  readonly removed: readonly MapHop[];
  readonly certificates: readonly CertificateChange[];
  readonly repaired: readonly MapHop[];
  /** Changed in another way, for example another address. */
  readonly others: readonly MapHop[];
}

/** Everything that is on a map. */
export interface MapData {
  readonly environment: string;
  readonly project: string;
  /** The day the map is of; whatever is counted in days is counted from here. */
  readonly now: Date;
  /** In the order of the tree, then of callers; those that are removed among them. */
  readonly hops: readonly MapHop[];
  readonly causes: readonly MapCause[];
  readonly endings: readonly MapEnding[];
  readonly authorities: readonly MapAuthority[];
  readonly branches: readonly Branch[];
  readonly changes?: MapChanges;
}

/** An anchor, or a group of endpoints that have none in common, with what it vouches for. */
export interface Branch {
  readonly kind: BranchKind;
  readonly certificate?: MapCertificate;
  readonly name: string;
  readonly issuers: readonly IssuerBranch[];
  readonly hops: number;
}

export interface IssuerBranch {
  /** Absent where the anchor itself issued what stands here. */
  readonly certificate?: MapCertificate;
  readonly endpoints: readonly MapEndpoint[];
  readonly hops: number;
}
