import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  IdentityPlan,
  IdentityRequest,
  KeyAlgorithm,
  SecretReference,
  TrustPlan,
} from "../../lib/model";
import {
  type Lock,
  type LockedIdentity,
  type LockSigner,
  type OpenLock,
  type PinOptions,
  type PinResult,
  createLock,
  parseSigners,
  pinIdentities,
  resolveIdentity,
} from "../../lib/lock";
import { toPem } from "../../lib/pki";

export const NOW = new Date("2026-03-01T12:00:00Z");
export const PASSPHRASE = "a passphrase that only tests use";
export const ENVIRONMENT = "staging";
export const PROJECT = "the project of the tests";

/** Bytes that look random and are the same on every run. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let filled = 0; filled < length; filled += 32) {
      blocks.push(createHash("sha256").update(`${seed} ${counter++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
}

export function newLock(randomBytes = seededRandom("lock")): OpenLock {
  return createLock({
    project: PROJECT,
    environment: ENVIRONMENT,
    recipientId: "ci",
    passphrase: PASSPHRASE,
    randomBytes,
  });
}

export function selfSigned(
  id: string,
  overrides: { validityDays?: number; keyAlgorithm?: KeyAlgorithm } = {},
): IdentityPlan {
  return {
    id,
    request: {
      kind: "self-signed",
      subject: { commonName: `${id}.example.com` },
      names: [{ kind: "dns", value: `${id}.example.com` }],
      keyAlgorithm: "ec-p256",
      validityDays: 90,
      extendedKeyUsages: ["serverAuth"],
      ...overrides,
    },
  };
}

export function authority(id: string, issuerId?: string, validityDays = 3650): IdentityPlan {
  return {
    id,
    request: {
      kind: "authority",
      subject: { commonName: `${id} CA` },
      keyAlgorithm: "ec-p256",
      validityDays,
      ...(issuerId === undefined ? {} : { issuerId }),
    },
  };
}

export function issued(id: string, issuerId: string, validityDays = 90): IdentityPlan {
  return {
    id,
    request: {
      kind: "issued",
      issuerId,
      subject: { commonName: `${id}.example.com`, organization: "Example" },
      names: [
        { kind: "dns", value: `${id}.example.com` },
        { kind: "ip", value: "10.0.0.7" },
      ],
      keyAlgorithm: "ec-p256",
      validityDays,
      extendedKeyUsages: ["serverAuth", "clientAuth"],
    },
  };
}

export function identity(id: string, request: IdentityRequest): IdentityPlan {
  return { id, request };
}

/** Files by name, as `readFile` finds them. */
export function filesOf(
  files: Readonly<Record<string, Uint8Array>>,
): (path: string) => Uint8Array | undefined {
  return (path) => files[path];
}

/** A plan that declares identities and nothing else. */
export function planWith(identities: readonly IdentityPlan[]): TrustPlan {
  return {
    formatVersion: 2,
    toolVersion: "0.1.0",
    project: PROJECT,
    environment: ENVIRONMENT,
    stack: "tests",
    hosts: [],
    systems: [],
    identities,
    stores: [],
    entries: [],
    endpoints: [],
    bindings: [],
    hops: [],
    files: [],
    configFiles: [],
    runbooks: [],
    fingerprints: [],
  };
}

export function pinOptions(
  identities: readonly IdentityPlan[],
  open: OpenLock,
  overrides: Partial<PinOptions> = {},
): PinOptions {
  return {
    plan: planWith(identities),
    lock: open.lock,
    open: () => open,
    frozen: false,
    now: NOW,
    randomBytes: seededRandom("pin"),
    readFile: () => undefined,
    resolveSecret: (reference: SecretReference) => {
      throw new Error(`no secret was expected to be asked for, and ${reference} was`);
    },
    ...overrides,
  };
}

/** Pins, signs, and hands back the open lock that holds the result. */
export function pin(
  identities: readonly IdentityPlan[],
  open: OpenLock,
  overrides: Partial<PinOptions> = {},
): { open: OpenLock; lock: Lock; changes: PinResult["changes"] } {
  const { lock, changes } = pinIdentities(pinOptions(identities, open, overrides));
  if (lock === undefined) throw new Error("a lock was expected");
  const signed = open.withLock(lock).signed(seededRandom("sign"));
  return { open: signed, lock: signed.lock, changes };
}

/** A lock with every kind of identity, two generations of one, and an observation. */
export function everyKind(): OpenLock {
  const declared = (validityDays: number): IdentityPlan[] => [
    { id: "root", request: { ...authority("root").request, defaulted: ["keyAlgorithm"] } as IdentityRequest },
    authority("ca", "root"),
    issued("web", "ca", validityDays),
    selfSigned("jetty"),
    identity("partner", { kind: "certificate", file: "partner.crt" }),
    identity("gateway", { kind: "imported", file: "gateway.pem" }),
  ];
  const { lock, open } = pin([selfSigned("partner")], newLock());
  const partner = resolveIdentity(lock, "partner", open);
  const certificate = toPem(partner.anchor, "CERTIFICATE");
  const key = toPem(partner.privateKey ?? Buffer.alloc(0), "PRIVATE KEY");
  const readFile = filesOf({
    "partner.crt": Buffer.from(certificate),
    "gateway.pem": Buffer.from(certificate + key),
  });
  const first = pin(declared(90), newLock(), { readFile });
  const { open: second } = pin(declared(30), first.open, { readFile });
  const adopted: LockedIdentity = {
    generation: 1,
    chain: partner.chain,
    anchor: partner.anchor,
    kind: "existing",
    request: { kind: "existing", alias: "jetty" },
    defaults: [],
    formerIds: ["an earlier id"],
    observedIn: "flow:/conf/keystore#jetty",
  };
  const observed = { anchors: new Map([["AB:CD", "electricflow"]]), at: "2026-03-01T12:00:00Z" };
  return second
    .withLock({
      ...second.lock,
      identities: new Map([...second.lock.identities, ["adopted", adopted]]),
      observations: new Map([["ispw:/usr/lpp/java/J8.0_64/lib/security/cacerts", observed]]),
    })
    .signed(seededRandom("sign"));
}

export function daysLater(days: number): Date {
  return new Date(NOW.getTime() + days * 86_400_000);
}

/** What a call throws. */
export function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("an error was expected");
}

/** What `cdktf.json` pins, as a command reads it. */
export function pinnedSigners(projectDirectory: string): LockSigner[] {
  const { context } = JSON.parse(readFileSync(join(projectDirectory, "cdktf.json"), "utf8"));
  return parseSigners(context?.environments?.[ENVIRONMENT]?.lockSigner);
}
