import type { Construct } from "constructs";
import type { CertificateRequest, ExtendedKeyUsage, KeyAlgorithm } from "../model";
import type { CertificateAuthority } from "./certificateAuthority";
import { checkFile, checkValidity, defaultedOf, distinguishedName } from "./certificateRequest";
import { unusableCertificate } from "./errors";
import { Identity } from "./identity";
import { subjectAltName } from "./names";
import {
  type PropShapes,
  keyAlgorithm,
  made,
  number,
  optional,
  requireArgument,
  requireProps,
  text,
  textList,
} from "./props";
import { type Secret, secretProp } from "./secret";

/**
 * What is said about a certificate that is made here. A default is pinned at the first issue: another one
 * later renews nothing.
 */
export interface NewCertificateOptions {
  /** Common name of the subject. @default - the first name, or for a client the id of its binding */
  readonly commonName?: string;
  /** Organizational unit of the subject. @default - none */
  readonly organizationalUnit?: string;
  /** Organization of the subject. @default - none */
  readonly organization?: string;
  /** Locality of the subject. @default - none */
  readonly locality?: string;
  /** State or province of the subject. @default - none */
  readonly state?: string;
  /** Country of the subject, in two letters. @default - none */
  readonly country?: string;
  /**
   * Host names and addresses that the certificate is good for.
   *
   * @default - the names of the endpoint that presents it; none for a client
   */
  readonly names?: readonly string[];
  /** Algorithm and size of the key. @default "rsa-2048", because every Java since 6 and every mainframe reads it */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** How many days the certificate is good for; it ends no later than its issuer's. @default 397 */
  readonly validityDays?: number;
}

export interface ImportedCertificateOptions {
  /** PKCS12 (`.pfx`), JKS or PEM, relative to the project's root; detected by content. */
  readonly file: string;
  /** Password of the store, or of the PEM key. @default - none: a PEM key that is not encrypted */
  readonly password?: Secret;
  /** Separate file of a PEM private key. @default - the key is in `file` */
  readonly keyFile?: string;
  /** Password of the key in a store. @default - the store's password */
  readonly keyPassword?: Secret;
  /** Which identity of the file. @default - the only identity in the file */
  readonly alias?: string;
}

/** Who is going to present the certificate. */
export interface CertificateUse {
  readonly purpose: ExtendedKeyUsage;
  readonly defaultCommonName: string;
  readonly defaultNames: readonly string[];
  /** The entry that it is presented from; absent for PEM files. */
  readonly standsAt?: { readonly storeId: string; readonly alias: string };
}

const newShapes: PropShapes<NewCertificateOptions> = {
  commonName: optional(text),
  organizationalUnit: optional(text),
  organization: optional(text),
  locality: optional(text),
  state: optional(text),
  country: optional(text),
  names: optional(textList),
  keyAlgorithm: optional(keyAlgorithm),
  validityDays: optional(number),
};

const importedShapes: PropShapes<ImportedCertificateOptions> = {
  file: text,
  password: optional(secretProp),
  keyFile: optional(text),
  keyPassword: optional(secretProp),
  alias: optional(text),
};

/** Where an identity comes from. Bound by the construct that presents it. */
export abstract class Certificate {
  /** A key and a certificate signed by it: what relying systems trust is the certificate itself. */
  static selfSigned(options: NewCertificateOptions = {}): Certificate {
    checkOptions("Certificate.selfSigned(…)", options);
    return new MadeCertificate(
      (scope, use) => new Identity(scope, "Certificate", { kind: "self-signed", ...toRequest(options, use) }),
    );
  }

  /** A certificate issued by a declared authority; what relying systems trust is the authority's root. */
  static issuedBy(authority: CertificateAuthority, options: NewCertificateOptions = {}): Certificate {
    requireArgument("Certificate.issuedBy(…)", "authority", authorityProp, authority);
    checkOptions("Certificate.issuedBy(…)", options);
    return new MadeCertificate(
      (scope, use) =>
        new Identity(
          scope,
          "Certificate",
          { kind: "issued", issuerId: authority.identityId, ...toRequest(options, use) },
          [authority, ...authority.authorities],
        ),
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
      (scope) =>
        new Identity(scope, "Certificate", {
          kind: "imported",
          file: options.file,
          ...(options.keyFile === undefined ? {} : { keyFile: options.keyFile }),
          ...(options.password === undefined ? {} : { password: options.password.referenceIn(scope) }),
          ...(options.keyPassword === undefined
            ? {}
            : { keyPassword: options.keyPassword.referenceIn(scope) }),
          ...(options.alias === undefined ? {} : { alias: options.alias }),
        }),
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

function toRequest(options: NewCertificateOptions, use: CertificateUse): CertificateRequest {
  return {
    subject: distinguishedName(options, options.commonName ?? options.names?.[0] ?? use.defaultCommonName),
    names: (options.names ?? use.defaultNames).map(subjectAltName),
    keyAlgorithm: options.keyAlgorithm ?? "rsa-2048",
    validityDays: options.validityDays ?? 397,
    extendedKeyUsages: [use.purpose],
    ...defaultedOf(options, ["commonName", "keyAlgorithm", "validityDays"]),
  };
}

function checkOptions(where: string, options: NewCertificateOptions): void {
  requireProps(where, newShapes, options);
  checkValidity(options.validityDays);
  // Before it is bound, so that the error shows the line that declares it.
  if (options.commonName !== undefined) distinguishedName(options, options.commonName);
  options.names?.forEach(subjectAltName);
}
