import {
  makeCertificate,
  type MadeCertificateOptions,
  type MadeIdentity,
  type MadeKey,
} from "../../support/certificateMaker";
import {
  inhibitAnyPolicy,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  qualifiedPolicy,
} from "../../support/madeExtensions";
import type { AuthorityShape, LeafShape, NamesShape, PoliciesShape } from "./shapes";

/** Real Javas go by the machine's clock. */
export const now = new Date(Math.floor(Date.now() / 60_000) * 60_000);

/** An authority that nobody else knows. */
export const stranger = makeCertificate({ now, subject: "Stranger", authority: true });

const pool = new Map<string, MadeIdentity>();

/** Keys are dear; each kind and number has one. */
export function keyNumber(kind: MadeKey, number: number): MadeIdentity {
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

export interface Authorities {
  /** From the root down. */
  readonly made: readonly MadeIdentity[];
  readonly keys: readonly MadeKey[];
}

/** @param twin 0, or what makes their keys others than those of the same names */
export function authoritiesOf(shapes: readonly AuthorityShape[], twin = 0): Authorities {
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

export function leafOf(
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
