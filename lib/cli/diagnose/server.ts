import type { JavaRuntimePlan } from "../../model";
import {
  diagnoseServer,
  liveVerdict,
  type Presented,
  presentTo,
  type ServerDiagnosis,
  unshown,
  type VerdictReport,
} from "../../verify";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { parseAddress } from "./address";
import { compareWith, type Comparison } from "./against";
import { saveBundle } from "./bundle";
import { anchorsOf, type CallerFlags, presentingCaller } from "./caller";
import {
  describeComparison,
  describeFindings,
  describePresented,
  describeServer,
  describeVerdict,
} from "./describeServer";

export interface ListenerOptions extends CallerFlags {
  /** Names that the server is called by; the first one is the caller's. */
  readonly servername: readonly string[];
  /** The one that calls. */
  readonly java: JavaRuntimePlan;
  readonly timeoutMs?: number;
  readonly path?: string;
  readonly against?: string;
  readonly bundle?: string;
  readonly withPaths?: boolean;
  readonly json: boolean;
}

/** What was found about a server, for tools. */
export interface ServerReport extends ServerDiagnosis {
  /** The same server under the other names that were given. */
  readonly otherNames: readonly ServerDiagnosis[];
  /** Whether the caller and the server shake hands; absent where nothing was said about the caller. */
  readonly verdict?: VerdictReport;
  /** What the caller's Java sends, and what the server says to it; absent where no keystore was given. */
  readonly presented?: Omit<Presented, "findings">;
  /** How it differs from another server, or from a file. */
  readonly comparison?: Comparison;
  /** What was not shown, each as a sentence without its end. */
  readonly unshown: readonly string[];
}

/** Looks at a listening server and says what is wrong with it; exit code 1 where anything is. */
export async function diagnoseListener(
  io: CliIo,
  address: string,
  options: ListenerOptions,
): Promise<ExitCode> {
  const { java, json, bundle } = options;
  const found = await look(io, address, options);
  if (bundle !== undefined) saveBundle(io, bundle, { server: found }, options);
  if (json) printJson(io, found);
  else printLines(io, ...describe(found, java));
  const findings = [found.verdict ?? found, ...found.otherNames].flatMap((each) => each.findings);
  const differs = (found.comparison?.differences.length ?? 0) > 0;
  return findings.length > 0 || found.verdict?.ok === false || differs ? 1 : 0;
}

async function look(io: CliIo, address: string, options: ListenerOptions): Promise<ServerReport> {
  const { java, servername: names, timeoutMs, path, against } = options;
  const anchors = anchorsOf(io, options);
  const caller = presentingCaller(io, options, java);
  const asked = {
    ...parseAddress(address),
    now: io.now,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(path === undefined ? {} : { path }),
  };
  const judged = { ...asked, java, ...(anchors === undefined ? {} : { anchors }) };
  const [first, ...others] = await Promise.all(
    (names.length === 0 ? [undefined] : names).map(async (servername) =>
      diagnoseServer({ ...judged, ...(servername === undefined ? {} : { servername }) }),
    ),
  );
  if (first === undefined) throw new UsageError("there is no name to call the server by");
  const { servername } = first.diagnosis;
  const presented =
    caller === undefined ? undefined : await presentTo(first, caller, { ...asked, servername });
  const isJudged = anchors !== undefined || presented !== undefined;
  return {
    ...first.diagnosis,
    otherNames: others.map(({ diagnosis }) => diagnosis),
    ...(isJudged ? { verdict: liveVerdict(first, calledBy(java, presented), io.now) } : {}),
    ...shownOf(presented),
    ...(against === undefined ? {} : { comparison: await compareWith(io, first, against, timeoutMs) }),
    unshown: unshown(first, { ...calledBy(java, presented), sentRequest: path !== undefined }),
  };
}

function calledBy(java: JavaRuntimePlan, presented: Presented | undefined) {
  return { java, ...(presented === undefined ? {} : { presented }) };
}

function shownOf(presented: Presented | undefined): Pick<ServerReport, "presented"> {
  if (presented === undefined) return {};
  const { findings: _inVerdict, ...shown } = presented;
  return { presented: shown };
}

function describe(found: ServerReport, java: JavaRuntimePlan): string[] {
  const { otherNames, verdict, presented, comparison, findings: seen } = found;
  const findings = verdict?.findings ?? seen;
  const cause = verdict?.ok === false ? findings.find(({ level }) => level === "error") : undefined;
  return [
    ...describeServer(found),
    ...(presented === undefined || found.chain.length === 0
      ? []
      : describePresented(found, { java }, { ...presented, findings: [] })),
    ...(verdict === undefined ? [] : describeVerdict(verdict)),
    ...(verdict === undefined && findings.length === 0 ? ["nothing found"] : []),
    ...describeFindings(findings, cause),
    ...otherNames.flatMap((other) => [
      ...describeServer(other),
      ...describeFindings(other.findings, undefined),
    ]),
    ...(comparison === undefined ? [] : describeComparison(comparison)),
    ...found.unshown.map((what) => `not shown: ${what}`),
  ];
}
