import type { Construct } from "constructs";
import type { AliasChooser, OnForeign, RuntimePlan } from "../model";
import { Certificate } from "./certificate";
import type { CertificateUse } from "./certificateUse";
import type { IHost } from "./host";
import { planIdOf } from "./key";
import { type HeldIdentity, type IPlace, chosen, heldAt, hold } from "./place";
import { type PropShapes, choice, onForeign, optional, requireArgument, requireProps, text } from "./props";
import { type Secret, secretProp } from "./secret";

export interface KeystoreEntryOptions {
  /** Password of the key, where it has one of its own. @default - the keystore's password, which is what most products demand */
  readonly keyPassword?: Secret;
  /**
   * Who picks the alias from the keystore where a Java reads it: Java's default key manager, which takes one of the
   * store's identities by key type and hash of the alias; the product, where it names the alias in its own files; or
   * the product by the name that a client asks for (`server-name`).
   *
   * @default "java"
   */
  readonly chosenBy?: AliasChooser;
  /** What to do with an entry of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

const shapes: PropShapes<KeystoreEntryOptions> = {
  keyPassword: optional(secretProp),
  chosenBy: optional(choice<AliasChooser>({ product: true, java: true, "server-name": true })),
  onForeign: optional(onForeign),
};

/** What an alias needs to know of its keystore. */
interface EntryStore {
  readonly storeId: string;
  readonly host: IHost;
  claimAlias(alias: string, claimant: Construct): void;
}

/** An alias of a keystore, as the place of an identity; made by `keystore.entry(alias)`. */
export class KeystoreEntry implements IPlace {
  readonly host: IHost;
  readonly runtime: RuntimePlan = { kind: "java" };
  readonly name: string;

  constructor(
    private readonly keystore: EntryStore,
    readonly alias: string,
    private readonly options: KeystoreEntryOptions,
  ) {
    requireArgument(`entry(…) of ${keystore.storeId}`, "alias", text, alias);
    requireProps(`entry("${alias}") of ${keystore.storeId}`, shapes, options);
    this.host = keystore.host;
    this.name = alias;
  }

  hold(presenter: Construct, certificate: Certificate | undefined, use: CertificateUse): HeldIdentity {
    const { storeId } = this.keystore;
    const place = `${storeId} ${this.alias.toLowerCase()}`;
    const there = certificate === undefined ? heldAt(presenter, place) : undefined;
    if (there !== undefined) {
      there.identity.alsoFor(use.purpose);
      return { ...there, location: chosen(there.location, this.options.chosenBy), entries: [] };
    }
    this.keystore.claimAlias(this.alias, presenter);
    const placed = certificate ?? Certificate.existing();
    const identity = placed.bind(presenter, { ...use, standsAt: { storeId, alias: this.alias } });
    const { keyPassword, onForeign = "refuse" } = this.options;
    const withPassword = keyPassword === undefined ? {} : { keyPassword: keyPassword.referenceIn(presenter) };
    return hold(presenter, place, this.host, {
      identity,
      location: chosen({ kind: "store", storeId, alias: this.alias, ...withPassword }, this.options.chosenBy),
      entries: placed.isExisting
        ? []
        : [
            {
              kind: "key",
              id: `${planIdOf(presenter)}/KeyEntry`,
              storeId,
              alias: this.alias,
              identityId: identity.identityId,
              ...withPassword,
              onForeign,
            },
          ],
    });
  }
}
