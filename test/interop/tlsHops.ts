import type { HopMaterial, PresentedIdentity, JavaKeyStore } from "../../lib/hop";
import type { StoreEntry } from "../../lib/keystore";
import { hop, identityOf, now, withoutRoot } from "../hop/materials";
import {
  makeAuthority,
  makeCertificate,
  type MadeCertificateOptions,
  type MadeIdentity,
} from "../support/certificateMaker";
import type { JudgedEntry, JudgedHop } from "./tlsJudge";

/** A hop with what the rules are expected to say: `accepted`, or the rule that refuses. */
export interface TlsCase extends JudgedHop {
  readonly title: string;
  readonly expected: string;
}

const NAME = "server.example";
const root = makeAuthority(now, "Example Root");
const issuing = makeAuthority(now, "Example Issuing", { issuer: root });
const stranger = makeAuthority(now, "Stranger Root");
const expiredRoot = makeAuthority(now, "Expired Root", { fromDays: -900, toDays: -5 });
const cases: TlsCase[] = [];

/** A leaf for the server, good but for the options. */
function serverLeaf(options: Partial<MadeCertificateOptions> = {}): MadeIdentity {
  return makeCertificate({
    now,
    subject: NAME,
    issuer: issuing,
    names: [`DNS:${NAME}`],
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["serverAuth"],
    ...options,
  });
}

/** A leaf that issued itself. */
function selfSigned(options: Partial<MadeCertificateOptions> = {}): MadeIdentity {
  const { now: at, subject, ...rest } = { now, subject: NAME, names: [`DNS:${NAME}`], ...options };
  return makeCertificate({ now: at, subject, ...rest });
}

function clientLeaf(options: Partial<MadeCertificateOptions> = {}): MadeIdentity {
  return makeCertificate({
    now,
    subject: "Partner Seven",
    issuer: issuing,
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["clientAuth"],
    ...options,
  });
}

interface ServerCase {
  readonly chain?: readonly Buffer[];
  readonly anchors?: readonly Buffer[];
  readonly address?: string;
  readonly verifiesName?: boolean;
}

/** A case about what the server presents. */
function server(title: string, expected: string, leaf: MadeIdentity, options: ServerCase = {}): void {
  cases.push({
    title,
    expected,
    material: hop({
      ...(options.address === undefined ? {} : { address: options.address }),
      server: { identity: identityOf(leaf, options.chain ?? withoutRoot(leaf)) },
      client: { anchors: options.anchors ?? [root.der], verifiesName: options.verifiesName ?? true },
    }),
  });
}

interface ClientCase {
  readonly chain?: readonly Buffer[];
  readonly anchors?: readonly Buffer[];
  readonly authentication?: "none" | "request" | "require";
}

const good = serverLeaf();

/** A case about what the client presents. */
function client(title: string, expected: string, leaf?: MadeIdentity, options: ClientCase = {}): void {
  cases.push({
    title,
    expected,
    material: hop({
      server: {
        identity: identityOf(good),
        clientAuthentication: options.authentication ?? "require",
        clientAnchors: options.anchors ?? [root.der],
      },
      client: {
        anchors: [root.der],
        ...(leaf === undefined ? {} : { identity: identityOf(leaf, options.chain ?? withoutRoot(leaf)) }),
      },
    }),
  });
}

/** A chain of authorities below the root, the last first. */
function authorities(count: number): MadeIdentity {
  let issuer = root;
  for (let at = 1; at <= count; at += 1) issuer = makeAuthority(now, `Level ${at}`, { issuer });
  return issuer;
}

function swapped(chain: readonly Buffer[]): readonly Buffer[] {
  const [leaf, first, second, ...rest] = chain;
  return [leaf, second, first, ...rest].flatMap((der) => der ?? []);
}

// --- chains and anchors ---------------------------------------------------------------------------------

server("leaf and intermediate, root trusted", "accepted", good);
server("root sent as well", "accepted", good, { chain: good.chain });
server("intermediate missing", "missing-intermediate", good, { chain: [good.der] });
server("intermediate trusted instead of sent", "accepted", good, {
  chain: [good.der],
  anchors: [issuing.der],
});
server("intermediate and root trusted", "accepted", good, { anchors: [root.der, issuing.der] });
server("leaf itself trusted", "accepted", good, { chain: [good.der], anchors: [good.der] });
server("nothing trusted", "no-anchor", good, { anchors: [] });
server("a stranger trusted", "missing-intermediate", good, { anchors: [stranger.der] });
server("a stranger trusted, root sent", "issuer-not-trusted", good, {
  anchors: [stranger.der],
  chain: good.chain,
});
{
  const own = selfSigned();
  server("self-signed and trusted", "accepted", own, { anchors: [own.der] });
  server("self-signed and not trusted", "issuer-not-trusted", own);
}
server("signature by a stranger", "signature-invalid", serverLeaf({ wrongSignature: true }));
{
  const other = makeAuthority(now, "Example Root");
  server("root of the same name, other key", "authority-key-differs", good, { anchors: [other.der] });
  server("both roots of one name", "accepted", good, { anchors: [other.der, root.der] });
  const plain = makeAuthority(now, "Plain Root", { subjectKeyId: false });
  const imposter = makeAuthority(now, "Plain Root", { subjectKeyId: false });
  const leaf = serverLeaf({ issuer: plain, authorityKeyId: "none" });
  server("root of the same name, other key, no key ids", "signature-invalid", leaf, {
    anchors: [imposter.der],
  });
}
{
  const renewed = makeAuthority(now, "Example Root", { keyOf: root });
  server("root renewed with its key", "accepted", good, { anchors: [renewed.der] });
  server("renewed root sent, old one trusted", "accepted", good, {
    chain: [good.der, issuing.der, renewed.der],
  });
  const strict = makeAuthority(now, "Strict Issuing", { issuer: root, authorityKeyId: "issuer" });
  const leaf = serverLeaf({ issuer: strict });
  server("authority key id with serial number", "accepted", leaf);
  server("authority key id with serial number, root renewed", "authority-key-differs", leaf, {
    anchors: [renewed.der],
  });
}
{
  const old = selfSigned({ authority: true });
  const renewed = selfSigned({ authority: true, keyOf: old });
  server("self-signed renewed with its key, as openssl makes it", "accepted", renewed, {
    anchors: [old.der],
  });
  const plain = selfSigned();
  const plainRenewed = selfSigned({ keyOf: plain });
  server("self-signed renewed with its key, as keytool makes it", "anchor-is-no-authority", plainRenewed, {
    anchors: [plain.der],
  });
}
server("wrong authority key id in the leaf", "accepted", serverLeaf({ authorityKeyId: "wrong" }));
{
  const odd = makeAuthority(now, "Odd Issuing", { issuer: root, authorityKeyId: "wrong" });
  server("wrong authority key id at the top", "authority-key-differs", serverLeaf({ issuer: odd }));
  const leaf = serverLeaf({ issuer: odd });
  server("wrong authority key id at the top, in disorder", "accepted", leaf, {
    chain: [leaf.der, stranger.der, odd.der],
  });
}
server("extra certificate at the end", "accepted", good, { chain: [good.der, issuing.der, stranger.der] });
server("stranger in between", "accepted", good, { chain: [good.der, stranger.der, issuing.der] });
{
  const two = serverLeaf({ issuer: authorities(2) });
  server("two intermediates in disorder", "accepted", two, { chain: swapped(withoutRoot(two)) });
  const five = serverLeaf({ issuer: authorities(5) });
  server("five intermediates in disorder", "accepted", five, { chain: swapped(withoutRoot(five)) });
  const six = serverLeaf({ issuer: authorities(6) });
  server("six intermediates in order", "accepted", six);
  server("six intermediates in disorder", "chain-too-long", six, { chain: swapped(withoutRoot(six)) });
  const nine = serverLeaf({ issuer: authorities(9) });
  server("ten certificates", "accepted", nine);
  const ten = serverLeaf({ issuer: authorities(10) });
  server("eleven certificates", "chain-too-long", ten);
}

// --- dates ----------------------------------------------------------------------------------------------

server("expired leaf", "expired", serverLeaf({ fromDays: -20, toDays: -2 }));
server("leaf of the future", "not-yet-valid", serverLeaf({ fromDays: 2 }));
{
  const expired = makeAuthority(now, "Expired Issuing", { issuer: root, fromDays: -90, toDays: -2 });
  const leaf = serverLeaf({ issuer: expired });
  server("expired intermediate", "expired", leaf);
  server("expired intermediate, trusted", "accepted", leaf, { anchors: [expired.der] });
}
{
  const leaf = serverLeaf({ issuer: expiredRoot });
  server("expired root", "accepted", leaf, { anchors: [expiredRoot.der] });
  server("expired root, leaf and a stranger sent", "accepted", leaf, {
    chain: [leaf.der, stranger.der],
    anchors: [expiredRoot.der],
  });
  const below = makeAuthority(now, "Below Expired", { issuer: expiredRoot });
  const deep = serverLeaf({ issuer: below });
  server("expired root above an intermediate", "accepted", deep, { anchors: [expiredRoot.der] });
  server("expired root above an intermediate, in disorder", "expired", deep, {
    chain: [deep.der, stranger.der, below.der],
    anchors: [expiredRoot.der],
  });
  const own = selfSigned({ fromDays: -20, toDays: -2 });
  server("expired, but itself trusted", "accepted", own, { anchors: [own.der] });
}

// --- authorities ----------------------------------------------------------------------------------------

{
  const first = makeCertificate({ now, subject: "V1 Root", version: 1, fromDays: -30, toDays: 3650 });
  server("root of version 1", "accepted", serverLeaf({ issuer: first }), { anchors: [first.der] });
  const leaf = serverLeaf({ issuer: first, toDays: 9000 });
  server("root of version 1, outlived, in disorder", "anchor-expired", leaf, {
    chain: [leaf.der, stranger.der],
    anchors: [first.der],
  });
  const below = makeCertificate({ now, subject: "V1 Issuing", version: 1, issuer: root });
  server("intermediate of version 1", "issuer-is-no-authority", serverLeaf({ issuer: below }));
  const plain = makeCertificate({ now, subject: "No Constraints", issuer: root });
  server("intermediate without basic constraints", "issuer-is-no-authority", serverLeaf({ issuer: plain }));
  const signing = makeAuthority(now, "No Signing", { issuer: root, keyUsage: ["digitalSignature"] });
  server("intermediate without keyCertSign", "issuer-is-no-authority", serverLeaf({ issuer: signing }));
  server(
    "trusted intermediate without keyCertSign",
    "anchor-is-no-authority",
    serverLeaf({ issuer: signing }),
    {
      anchors: [signing.der],
    },
  );
  const purposed = makeAuthority(now, "Code Issuing", { issuer: root, extendedKeyUsage: ["codeSigning"] });
  server("intermediate for code signing", "accepted", serverLeaf({ issuer: purposed }));
  const short = makeAuthority(now, "Short Root", { authority: { pathLength: 0 } });
  const under = makeAuthority(now, "Under Short", { issuer: short });
  server("path length of the anchor", "accepted", serverLeaf({ issuer: under }), { anchors: [short.der] });
  const limited = makeAuthority(now, "Limited Issuing", { issuer: root, authority: { pathLength: 0 } });
  server("path length kept", "accepted", serverLeaf({ issuer: limited }));
  const beyond = makeAuthority(now, "Beyond Limited", { issuer: limited });
  server("path length exceeded", "path-length-exceeded", serverLeaf({ issuer: beyond }));
  const odd = makeAuthority(now, "Critical Issuing", { issuer: root, unknownCritical: true });
  server(
    "unknown critical extension in an intermediate",
    "unknown-critical-extension",
    serverLeaf({ issuer: odd }),
  );
  server("unknown critical extension in the anchor", "accepted", serverLeaf({ issuer: odd }), {
    anchors: [odd.der],
  });
  const constrained = makeAuthority(now, "Constrained", { issuer: root, permittedDns: ["internal"] });
  server("name outside the constraints", "name-not-permitted", serverLeaf({ issuer: constrained }));
  server("name outside the anchor's constraints", "accepted", serverLeaf({ issuer: constrained }), {
    anchors: [constrained.der],
  });
  server(
    "name inside the constraints",
    "accepted",
    serverLeaf({ issuer: constrained, names: ["DNS:a.internal"] }),
    {
      address: "a.internal",
    },
  );
}

// --- usages and algorithms ------------------------------------------------------------------------------

server("for clients only", "usage-not-allowed", serverLeaf({ extendedKeyUsage: ["clientAuth"] }));
server("for any purpose", "accepted", serverLeaf({ extendedKeyUsage: ["any"] }));
server("for server gated cryptography", "accepted", serverLeaf({ extendedKeyUsage: ["sgc"] }));
server(
  "key usage keyEncipherment",
  "key-usage-not-allowed",
  serverLeaf({ keyUsage: ["keyEncipherment"], key: "rsa-2048" }),
);
server("Netscape type of a client", "usage-not-allowed", serverLeaf({ netscapeType: 0x80 }));
server("Netscape type of a server", "accepted", serverLeaf({ netscapeType: 0x40 }));
server("unknown critical extension", "unknown-critical-extension", serverLeaf({ unknownCritical: true }));
server("leaf of version 1", "accepted", makeCertificate({ now, subject: NAME, issuer: issuing, version: 1 }));
{
  const odd = selfSigned({ unknownCritical: true, extendedKeyUsage: ["codeSigning"], keyUsage: ["cRLSign"] });
  server("anything, but itself trusted", "accepted", odd, { anchors: [odd.der] });
}
const rsaRoot = makeAuthority(now, "RSA Root", { key: "rsa-2048" });
const rsaAnchors = { anchors: [rsaRoot.der] };
server("RSA 1024", "accepted", serverLeaf({ key: "rsa-1024", issuer: rsaRoot }), rsaAnchors);
server("RSA 768", "algorithm-refused", serverLeaf({ key: "rsa-768", issuer: rsaRoot }), rsaAnchors);
server("SHA-1", "accepted", serverLeaf({ hash: "sha1", issuer: rsaRoot }), rsaAnchors);
server("MD5", "algorithm-refused", serverLeaf({ hash: "md5", issuer: rsaRoot }), rsaAnchors);
server("SHA-224", "algorithm-refused", serverLeaf({ hash: "sha224", issuer: rsaRoot }), rsaAnchors);
server("SHA-3", "algorithm-refused", serverLeaf({ hash: "sha3-256", issuer: rsaRoot }), rsaAnchors);
server("P-384", "accepted", serverLeaf({ key: "ec-p384" }));
server("P-521", "accepted", serverLeaf({ key: "ec-p521" }));
server("Ed25519", "accepted", serverLeaf({ key: "ed25519" }));
server("secp256k1", "algorithm-refused", serverLeaf({ key: "secp256k1" }));
{
  const small = makeAuthority(now, "Small Root", { key: "rsa-768" });
  server("root with RSA 768", "algorithm-refused", serverLeaf({ issuer: small }), { anchors: [small.der] });
}

// --- names ----------------------------------------------------------------------------------------------

server("another name", "name-not-covered", good, { address: "other.example" });
server("another name, not verified", "accepted", good, { address: "other.example", verifiesName: false });
server("another case, trailing dot", "accepted", good, { address: "SERVER.example." });
server("address among the names", "accepted", serverLeaf({ names: ["IP:10.1.2.3"] }), {
  address: "10.1.2.3",
});
server(
  "address as common name only",
  "address-only-in-common-name",
  serverLeaf({ subject: "10.1.2.3", names: [] }),
  {
    address: "10.1.2.3",
  },
);
server("address as a DNS name", "name-not-covered", serverLeaf({ names: ["DNS:10.1.2.3"] }), {
  address: "10.1.2.3",
});
server("common name only", "accepted", serverLeaf({ names: [] }));
server(
  "common name beside another DNS name",
  "name-not-covered",
  serverLeaf({ names: ["DNS:other.example"] }),
);
server("common name beside an address", "accepted", serverLeaf({ names: ["IP:10.1.2.3"] }));
server("wildcard", "accepted", serverLeaf({ names: ["DNS:*.example"] }));
server("wildcard two labels up", "name-not-covered", serverLeaf({ names: ["DNS:*.example"] }), {
  address: "a.server.example",
});
server("partial wildcard", "accepted", serverLeaf({ names: ["DNS:ser*.example"] }));
server("wildcard in another label", "name-not-covered", serverLeaf({ names: ["DNS:app.*.example"] }), {
  address: "app.server.example",
});
server("underscore in the name", "name-not-covered", serverLeaf({ names: ["DNS:my_server.example"] }), {
  address: "my_server.example",
});

// --- client certificates --------------------------------------------------------------------------------

const partner = clientLeaf();
client("bound and required", "accepted", partner);
client("none, required", "no-client-certificate");
client("none, requested", "accepted", undefined, { authentication: "request" });
client("bound, not asked for", "accepted", partner, { authentication: "none" });
client("issuer unknown to the server", "client-certificate-not-sent", partner, { anchors: [stranger.der] });
client("stored without its intermediate", "client-certificate-not-sent", partner, { chain: [partner.der] });
client("stored without its intermediate, which is trusted", "accepted", partner, {
  chain: [partner.der],
  anchors: [issuing.der],
});
client("only the leaf trusted", "client-certificate-not-sent", partner, { anchors: [partner.der] });
{
  const own = makeCertificate({ now, subject: "Lone Partner" });
  client("self-signed and trusted", "accepted", own, { anchors: [own.der] });
  client("self-signed and unknown", "client-certificate-not-sent", own);
}
client("nothing trusted by the server", "no-anchor", partner, { anchors: [] });
client("nothing trusted by the server, requested", "no-anchor", partner, {
  anchors: [],
  authentication: "request",
});
client("for servers only", "usage-not-allowed", clientLeaf({ extendedKeyUsage: ["serverAuth"] }));
client(
  "key usage keyEncipherment",
  "key-usage-not-allowed",
  clientLeaf({ keyUsage: ["keyEncipherment"], key: "rsa-2048" }),
);
client("expired", "expired", clientLeaf({ fromDays: -20, toDays: -2 }));
client("expired, requested", "expired", clientLeaf({ fromDays: -20, toDays: -2 }), {
  authentication: "request",
});
client("signed by another key", "signature-invalid", clientLeaf({ wrongSignature: true }));
{
  const constrained = makeAuthority(now, "Client Constrained", { issuer: root, permittedDns: ["example"] });
  client(
    "common name that looks like a host",
    "name-not-permitted",
    clientLeaf({ issuer: constrained, subject: "partner-7" }),
  );
  client("common name with a space", "accepted", clientLeaf({ issuer: constrained }));
}
client("eight certificates", "accepted", clientLeaf({ issuer: authorities(7) }));
client("nine certificates", "chain-too-long", clientLeaf({ issuer: authorities(8) }));

// --- stores with several identities ---------------------------------------------------------------------

interface StoreCase {
  readonly serverEntries?: readonly JudgedEntry[];
  readonly clientEntries?: readonly JudgedEntry[];
  readonly authentication?: "none" | "request" | "require";
}

/** A case about whole stores; the first entry of a side is the one that is meant. */
function stores(title: string, expected: string, options: StoreCase): void {
  const { serverEntries = [], clientEntries = [], authentication = "none" } = options;
  const [servedFirst] = serverEntries;
  const [boundFirst] = clientEntries;
  const material: HopMaterial = hop({
    server: {
      identity: servedFirst?.identity ?? identityOf(good),
      clientAuthentication: authentication,
      clientAnchors: [root.der],
      ...(servedFirst === undefined ? {} : { keyStore: storeOf(serverEntries) }),
    },
    client: {
      anchors: [root.der],
      ...(boundFirst === undefined
        ? {}
        : { identity: boundFirst.identity, keyStore: storeOf(clientEntries) }),
    },
  });
  cases.push({ title, expected, material, serverEntries, clientEntries });
}

function storeOf(entries: readonly JudgedEntry[]): JavaKeyStore {
  return {
    storeId: "keystore",
    intendedAlias: entries[0]?.alias ?? "",
    unopenedAliases: entries.flatMap(({ alias, password }) => (password === undefined ? [] : [alias])),
    store: {
      format: "jks",
      profile: "jks",
      integrity: "verified",
      entries: entries.map(({ alias, identity }): StoreEntry => ({
        kind: "identity",
        alias,
        key: { kind: "sealed", encryptedPrivateKeyInfo: new Uint8Array() },
        chain: identity.chain,
      })),
    },
  };
}

function entry(alias: string, identity: PresentedIdentity, password?: string): JudgedEntry {
  return { alias, identity, ...(password === undefined ? {} : { password }) };
}

const agent = identityOf(selfSigned({ subject: "apia", names: [] }));
const served = identityOf(good);
const bound = identityOf(partner);
stores("`server` wins over `apia`", "accepted", {
  serverEntries: [entry("server", served), entry("apia", agent)],
});
stores("`https` loses to `apia`", "other-identity-presented", {
  serverEntries: [entry("https", served), entry("apia", agent)],
});
stores("EC wins over RSA, whatever the alias", "accepted", {
  serverEntries: [entry("zzz", served), entry("1", identityOf(selfSigned({ key: "rsa-2048" })))],
});
stores("a key under another password", "key-password-differs", {
  serverEntries: [entry("server", served), entry("apia", agent, "another")],
});
stores("a key under another password at a client that nobody asks", "key-password-differs", {
  clientEntries: [entry("partner", bound), entry("other", agent, "another")],
});
stores("the client's store is filtered before the alias order", "accepted", {
  clientEntries: [entry("zzz", bound), entry("1", agent)],
  authentication: "require",
});
stores("an expired identity that passes the filter wins", "expired", {
  clientEntries: [entry("zzz", bound), entry("1", identityOf(clientLeaf({ fromDays: -9, toDays: -2 })))],
  authentication: "require",
});

export const tlsCases: readonly TlsCase[] = cases;
