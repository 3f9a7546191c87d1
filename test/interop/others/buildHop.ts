import type { HopMaterial } from "../../../lib/hop";
import { CURRENT_OPENSSL } from "../../../lib/hop/opensslPolicy";
import { hop, now } from "../../hop/materials";
import {
  makeCertificate,
  type MadeCertificateOptions,
  type MadeIdentity,
} from "../../support/certificateMaker";
import type { CertificateShape, HopShape } from "./hopShapes";

/** Makes the certificates of a shape: a client that verifies, or for nginx a client that is verified. */
export function buildHop(shape: HopShape): HopMaterial {
  const isClient = shape.judge === "nginx";
  const authorities: MadeIdentity[] = [];
  for (const [at, authority] of shape.authorities.entries()) {
    authorities.push(makeCertificate(authorityOptions(authority, at, authorities.at(-1))));
  }
  const issuer = authorities.at(-1);
  const leaf = makeCertificate({
    ...common(shape.leaf, `leaf ${shape.leaf.key}`),
    subject: isClient ? "partner" : shape.commonName,
    names: isClient ? [] : shape.leafNames,
    ...(shape.leafIsSelfSigned || issuer === undefined ? {} : { issuer }),
    ...(shape.wrongSignature ? { wrongSignature: true } : {}),
    ...usageOf(shape.leaf, isClient ? "clientAuth" : "serverAuth"),
    ...(shape.leaf.authority === "version-1" ? { version: 1 as const } : {}),
  });
  const stranger = makeCertificate({
    now,
    subject: "Stranger",
    authority: true,
    keyOf: keyFor("stranger ec"),
  });
  const twin = makeCertificate({ now, subject: "Level 0", authority: true, keyOf: keyFor("twin ec") });
  const identity = { chain: sentOf(shape, leaf, authorities, stranger), pkcs8: leaf.pkcs8 };
  const anchors = trustedOf(shape, leaf, authorities, { stranger, twin }).map(({ der }) => der);
  const opensslPolicy = { ...CURRENT_OPENSSL, securityLevel: shape.securityLevel };
  const lenient = { ...CURRENT_OPENSSL, securityLevel: 0 };
  if (!isClient) {
    const { judge } = shape;
    return hop({
      address: shape.address,
      server: { runtime: "openssl", opensslPolicy: lenient, identity },
      client: {
        runtime: judge === "node" ? "node" : "openssl",
        opensslPolicy,
        ...(judge === "curl" ? { programs: ["curl"] } : {}),
        anchors,
      },
    });
  }
  const server = makeCertificate({
    now,
    subject: "server.example",
    names: ["DNS:server.example"],
    keyOf: keyFor("server ec"),
  });
  return hop({
    server: {
      runtime: "openssl",
      opensslPolicy,
      identity: { chain: [server.der], pkcs8: server.pkcs8 },
      clientAuthentication: shape.asks,
      clientAnchors: anchors,
      verifyDepth: shape.verifyDepth,
    },
    client: {
      runtime: "openssl",
      opensslPolicy: lenient,
      anchors: [server.der],
      ...(shape.presents ? { identity } : {}),
    },
  });
}

function authorityOptions(
  shape: CertificateShape,
  at: number,
  issuer?: MadeIdentity,
): MadeCertificateOptions {
  const { authority, pathLength, permitted } = shape;
  return {
    ...common(shape, `authority ${at} ${shape.key}`),
    subject: `Level ${at}`,
    fromDays: shape.fromDays - 10,
    toDays: shape.toDays < 0 ? shape.toDays : 3000,
    ...(issuer === undefined ? {} : { issuer }),
    ...(authority === "unsaid"
      ? {}
      : { authority: authority === "no" ? false : pathLength === undefined || { pathLength } }),
    ...(authority === "version-1" ? { version: 1 as const } : {}),
    ...(shape.usage === "none"
      ? {}
      : { keyUsage: shape.usage === "wrong-key-usage" ? ["digitalSignature"] : ["keyCertSign"] }),
    ...(shape.usage === "wrong-purpose" ? { extendedKeyUsage: ["codeSigning"] } : {}),
    ...(permitted === "none" ? {} : { permittedDns: [permitted === "inside" ? "example.com" : "internal"] }),
  };
}

function usageOf(
  { usage }: CertificateShape,
  purpose: "clientAuth" | "serverAuth",
): Pick<MadeCertificateOptions, "keyUsage" | "extendedKeyUsage"> {
  switch (usage) {
    case "right":
      return { keyUsage: ["digitalSignature"], extendedKeyUsage: [purpose] };
    case "none":
      return {};
    case "both":
      return { extendedKeyUsage: ["serverAuth", "clientAuth"] };
    case "wrong-key-usage":
      return { keyUsage: ["keyCertSign"] };
    case "wrong-purpose":
      return { extendedKeyUsage: [purpose === "clientAuth" ? "serverAuth" : "clientAuth"] };
  }
}

function common(shape: CertificateShape, keyName: string): MadeCertificateOptions {
  return {
    now,
    subject: "",
    keyOf: keyFor(keyName),
    ...(shape.key.endsWith("sha1") ? { hash: "sha1" as const } : {}),
    fromDays: shape.fromDays,
    toDays: shape.toDays,
    authorityKeyId: shape.authorityKeyId,
    ...(shape.unknownCritical ? { unknownCritical: true } : {}),
  };
}

/** Keys cost more than everything else about a hop: one for each part that is played. */
const keys = new Map<string, MadeIdentity>();

function keyFor(name: string): MadeIdentity {
  const key = (name.split(" ").at(-1) ?? "").replace("-sha1", "") as NonNullable<
    MadeCertificateOptions["key"]
  >;
  const made = keys.get(name) ?? makeCertificate({ now, subject: name, key });
  keys.set(name, made);
  return made;
}

function sentOf(
  { sent, leafIsSelfSigned }: HopShape,
  leaf: MadeIdentity,
  authorities: readonly MadeIdentity[],
  stranger: MadeIdentity,
): Buffer[] {
  if (leafIsSelfSigned) return [leaf.der];
  const issuers = authorities
    .slice(1)
    .toReversed()
    .map(({ der }) => der);
  const roots = authorities.slice(0, 1).map(({ der }) => der);
  switch (sent) {
    case "issuers":
      return [leaf.der, ...issuers];
    case "with-root":
      return [leaf.der, ...issuers, ...roots];
    case "leaf-only":
      return [leaf.der];
    case "reversed":
      return [leaf.der, ...issuers.toReversed()];
    case "one-missing":
      return [leaf.der, ...issuers.slice(1)];
    case "with-stranger":
      return [leaf.der, ...issuers, stranger.der];
  }
}

function trustedOf(
  { trusted }: HopShape,
  leaf: MadeIdentity,
  authorities: readonly MadeIdentity[],
  others: { readonly stranger: MadeIdentity; readonly twin: MadeIdentity },
): readonly MadeIdentity[] {
  const [root = leaf] = authorities;
  switch (trusted) {
    case "root":
      return [root];
    case "issuers":
      return authorities;
    case "intermediate":
      return authorities.slice(-1);
    case "leaf":
      return [leaf];
    case "stranger":
      return [others.stranger];
    case "twin":
      return [others.twin];
    case "root-and-twin":
      return [others.twin, root];
  }
}
