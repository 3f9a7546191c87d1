import type { Construct } from "constructs";
import type { CertificateAuthority } from "./certificateAuthority";
import {
  type ImportedCertificateOptions,
  type NewCertificateOptions,
  type RequestedCertificateOptions,
  certificateRequest,
  checkNew,
  checkRequested,
  importedRequest,
  importedShapes,
  namedRequest,
} from "./certificateOptions";
import { checkFile } from "./certificateRequest";
import type { CertificateUse } from "./certificateUse";
import { unusableCertificate } from "./errors";
import { Identity } from "./identity";
import { made, requireArgument, requireProps } from "./props";

/** Where an identity comes from. Bound by the construct that presents it. */
export abstract class Certificate {
  /** A key and a certificate signed by it: what relying systems trust is the certificate itself. */
  static selfSigned(options: NewCertificateOptions = {}): Certificate {
    checkNew("Certificate.selfSigned(…)", options);
    return new MadeCertificate(
      (scope, use) =>
        new Identity(scope, "Certificate", { kind: "self-signed", ...certificateRequest(options, use) }),
    );
  }

  /** A certificate issued by a declared authority; what relying systems trust is the authority's root. */
  static issuedBy(authority: CertificateAuthority, options: NewCertificateOptions = {}): Certificate {
    requireArgument("Certificate.issuedBy(…)", "authority", authorityProp, authority);
    checkNew("Certificate.issuedBy(…)", options);
    return new MadeCertificate(
      (scope, use) =>
        new Identity(
          scope,
          "Certificate",
          { kind: "issued", issuerId: authority.identityId, ...certificateRequest(options, use) },
          [authority, ...authority.authorities],
        ),
    );
  }

  /**
   * A certificate that somebody else's authority issues: `cdktf-trust lock` makes the key and a request (PKCS#10), and
   * `cdktf-trust lock request complete` takes the certificate that comes back. Until the first one has come, nothing that
   * presents it can be deployed; the next one takes the place of the one that is served once it is complete.
   */
  static requested(options: RequestedCertificateOptions = {}): Certificate {
    checkRequested("Certificate.requested(…)", options);
    return new MadeCertificate(
      (scope, use) =>
        new Identity(scope, "Certificate", { kind: "requested", ...namedRequest(options, use) }),
    );
  }

  /**
   * The identity that stands at its place already. Its key stays there; `cdktf-trust lock --observe` reads the
   * certificate once and pins it.
   */
  static existing(): Certificate {
    return new ExistingCertificate();
  }

  /** An identity that somebody else issued, from a file; `cdktf-trust lock` takes it into the lock. */
  static imported(options: ImportedCertificateOptions): Certificate {
    requireProps("Certificate.imported(…)", importedShapes, options);
    checkFile(options.file);
    return new MadeCertificate(
      (scope) => new Identity(scope, "Certificate", importedRequest(scope, options)),
    );
  }

  /** Whether the identity stands at its place already, so that its key is not ours to put there. */
  abstract readonly isExisting: boolean;

  /**
   * Places the identity below the construct that presents it. A certificate is bound once: its key has one owner.
   *
   * @throws DeclarationError `unusable-certificate` the second time
   */
  abstract bind(scope: Construct, use: CertificateUse): Identity;
}

export const certificateProp = made<Certificate>(
  "a certificate, for example Certificate.selfSigned()",
  "bind",
  "isExisting",
);

const authorityProp = made<CertificateAuthority>("a CertificateAuthority", "identityId", "authorities");

class MadeCertificate extends Certificate {
  readonly isExisting = false;
  private boundTo: string | undefined;

  constructor(private readonly make: (scope: Construct, use: CertificateUse) => Identity) {
    super();
  }

  bind(scope: Construct, use: CertificateUse): Identity {
    if (this.boundTo !== undefined) {
      throw unusableCertificate(
        scope.node.path,
        `this certificate is already presented by ${this.boundTo}. A key has one owner: declare another Certificate, ` +
          "or present the same one from its place, for example calls(…, { as: server.identity }).",
      );
    }
    this.boundTo = scope.node.path;
    return this.make(scope, use);
  }
}

class ExistingCertificate extends Certificate {
  readonly isExisting = true;

  bind(scope: Construct, { standsAt }: CertificateUse): Identity {
    if (standsAt === undefined) {
      throw unusableCertificate(
        scope.node.path,
        "an existing certificate is read from a keystore, so it cannot be presented from PEM files. Give a certificate whose key may be placed there.",
      );
    }
    return new Identity(scope, "Certificate", { kind: "existing", ...standsAt });
  }
}
