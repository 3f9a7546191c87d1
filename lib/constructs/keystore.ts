import { Construct } from "constructs";
import { PROFILES, profileForReader, requireReadable } from "../keystore/profile";
import type {
  ActivationWay,
  AnchorsLocation,
  ReaderPlan,
  SecretReference,
  StorePlan,
  StoreProfile,
  TruststoreEntryPlan,
} from "../model";
import { activated, activationProp } from "./activation";
import { invalidAlias, repeatedAlias } from "./errors";
import { type IHost, absolutePath, hostProp } from "./host";
import type { ITrustable } from "./identity";
import { planIdOf, stateKey } from "./key";
import { KeystoreEntry, type KeystoreEntryOptions } from "./keystoreEntry";
import type { IPlace } from "./place";
import { contributes } from "./planContribution";
import {
  type PropShapes,
  choice,
  made,
  optional,
  profile,
  reader,
  requireArgument,
  requireProps,
  text,
} from "./props";
import { type Secret, secretProp } from "./secret";
import type { ITruststore, Reliance } from "./truststore";

export interface KeystoreProps {
  /** The machine that it lies on. */
  readonly host: IHost;
  /** Absolute path, as the real machine has it. */
  readonly path: string;
  /** Where the store's password is found. */
  readonly password: Secret;
  /**
   * Encoding, named by era. A store that exists keeps its own.
   *
   * @default - the strongest that `reader` opens; without a reader `jks` for `.jks`, else `modern`
   */
  readonly profile?: StoreProfile;
  /** What opens the store, for example `Java.release(8, { update: 202 })` or `Reader.nss()`. @default - a current Java */
  readonly reader?: ReaderPlan;
  /** Whether a missing store is created, or an error because the product must bring it. @default "create" */
  readonly ifMissing?: "create" | "fail";
  /** What lets the product that reads it read it again. @default - what the system that it belongs to does, otherwise nothing */
  readonly activation?: ActivationWay;
  /** Key in the plan and in Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

/** A JKS or PKCS12 file on a host: a keystore when it holds identities, a truststore when it holds anchors. */
export interface IKeystore extends ITruststore {
  readonly storeId: string;
  readonly host: IHost;
  readonly path: string;
  readonly password: Secret;
  /** How it is encoded. */
  readonly profile: StoreProfile;
  /** What Java calls its format: the `storetype` that configuration files name. */
  readonly type: "JKS" | "PKCS12";
  /** An alias of it, as the place of an identity. */
  entry(alias: string, options?: KeystoreEntryOptions): IPlace;
  /**
   * Claims an alias for a construct.
   *
   * @throws DeclarationError `repeated-alias`, `invalid-alias`
   */
  claimAlias(alias: string, claimant: Construct): void;
}

export const keystoreProp = made<IKeystore>("a Keystore", "storeId", "claimAlias");

const shapes: PropShapes<KeystoreProps> = {
  host: hostProp,
  path: text,
  password: secretProp,
  profile: optional(profile),
  reader: optional(reader),
  ifMissing: optional(choice<"create" | "fail">({ create: true, fail: true })),
  activation: optional(activationProp),
  key: optional(text),
};

/**
 * A JKS or PKCS12 file on a host.
 *
 * @throws StoreError `invalid` for a profile that the declared reader cannot open
 * @throws DeclarationError `invalid-props`, `path-not-absolute`
 */
export class Keystore extends Construct implements IKeystore {
  readonly storeId: string;
  readonly host: IHost;
  readonly path: string;
  readonly password: Secret;
  readonly profile: StoreProfile;
  readonly type: "JKS" | "PKCS12";
  readonly anchors: AnchorsLocation;
  private readonly ifMissing: "create" | "fail";
  private readonly claims = new Map<string, Construct>();
  private readonly reliances: Reliance[] = [];

  constructor(scope: Construct, id: string, props: KeystoreProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    this.storeId = planIdOf(this);
    this.host = props.host;
    this.path = absolutePath(props.host, props.path);
    this.password = props.password;
    this.profile = profileOf(props);
    this.type = PROFILES[this.profile].format === "jks" ? "JKS" : "PKCS12";
    this.ifMissing = props.ifMissing ?? "create";
    this.anchors = { kind: "store", storeId: this.storeId };
    contributes(this, () => ({
      hosts: [this.host.plan],
      identities: this.reliances.flatMap(({ trusts }) => plansOf(trusts)),
      stores: [
        {
          id: this.storeId,
          hostId: this.host.hostId,
          path: this.path,
          profile: this.profile,
          ...(props.reader === undefined ? {} : { reader: props.reader }),
          password: this.password.referenceIn(this),
          ...formerPassword(this.password.formerReferenceIn(this)),
          ifMissing: this.ifMissing,
        },
      ],
      impliedEntries: this.reliances.map((reliance) => this.entryOf(reliance)),
      ...activated({
        id: this.storeId,
        host: this.host,
        label: this.node.path,
        way: props.activation,
        storeIds: [this.storeId],
      }),
    }));
  }

  entry(alias: string, options: KeystoreEntryOptions = {}): IPlace {
    return new KeystoreEntry(this, alias, options);
  }

  claimAlias(alias: string, claimant: Construct): void {
    requireArgument(claimant.node.path, "alias", text, alias);
    if (alias.trim() === "" || /\p{Cc}/u.test(alias))
      throw invalidAlias(this.path, alias, claimant.node.path);
    const key = alias.toLowerCase();
    const first = this.claims.get(key);
    if (first !== undefined) throw repeatedAlias(this.path, alias, first.node.path, claimant.node.path);
    this.claims.set(key, claimant);
  }

  reliesOn(reliance: Reliance): void {
    this.reliances.push(reliance);
  }

  /** A store that the product brings may trust a certificate already, under an alias of its own. */
  private entryOf({ id, alias, trusts, part }: Reliance): TruststoreEntryPlan {
    return {
      kind: "anchor",
      id,
      storeId: this.storeId,
      alias,
      identityId: trusts.identity.identityId,
      part: part ?? "anchor",
      unlessAlreadyTrusted: this.ifMissing === "fail",
      onForeign: "refuse",
    };
  }
}

function plansOf({ identity }: ITrustable) {
  return [identity, ...identity.authorities].map(({ plan }) => plan);
}

function profileOf({ path, profile, reader }: KeystoreProps): StoreProfile {
  if (reader === undefined) return profile ?? (path.toLowerCase().endsWith(".jks") ? "jks" : "modern");
  if (profile === undefined) return profileForReader(reader);
  requireReadable(profile, reader);
  return profile;
}

function formerPassword(reference: SecretReference | undefined): Pick<StorePlan, "formerPassword"> {
  return reference === undefined ? {} : { formerPassword: reference };
}
