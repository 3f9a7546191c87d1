import type { Store } from "../keystore";
import type { ClientAuthentication, ClientProgram, JavaRuntimePlan, TlsRuntime } from "../model";
import type { OpensslPolicy } from "./opensslPolicy";

/** Everything that decides whether one hop shakes hands, as data: no file, no store password, no clock. */
export interface HopMaterial {
  readonly hopId: string;
  /** Name or address that the client puts into its URL. */
  readonly address: string;
  readonly port: number;
  readonly server: ServerSide;
  readonly client: ClientSide;
  /** Why it passes where our rules are stricter than its peers. @default - it does not */
  readonly letPassBecause?: string;
  /** The time at which certificates must be valid. */
  readonly now: Date;
}

/** What the endpoint presents, and whom it lets in. */
export interface ServerSide {
  readonly runtime: TlsRuntime;
  /** Which Java, where one is. @default - the strictest of the current ones */
  readonly java?: JavaRuntimePlan;
  /** The identity that is meant to be served. */
  readonly identity: PresentedIdentity;
  /** What it presents by the name that a client asks for (SNI). @default - the same to all */
  readonly byName?: IdentitiesByName;
  /** The whole store, where Java picks among its identities; absent where the product names the alias itself. */
  readonly keyStore?: JavaKeyStore;
  readonly clientAuthentication: ClientAuthentication;
  /** What client certificates are checked against; read only where one is asked for. */
  readonly clientAnchors: TrustedAnchors;
  /** What a server that runs was seen to ask for; its anchors are then nobody's to know. @default - what its anchors make it ask for */
  readonly seenRequest?: SeenRequest;
  /** Of an OpenSSL or Node. @default - that of a current distribution */
  readonly opensslPolicy?: OpensslPolicy;
  /** Intermediates that a client's chain may have. @default - as many as there are */
  readonly verifyDepth?: number;
}

/** What a server asks of its clients, as it was seen in a handshake. */
export interface SeenRequest {
  /** DER of the names of the authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly Uint8Array[];
  /** Signatures by which clients may prove themselves, by their names in RFC 8446, 4.2.3, in the server's order. */
  readonly schemes: readonly string[];
  /** Those in certificates (`signature_algorithms_cert`), where it names others for them. @default - the same */
  readonly certificateSchemes?: readonly string[];
}

/** What the client trusts, and what it presents. */
export interface ClientSide {
  readonly runtime: TlsRuntime;
  /** Which Java, where one is. @default - the strictest of the current ones */
  readonly java?: JavaRuntimePlan;
  readonly anchors: TrustedAnchors;
  /** Whether the client compares the certificate's names with the address. */
  readonly verifiesName: boolean;
  /** Of an OpenSSL or Node. @default - that of a current distribution */
  readonly opensslPolicy?: OpensslPolicy;
  /** The programs that make the call, each of which must be able to. @default - one that does as its runtime does */
  readonly programs?: readonly ClientProgram[];
  /** Absent where the client presents no certificate. */
  readonly identity?: PresentedIdentity;
  /** The whole store, where Java picks among its identities; absent where the product names the alias itself. */
  readonly keyStore?: JavaKeyStore;
}

/** A private key with its chain, as bytes. */
export interface PresentedIdentity {
  /** DER, leaf first: of a store as its Java presents it (`shownStore`), of a file as it stands there. */
  readonly chain: readonly Uint8Array[];
  /** DER of the PrivateKeyInfo; absent where the key stays on its host, so that only rules can judge. */
  readonly pkcs8?: Uint8Array;
}

/** What a server with several names and certificates on one port presents. */
export interface IdentitiesByName {
  /** Where none of the names is asked for. */
  readonly otherwise: PresentedIdentity;
  readonly named: readonly NamedIdentity[];
}

export interface NamedIdentity {
  /** Host names, also with a wildcard in place of the first label. */
  readonly names: readonly string[];
  readonly identity: PresentedIdentity;
}

/** DER of each trusted certificate, or the list of roots that Node ships (Mozilla's). */
export type TrustedAnchors = readonly Uint8Array[] | "public-roots";

/** A keystore from which Java's key manager picks by itself. */
export interface JavaKeyStore {
  /** For people: the store's id or path. */
  readonly storeId: string;
  readonly store: Store;
  /** The alias that is meant to be presented. */
  readonly intendedAlias: string;
  /**
   * Alias that a product presents where it goes by the name that a client asks for and no certificate has that name.
   *
   * @default - Java's key manager picks, whatever the name
   */
  readonly aliasWithoutName?: string;
  /**
   * Identities whose key does not open with the password that the system uses for all of them.
   *
   * @default none
   */
  readonly unopenedAliases?: readonly string[];
}
