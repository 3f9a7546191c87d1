import { type HopMaterial, type JavaKeyStore, type PresentedIdentity } from "../../../lib/hop";
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
import { shownStore, trustedBy } from "../../../lib/java";
import {
  makeCertificate,
  type MadeCertificateOptions,
  type MadeIdentity,
  type MadeKey,
} from "../../support/certificateMaker";
import { nameConstraints, policies, policyConstraints, policyMappings } from "../../support/madeExtensions";
import { inhibitAnyPolicy, qualifiedPolicy } from "../../support/madeExtensions";
import type { JudgedHop, JudgedStore } from "./javaJudge";
import type {
  AuthorityShape,
  HopShape,
  LeafShape,
  NamesShape,
  PoliciesShape,
  PresentedShape,
  TrustShape,
} from "./shapes";

/** A hop twice: as the judge performs it, and as the rules see it under a Java. */
export interface BuiltHop {
  readonly judged: JudgedHop;
  material(server: JavaRuntimePlan, client?: JavaRuntimePlan): HopMaterial;
}

const PASSWORD = "changeit";

/** Real Javas go by the machine's clock. */
const now = new Date(Math.floor(Date.now() / 60_000) * 60_000);

/** Makes all certificates and stores of a shape. */
export function buildHop(shape: HopShape): BuiltHop {
  const chain = authoritiesOf(shape.authorities);
  const twins = hasTwins(shape) ? authoritiesOf(shape.authorities, 40) : chain;
  const { naming } = shape;
  const server = presented(shape.server, chain, twins, naming.commonName, naming.names);
  const client =
    shape.client === undefined ? undefined : presented(shape.client, chain, twins, "Partner Seven", []);
  const clientTrust = trustOf(shape.clientTrusts, chain, server.made);
  const serverTrust = trustOf(shape.serverTrusts, chain, client?.made);
  const judged: JudgedHop = {
    address: naming.address,
    verifiesName: shape.verifiesName,
    clientAuthentication: shape.clientAuthentication,
    server: {
      keys: server.file,
      trust: serverTrust.file,
      ...(shape.protocols.server === undefined ? {} : { protocols: shape.protocols.server }),
      ...(shape.server.keyManager === undefined ? {} : { keyManager: shape.server.keyManager }),
    },
    client: {
      ...(client === undefined ? {} : { keys: client.file }),
      trust: clientTrust.file,
      ...(shape.protocols.client === undefined ? {} : { protocols: shape.protocols.client }),
      ...(shape.client?.keyManager === undefined ? {} : { keyManager: shape.client.keyManager }),
    },
  };
  const material = (serverJava: JavaRuntimePlan, clientJava: JavaRuntimePlan = serverJava): HopMaterial => ({
    hopId: "caller -> server",
    address: naming.address,
    port: 8443,
    now,
    server: {
      runtime: "java",
      java: javaOf(serverJava, "server", shape),
      ...server.to(serverJava),
      clientAuthentication: shape.clientAuthentication,
      clientAnchors: shape.clientAuthentication === "none" ? [] : serverTrust.anchors,
    },
    client: {
      runtime: "java",
      java: javaOf(clientJava, "client", shape),
      anchors: clientTrust.anchors,
      verifiesName: shape.verifiesName,
      ...client?.to(clientJava),
    },
  });
  return { judged, material };
}

function hasTwins({ server, client }: HopShape): boolean {
  return [server, client].some((side) => side?.neighbours.some(({ isOfTwins }) => isOfTwins) === true);
}

function javaOf(java: JavaRuntimePlan, side: "server" | "client", shape: HopShape): JavaRuntimePlan {
  const protocols = shape.protocols[side];
  const keyManager = shape[side]?.keyManager;
  return {
    ...java,
    ...(protocols === undefined
      ? {}
      : { properties: { [`jdk.tls.${side}.protocols`]: protocols.join(",") } }),
    ...(keyManager === undefined
      ? {}
      : {
          securityProperties: {
            ...java.securityProperties,
            "ssl.KeyManagerFactory.algorithm": keyManager,
          },
        }),
  };
}

// --- certificates ---------------------------------------------------------------------------------------

const pool = new Map<string, MadeIdentity>();

/** Keys are dear; each kind and number has one. */
function keyNumber(kind: MadeKey, number: number): MadeIdentity {
  const name = `${kind} ${number}`;
  const known = pool.get(name);
  if (known !== undefined) return known;
  // RSASSA-PSS keys sign nothing here, so their holder is issued by another.
  const issuer = kind === "rsa-pss" ? { issuer: keyNumber("ec", 0) } : {};
  const made = makeCertificate({ now, subject: name, key: kind, ...issuer });
  pool.set(name, made);
  return made;
}

/** Signs with what the signer's kind of key can. */
function hashFor(signer: MadeKey, hash: LeafShape["hash"]): LeafShape["hash"] {
  const isPlain = signer.startsWith("rsa");
  if (isPlain) return signer === "rsa-768" && hash === "sha512" ? "sha256" : hash;
  return signer === "dsa" || hash === "md5" ? "sha256" : hash;
}

interface Authorities {
  /** From the root down. */
  readonly made: readonly MadeIdentity[];
  readonly keys: readonly MadeKey[];
}

/** @param twin 0, or what makes their keys others than those of the same names */
function authoritiesOf(shapes: readonly AuthorityShape[], twin = 0): Authorities {
  const made: MadeIdentity[] = [];
  const keys: MadeKey[] = [];
  for (const [at, shape] of shapes.entries()) {
    const issuer = made.at(-1);
    made.push(
      makeCertificate({
        now,
        subject: nameAt(shapes, at),
        keyOf: keyNumber(shape.key, twin + at + 1),
        fromDays: shape.days[0],
        toDays: shape.days[1],
        hash: hashFor(keys.at(-1) ?? shape.key, shape.hash),
        ...(shape.odd === "no-basic-constraints"
          ? {}
          : { authority: shape.pathLength === undefined ? true : { pathLength: shape.pathLength } }),
        ...(issuer === undefined ? {} : { issuer }),
        ...(shape.keyUsage === undefined ? {} : { keyUsage: shape.keyUsage }),
        ...ODD[shape.odd],
        ...(shape.odd === "version-1"
          ? {}
          : { extensions: [...constraintsOf(shape.names), ...policiesOf(shape.policies)] }),
      }),
    );
    keys.push(shape.key);
  }
  return { made, keys };
}

/** A self-issued authority has the name of the one above it. */
function nameAt(shapes: readonly AuthorityShape[], at: number): string {
  if (at === 0) return "Root";
  return shapes[at]?.odd === "self-issued" ? nameAt(shapes, at - 1) : `Level ${at}`;
}

const ODD: Readonly<Record<AuthorityShape["odd"] | LeafShape["odd"], Partial<MadeCertificateOptions>>> = {
  none: {},
  "version-1": { version: 1 },
  "unknown-critical": { unknownCritical: true },
  "code-signing": { extendedKeyUsage: ["codeSigning"] },
  "server-auth": { extendedKeyUsage: ["serverAuth"] },
  "client-auth": { extendedKeyUsage: ["clientAuth"] },
  "self-issued": {},
  "wrong-key-id": { authorityKeyId: "wrong" },
  "no-key-id": { authorityKeyId: "none" },
  "key-id-with-serial": { authorityKeyId: "issuer" },
  "no-subject-key-id": { subjectKeyId: false },
  "no-basic-constraints": {},
  "wrong-signature": { wrongSignature: true },
  authority: { authority: true },
  "netscape-client": { netscapeType: 0x80 },
  "netscape-server": { netscapeType: 0x40 },
  "empty-subject": { subject: [] },
  "empty-subject-critical": { subject: [], criticalNames: true },
};

function constraintsOf(names: NamesShape): Buffer[] {
  const dns = (value: string) => ({ kind: "dns" as const, value });
  const ip = (value: string) => ({ kind: "ip" as const, value });
  switch (names) {
    case "none":
      return [];
    case "permits-example":
      return [nameConstraints({ permitted: [dns("example")], excluded: [] })];
    case "permits-other":
      return [nameConstraints({ permitted: [dns("internal")], excluded: [] })];
    case "excludes-example":
      return [nameConstraints({ permitted: [], excluded: [dns("server.example")] })];
    case "permits-ipv4":
      return [nameConstraints({ permitted: [ip("10.0.0.0/8")], excluded: [] })];
    case "permits-ipv6":
      return [nameConstraints({ permitted: [ip("2001:db8::/32")], excluded: [] })];
    case "permits-other-ipv6":
      return [nameConstraints({ permitted: [ip("2001:db9::/32")], excluded: [] })];
    case "excludes-ipv6":
      return [nameConstraints({ permitted: [], excluded: [ip("2001:db8::/64")] })];
    case "permits-mail":
      return [nameConstraints({ permitted: [{ kind: "email", value: "other.example" }], excluded: [] })];
    case "permits-other-mail":
      return [nameConstraints({ permitted: [{ kind: "email", value: "third.example" }], excluded: [] })];
    case "permits-several":
      return [nameConstraints({ permitted: [dns("example"), dns("internal")], excluded: [] })];
    case "permits-several-later":
      return [nameConstraints({ permitted: [dns("internal"), dns("example")], excluded: [] })];
    case "permits-server":
      return [nameConstraints({ permitted: [dns("server.example")], excluded: [] })];
    case "permits-narrower":
      return [nameConstraints({ permitted: [dns("server.example"), dns("b.example")], excluded: [] })];
    case "permits-narrower-later":
      return [nameConstraints({ permitted: [dns("b.example"), dns("server.example")], excluded: [] })];
  }
}

const ONE = "1.3.6.1.4.1.99999.10.1";
const TWO = "1.3.6.1.4.1.99999.10.2";
const ANY = "2.5.29.32.0";

function policiesOf(shape: PoliciesShape): Buffer[] {
  switch (shape) {
    case "none":
      return [];
    case "one":
      return [policies([ONE])];
    case "two":
      return [policies([ONE, TWO], true)];
    case "other":
      return [policies([TWO])];
    case "any":
      return [policies([ANY])];
    case "one-required":
      return [policies([ONE]), policyConstraints({ explicit: 0 })];
    case "required":
      return [policyConstraints({ explicit: 0 })];
    case "required-later":
      return [policies([ONE]), policyConstraints({ explicit: 1 })];
    case "any-inhibited":
      return [policies([ANY]), policyConstraints({ explicit: 0 }), inhibitAnyPolicy(0)];
    case "mapped":
      return [policies([ONE]), policyMappings([[ONE, TWO]]), policyConstraints({ explicit: 0 })];
    case "mapped-inhibited":
      return [policies([ONE]), policyMappings([[ONE, TWO]]), policyConstraints({ explicit: 0, mapping: 0 })];
    case "qualified":
      return [qualifiedPolicy(ONE)];
  }
}

function leafOf(
  shape: LeafShape,
  { made, keys }: Authorities,
  number: number,
  subject: string,
  names: readonly string[],
): MadeIdentity {
  const level = Math.min(shape.level === 3 ? made.length - 1 : shape.level, made.length - 1);
  const [issuer, issuerKey] = [made[level], keys[level]];
  const isOwn = (shape.isSelfSigned && shape.key !== "rsa-pss") || issuer === undefined;
  return makeCertificate({
    now,
    subject,
    names,
    keyOf: keyNumber(shape.key, number),
    fromDays: shape.days[0],
    toDays: shape.days[1],
    hash: hashFor(isOwn || issuerKey === undefined ? shape.key : issuerKey, shape.hash),
    ...(isOwn ? {} : { issuer }),
    ...(shape.keyUsage === undefined ? {} : { keyUsage: shape.keyUsage }),
    ...(shape.extendedKeyUsage === undefined ? {} : { extendedKeyUsage: shape.extendedKeyUsage }),
    ...(shape.odd === "version-1" ? {} : { extensions: policiesOf(shape.policies) }),
    ...ODD[shape.odd],
  });
}

// --- stores ---------------------------------------------------------------------------------------------

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

const stranger = makeCertificate({ now, subject: "Stranger", authority: true });

function presented(
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

function trustOf(shape: TrustShape, authorities: Authorities, leaf: MadeIdentity | undefined): Trust {
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
