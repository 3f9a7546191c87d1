import { readSettings, settingName } from "../config";
import { concurrently, type Found, problem } from "../hop";
import {
  type ConfigFilePlan,
  type FilePlan,
  type Finding,
  type HopPlan,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";
import { finding, refusal } from "../rules";
import type { HostReader } from "./hostReader";

/** A file of a host's configuration that says something else than the plan. */
interface DriftedFile {
  readonly hostId: string;
  /** Whose part it is; undefined for a file of no system. */
  readonly systemId: string | undefined;
  readonly findings: readonly Finding[];
}

/** What the hosts' configuration says otherwise than the plan. */
export type ConfigDrift = readonly DriftedFile[];

/** Files read at a time. */
const CONCURRENCY = 8;

/**
 * Compares the values that were set in products' own files, and the configuration that was delivered whole, with the
 * hosts: whoever switches TLS off or names another store there leaves every store and certificate as it was.
 *
 * Scripts are left out, which nobody reads once they were run, and so is what is on a host that nobody logs in to.
 */
export async function configDrift(plan: TrustPlan, reader: HostReader): Promise<ConfigDrift> {
  const files = plan.files.filter(
    ({ content, unproven }) =>
      content.kind === "text" && content.fingerprints === undefined && unproven === undefined,
  );
  const compared = [
    ...plan.configFiles.map((file) => ({
      file,
      compare: async () => settingsThatDiffer(plan, file, await reader.configFile(file)),
    })),
    ...files.map((file) => ({
      file,
      compare: async () => textThatDiffers(plan, file, await reader.file(file.id)),
    })),
  ];
  const drifted = await concurrently(compared, CONCURRENCY, async ({ file: { id, hostId }, compare }) => {
    const findings = await compare();
    return findings.length === 0 ? [] : [{ hostId, systemId: systemOf(plan, id), findings }];
  });
  return drifted.flat();
}

/** The drift that concerns a hop: of the systems at its ends, and of files of no system on their hosts. */
export function driftOfHop(plan: TrustPlan, drift: ConfigDrift, hop: HopPlan): readonly Finding[] {
  if (drift.length === 0) return [];
  const endpoint = planIndex(plan).endpoint(hop.endpointId);
  const hosts = new Set([hop.clientHostId, endpoint?.hostId]);
  const systems = new Set([hop.id, hop.endpointId].map((id) => systemOf(plan, id)));
  return drift.flatMap(({ hostId, systemId, findings }) => {
    const concerns = systemId === undefined ? hosts.has(hostId) : systems.has(systemId);
    return concerns ? findings : [];
  });
}

/** The system whose part an id names; parts are named below it. */
function systemOf({ systems }: TrustPlan, id: string): string | undefined {
  const around = systems.filter((system) => id.startsWith(`${system.id}/`)).map((system) => system.id);
  return around.sort((one, other) => other.length - one.length)[0];
}

function settingsThatDiffer(
  plan: TrustPlan,
  { id, hostId, path, settings }: ConfigFilePlan,
  read: Found<Uint8Array> | undefined,
): readonly Finding[] {
  const place = placeOf(hostId, path);
  if (read === undefined) {
    return isCopiedBack(plan, hostId) ? [] : [finding(id, refusal("file-missing", `${place} is not there`))];
  }
  if ("finding" in read) return unlessUnreachable(read.finding);
  try {
    return readSettings(read.value, settings).flatMap(({ setting, found }) => {
      if (found === setting.value) return [];
      const facts = `${place}: ${settingName(setting)} is ${shown(found)}, declared is ${shown(setting.value)}`;
      return [finding(id, refusal("setting-differs", facts))];
    });
  } catch (error) {
    return [problem("file-unreadable", id, error, place).finding];
  }
}

function textThatDiffers(
  plan: TrustPlan,
  { id, hostId, path, content }: FilePlan,
  read: Found<Uint8Array>,
): readonly Finding[] {
  if ("finding" in read) {
    const isAbsent = read.finding.rule === "file-missing" && isCopiedBack(plan, hostId);
    return isAbsent ? [] : unlessUnreachable(read.finding);
  }
  const isAsDelivered = content.kind === "text" && Buffer.from(content.text, "utf8").equals(read.value);
  const facts = `${placeOf(hostId, path)} is not what was delivered`;
  return isAsDelivered ? [] : [finding(id, refusal("file-differs", facts))];
}

/** From a host that nobody logs in to, people copy back what they like. */
function isCopiedBack(plan: TrustPlan, hostId: string): boolean {
  return planIndex(plan).host(hostId)?.kind === "manual";
}

/** What a hop needs from there is said of the hop. */
function unlessUnreachable(one: Finding): readonly Finding[] {
  return one.rule === "host-unreachable" ? [] : [one];
}

function shown(value: string | null): string {
  return value === null ? "not set" : JSON.stringify(value);
}
