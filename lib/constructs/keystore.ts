import { Construct } from "constructs";
import type { StoreProfile } from "../model";
import { repeatedAlias } from "./errors";
import { type IHost, absolutePath } from "./host";
import { contributes } from "./planContribution";
import type { Secret } from "./secret";

export interface KeystoreProps {
  readonly host: IHost;
  /** Absolute path, as the real machine has it. */
  readonly path: string;
  readonly password: Secret;
  /**
   * Encoding, named by era. A store that exists keeps its own.
   *
   * @default - what `reader` opens; without a reader `jks` for `.jks`, else `modern`
   */
  readonly profile?: StoreProfile;
  /** What opens the store, for example `java 8u202`, `ibm j9 8` or `openssl 1.1`. @default - a current Java */
  readonly reader?: string;
  /** Whether a missing store is created, or an error because the product must bring it. @default "create" */
  readonly ifMissing?: "create" | "fail";
}

/** A JKS or PKCS12 file on a host: a keystore when it holds identities, a truststore when it holds anchors. */
export interface IKeystore {
  readonly storeId: string;
  readonly host: IHost;
  readonly path: string;
  readonly password: Secret;
  /**
   * Claims an alias for a construct.
   *
   * @throws DeclarationError `repeated-alias`
   */
  claimAlias(alias: string, claimant: Construct): void;
}

export class Keystore extends Construct implements IKeystore {
  readonly storeId: string;
  readonly host: IHost;
  readonly path: string;
  readonly password: Secret;
  private readonly claims = new Map<string, Construct>();

  constructor(scope: Construct, id: string, props: KeystoreProps) {
    super(scope, id);
    this.storeId = this.node.path;
    this.host = props.host;
    this.path = absolutePath(props.host, props.path);
    this.password = props.password;
    contributes(this, () => ({
      hosts: [this.host.plan],
      stores: [
        {
          id: this.storeId,
          hostId: this.host.hostId,
          path: this.path,
          ...chosenProfile(props),
          ...(props.reader === undefined ? {} : { reader: props.reader }),
          password: this.password.reference,
          ifMissing: props.ifMissing ?? "create",
        },
      ],
    }));
  }

  claimAlias(alias: string, claimant: Construct): void {
    const key = alias.toLowerCase();
    const first = this.claims.get(key);
    if (first !== undefined) throw repeatedAlias(this.path, alias, first.node.path, claimant.node.path);
    this.claims.set(key, claimant);
  }
}

function chosenProfile(props: KeystoreProps): { profile?: StoreProfile } {
  if (props.profile !== undefined) return { profile: props.profile };
  if (props.reader !== undefined) return {};
  return { profile: props.path.toLowerCase().endsWith(".jks") ? "jks" : "modern" };
}
