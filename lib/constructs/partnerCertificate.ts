import type { Construct } from "constructs";
import { checkFile } from "./certificateRequest";
import { Identity } from "./identity";
import { type PropShapes, optional, requireProps, text } from "./props";

export interface PartnerCertificateProps {
  /** PEM, DER or PKCS#7, relative to the project's root. */
  readonly file: string;
  /** Key in the plan and the lock. @default - the path below the stack */
  readonly key?: string;
}

const shapes: PropShapes<PartnerCertificateProps> = { file: text, key: optional(text) };

/** A certificate that somebody sent so that it can be trusted; it has no key here and cannot be presented. */
export class PartnerCertificate extends Identity {
  constructor(scope: Construct, id: string, props: PartnerCertificateProps) {
    requireProps(`${scope.node.path}/${id}`, shapes, props);
    checkFile(props.file);
    super(scope, id, { kind: "certificate", file: props.file }, [], props.key);
  }
}
