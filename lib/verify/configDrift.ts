import { readSettings, settingName } from "../config";
import { concurrently, type Found, problem } from "../hop";
import {
  type ConfigExpectationPlan,
  type ConfigFilePlan,
  type FilePlan,
  type Finding,
  type FindingLevel,
  type HopPlan,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";
import { finding, refusal } from "../rules";
import type { HostReader } from "./hostReader";
import { systemOf } from "./systemOf";

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
 * Scripts are left out, which nobody reads once they were run, and so is what is on a host that nobody logs in to. What
 * they bring about is compared where the product keeps it in a file.
 *
 * @param unmet how bad it is that people have not brought about what is expected
 */
export async function configDrift(
  plan: TrustPlan,
  reader: HostReader,
  unmet: FindingLevel = "error",
): Promise<ConfigDrift> {
  const files = plan.files.filter(
    ({ content, unproven }) =>
      content.kind === "text" && content.fingerprints === undefined && unproven === undefined,
  );
  const compared = [
    ...plan.configFiles.map((file) => ({
      file,
      compare: async () => settingsThatDiffer(plan, file, await reader.configFile(file)),
    })),
    ...(plan.expectations ?? []).map((file) => ({
      file,
      compare: async () => settingsUnmet(plan, file, await reader.configFile(file), unmet),
    })),
    ...files.map((file) => ({
      file,
      compare: async () => textThatDiffers(plan, file, await reader.file(file.id)),
    })),
  ];
  const drifted = await concurrently(compared, CONCURRENCY, async ({ file: { id, hostId }, compare }) => {
    const findings = await compare();
    return findings.length === 0 ? [] : [{ hostId, systemId: systemOf(plan, id)?.id, findings }];
  });
  return drifted.flat();
}

/** The drift that concerns a hop: of the systems at its ends, and of files of no system on their hosts. */
export function driftOfHop(plan: TrustPlan, drift: ConfigDrift, hop: HopPlan): readonly Finding[] {
  if (drift.length === 0) return [];
  const endpoint = planIndex(plan).endpoint(hop.endpointId);
  const hosts = new Set([hop.clientHostId, endpoint?.hostId]);
  const systems = new Set([hop.id, hop.endpointId].map((id) => systemOf(plan, id)?.id));
  return drift.flatMap(({ hostId, systemId, findings }) => {
    const concerns = systemId === undefined ? hosts.has(hostId) : systems.has(systemId);
    return concerns ? findings : [];
  });
}

function settingsThatDiffer(
  plan: TrustPlan,
  file: ConfigFilePlan,
  read: Found<Uint8Array> | undefined,
): readonly Finding[] {
  const { id, hostId, path } = file;
  if (read !== undefined)
    return differences(file, read, (facts) => finding(id, refusal("setting-differs", facts)));
  const facts = `${placeOf(hostId, path)} is not there`;
  return isCopiedBack(plan, hostId) ? [] : [finding(id, refusal("file-missing", facts))];
}

/** A product that is not there yet has no file, so that nothing can be said of it. */
function settingsUnmet(
  plan: TrustPlan,
  file: ConfigExpectationPlan,
  read: Found<Uint8Array> | undefined,
  unmet: FindingLevel,
): readonly Finding[] {
  const { id, hostId, path, settings, remedy } = file;
  if (read !== undefined)
    return differences(file, read, (facts) => finding(id, refusal("setting-differs", facts, remedy), unmet));
  const names = settings.map(settingName).join(", ");
  const facts = `${placeOf(hostId, path)} is not there, so nobody can see from here what ${names} is`;
  const see = "see whether the product is installed there";
  return isCopiedBack(plan, hostId) ? [] : [finding(id, refusal("file-missing", facts, see), "warning")];
}

function differences(
  { id, hostId, path, settings }: Pick<ConfigFilePlan, "id" | "hostId" | "path" | "settings">,
  read: Found<Uint8Array>,
  differs: (facts: string) => Finding,
): readonly Finding[] {
  const place = placeOf(hostId, path);
  if ("finding" in read) return unlessUnreachable(read.finding);
  try {
    return readSettings(read.value, settings).flatMap(({ setting, found }) =>
      found === setting.value
        ? []
        : [
            differs(
              `${place}: ${settingName(setting)} is ${shown(found)}, declared is ${shown(setting.value)}`,
            ),
          ],
    );
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
