import { groupBy } from "../../../model/groupBy";
import type { Branch, IssuerBranch, MapCaller, MapData, MapEndpoint, MapHop } from "../data/mapData";
import { ordered } from "../order";
import { type Box, settled } from "./settle";

/** Where the columns are. */
export const WIRES = {
  width: 1290,
  callersEnd: 226,
  curveEnd: 478,
  anchor: { x: 500, width: 208 },
  issuer: { x: 716, width: 196 },
  endpoints: 944,
} as const;

const TOP = 34;
const BLOCK_HEADER = 42;
const BLOCK_FOOT = 8;
const ISSUER_GAP = 10;
const BRANCH_GAP = 24;
const ENDPOINT_GAP = 4;
const LEAST_ENDPOINT = 22;
const LEAST_CALLER = 20;
const GROUP_HEADER = 24;
const GROUP_GAP = 10;
/** As many hops have room for lanes that are far apart. */
const FEW_HOPS = 12;

export interface PlacedWire {
  readonly hop: MapHop;
  readonly from: number;
  readonly to: number;
  /** Place among the wires from top to bottom, where they meet the anchors. */
  readonly lane: number;
}

export interface PlacedBlock<Part> extends Box {
  readonly part: Part;
  /** First and last lane that lead through it. */
  readonly lanes: readonly [number, number];
}

export interface WiresLayout {
  readonly height: number;
  readonly groups: readonly { readonly name: string; readonly y: number }[];
  readonly callers: readonly PlacedBlock<MapCaller>[];
  readonly branches: readonly PlacedBlock<Branch>[];
  readonly issuers: readonly PlacedBlock<IssuerBranch>[];
  readonly endpoints: readonly PlacedBlock<MapEndpoint>[];
  readonly wires: readonly PlacedWire[];
}

/**
 * One lane a hop. Endpoints stand inside what vouches for them, so that wires cross in one gap alone; callers stand at
 * the height of what they call.
 */
export function layOutWires({ hops, branches }: MapData): WiresLayout {
  const lane = hops.length <= FEW_HOPS ? 16 : 9;
  const right = new RightSide(hops, branches, lane);
  const left = layOutCallers(hops, right, lane);
  const ends = lanesOf(hops, right, left.centres, lane);
  const lanes = new Map(
    ordered(ends.keys(), (hop) => [ends.get(hop) ?? 0, hop.id]).map((hop, index) => [hop, index]),
  );
  const starts = startsOf(hops, left.callers, ends, lane);
  const range = (those: readonly MapHop[]): readonly [number, number] => {
    const numbers = those.map((hop) => lanes.get(hop) ?? 0);
    return [Math.min(...numbers), Math.max(...numbers)];
  };
  const within = (endpoints: readonly MapEndpoint[]) =>
    range(endpoints.flatMap(({ key }) => right.hopsTo(key)));
  return {
    height: Math.max(right.bottom, ...left.callers.map(({ y, height }) => y + height)) + 12,
    groups: left.groups,
    callers: left.callers.map((box) => ({ ...box, lanes: range(left.hopsOf(box.part.key)) })),
    branches: right.branches.map((box) => ({
      ...box,
      lanes: within(box.part.issuers.flatMap(({ endpoints }) => endpoints)),
    })),
    issuers: right.issuers.map((box) => ({ ...box, lanes: within(box.part.endpoints) })),
    endpoints: right.endpoints.map((box) => ({ ...box, lanes: within([box.part]) })),
    wires: hops.map((hop) => ({
      hop,
      from: starts.get(hop) ?? 0,
      to: ends.get(hop) ?? 0,
      lane: lanes.get(hop) ?? 0,
    })),
  };
}

interface PartBox<Part> extends Box {
  readonly part: Part;
}

/** Authorities and, inside them, endpoints, from top to bottom in the order of the tree. */
class RightSide {
  readonly branches: PartBox<Branch>[] = [];
  readonly issuers: PartBox<IssuerBranch>[] = [];
  readonly endpoints: PartBox<MapEndpoint>[] = [];
  bottom = TOP;
  private readonly calls: ReadonlyMap<string, readonly MapHop[]>;

  constructor(
    hops: readonly MapHop[],
    branches: readonly Branch[],
    private readonly lane: number,
  ) {
    this.calls = groupBy(hops, ({ endpoint }) => endpoint.key);
    let y = TOP;
    for (const branch of branches) {
      const top = y;
      for (const issuer of branch.issuers) {
        const start = y;
        y = this.addEndpoints(issuer.endpoints, y + BLOCK_HEADER) + BLOCK_FOOT;
        this.issuers.push({ part: issuer, y: start, height: y - start });
        y += ISSUER_GAP;
      }
      y -= ISSUER_GAP;
      this.branches.push({ part: branch, y: top, height: y - top });
      this.bottom = y;
      y += BRANCH_GAP;
    }
  }

  hopsTo(key: string): readonly MapHop[] {
    return this.calls.get(key) ?? [];
  }

  centreOf(key: string): number {
    const box = this.endpoints.find(({ part }) => part.key === key);
    return box === undefined ? 0 : box.y + box.height / 2;
  }

  private addEndpoints(endpoints: readonly MapEndpoint[], from: number): number {
    let y = from;
    for (const part of endpoints) {
      const height = Math.max(LEAST_ENDPOINT, this.hopsTo(part.key).length * this.lane + 4);
      this.endpoints.push({ part, y, height });
      y += height + ENDPOINT_GAP;
    }
    return y - ENDPOINT_GAP;
  }
}

/** Callers by stack, each stack at the height of what it calls. */
function layOutCallers(hops: readonly MapHop[], right: RightSide, lane: number) {
  const calls = groupBy(hops, ({ caller }) => caller.key);
  const hopsOf = (key: string) => calls.get(key) ?? [];
  const heightOf = ({ key }: MapCaller) => Math.max(LEAST_CALLER, hopsOf(key).length * lane + 2);
  const meanOf = (those: readonly MapHop[]) =>
    those.reduce((sum, { endpoint }) => sum + right.centreOf(endpoint.key), 0) / Math.max(1, those.length);
  const known = new Map(hops.map(({ caller }) => [caller.key, caller]));
  const stacks = [...groupBy([...known.values()], ({ group }) => group)].map(([name, callers]) => ({
    name,
    callers: ordered(callers, ({ label, key }) => [meanOf(hopsOf(key)), label, key]),
    height: GROUP_HEADER + callers.reduce((sum, caller) => sum + heightOf(caller), 0),
    wanted: meanOf(callers.flatMap(({ key }) => hopsOf(key))) - GROUP_HEADER / 2,
  }));
  const placed = settled(
    ordered(stacks, ({ wanted, name }) => [wanted, name]),
    { top: TOP - 8, bottom: right.bottom, gap: GROUP_GAP },
  );
  const callers: PartBox<MapCaller>[] = [];
  const groups = placed.map(({ item, y: top }) => {
    let y = top + GROUP_HEADER;
    for (const part of item.callers) {
      callers.push({ part, y, height: heightOf(part) });
      y += heightOf(part);
    }
    return { name: item.name, y: top + GROUP_HEADER - 7 };
  });
  const centres = new Map(callers.map(({ part, y, height }) => [part.key, y + height / 2]));
  return { callers, groups, hopsOf, centres };
}

/** Where each hop meets its endpoint: in the order of the callers' heights. */
function lanesOf(
  hops: readonly MapHop[],
  right: RightSide,
  centres: ReadonlyMap<string, number>,
  lane: number,
): ReadonlyMap<MapHop, number> {
  const ends = new Map<MapHop, number>();
  for (const { part, y, height } of right.endpoints) {
    const those = ordered(
      hops.filter(({ endpoint }) => endpoint.key === part.key),
      ({ caller, id }) => [centres.get(caller.key) ?? 0, id],
    );
    for (const [index, hop] of those.entries())
      ends.set(hop, y + height / 2 + (index - (those.length - 1) / 2) * lane);
  }
  return ends;
}

/** Where each hop leaves its caller: in the order of where it goes. */
function startsOf(
  hops: readonly MapHop[],
  callers: readonly PartBox<MapCaller>[],
  ends: ReadonlyMap<MapHop, number>,
  lane: number,
): ReadonlyMap<MapHop, number> {
  const starts = new Map<MapHop, number>();
  for (const { part, y, height } of callers) {
    const those = ordered(
      hops.filter(({ caller }) => caller.key === part.key),
      (hop) => [ends.get(hop) ?? 0, hop.id],
    );
    for (const [index, hop] of those.entries())
      starts.set(hop, y + height / 2 + (index - (those.length - 1) / 2) * lane);
  }
  return starts;
}
