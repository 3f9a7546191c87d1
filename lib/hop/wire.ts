import type { HandshakeResult } from "./handshakeResult";
import type {
  ClientSide,
  HopMaterial,
  IdentitiesByName,
  PresentedIdentity,
  TrustedAnchors,
} from "./hopMaterial";
import type { OpensslPolicy } from "./opensslPolicy";

/** What the rehearsal's child process reads: bytes once each, hops that point to them. */
interface HandshakeRequest {
  /** Base64 of certificates and keys. */
  readonly blobs: readonly string[];
  readonly hops: readonly WireHop[];
}

interface WireHop {
  /** Where the server tells its clients apart by what they ask for. */
  readonly address?: string;
  readonly clientAuthentication: HopMaterial["server"]["clientAuthentication"];
  readonly server: WireSide;
  readonly client: WireSide;
}

interface WireSide extends WireIdentity {
  readonly runtime: HopMaterial["client"]["runtime"];
  readonly opensslPolicy?: OpensslPolicy;
  readonly programs?: ClientSide["programs"];
  readonly anchors: readonly number[] | "public-roots";
  readonly byName?: {
    readonly otherwise: WireIdentity;
    readonly named: readonly { readonly names: readonly string[]; readonly identity: WireIdentity }[];
  };
}

interface WireIdentity {
  readonly chain?: readonly number[];
  readonly key?: number;
}

/** Hops as one JSON text, in which no certificate and no equal hop appears twice. */
export interface EncodedHops {
  readonly text: string;
  /** For each hop that was handed in, the position of its result among the answers. */
  readonly positions: readonly number[];
}

/** Packs materials for the child process; equal handshakes become one. */
export function encodeHops(materials: readonly HopMaterial[]): EncodedHops {
  const blobs = new BlobTable();
  const hops: string[] = [];
  const known = new Map<string, number>();
  const positions = materials.map((material) => {
    const text = JSON.stringify(wireHop(material, blobs));
    const position = known.get(text) ?? hops.length;
    if (position === hops.length) hops.push(text);
    known.set(text, position);
    return position;
  });
  return { text: `{"blobs":${JSON.stringify(blobs.values)},"hops":[${hops.join(",")}]}`, positions };
}

/** Unpacks what `encodeHops` wrote. */
export function decodeHops(text: string): HopMaterial[] {
  const { blobs, hops }: HandshakeRequest = JSON.parse(text);
  const bytes = blobs.map((blob) => Buffer.from(blob, "base64"));
  const blobAt = (index: number): Uint8Array => bytes[index] ?? Buffer.alloc(0);
  const identityOf = ({ chain = [], key }: WireIdentity): PresentedIdentity => ({
    chain: chain.map(blobAt),
    ...(key === undefined ? {} : { pkcs8: blobAt(key) }),
  });
  const anchorsOf = ({ anchors }: WireSide): TrustedAnchors =>
    anchors === "public-roots" ? anchors : anchors.map(blobAt);
  const byNameOf = ({ otherwise, named }: NonNullable<WireSide["byName"]>): IdentitiesByName => ({
    otherwise: identityOf(otherwise),
    named: named.map(({ names, identity }) => ({ names, identity: identityOf(identity) })),
  });
  return hops.map((hop, index) => ({
    hopId: String(index),
    // The handshake compares neither names nor dates.
    address: hop.address ?? "",
    port: 0,
    now: new Date(0),
    server: {
      ...runtimeOf(hop.server),
      identity: identityOf(hop.server),
      ...(hop.server.byName === undefined ? {} : { byName: byNameOf(hop.server.byName) }),
      clientAuthentication: hop.clientAuthentication,
      clientAnchors: anchorsOf(hop.server),
    },
    client: {
      ...runtimeOf(hop.client),
      ...(hop.client.programs === undefined ? {} : { programs: hop.client.programs }),
      anchors: anchorsOf(hop.client),
      verifiesName: false,
      ...(hop.client.chain === undefined ? {} : { identity: identityOf(hop.client) }),
    },
  }));
}

/** What the child process answers: one result a hop, in the order it got them. */
export function decodeResults(text: string): HandshakeResult[] {
  const results: HandshakeResult[] = JSON.parse(text);
  return results;
}

function wireHop({ server, client, address }: HopMaterial, blobs: BlobTable): WireHop {
  const asksForCertificate = server.clientAuthentication !== "none";
  const { byName } = server;
  return {
    ...(byName === undefined ? {} : { address }),
    clientAuthentication: server.clientAuthentication,
    server: {
      ...runtimeOf(server),
      ...wireIdentity(server.identity, blobs),
      ...(byName === undefined ? {} : { byName: wireByName(byName, blobs) }),
      anchors: asksForCertificate ? wireAnchors(server.clientAnchors, blobs) : [],
    },
    client: {
      ...runtimeOf(client),
      ...(client.programs === undefined ? {} : { programs: client.programs }),
      ...(client.identity === undefined || !asksForCertificate ? {} : wireIdentity(client.identity, blobs)),
      anchors: wireAnchors(client.anchors, blobs),
    },
  };
}

function wireByName(
  { otherwise, named }: IdentitiesByName,
  blobs: BlobTable,
): NonNullable<WireSide["byName"]> {
  return {
    otherwise: wireIdentity(otherwise, blobs),
    named: named.map(({ names, identity }) => ({ names, identity: wireIdentity(identity, blobs) })),
  };
}

function runtimeOf({
  runtime,
  opensslPolicy,
}: Pick<WireSide, "runtime" | "opensslPolicy">): Pick<WireSide, "runtime" | "opensslPolicy"> {
  return { runtime, ...(opensslPolicy === undefined ? {} : { opensslPolicy }) };
}

function wireIdentity({ chain, pkcs8 }: PresentedIdentity, blobs: BlobTable): WireIdentity {
  return {
    chain: chain.map((der) => blobs.indexOf(der)),
    ...(pkcs8 === undefined ? {} : { key: blobs.indexOf(pkcs8) }),
  };
}

function wireAnchors(anchors: TrustedAnchors, blobs: BlobTable): WireSide["anchors"] {
  return anchors === "public-roots" ? anchors : anchors.map((der) => blobs.indexOf(der));
}

/** Byte strings by content; the same array is looked up without encoding it again. */
class BlobTable {
  readonly values: string[] = [];
  private readonly byArray = new Map<Uint8Array, number>();
  private readonly byValue = new Map<string, number>();

  indexOf(bytes: Uint8Array): number {
    const seen = this.byArray.get(bytes);
    if (seen !== undefined) return seen;
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    const index = this.byValue.get(value) ?? this.values.push(value) - 1;
    this.byValue.set(value, index);
    this.byArray.set(bytes, index);
    return index;
  }
}
