import { Lazy } from "cdktf";
import type { IConstruct } from "constructs";
import type { CertificateSummary, ChainPart } from "../model";
import { terraformLiteral } from "../project";

/** A certificate that the lock holds. */
export interface KnownCertificate {
  readonly summary: CertificateSummary;
  readonly pem: string;
}

/** Finds a certificate of an identity; undefined as long as the lock does not hold it. */
export type FindCertificate = (identityId: string, part: ChainPart) => KnownCertificate | undefined;

const finders = new WeakMap<IConstruct, FindCertificate>();

/** Says, for a whole tree, where the certificates of its identities are found. */
export function setCertificates(tree: IConstruct, find: FindCertificate): void {
  finders.set(tree.node.root, find);
}

/** What stands for a certificate that nobody has pinned yet, where only the plan is asked for. */
const UNKNOWN = "not in the lock yet";

/**
 * A certificate as the lock pins it. Each member is a CDKTF token, known at synth: it goes into outputs, triggers and other
 * resources of any stack of the app, as a value and not as a reference, so that no stack waits for another because of it.
 */
export class PinnedCertificate {
  constructor(
    private readonly scope: IConstruct,
    private readonly identityId: string,
    private readonly part: ChainPart,
  ) {}

  /** `AB:CD:…` */
  get sha256(): string {
    return this.token(({ summary }) => summary.sha256);
  }

  /** `AB:CD:…` */
  get sha1(): string {
    return this.token(({ summary }) => summary.sha1);
  }

  get subject(): string {
    return this.token(({ summary }) => summary.subject);
  }

  get issuer(): string {
    return this.token(({ summary }) => summary.issuer);
  }

  /** Hexadecimal, lower case, without leading zeros, as keytool prints it. */
  get serialNumber(): string {
    return this.token(({ summary }) => summary.serialNumber);
  }

  /** ISO 8601, UTC, seconds: `2027-02-01T23:00:00Z`, as Terraform's `timecmp` takes it. */
  get notBefore(): string {
    return this.token(({ summary }) => summary.notBefore);
  }

  /** ISO 8601, UTC, seconds: `2027-02-01T23:00:00Z`, as Terraform's `timecmp` takes it. */
  get notAfter(): string {
    return this.token(({ summary }) => summary.notAfter);
  }

  get pem(): string {
    return this.token(({ pem }) => pem);
  }

  private token(read: (certificate: KnownCertificate) => string): string {
    return Lazy.stringValue({
      produce: () => {
        const known = finders.get(this.scope.node.root)?.(this.identityId, this.part);
        return known === undefined ? UNKNOWN : String(terraformLiteral(read(known)));
      },
    });
  }
}
