import type { Construct } from "constructs";
import type { Certificate, CertificateUse, HeldIdentity, IHost, IPlace } from "../../constructs";
import type { RuntimePlan } from "../../model";
import type { IntegrationServerKeystore } from "./integrationServerStores";

/** A client that an Integration Server speaks for: a key alias with the certificate that belongs there. */
export class IntegrationServerIdentity implements IPlace {
  readonly host: IHost;
  readonly runtime: RuntimePlan;
  private isHeld = false;

  constructor(
    /** Whom the server speaks for; its certificate is named after it. */
    readonly name: string,
    readonly keystore: IntegrationServerKeystore,
    readonly keyAlias: string,
    private readonly certificate: Certificate,
    private readonly place: IPlace,
  ) {
    this.host = place.host;
    this.runtime = place.runtime;
  }

  /** Tells the server of the key; the first call puts it into the keystore, and others present it from there. */
  hold(presenter: Construct, _certificate: Certificate | undefined, use: CertificateUse): HeldIdentity {
    this.keystore.useKey(this.keyAlias);
    const held = this.place.hold(presenter, this.isHeld ? undefined : this.certificate, use);
    this.isHeld = true;
    return held;
  }
}
