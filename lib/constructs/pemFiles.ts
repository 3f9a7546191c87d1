import type { Construct } from "constructs";
import type { RuntimePlan } from "../model";
import type { Certificate } from "./certificate";
import type { CertificateUse } from "./certificateUse";
import { unusableCertificate } from "./errors";
import { type IHost, absolutePath, hostProp, pathsOf } from "./host";
import { type HeldIdentity, type IPlace, heldAt, hold } from "./place";
import { type PropShapes, requireArgument, requireProps, text } from "./props";
import { type Secret, secretProp } from "./secret";
import { TrustFile } from "./trustFile";

export interface PemFilesProps {
  /** The certificate with its intermediates, leaf first. */
  readonly certificatePath: string;
  /** The private key, as encrypted PKCS#8. */
  readonly keyPath: string;
  /** Password that the key is encrypted under. */
  readonly keyPassword: Secret;
}

const shapes: PropShapes<PemFilesProps> = { certificatePath: text, keyPath: text, keyPassword: secretProp };

/** Two PEM files as the place of an identity, as OpenSSL, nginx, curl and Node read them. */
export class PemFiles implements IPlace {
  /** The place of an identity in two files of a host. */
  static at(host: IHost, props: PemFilesProps): PemFiles {
    requireArgument("PemFiles.at(…)", "host", hostProp, host);
    requireProps("PemFiles.at(…)", shapes, props);
    return new PemFiles(host, props);
  }

  readonly runtime: RuntimePlan = { kind: "openssl" };
  readonly name: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly keyPassword: Secret;

  private constructor(
    readonly host: IHost,
    { certificatePath, keyPath, keyPassword }: PemFilesProps,
  ) {
    this.certificatePath = absolutePath(host, certificatePath);
    this.keyPath = absolutePath(host, keyPath);
    this.keyPassword = keyPassword;
    this.name = pathsOf(host).parse(this.certificatePath).name;
  }

  hold(presenter: Construct, certificate: Certificate | undefined, use: CertificateUse): HeldIdentity {
    const { certificatePath, keyPath, keyPassword } = this;
    const place = `${this.host.hostId}:${certificatePath}`;
    const there = heldAt(presenter, place);
    if (certificate === undefined) {
      if (there === undefined) {
        throw unusableCertificate(
          presenter.node.path,
          `nothing that is declared stands at ${certificatePath}, and what stands there otherwise is read from keystores only. Give a certificate whose key may be placed there.`,
        );
      }
      there.identity.alsoFor(use.purpose);
      return { ...there, entries: [] };
    }
    if (there !== undefined) {
      throw unusableCertificate(
        presenter.node.path,
        `${certificatePath} already holds ${there.identity.identityId}. Leave the certificate out to present that one, or give another path.`,
      );
    }
    const identity = certificate.bind(presenter, use);
    const certificateFile = new TrustFile(presenter, "CertificateFile", {
      host: this.host,
      path: certificatePath,
      content: { certificateOf: identity, part: "chain" },
    });
    const keyFile = new TrustFile(presenter, "KeyFile", {
      host: this.host,
      path: keyPath,
      content: { privateKeyOf: identity, password: keyPassword },
    });
    return hold(presenter, place, this.host, {
      identity,
      location: {
        kind: "pem",
        certificateFileId: certificateFile.fileId,
        keyFileId: keyFile.fileId,
        keyPassword: keyPassword.referenceIn(presenter),
      },
      entries: [],
    });
  }
}
