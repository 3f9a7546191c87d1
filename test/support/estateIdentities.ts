import type { CertificateSummary, IdentityPlan, IdentityRequest } from "../../lib/model";
import { DAY_MS, isoSeconds } from "../../lib/model/day";
import type { EstateOptions } from "./estate";
import { ESTATE_PARTNERS } from "./estateNames";
import { authority, ESTATE_NOW, fingerprint, keyOf } from "./estateParts";

/** Authorities and certificates of an estate. */
export class EstateIdentities {
  readonly all: IdentityPlan[] = [];
  private readonly named: (name: string) => string;

  constructor({ named = (name) => name }: EstateOptions) {
    this.named = named;
    this.addAuthorities();
  }

  add(
    id: string,
    request: IdentityRequest,
    chain: readonly CertificateSummary[],
    anchor: CertificateSummary,
  ): void {
    this.all.push({ id, request, pinned: { generation: 1, chain, anchor, anchorPem: "" } });
  }

  chainOf(id: string): readonly CertificateSummary[] {
    return this.pinnedOf(id)?.chain ?? [];
  }

  pinnedOf(id: string | undefined) {
    return this.all.find((identity) => identity.id === id)?.pinned;
  }

  certificate(key: string, name: string, days: number): CertificateSummary {
    const sha256 = fingerprint("sha256", key);
    return {
      subject: `CN=${this.named(name)}, O=Example`,
      issuer: "CN=Issuer, O=Example",
      serialNumber: sha256.slice(0, 8).replaceAll(":", "").toLowerCase(),
      notBefore: "2025-11-01T00:00:00Z",
      notAfter: isoSeconds(new Date(ESTATE_NOW.getTime() + days * DAY_MS)),
      keyAlgorithm: "EC P-256",
      subjectAltNames: [],
      sha1: fingerprint("sha1", key),
      sha256,
    };
  }

  private addAuthorities(): void {
    const root = this.certificate("shared/Root", "Example Corporate Root CA", 2900);
    this.add("shared/Root", { kind: "authority", ...authority }, [root], root);
    for (const [id, name, days] of [
      ["shared/G2", "Example Issuing CA G2", 41],
      ["shared/G3", "Example Issuing CA G3", 1800],
      ["shared/Clients", "Example Client CA", 1100],
    ] as const) {
      const certificate = this.certificate(id, name, days);
      this.add(id, { kind: "authority", ...authority, issuerId: "shared/Root" }, [certificate, root], root);
    }
    for (const [, rootName] of ESTATE_PARTNERS) {
      const id = `shared/${keyOf(rootName)}`;
      if (this.all.some((identity) => identity.id === id)) continue;
      const certificate = this.certificate(id, rootName, 1500);
      this.add(id, { kind: "certificate", file: "partners/root.pem" }, [certificate], certificate);
    }
  }
}
