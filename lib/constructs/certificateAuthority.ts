import type { Construct } from "constructs";
import type { KeyAlgorithm } from "../model";
import { type ImportedCertificateOptions, importedRequest, importedShapes } from "./certificateOptions";
import { checkPathLength, checkValidity, defaultedOf, distinguishedName } from "./certificateRequest";
import { Identity } from "./identity";
import { type PropShapes, keyAlgorithm, made, number, optional, requireProps, text } from "./props";

/** What is asked of somebody else's authority, for one that issues here. */
export interface RequestedAuthorityProps {
  /** Common name of the authority. */
  readonly commonName: string;
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
  /** Algorithm and size of the key. @default "rsa-2048" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** How many authorities may stand below this one. @default - any number */
  readonly pathLength?: number;
  /** Key in the plan and the lock. @default - the path below the stack */
  readonly key?: string;
}

export interface CertificateAuthorityProps extends RequestedAuthorityProps {
  /** How many days the certificate is good for; it ends no later than its issuer's. @default 3650 */
  readonly validityDays?: number;
  /** The authority that issues this one. @default - none: this one is a root */
  readonly issuer?: CertificateAuthority;
}

const requestedShapes: PropShapes<RequestedAuthorityProps> = {
  commonName: text,
  organizationalUnit: optional(text),
  organization: optional(text),
  locality: optional(text),
  state: optional(text),
  country: optional(text),
  keyAlgorithm: optional(keyAlgorithm),
  pathLength: optional(number),
  key: optional(text),
};

const shapes: PropShapes<CertificateAuthorityProps> = {
  ...requestedShapes,
  validityDays: optional(number),
  issuer: optional(made<CertificateAuthority>("a CertificateAuthority", "identityId", "authorities")),
};

/** Where an authority is taken from that was made elsewhere. */
export interface AuthorityFiles extends ImportedCertificateOptions {
  /** Key in the plan and the lock. @default - the path below the stack */
  readonly key?: string;
}

const fileShapes: PropShapes<AuthorityFiles> = { ...importedShapes, key: optional(text) };

/** An authority whose key lives in the lock and nowhere else. */
export class CertificateAuthority extends Identity {
  /**
   * An authority of one's own that was made elsewhere: `cdktf-trust lock` takes its certificate and key into the lock.
   * Where the root is kept offline, it is an intermediate one, with the root in `chainFile`.
   *
   * @throws DeclarationError `no-file`
   */
  static fromFiles(scope: Construct, id: string, files: AuthorityFiles): CertificateAuthority {
    requireProps(`${scope.node.path}/${id}`, fileShapes, files);
    const request = { ...importedRequest(scope, files), isAuthority: true as const };
    return new Identity(scope, id, request, [], files.key);
  }

  /**
   * An issuing authority below somebody else's root: `cdktf-trust lock` makes its key and a request (PKCS#10), and
   * `cdktf-trust lock request complete` takes the certificate that comes back. Until the first one has come, what it
   * issues waits with it.
   *
   * @throws DeclarationError `invalid-path-length`, `invalid-subject`
   */
  static requested(scope: Construct, id: string, props: RequestedAuthorityProps): CertificateAuthority {
    requireProps(`${scope.node.path}/${id}`, requestedShapes, props);
    checkPathLength(props.pathLength);
    const request = {
      kind: "requested" as const,
      ...authorityRequest(props),
      names: [],
      extendedKeyUsages: [],
      isAuthority: true as const,
      ...defaultedOf(props, ["keyAlgorithm"]),
    };
    return new Identity(scope, id, request, [], props.key);
  }

  constructor(scope: Construct, id: string, props: CertificateAuthorityProps) {
    requireProps(`${scope.node.path}/${id}`, shapes, props);
    checkValidity(props.validityDays);
    checkPathLength(props.pathLength);
    super(
      scope,
      id,
      {
        kind: "authority",
        ...authorityRequest(props),
        validityDays: props.validityDays ?? 3650,
        ...(props.issuer === undefined ? {} : { issuerId: props.issuer.identityId }),
        ...defaultedOf(props, ["keyAlgorithm", "validityDays"]),
      },
      props.issuer === undefined ? [] : [props.issuer, ...props.issuer.authorities],
      props.key,
    );
  }
}

function authorityRequest({ pathLength, ...props }: RequestedAuthorityProps) {
  return {
    subject: distinguishedName(props, props.commonName),
    keyAlgorithm: props.keyAlgorithm ?? "rsa-2048",
    ...(pathLength === undefined ? {} : { pathLength }),
  } as const;
}
