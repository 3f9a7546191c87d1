import {
  type Lock,
  LockError,
  type OpenLock,
  announce,
  goBack,
  headOf,
  pinIdentities,
  retire,
  revoke,
  rotationGroup,
  switchOver,
} from "../../../lib/lock";
import { anchorOf } from "../../../lib/lock/lock";
import type { IdentityPlan } from "../../../lib/model";
import { authority, issued, pin, pinOptions, seededRandom } from "../support";
import { FLEET, rotateOptions, signed, steady } from "./support";

const STEPS = 20;

/** Where a lock is, and what is declared. */
interface Situation {
  readonly open: OpenLock;
  readonly declared: readonly IdentityPlan[];
}

type Draw = (below: number) => number;

/** What a step promises beside what always holds. */
interface Step {
  readonly name: string;
  /** Whether what is served now was trusted before, so that those who did not read anew accept it. */
  readonly isExpected: boolean;
  /** Whether what was served before is trusted now, so that those who read anew accept who did not. */
  readonly isGentle: boolean;
  readonly take: (at: Situation, id: string, draw: Draw) => Situation;
}

const phases = { switchOver, retire, goBack };

const steps: readonly Step[] = [
  {
    name: "announce",
    isExpected: true,
    isGentle: true,
    take: ({ open, declared }, id, draw) => {
      const randomBytes = seededRandom(`announce ${draw(1e9)}`);
      const crossSign = id === "root" && draw(2) === 0;
      const { lock } = announce(rotateOptions(open, id, declared, { randomBytes, crossSign }));
      return { open: signed(open, { lock }), declared };
    },
  },
  ...Object.entries(phases).map(([name, step]) => ({
    name,
    isExpected: true,
    isGentle: true,
    take: ({ open, declared }: Situation, id: string, draw: Draw) => {
      const heads = [...open.lock.identities.keys()].flatMap((each) => headOf(open.lock, each) ?? []);
      return { open: signed(open, step(open.lock, heads[draw(heads.length)] ?? id)), declared };
    },
  })),
  {
    name: "renew an authority",
    isExpected: false,
    isGentle: true,
    take: ({ open, declared }, id, draw) => {
      const isAuthority = declared.some((each) => each.id === id && each.request.kind === "authority");
      if (!isAuthority) return { open, declared };
      const randomBytes = seededRandom(`renew ${draw(1e9)}`);
      return { open: pin(declared, open, { renew: new Set([id]), randomBytes }).open, declared };
    },
  },
  {
    name: "declare another below an authority",
    isExpected: true,
    isGentle: true,
    take: ({ open, declared }, _, draw) => {
      const authorities = declared.flatMap(({ id, request }) => (request.kind === "authority" ? [id] : []));
      const issuerId = authorities[draw(authorities.length)] ?? "root";
      const name = `late-${declared.length}`;
      const late = draw(3) === 0 ? authority(name, issuerId, 900) : issued(name, issuerId);
      const randomBytes = seededRandom(`add ${draw(1e9)}`);
      return { open: pin([...declared, late], open, { randomBytes }).open, declared: [...declared, late] };
    },
  },
  {
    name: "revoke",
    isExpected: false,
    isGentle: false,
    take: ({ open, declared }, id, draw) => {
      if (draw(4) > 0) return { open, declared };
      const randomBytes = seededRandom(`revoke ${draw(1e9)}`);
      return { open: signed(open, revoke(rotateOptions(open, id, declared, { randomBytes }))), declared };
    },
  },
];

describe("whatever way a lock takes through its rotations", () => {
  test.each([1, 2, 3, 4, 5, 6])("nothing is ever lost (seed %i)", (seed) => {
    const draw = drawFrom(`way ${seed}`);
    let at: Situation = { open: steady(), declared: FLEET };
    const { signer } = at.open;
    const taken: string[] = [];
    for (let count = 0; count < STEPS; count += 1) {
      const step = steps[draw(steps.length)];
      const id = at.declared[draw(at.declared.length)]?.id;
      if (step === undefined || id === undefined) throw new Error("a step was expected");
      const next = attempt(() => step.take(at, id, draw));
      taken.push(`${step.name} ${id}${next === undefined ? " (refused)" : ""}`);
      if (next === undefined) continue;
      const way = taken.join(", ");
      expect(next.open.signer).toBe(signer);
      expect([way, lostTrust(at.open.lock, next.open.lock, step)]).toEqual([way, []]);
      expect([way, brokenGroups(next.open.lock)]).toEqual([way, []]);
      const frozen = pinOptions(next.declared, next.open, { frozen: true });
      expect([way, pinIdentities(frozen).changes]).toEqual([way, []]);
      at = next;
    }
    expect(taken.filter((step) => !step.endsWith("(refused)")).length).toBeGreaterThan(3);
  });
});

/** Undefined where it is refused, by name. */
function attempt(action: () => Situation): Situation | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    expect(["in-rotation", "not-in-rotation", "other-phase", "left-behind", "cannot-rotate"]).toContain(
      error.code,
    );
    return undefined;
  }
}

function lostTrust(before: Lock, after: Lock, { isExpected, isGentle }: Step): string[] {
  return [...after.identities].flatMap(([id, now]) => {
    const was = before.identities.get(id);
    if (was === undefined) return [];
    return [
      ...(isGentle && !trusted(after, id).includes(text(anchorOf(was))) ? [`${id}: what was served`] : []),
      ...(isExpected && !trusted(before, id).includes(text(anchorOf(now))) ? [`${id}: what is served`] : []),
    ];
  });
}

function trusted({ identities }: Lock, id: string): string[] {
  const identity = identities.get(id);
  if (identity === undefined) return [];
  const { rotation } = identity;
  return [identity, ...(rotation === undefined ? [] : [rotation.other])].map((each) => text(anchorOf(each)));
}

/** Members of a rotation that do not belong to a whole one. */
function brokenGroups(lock: Lock): string[] {
  return [...lock.identities].flatMap(([id, { rotation }]) => {
    const head = headOf(lock, id);
    if (rotation === undefined) return head === undefined ? [] : [id];
    return head !== undefined && rotationGroup(lock, head).includes(id) ? [] : [id];
  });
}

function text(der: Uint8Array): string {
  return Buffer.from(der).toString("base64");
}

function drawFrom(seed: string): Draw {
  const randomBytes = seededRandom(seed);
  return (below) => Buffer.from(randomBytes(4)).readUInt32BE() % Math.max(1, below);
}
