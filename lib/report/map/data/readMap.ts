import { type EnvironmentVerdicts, type TrustPlan, stackOf } from "../../../model";
import { ordered } from "../order";
import { authoritiesOf } from "./authorities";
import { causesOf } from "./causes";
import { CertificateBook } from "./certificateBook";
import { compareHops } from "./changes";
import type { Branch, MapCertificate, MapData, MapEnding, MapHop } from "./mapData";
import { pathsLeftOut } from "./pathsLeftOut";
import { readHops } from "./readHops";
import { treeOf } from "./tree";

/** What is said of an environment at an earlier time. */
export interface EarlierPlan extends Pick<EnvironmentVerdicts, "plan" | "verdicts"> {
  /** The stacks that it speaks of: hops of others are compared with nothing. */
  readonly stacks: readonly string[];
}

export interface MapOptions {
  /** The time that the map is of: what ends soon is counted from here. */
  readonly now: Date;
  /** What the map is compared with. @default - nothing */
  readonly against?: EarlierPlan;
  /** Whether the paths of files on hosts are shown. @default false */
  readonly showsPaths?: boolean;
}

/** Everything that is on the map of an environment. The order of what a plan lists changes nothing. */
export function readMap(
  { plan, verdicts }: Pick<EnvironmentVerdicts, "plan" | "verdicts">,
  { now, against, showsPaths = false }: MapOptions,
): MapData {
  const plans = against === undefined ? [plan] : [plan, against.plan];
  const book = new CertificateBook(plans);
  const said = showsPaths ? (text: string) => text : pathsLeftOut(plans);
  const read = (of: TrustPlan, found: typeof verdicts) =>
    readHops(of, found, { book, now, said, showsPaths });
  const present = read(plan, verdicts);
  const spoken = new Set(against?.stacks);
  const compared =
    against === undefined
      ? { hops: present }
      : compareHops(read(against.plan, against.verdicts), present, ({ id }) => spoken.has(stackOf(id)));
  const branches = treeOf(compared.hops);
  const hops = inOrder(compared.hops, branches);
  const staying = hops.filter(({ change }) => change !== "removed");
  return {
    environment: plan.environment,
    project: plan.project,
    now,
    hops,
    causes: causesOf(staying),
    endings: endingsOf(staying),
    authorities: authoritiesOf(plan, staying, book),
    branches,
    ...("changes" in compared ? { changes: compared.changes } : {}),
  };
}

/** As the tree has their endpoints, then by caller: the order of the table, and of the numbers of hops. */
function inOrder(hops: readonly MapHop[], branches: readonly Branch[]): MapHop[] {
  const places = new Map(
    branches
      .flatMap(({ issuers }) => issuers.flatMap(({ endpoints }) => endpoints))
      .map(({ key }, place) => [key, place]),
  );
  return ordered(hops, ({ endpoint, caller, id }) => [
    places.get(endpoint.key) ?? -1,
    caller.group,
    caller.label,
    id,
  ]);
}

/** The certificates that hops need, the first to end first. */
function endingsOf(hops: readonly MapHop[]): readonly MapEnding[] {
  const counts = new Map<MapCertificate, number>();
  for (const certificate of hops.flatMap(({ needs }) => needs))
    counts.set(certificate, (counts.get(certificate) ?? 0) + 1);
  return ordered(
    [...counts].map(([certificate, count]): MapEnding => ({ certificate, hops: count })),
    ({ certificate: { notAfter, sha256 } }) => [notAfter, sha256],
  );
}
