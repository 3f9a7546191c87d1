import fc from "fast-check";
import type { MadeKey } from "../../support/certificateMaker";

/** What can be odd about a certificate that issues others. */
export interface AuthorityShape {
  readonly key: MadeKey;
  readonly hash: "sha1" | "sha224" | "sha256" | "sha384" | "md5";
  readonly keyUsage: readonly string[] | undefined;
  readonly pathLength: number | undefined;
  readonly days: readonly [from: number, to: number];
  readonly odd:
    | "none"
    | "version-1"
    | "unknown-critical"
    | "code-signing"
    | "server-auth"
    | "client-auth"
    | "self-issued"
    | "wrong-key-id"
    | "no-key-id"
    | "key-id-with-serial"
    | "no-subject-key-id"
    | "no-basic-constraints"
    | "wrong-signature";
  readonly names: NamesShape;
  readonly policies: PoliciesShape;
}

/** Name constraints of an authority. */
export type NamesShape =
  | "none"
  | "permits-example"
  | "permits-other"
  | "excludes-example"
  | "permits-ipv4"
  | "permits-ipv6"
  | "permits-other-ipv6"
  | "excludes-ipv6"
  | "permits-mail"
  | "permits-other-mail"
  | "permits-server"
  | "permits-several"
  | "permits-several-later"
  | "permits-narrower"
  | "permits-narrower-later";

/** What an authority or a leaf says of certificate policies. */
export type PoliciesShape =
  | "none"
  | "one"
  | "two"
  | "other"
  | "any"
  | "one-required"
  | "required"
  | "required-later"
  | "any-inhibited"
  | "mapped"
  | "mapped-inhibited"
  | "qualified";

/** What can be odd about a certificate that is presented. */
export interface LeafShape {
  readonly key: MadeKey;
  readonly hash: "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "md5" | "sha3-256";
  readonly keyUsage: readonly string[] | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly days: readonly [from: number, to: number];
  readonly odd:
    | "none"
    | "version-1"
    | "unknown-critical"
    | "authority"
    | "wrong-key-id"
    | "no-key-id"
    | "wrong-signature"
    | "netscape-client"
    | "netscape-server"
    | "empty-subject"
    | "empty-subject-critical";
  readonly policies: PoliciesShape;
  /** Issues itself. */
  readonly isSelfSigned: boolean;
  /** Under which of the authorities, from the root down; more than there are means the last. */
  readonly level: number;
}

/** A further identity of a store. */
export interface NeighbourShape {
  readonly alias: string;
  readonly leaf: LeafShape;
  readonly hasOtherPassword: boolean;
  /** Under authorities of the same names as the others', with keys of their own. */
  readonly isOfTwins: boolean;
}

/** Cross-signed is a root by the stranger; a twin has the root's name and another key. */
export type ChainShape =
  | "whole"
  | "without-root"
  | "leaf"
  | "disordered"
  | "stranger-between"
  | "stranger-after"
  | "gap"
  | "leaf-twice"
  | "cross-signed"
  | "cross-signed-beside-root"
  | "cross-signed-expired"
  | "twin-root";

/** What a side presents, and from what store. */
export interface PresentedShape {
  readonly leaf: LeafShape;
  readonly alias: string;
  readonly neighbours: readonly NeighbourShape[];
  /** Which stands first in the file. */
  readonly first: "own" | "neighbours";
  readonly format: "jks" | "modern" | "compat";
  /** What becomes of the chain when it is stored. */
  readonly chain: ChainShape;
  readonly keyManager: "SunX509" | "NewSunX509" | undefined;
}

/** What a side trusts. */
export interface TrustShape {
  readonly root: boolean;
  readonly intermediates: boolean;
  readonly leaf: boolean;
  readonly stranger: boolean;
  /** A certificate of the root's name: its key again, or another; with basic constraints or without. */
  readonly twin: "none" | "same-key" | "other-key";
  /** Further authorities, for the size of what a server asks for. */
  readonly more: number;
  readonly format: "jks" | "modern";
}

/** A way to call a server, and what its certificate says. */
export interface NamingShape {
  readonly address: string;
  readonly names: readonly string[];
  readonly commonName: string;
}

export interface HopShape {
  readonly authorities: readonly AuthorityShape[];
  readonly naming: NamingShape;
  readonly verifiesName: boolean;
  readonly server: PresentedShape;
  readonly client: PresentedShape | undefined;
  readonly clientAuthentication: "none" | "request" | "require";
  readonly clientTrusts: TrustShape;
  readonly serverTrusts: TrustShape;
  readonly protocols: {
    readonly server: readonly string[] | undefined;
    readonly client: readonly string[] | undefined;
  };
}

/** The ordinary value, and now and then one of the odd ones. */
function mostly<T>(ordinary: T, percentOdd: number, ...odd: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 100 - percentOdd, arbitrary: fc.constant(ordinary) },
    { weight: percentOdd, arbitrary: fc.constantFrom(...odd) },
  );
}

const authority: fc.Arbitrary<AuthorityShape> = fc.record({
  key: mostly<MadeKey>("ec", 8, "ec-p384", "rsa-2048", "rsa-1024", "ed25519", "rsa-768", "ec-p521"),
  hash: mostly<AuthorityShape["hash"]>("sha256", 5, "sha1", "sha224", "sha384", "md5"),
  keyUsage: fc.oneof(
    { weight: 48, arbitrary: fc.constant(["keyCertSign", "cRLSign"]) },
    { weight: 48, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(["digitalSignature"]) },
  ),
  pathLength: mostly<number | undefined>(undefined, 5, 0, 1, 2),
  days: mostly<readonly [number, number]>([-30, 3000], 2, [-90, -2], [3, 90]),
  odd: mostly<AuthorityShape["odd"]>(
    "none",
    9,
    "version-1",
    "unknown-critical",
    "code-signing",
    "server-auth",
    "client-auth",
    "self-issued",
    "wrong-key-id",
    "no-key-id",
    "key-id-with-serial",
    "no-subject-key-id",
    "no-basic-constraints",
    "wrong-signature",
  ),
  names: mostly<NamesShape>(
    "none",
    8,
    "permits-example",
    "permits-example",
    "permits-other",
    "excludes-example",
    "permits-ipv4",
    "permits-ipv6",
    "permits-ipv6",
    "permits-other-ipv6",
    "excludes-ipv6",
    "permits-mail",
    "permits-other-mail",
    "permits-server",
    "permits-several",
    "permits-several-later",
    "permits-narrower",
    "permits-narrower-later",
  ),
  policies: mostly<PoliciesShape>(
    "none",
    8,
    "one",
    "two",
    "other",
    "any",
    "one-required",
    "required",
    "required-later",
    "any-inhibited",
    "mapped",
    "mapped-inhibited",
    "qualified",
  ),
});

function leafOf(use: "serverAuth" | "clientAuth", oddness: number): fc.Arbitrary<LeafShape> {
  const other = use === "serverAuth" ? "clientAuth" : "serverAuth";
  return fc.record({
    key: mostly<MadeKey>(
      "ec",
      30,
      "rsa-2048",
      "rsa-2048",
      "ec-p384",
      "ec-p521",
      "rsa-1024",
      "rsa-768",
      "rsa-pss",
      "ed25519",
      "ed25519",
      "ed448",
      "dsa",
      "secp256k1",
    ),
    hash: mostly<LeafShape["hash"]>(
      "sha256",
      oddness,
      "sha1",
      "sha224",
      "sha384",
      "sha512",
      "md5",
      "sha3-256",
    ),
    keyUsage: fc.oneof(
      { weight: 50, arbitrary: fc.constant(undefined) },
      { weight: 40, arbitrary: fc.constant(["digitalSignature"]) },
      { weight: 10, arbitrary: fc.constant(["digitalSignature", "keyEncipherment", "keyAgreement"]) },
      { weight: Math.ceil(oddness / 3), arbitrary: fc.constant(["keyEncipherment"]) },
    ),
    extendedKeyUsage: fc.oneof(
      { weight: 50, arbitrary: fc.constant(undefined) },
      { weight: 40, arbitrary: fc.constant([use]) },
      { weight: 5, arbitrary: fc.constant(["serverAuth", "clientAuth"]) },
      {
        weight: Math.ceil(oddness / 2),
        arbitrary: fc.constantFrom([other], ["codeSigning"], ["any"], ["sgc"]),
      },
    ),
    days: mostly<readonly [number, number]>([-1, 90], oddness, [-90, -2], [3, 90]),
    odd: mostly<LeafShape["odd"]>(
      "none",
      2 * oddness,
      "version-1",
      "unknown-critical",
      "authority",
      "wrong-key-id",
      "no-key-id",
      "wrong-signature",
      "netscape-client",
      "netscape-server",
      "empty-subject",
      "empty-subject-critical",
    ),
    policies: mostly<PoliciesShape>("none", 12, "one", "two", "other", "any", "qualified"),
    isSelfSigned: fc
      .boolean()
      .chain((coin) => (coin ? mostly(false, 2 * oddness, true) : fc.constant(false))),
    level: fc.integer({ min: 0, max: 3 }),
  });
}

const aliases = [
  "apia",
  "https",
  "server",
  "1",
  "mykey",
  "zzz",
  "tomcat",
  "client",
  "ia01.example.com",
  "b",
  "Own",
];

function presentedOf(use: "serverAuth" | "clientAuth"): fc.Arbitrary<PresentedShape> {
  const neighbour = fc.record({
    alias: fc.constantFrom(...aliases),
    leaf: leafOf(use, 12),
    hasOtherPassword: mostly(false, 5, true),
    isOfTwins: mostly(false, 15, true),
  });
  return fc.record({
    leaf: leafOf(use, 4),
    alias: fc.constantFrom(...aliases),
    neighbours: fc.oneof(
      { weight: 70, arbitrary: fc.constant([]) },
      { weight: 30, arbitrary: fc.array(neighbour, { minLength: 1, maxLength: 3 }) },
    ),
    first: fc.constantFrom("own", "neighbours"),
    format: mostly<PresentedShape["format"]>("jks", 24, "modern", "modern", "compat"),
    chain: fc.oneof(
      { weight: 88, arbitrary: fc.constantFrom<ChainShape>("without-root", "whole") },
      {
        weight: 16,
        arbitrary: fc.constantFrom<ChainShape>(
          "leaf",
          "disordered",
          "stranger-between",
          "stranger-after",
          "gap",
          "leaf-twice",
          "cross-signed",
          "cross-signed-beside-root",
          "cross-signed-expired",
          "twin-root",
        ),
      },
    ),
    keyManager: mostly<PresentedShape["keyManager"]>(undefined, 6, "NewSunX509"),
  });
}

const trust: fc.Arbitrary<TrustShape> = fc.record({
  root: mostly(true, 7, false),
  intermediates: mostly(false, 15, true),
  leaf: mostly(false, 8, true),
  stranger: mostly(false, 20, true),
  twin: mostly<TrustShape["twin"]>("none", 10, "same-key", "other-key"),
  more: mostly(0, 2, 150, 320, 600),
  format: mostly<TrustShape["format"]>("jks", 5, "modern"),
});

const NAME = "server.example";
const naming: fc.Arbitrary<NamingShape> = mostly<NamingShape>(
  { address: NAME, names: [`DNS:${NAME}`], commonName: NAME },
  25,
  { address: NAME, names: [`DNS:${NAME}`, "IP:10.1.2.3"], commonName: "Server" },
  { address: NAME, names: [], commonName: NAME },
  { address: "other.example", names: [`DNS:${NAME}`], commonName: "other.example" },
  { address: "10.1.2.3", names: ["IP:10.1.2.3"], commonName: NAME },
  { address: "10.1.2.3", names: [], commonName: "10.1.2.3" },
  { address: "10.1.2.3", names: ["DNS:10.1.2.3"], commonName: NAME },
  { address: "2001:db8::7", names: ["IP:2001:db8::7"], commonName: NAME },
  { address: "2001:db8::7", names: ["IP:2001:db8::7"], commonName: "2001:db8::7" },
  { address: "2001:db8::8", names: ["IP:2001:db8::7"], commonName: NAME },
  { address: NAME, names: ["DNS:*.example"], commonName: NAME },
  { address: "a.server.example", names: ["DNS:*.example"], commonName: NAME },
  { address: "app.server.example", names: ["DNS:app.*.example"], commonName: NAME },
  { address: NAME, names: ["DNS:ser*.example"], commonName: NAME },
  { address: `${NAME}.`, names: [`DNS:${NAME}`], commonName: NAME },
  { address: "my_server.example", names: ["DNS:my_server.example"], commonName: NAME },
  { address: "xn--bcher-kva.example", names: ["DNS:xn--bcher-kva.example"], commonName: NAME },
  { address: "xn--bcher-kva.example", names: [], commonName: "bücher.example" },
  { address: "xn--bcher-kva.example", names: ["DNS:xn--*.example"], commonName: NAME },
  { address: NAME, names: ["IP:10.1.2.3"], commonName: NAME },
  { address: NAME, names: ["email:a@server.example"], commonName: NAME },
  { address: "host", names: ["DNS:host"], commonName: "host" },
);

const protocols = mostly<readonly string[] | undefined>(undefined, 12, ["TLSv1.2"], ["TLSv1.3"], ["TLSv1.2"]);

/** Hops with some departures from the ordinary. */
export const hopShape: fc.Arbitrary<HopShape> = fc.record({
  authorities: fc.oneof(
    { weight: 90, arbitrary: fc.array(authority, { minLength: 1, maxLength: 4 }) },
    { weight: 5, arbitrary: fc.array(authority, { minLength: 6, maxLength: 12, size: "max" }) },
  ),
  naming,
  verifiesName: mostly(true, 8, false),
  server: presentedOf("serverAuth"),
  client: fc.option(presentedOf("clientAuth"), { nil: undefined, freq: 2 }),
  clientAuthentication: fc.constantFrom("none", "request", "require"),
  clientTrusts: trust,
  serverTrusts: trust,
  protocols: fc.record({ server: protocols, client: protocols }),
});

/** The same seed gives the same shapes. */
export function sampleShapes(count: number, seed: number): HopShape[] {
  return fc.sample(hopShape, { numRuns: count, seed });
}
