import * as fc from "fast-check";

/** Who verifies in a generated hop: a client, or a server that asks for a certificate. */
export type Judge = "openssl" | "curl" | "node" | "nginx";

/** What is odd about a certificate; an ordinary one has none of it. */
export interface CertificateShape {
  readonly key: "ec" | "ec-p384" | "rsa-2048" | "rsa-1024" | "rsa-1024-sha1" | "ec-sha1";
  readonly fromDays: number;
  readonly toDays: number;
  readonly usage: "right" | "none" | "wrong-key-usage" | "wrong-purpose" | "both";
  readonly authority: "right" | "no" | "unsaid" | "version-1";
  readonly pathLength: number | undefined;
  readonly permitted: "none" | "inside" | "outside";
  readonly authorityKeyId: "keyid" | "none" | "wrong" | "issuer";
  readonly unknownCritical: boolean;
}

/** One hop as plain data, from which `buildHop` makes certificates. */
export interface HopShape {
  readonly judge: Judge;
  readonly authorities: readonly CertificateShape[];
  readonly leaf: CertificateShape;
  readonly leafNames: readonly string[];
  readonly commonName: string;
  readonly address: string;
  readonly leafIsSelfSigned: boolean;
  readonly wrongSignature: boolean;
  /** Of the issuers that are sent with the leaf. */
  readonly sent: "issuers" | "with-root" | "leaf-only" | "reversed" | "one-missing" | "with-stranger";
  readonly trusted: "root" | "issuers" | "intermediate" | "leaf" | "stranger" | "twin" | "root-and-twin";
  readonly securityLevel: number;
  readonly verifyDepth: number;
  readonly asks: "request" | "require";
  readonly presents: boolean;
}

/** Mostly the first, ordinary choice. */
function mostly<T>(ordinary: T, ...odd: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(ordinary), weight: 40 * odd.length },
    ...odd.map((value) => ({ arbitrary: fc.constant(value), weight: 1 })),
  );
}

const certificate: fc.Arbitrary<CertificateShape> = fc.record({
  key: fc.oneof(
    { arbitrary: fc.constantFrom("ec" as const, "ec-p384" as const, "rsa-2048" as const), weight: 20 },
    {
      arbitrary: fc.constantFrom("rsa-1024" as const, "rsa-1024-sha1" as const, "ec-sha1" as const),
      weight: 1,
    },
  ),
  fromDays: mostly(-20, 2),
  toDays: mostly(80, -2),
  usage: fc.oneof(
    { arbitrary: fc.constantFrom("right" as const, "none" as const, "both" as const), weight: 30 },
    { arbitrary: fc.constantFrom("wrong-key-usage" as const, "wrong-purpose" as const), weight: 1 },
  ),
  authority: mostly("right", "no", "unsaid", "version-1"),
  pathLength: mostly<number | undefined>(undefined, 0, 1),
  permitted: mostly("none", "inside", "outside"),
  authorityKeyId: mostly("keyid", "none", "wrong", "issuer"),
  unknownCritical: mostly(false, true),
});

/** Hops with a few departures from the ordinary each. */
export const hopShape = (judges: readonly Judge[]): fc.Arbitrary<HopShape> =>
  fc.record({
    judge: fc.constantFrom(...judges),
    authorities: fc.array(certificate, { minLength: 1, maxLength: 4 }),
    leaf: certificate,
    leafNames: mostly<readonly string[]>(
      ["DNS:server.example.com"],
      ["DNS:*.example.com"],
      ["DNS:other.example.com"],
      [],
      ["IP:10.1.2.3"],
      ["DNS:ser*.example.com"],
    ),
    commonName: mostly("server.example.com", "other", "10.1.2.3", "*.example.com"),
    address: mostly("server.example.com", "server.example.com.", "10.1.2.3", "other.example.com"),
    leafIsSelfSigned: mostly(false, true),
    wrongSignature: mostly(false, true),
    sent: fc.oneof(
      { arbitrary: fc.constant("issuers" as const), weight: 8 },
      {
        arbitrary: fc.constantFrom(
          "with-root" as const,
          "leaf-only" as const,
          "reversed" as const,
          "one-missing" as const,
          "with-stranger" as const,
        ),
        weight: 4,
      },
    ),
    trusted: fc.oneof(
      { arbitrary: fc.constant("root" as const), weight: 8 },
      {
        arbitrary: fc.constantFrom(
          "issuers" as const,
          "intermediate" as const,
          "leaf" as const,
          "stranger" as const,
          "twin" as const,
          "root-and-twin" as const,
        ),
        weight: 5,
      },
    ),
    securityLevel: fc.constantFrom(2, 2, 1, 0),
    verifyDepth: fc.constantFrom(5, 2, 1, 0),
    asks: fc.constantFrom("require" as const, "request" as const),
    presents: mostly(true, false),
  });
