import type { Construct } from "constructs";
import { checkFile } from "./certificateRequest";
import { Identity } from "./identity";

export interface PartnerCertificateProps {
  /** PEM, DER or PKCS#7, relative to the project's root. */
  readonly file: string;
  /** Key in the plan and the lock. @default - the path below the stack */
  readonly key?: string;
}

/** A certificate that somebody sent so that it can be trusted; it has no key here and cannot be presented. */
export class PartnerCertificate extends Identity {
  constructor(scope: Construct, id: string, props: PartnerCertificateProps) {
    checkFile(props.file);
    super(scope, id, { kind: "certificate", file: props.file }, [], props.key);
  }
}
