import { type ClientSide, type HopMaterial, type PresentedIdentity, type ServerSide } from "../../lib/hop";
import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import type { JavaRuntimePlan } from "../../lib/model";
import type { JudgedHop, JudgedStore } from "../java/hops/javaJudge";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { nameConstraints } from "../support/madeExtensions";
import type { MadeIdentity } from "../support/certificateMaker";
import { hop, now } from "./materials";

/** A hop between two Javas, for the rules and for a Java. */
export interface StrictHop {
  readonly title: string;
  /** The rule that is expected to refuse it. */
  readonly rule: string;
  readonly material: HopMaterial;
  readonly judged: JudgedHop;
}

const NAME = "server.example";
const root = makeAuthority(now, "Example Root");
const stranger = makeAuthority(now, "Stranger Root");

function leaf(options: Partial<MadeCertificateOptions> = {}): MadeIdentity {
  return makeCertificate({ now, subject: NAME, issuer: root, names: [`DNS:${NAME}`], ...options });
}

function own(options: Partial<MadeCertificateOptions> = {}): MadeIdentity {
  return makeCertificate({ now, subject: NAME, names: [`DNS:${NAME}`], ...options });
}

interface Parts {
  readonly server?: MadeIdentity;
  readonly chain?: readonly Buffer[];
  readonly trusted?: readonly Buffer[];
  readonly client?: MadeIdentity;
  readonly clientTrusted?: readonly Buffer[];
  readonly authentication?: "none" | "request" | "require";
  readonly java?: JavaRuntimePlan;
  readonly protocols?: readonly string[];
}

const good = leaf();

function strictHop(title: string, rule: string, parts: Parts): StrictHop {
  const { server = good, trusted = [root.der], client, clientTrusted = [root.der] } = parts;
  const { authentication = client === undefined ? "none" : "require", java, protocols } = parts;
  const served: PresentedIdentity = { chain: parts.chain ?? server.chain, pkcs8: server.pkcs8 };
  const runtime: Pick<ServerSide & ClientSide, "java"> = java === undefined ? {} : { java };
  return {
    title,
    rule,
    material: hop({
      server: {
        ...runtime,
        identity: served,
        clientAuthentication: authentication,
        clientAnchors: authentication === "none" ? [] : clientTrusted,
      },
      client: {
        ...runtime,
        anchors: trusted,
        ...(client === undefined ? {} : { identity: { chain: client.chain, pkcs8: client.pkcs8 } }),
      },
    }),
    judged: {
      address: NAME,
      verifiesName: true,
      clientAuthentication: authentication,
      server: {
        keys: keysOf(served),
        trust: trustOf(clientTrusted),
        ...(protocols === undefined ? {} : { protocols }),
      },
      client: {
        ...(client === undefined ? {} : { keys: keysOf({ chain: client.chain, pkcs8: client.pkcs8 }) }),
        trust: trustOf(trusted),
        ...(protocols === undefined ? {} : { protocols }),
      },
    },
  };
}

function keysOf({ chain, pkcs8 = new Uint8Array() }: PresentedIdentity): JudgedStore {
  return stored([
    { kind: "identity", alias: "own", createdMs: now.getTime(), chain, key: { kind: "clear", pkcs8 } },
  ]);
}

function trustOf(certificates: readonly Buffer[]): JudgedStore {
  return stored(
    certificates.map((certificate, at): StoreEntry => ({
      kind: "anchor",
      alias: `anchor${at}`,
      createdMs: now.getTime(),
      certificate,
    })),
  );
}

function stored(entries: readonly StoreEntry[]): JudgedStore {
  const store = entries.reduce((made, entry) => setEntry(made, entry), createStore("jks"));
  return { type: "JKS", bytes: writeStore(store, "changeit") };
}

const expired = { fromDays: -20, toDays: -2 } as const;

/** Where Java alone, by its own defaults, lets pass what we refuse. */
export function hopsOfOurs(): StrictHop[] {
  const ended = own(expired);
  const early = own({ fromDays: 2 });
  const partner = own({ subject: "Partner Seven", names: [], ...expired });
  const purposed = own({ extendedKeyUsage: ["codeSigning"] });
  const served = own({ subject: "Partner Seven", names: [], extendedKeyUsage: ["serverAuth"] });
  const coding = makeAuthority(now, "Code Issuing", { issuer: root, extendedKeyUsage: ["codeSigning"] });
  const short = makeAuthority(now, "Short Root", { authority: { pathLength: 0 } });
  const under = makeAuthority(now, "Under Short", { issuer: short });
  const elsewhere = { permitted: [{ kind: "dns" as const, value: "internal" }], excluded: [] };
  const constrained = makeAuthority(now, "Constrained", { extensions: [nameConstraints(elsewhere)] });
  const critical = makeAuthority(now, "Critical", { unknownCritical: true });
  const wrong = makeAuthority(now, "Wrong", { issuer: root, wrongSignature: true });
  const signed = leaf({ issuer: wrong });
  const plain = makeCertificate({ now, subject: "No Constraints", issuer: root });
  const issued = leaf({ issuer: plain });
  const named = makeAuthority(now, "Wrongly Named", { issuer: root, authorityKeyId: "wrong" });
  const disordered = leaf({ issuer: named });
  return [
    strictHop("a server's leaf that expired, itself trusted", "expired", {
      server: ended,
      trusted: [ended.der],
    }),
    strictHop("a server's leaf of the future, itself trusted", "not-yet-valid", {
      server: early,
      trusted: [early.der],
    }),
    strictHop("a client's leaf that expired, itself trusted", "expired", {
      client: partner,
      clientTrusted: [partner.der],
    }),
    strictHop("a trusted leaf for code signing", "usage-not-allowed", {
      server: purposed,
      trusted: [purposed.der],
    }),
    strictHop("a client's trusted leaf for servers", "usage-not-allowed", {
      client: served,
      clientTrusted: [served.der],
    }),
    strictHop("an issuer for code signing", "usage-not-allowed", { server: leaf({ issuer: coding }) }),
    strictHop("the anchor's path length", "path-length-exceeded", {
      server: leaf({ issuer: under }),
      trusted: [short.der],
    }),
    strictHop("the anchor's name constraints", "handshake-failed", {
      server: leaf({ issuer: constrained }),
      trusted: [constrained.der],
    }),
    strictHop("the anchor's unknown critical extension", "handshake-failed", {
      server: leaf({ issuer: critical }),
      trusted: [critical.der],
    }),
    strictHop("a wrong signature above a trusted leaf", "signature-invalid", {
      server: signed,
      trusted: [signed.der],
    }),
    strictHop("an issuer above a trusted leaf that is no authority", "usage-not-allowed", {
      server: issued,
      trusted: [issued.der],
    }),
    strictHop("a key identifier that the root does not have, in disorder", "issuer-not-trusted", {
      server: disordered,
      chain: [disordered.der, stranger.der, named.der],
    }),
    strictHop(
      "an identity that is not asked for by a server that only requests",
      "client-certificate-not-sent",
      {
        client: leaf({ subject: "Partner Seven", names: [], issuer: stranger }),
        authentication: "request",
      },
    ),
    strictHop("a DSA key in TLS 1.2, which the rehearsal has not", "handshake-failed", {
      server: leaf({ key: "dsa" }),
      protocols: ["TLSv1.2"],
      java: {
        kind: "java",
        release: 25,
        properties: { "jdk.tls.server.protocols": "TLSv1.2", "jdk.tls.client.protocols": "TLSv1.2" },
      },
    }),
  ];
}

/** Lines of a site's `java.security` that allow what no release does. */
export const LAX_SECURITY = {
  "jdk.certpath.disabledAlgorithms": "MD2",
  "jdk.tls.disabledAlgorithms": "SSLv3, TLSv1, TLSv1.1",
  "jdk.disabled.namedCurves": "",
} as const;

/** Where a site's `java.security` lets pass what we refuse. */
export function hopsOfLaxSites(release: number): StrictHop[] {
  const java = { kind: "java", release, securityProperties: LAX_SECURITY } as const;
  const shortRoot = makeAuthority(now, "Short Root", { key: "rsa-768" });
  const curveRoot = makeAuthority(now, "Curve Root", { key: "secp256k1" });
  return [
    strictHop("RSA 768 of a leaf", "algorithm-refused", { server: leaf({ key: "rsa-768" }), java }),
    strictHop("RSA 768 of an authority", "algorithm-refused", {
      server: leaf({ issuer: shortRoot }),
      trusted: [shortRoot.der],
      java,
    }),
    ...(release > 15
      ? []
      : [
          strictHop("secp256k1 of an authority", "algorithm-refused", {
            server: leaf({ issuer: curveRoot }),
            trusted: [curveRoot.der],
            java,
          }),
        ]),
  ];
}

/** The same departures where Java refuses them, too. */
export function hopsOfJavas(): StrictHop[] {
  const partner = (options: Partial<MadeCertificateOptions>) =>
    leaf({ subject: "Partner Seven", names: [], ...options });
  const purposed = own({ extendedKeyUsage: ["codeSigning"] });
  const wrong = leaf({ wrongSignature: true });
  const limited = makeAuthority(now, "Limited", { issuer: root, authority: { pathLength: 0 } });
  const plain = makeCertificate({ now, subject: "No Constraints", issuer: root });
  return [
    strictHop("a leaf that expired, its root trusted", "expired", { server: leaf(expired) }),
    strictHop("a leaf of the future, its root trusted", "not-yet-valid", { server: leaf({ fromDays: 2 }) }),
    strictHop("a client's leaf that expired", "expired", { client: partner(expired) }),
    strictHop("a leaf for clients", "usage-not-allowed", {
      server: leaf({ extendedKeyUsage: ["clientAuth"] }),
    }),
    strictHop("a client's leaf for servers", "usage-not-allowed", {
      client: partner({ extendedKeyUsage: ["serverAuth"] }),
    }),
    strictHop("an intermediate's path length", "path-length-exceeded", {
      server: leaf({ issuer: makeAuthority(now, "Beyond", { issuer: limited }) }),
    }),
    strictHop("a wrong signature", "signature-invalid", { server: wrong }),
    strictHop("an issuer that is no authority", "issuer-is-no-authority", {
      server: leaf({ issuer: plain }),
    }),
    strictHop("a root that is not trusted", "issuer-not-trusted", { trusted: [stranger.der] }),
    strictHop(
      "an identity that is not asked for by a server that requires one",
      "client-certificate-not-sent",
      {
        client: partner({ issuer: stranger }),
        authentication: "require",
      },
    ),
    strictHop("RSA 768", "algorithm-refused", { server: leaf({ key: "rsa-768" }) }),
    strictHop("a trusted server that passes, and a client that does not", "usage-not-allowed", {
      server: purposed,
      trusted: [purposed.der],
      client: partner({ extendedKeyUsage: ["serverAuth"] }),
    }),
  ];
}
