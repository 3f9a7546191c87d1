import { Construct } from "constructs";
import {
  type IHost,
  type IKeystore,
  type IPlace,
  type ITrustable,
  Keystore,
  type KeystoreEntryOptions,
  type Reliance,
  type Secret,
  TruststoreEntry,
} from "../../constructs";
import type { AnchorsLocation, ChainPart, Finding, StoreProfile } from "../../model";
import { finding, refusal } from "../../rules";
import type { StoreAliasConfiguration } from "./integrationServerConfiguration";
import { passwordVariable } from "../passwordVariable";

/** Characters that Integration Server takes in no keystore or truststore alias (WmRoot 9.12, `checkLegalName`). */
const ILLEGAL_ALIAS_CHARACTERS = /[-#&@^!%*:$./\\`;,~+=)(|}{\][><"?\s]/g;

export interface IntegrationServerStoreProps {
  /** The machine that the store lies on. */
  readonly host: IHost;
  /** Name under which the server knows the store, for example `PARTNER_KEYS`. */
  readonly alias: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** Where the store's password is found. */
  readonly password: Secret;
  /** Whether the server has the alias already. */
  readonly existing: boolean;
  /** How the file is encoded. */
  readonly profile: StoreProfile;
}

/** A JKS or PKCS12 file with the alias under which Integration Server knows it. */
export abstract class IntegrationServerStore extends Construct implements IKeystore {
  readonly alias: string;
  readonly storeId: string;
  readonly host: IHost;
  readonly path: string;
  readonly password: Secret;
  readonly profile: StoreProfile;
  readonly type: "JKS" | "PKCS12";
  readonly anchors: AnchorsLocation;
  protected readonly existing: boolean;
  private readonly store: Keystore;

  constructor(scope: Construct, id: string, props: IntegrationServerStoreProps) {
    super(scope, id);
    this.alias = props.alias;
    this.existing = props.existing;
    const { host, path, password, profile } = props;
    const ifMissing = props.existing ? "fail" : "create";
    this.store = new Keystore(this, "Resource", { host, path, password, profile, ifMissing });
    this.storeId = this.store.storeId;
    this.host = this.store.host;
    this.path = this.store.path;
    this.password = this.store.password;
    this.profile = this.store.profile;
    this.type = this.store.type;
    this.anchors = this.store.anchors;
  }

  entry(alias: string, options?: KeystoreEntryOptions): IPlace {
    return this.store.entry(alias, options);
  }

  reliesOn(reliance: Reliance): void {
    this.store.reliesOn(reliance);
  }

  claimAlias(alias: string, claimant: Construct): void {
    this.store.claimAlias(alias, claimant);
  }

  /** What is wrong with the alias; a rule of the product. */
  get findings(): Finding[] {
    const illegal = [...new Set(this.alias.match(ILLEGAL_ALIAS_CHARACTERS) ?? [])];
    if (illegal.length === 0) return [];
    const characters = illegal.map((character) => JSON.stringify(character)).join(", ");
    const facts = `Integration Server takes no ${characters} in the store alias "${this.alias}"`;
    const remedy = `use letters, digits and underscores, for example "${this.alias.replace(ILLEGAL_ALIAS_CHARACTERS, "_")}"`;
    return [finding(this.storeId, refusal("illegal-alias", facts, remedy))];
  }
}

/** A keystore alias of an Integration Server, with the keys that are used from it. */
export class IntegrationServerKeystore extends IntegrationServerStore {
  private readonly keyPasswords = new Map<string, Secret>();

  /** Tells the server of a key. */
  useKey(keyAlias: string, keyPassword: Secret = this.password): void {
    this.keyPasswords.set(keyAlias, keyPassword);
  }

  /** What the server is told of this alias. */
  get configuration(): StoreAliasConfiguration {
    return {
      kind: "key",
      alias: this.alias,
      path: this.path,
      type: this.type,
      ...(this.existing ? { existing: true } : {}),
      passwordVariable: passwordVariable(this, this.password, this.alias),
      keys: [...this.keyPasswords].map(([alias, password]) => ({
        alias,
        passwordVariable: passwordVariable(this, password, this.alias),
      })),
    };
  }
}

/** A truststore alias of an Integration Server. */
export class IntegrationServerTruststore extends IntegrationServerStore {
  private readonly trusted = new Set<string>();

  /** What the server is told of this alias. */
  get configuration(): StoreAliasConfiguration {
    return {
      kind: "trust",
      alias: this.alias,
      path: this.path,
      type: this.type,
      ...(this.existing ? { existing: true } : {}),
      passwordVariable: passwordVariable(this, this.password, this.alias),
      keys: [],
    };
  }

  /** Whether anything is declared to be trusted. */
  get trustsAnything(): boolean {
    return this.trusted.size > 0;
  }

  /** A certificate that a call makes necessary, with the intermediates above it. */
  override reliesOn({ alias, trusts, part }: Reliance): void {
    this.trusts(alias, trusts, part);
  }

  /**
   * Trusts a certificate together with the intermediates that are declared above it, because Integration Server
   * wants the whole chain in its truststore. What is trusted already is left alone.
   */
  trusts(alias: string, trusted: ITrustable, part: ChainPart = "anchor"): void {
    const { identity } = trusted;
    const key = `${identity.identityId} ${part}`;
    if (this.trusted.has(key)) return;
    this.trusted.add(key);
    new TruststoreEntry(this, `Trusts-${alias}`, { truststore: this, alias, trusts: trusted, part });
    if (part !== "anchor") return;
    for (const [index, intermediate] of identity.authorities.slice(0, -1).entries()) {
      this.trusts(`${alias}_intermediate${index === 0 ? "" : index + 1}`, { identity: intermediate }, "leaf");
    }
  }
}
