import type { Construct } from "constructs";
import type { IdentityLocation } from "../model";
import type { Certificate, CertificateUse } from "./certificate";
import { unusableCertificate } from "./errors";
import type { IHost } from "./host";
import type { Identity } from "./identity";
import type { Secret } from "./secret";
import { TrustFile } from "./trustFile";

/** Where an identity stands in two PEM files, as OpenSSL, nginx, curl and Node read them. */
export interface PemFiles {
  readonly host: IHost;
  /** The certificate with its intermediates, leaf first. */
  readonly certificatePath: string;
  /** The private key, as encrypted PKCS#8. */
  readonly keyPath: string;
  readonly keyPassword: Secret;
}

interface PlacedPemIdentity {
  readonly identity: Identity;
  readonly location: IdentityLocation;
}

/** Binds a certificate to two files, for the endpoint or client that presents it. */
export function placePemIdentity(
  scope: Construct,
  files: PemFiles,
  certificate: Certificate,
  use: CertificateUse,
): PlacedPemIdentity {
  if (certificate.existing !== undefined) {
    throw unusableCertificate(
      scope.node.path,
      `the existing certificate stays where it is, alias "${certificate.existing.alias}" of ${certificate.existing.store.path}, ` +
        "so it cannot be presented from PEM files. Give a certificate whose key may be placed there.",
    );
  }
  const identity = certificate.bind(scope, use);
  const certificateFile = new TrustFile(scope, "CertificateFile", {
    host: files.host,
    path: files.certificatePath,
    content: { certificateOf: identity, part: "chain" },
  });
  const keyFile = new TrustFile(scope, "KeyFile", {
    host: files.host,
    path: files.keyPath,
    content: { privateKeyOf: identity, password: files.keyPassword },
  });
  return {
    identity,
    location: {
      kind: "pem",
      certificateFileId: certificateFile.fileId,
      keyFileId: keyFile.fileId,
      keyPassword: files.keyPassword.reference,
    },
  };
}
