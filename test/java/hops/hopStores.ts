import type { JavaKeyStore, PresentedIdentity } from "../../../lib/hop";
import { shownStore, trustedBy } from "../../../lib/java";
import {
  createStore,
  findEntry,
  type IdentityEntry,
  readStore,
  setEntry,
  type Store,
  type StoreEntry,
  StoreError,
  writeStore,
} from "../../../lib/keystore";
import type { JavaRuntimePlan } from "../../../lib/model";
import { makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { type Authorities, keyNumber, leafOf, now, stranger } from "./hopCertificates";
import type { JudgedStore } from "./javaJudge";
import type { PresentedShape, TrustShape } from "./shapes";

const PASSWORD = "changeit";

interface Presented {
  readonly made: MadeIdentity;
  readonly file: JudgedStore;
  /** What a Java makes of the file. */
  readonly to: (java: JavaRuntimePlan) => Shown;
}

interface Shown {
  readonly identity: PresentedIdentity;
  readonly keyStore: JavaKeyStore;
}

/** The store of a side, and what each Java makes of it. */
export function presented(
  shape: PresentedShape,
  authorities: Authorities,
  twins: Authorities,
  subject: string,
  names: readonly string[],
): Presented {
  const made = leafOf(shape.leaf, authorities, 20, subject, names);
  const own = identityEntry(shape.alias, made, storedChain(made, shape.chain, authorities));
  const neighbours = shape.neighbours
    .filter(
      ({ alias }, at, all) =>
        alias !== shape.alias && all.findIndex((earlier) => earlier.alias === alias) === at,
    )
    .map(({ alias, leaf, hasOtherPassword, isOfTwins }, at) => {
      const other = leafOf(leaf, isOfTwins ? twins : authorities, 30 + at, `Neighbour ${at}`, names);
      return identityEntry(alias, other, other.chain, hasOtherPassword ? "another" : undefined);
    });
  const entries = shape.first === "own" ? [own, ...neighbours] : [...neighbours, own];
  const { type, bytes } = fileOf(shape.format, entries);
  const read = readStore(bytes, PASSWORD);
  const to = (java: JavaRuntimePlan): Shown => {
    const store = shownStore(read, java);
    const found = findEntry(store, shape.alias);
    const chain = found?.kind === "identity" ? found.chain : [];
    return {
      identity: { chain, pkcs8: made.pkcs8 },
      keyStore: {
        storeId: "keystore",
        store,
        intendedAlias: shape.alias,
        unopenedAliases: unopened(store, neighbours),
      },
    };
  };
  return { made, file: { type, bytes }, to };
}

function unopened(store: Store, neighbours: readonly IdentityEntry[]): string[] {
  const others = neighbours.flatMap(({ alias, key }) =>
    key.kind === "clear" && key.password !== undefined ? [alias.toLowerCase()] : [],
  );
  return store.entries.flatMap(({ alias }) => (others.includes(alias.toLowerCase()) ? [alias] : []));
}

function storedChain(
  { chain }: MadeIdentity,
  how: PresentedShape["chain"],
  { made: [root] }: Authorities,
): readonly Buffer[] {
  const [leaf, ...rest] = chain;
  if (leaf === undefined || root === undefined) return chain;
  const withoutRoot = rest.length === 0 ? chain : chain.slice(0, -1);
  const crossSigned = (toDays: number): Buffer =>
    makeCertificate({
      now,
      subject: "Root",
      keyOf: root,
      issuer: stranger,
      authority: true,
      fromDays: -30,
      toDays,
    }).der;
  switch (how) {
    case "whole":
      return chain;
    case "without-root":
      return withoutRoot;
    case "leaf":
      return [leaf];
    case "disordered":
      return [leaf, ...rest.toReversed()];
    case "stranger-between":
      return [leaf, stranger.der, ...rest];
    case "stranger-after":
      return [...chain, stranger.der];
    case "gap":
      return [leaf, ...rest.slice(1)];
    case "leaf-twice":
      return [leaf, ...chain];
    case "cross-signed":
      return [...withoutRoot, crossSigned(3000)];
    case "cross-signed-beside-root":
      return [...chain, crossSigned(3000)];
    case "cross-signed-expired":
      return [...withoutRoot, crossSigned(-2)];
    case "twin-root":
      return [...withoutRoot, twinOf(root, "other-key")];
  }
}

function identityEntry(
  alias: string,
  { pkcs8 }: MadeIdentity,
  chain: readonly Buffer[],
  password?: string,
): IdentityEntry {
  return {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    chain,
    key: { kind: "clear", pkcs8, ...(password === undefined ? {} : { password }) },
  };
}

/** Chains in disorder are written into JKS only, which is where Java presents them so. */
function fileOf(profile: PresentedShape["format"], entries: readonly StoreEntry[]): JudgedStore {
  if (profile !== "jks") {
    try {
      return { type: "PKCS12", bytes: bytesOf(profile, entries) };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
  return { type: "JKS", bytes: bytesOf("jks", entries) };
}

function bytesOf(profile: "jks" | "modern" | "compat", entries: readonly StoreEntry[]): Buffer {
  const store = entries.reduce((made, entry) => setEntry(made, entry), createStore(profile));
  return writeStore(store, PASSWORD);
}

const more = Array.from({ length: 600 }, (_, at) => `More Authorities of the Example Company, Number ${at}`);

interface Trust {
  readonly file: JudgedStore;
  readonly anchors: readonly Uint8Array[];
}

export function trustOf(shape: TrustShape, authorities: Authorities, leaf: MadeIdentity | undefined): Trust {
  const [root, ...below] = authorities.made;
  const trusted = [
    ...(shape.root && root !== undefined ? [root.der] : []),
    ...(shape.intermediates ? below.map(({ der }) => der) : []),
    ...(shape.leaf && leaf !== undefined ? [leaf.der] : []),
    ...(shape.stranger ? [stranger.der] : []),
    ...(shape.twin === "none" || root === undefined ? [] : [twinOf(root, shape.twin)]),
    ...more.slice(0, shape.more).map((name) => authorityNamed(name)),
  ];
  const entries = trusted.map((certificate, at): StoreEntry => ({
    kind: "anchor",
    alias: `anchor${at}`,
    createdMs: now.getTime(),
    certificate,
  }));
  const bytes = bytesOf(shape.format, entries);
  return {
    file: { type: shape.format === "jks" ? "JKS" : "PKCS12", bytes },
    anchors: trustedBy(readStore(bytes, PASSWORD)),
  };
}

function twinOf(root: MadeIdentity, twin: "same-key" | "other-key"): Buffer {
  return makeCertificate({
    now,
    subject: "Root",
    authority: true,
    toDays: 3000,
    ...(twin === "same-key" ? { keyOf: root } : { keyOf: keyNumber("ec", 19) }),
  }).der;
}

const named = new Map<string, Buffer>();

function authorityNamed(subject: string): Buffer {
  const known = named.get(subject);
  if (known !== undefined) return known;
  const { der } = makeCertificate({ now, subject, authority: true, keyOf: keyNumber("ec", 18) });
  named.set(subject, der);
  return der;
}
