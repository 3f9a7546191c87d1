import type { Construct } from "constructs";
import type { IdentityLocation, KeyEntryPlan, OnForeign } from "../model";
import type { Certificate, CertificateUse } from "./certificate";
import { unusableCertificate } from "./errors";
import type { Identity } from "./identity";
import type { IKeystore } from "./keystore";
import type { Secret } from "./secret";

interface IdentityPlacement {
  readonly keystore: IKeystore;
  readonly alias: string;
  readonly certificate: Certificate;
  readonly keyPassword?: Secret;
  readonly onForeign?: OnForeign;
  readonly use: CertificateUse;
}

interface PlacedIdentity {
  readonly identity: Identity;
  readonly location: IdentityLocation;
  /** Empty for an adopted identity, whose entry is there already and stays its owner's. */
  readonly entries: readonly KeyEntryPlan[];
}

/** Binds a certificate to an alias of a keystore, for the endpoint or client that presents it. */
export function placeIdentity(scope: Construct, placement: IdentityPlacement): PlacedIdentity {
  const { keystore, alias, certificate } = placement;
  const existing = certificate.existing;
  if (
    existing !== undefined &&
    (existing.store.storeId !== keystore.storeId || existing.alias.toLowerCase() !== alias.toLowerCase())
  ) {
    throw unusableCertificate(
      scope.node.path,
      `the existing certificate stays where it is, alias "${existing.alias}" of ${existing.store.path}, ` +
        `but it is to be presented from alias "${alias}" of ${keystore.path}. Give that store and alias here too.`,
    );
  }
  keystore.claimAlias(alias, scope);
  const identity = certificate.bind(scope, placement.use);
  const keyPassword =
    placement.keyPassword === undefined ? {} : { keyPassword: placement.keyPassword.reference };
  return {
    identity,
    location: { kind: "store", storeId: keystore.storeId, alias, ...keyPassword },
    entries:
      existing === undefined
        ? [
            {
              kind: "key",
              id: `${scope.node.path}/KeyEntry`,
              storeId: keystore.storeId,
              alias,
              identityId: identity.identityId,
              ...keyPassword,
              onForeign: placement.onForeign ?? "refuse",
            },
          ]
        : [],
  };
}
