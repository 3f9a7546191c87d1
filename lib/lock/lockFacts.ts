import { DAY_MS, day } from "../model/day";
import { certificateOf } from "./certificates";
import { type Generation, type Lock, type LockedIdentity, type PinnedChain, leafOf } from "./lock";
import { formatPublicKey } from "./recipientKey";
import { formatSigner } from "./signer";

/** A part of a lock as people read it: what it is about, and what is to be known of it, in words. */
export interface LockSection {
  readonly part: "lock" | "recipient" | "identity" | "truststore";
  /** Environment, recipient, identity id, or place of the truststore. */
  readonly key: string;
  /** What is known, by its name, in the order it is read. */
  readonly facts: ReadonlyMap<string, string>;
}

/** A lock as people read it: no key, no ciphertext, no signature. */
export function lockSections(lock: Lock): readonly LockSection[] {
  return [
    { part: "lock", key: lock.environment, facts: lockFacts(lock) },
    ...lock.recipients.map(({ id, kind, role, publicKey }): LockSection => {
      const key = kind === "passphrase" ? "a passphrase" : formatPublicKey(publicKey);
      return { part: "recipient", key: id, facts: new Map(Object.entries({ role, key })) };
    }),
    ...sorted(lock.identities).map(([id, identity]): LockSection => {
      return { part: "identity", key: id, facts: identityFacts(identity, lock) };
    }),
    ...sorted(lock.observations).map(([place, { anchors }]): LockSection => {
      const facts = new Map([...anchors].map(([sha256, alias]) => [sha256, `held under "${alias}"`]));
      return { part: "truststore", key: place, facts };
    }),
  ];
}

function lockFacts({ project, signer }: Lock): Map<string, string> {
  return factsOf([
    ["project", project],
    ["signed by", signer === undefined ? "nobody (format 1)" : formatSigner(signer.publicKey)],
  ]);
}

function identityFacts(identity: LockedIdentity, lock: Lock): Map<string, string> {
  const { kind, formerIds, observedIn, file, rotation } = identity;
  const leaf = certificateOf(leafOf(identity));
  return factsOf([
    ["kind", kind],
    ["generation", String(identity.generation)],
    ["subject", leaf.toString()],
    ["names", leaf.subjectAltNames.map(({ value }) => value).join(", ")],
    ["issuer", issuerOf(identity, lock)],
    ["valid", validity(identity)],
    ["key", `${leaf.keyAlgorithm}, ${keyPlace(identity)}`],
    ["purposes", (leaf.extendedKeyUsages ?? []).join(", ")],
    ["sha256", leaf.sha256],
    ["read from", observedIn],
    ["file (SHA-256)", file],
    ["was called", formerIds.join(", ")],
    ...(rotation === undefined ? [] : rotationFacts(rotation)),
  ]);
}

type Fact = readonly [string, string | undefined];

function rotationFacts({ phase, other, evidence }: NonNullable<LockedIdentity["rotation"]>): Fact[] {
  const { sha256 } = certificateOf(leafOf(other));
  return [
    ["phase", phase],
    [`generation ${other.generation}`, `${validity(other)}, ${keyPlace(other)}, ${sha256}`],
    ...evidence.map(({ host, path, generation, level, at, by }): Fact => {
      const place = path === "" ? host : `${host}:${path}`;
      return [`generation ${generation} at ${place}`, `${level}, ${at}, ${by}`];
    }),
  ];
}

/** By its id where the lock holds it, since several may be called alike. */
function issuerOf({ chain }: LockedIdentity, lock: Lock): string {
  const [leaf = new Uint8Array(), issuer] = chain;
  if (issuer === undefined) return certificateOf(leaf).issuer.toString();
  const found = [...lock.identities].find(([, other]) => Buffer.compare(leafOf(other), issuer) === 0);
  return found === undefined ? certificateOf(issuer).toString() : found[0];
}

function validity(pinned: PinnedChain): string {
  const { notBefore, notAfter } = certificateOf(leafOf(pinned));
  const days = Math.round((notAfter.getTime() - notBefore.getTime()) / DAY_MS);
  return `${day(notBefore)} to ${day(notAfter)}, ${days} days`;
}

function keyPlace({ privateKey }: Generation): string {
  return privateKey === undefined ? "not in the lock" : "in the lock";
}

/** What does not apply is left out. */
function factsOf(facts: readonly Fact[]): Map<string, string> {
  return new Map(
    facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value] as const])),
  );
}

function sorted<Item>(items: ReadonlyMap<string, Item>): [string, Item][] {
  return [...items].sort(([one], [other]) => (one < other ? -1 : 1));
}
