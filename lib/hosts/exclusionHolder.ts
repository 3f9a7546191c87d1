import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

import { systemCode } from "../model/systemCode";

/** What a lock says of the process that holds it. */
export interface ExclusionHolder {
  readonly user: string;
  readonly processId: number;
  readonly machine: string;
  readonly since: string;
  /** Which processes `processId` counts among; absent where that cannot be told. */
  readonly processSpace?: string;
  /** When the process started, by the kernel's count, so that a later one with its number is not taken for it. */
  readonly started?: string;
}

/** Whether the process of a lock runs; unknown where it is not among those that this one can see. */
export type Liveness = "alive" | "dead" | "unknown";

/** This process, as its locks tell of it. */
export function thisHolder(now: Date): ExclusionHolder {
  const space = processSpace();
  const started = startOf(process.pid)?.started;
  return {
    user: userName(),
    processId: process.pid,
    machine: hostname(),
    since: now.toISOString(),
    ...(space === undefined ? {} : { processSpace: space }),
    ...(started === undefined ? {} : { started }),
  };
}

/** Undefined where the text is half written, or of somebody else's making. */
export function parseHolder(text: string): ExclusionHolder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** The holder in words for people. */
export function describeHolder(holder: ExclusionHolder | undefined): string {
  if (holder === undefined) return "another run";
  return `user ${holder.user}, process ${holder.processId} on ${holder.machine}, since ${holder.since}`;
}

/**
 * Among the processes of one boot and one container, whether one runs is a fact that needs no clock. A lock
 * of an earlier version names no start; a process with its number may then be another one.
 */
export function livenessOf(holder: ExclusionHolder | undefined): Liveness {
  if (holder?.processSpace === undefined) return "unknown";
  if (holder.processSpace !== processSpace() || holder.machine !== hostname()) return "unknown";
  return livenessAmong(holder, exists(holder.processId) ? (startOf(holder.processId) ?? "unseen") : "gone");
}

/** What the machine of a lock says of the process with the holder's number; `unseen` where it does not tell. */
export function livenessAmong(holder: ExclusionHolder, found: FoundProcess | "gone" | "unseen"): Liveness {
  if (found === "gone") return "dead";
  if (found === "unseen") return "unknown";
  if (found.ended) return "dead";
  if (holder.started === undefined) return "unknown";
  if (found.started === holder.started) return "alive";
  // Counts of two time namespaces do not compare.
  return clockOf(found.started) === clockOf(holder.started) ? "dead" : "unknown";
}

/** A process as its machine shows it. */
export interface FoundProcess {
  /** `<time namespace> <ticks since boot>`. */
  readonly started: string;
  readonly ended: boolean;
}

function exists(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (cause) {
    return systemCode(cause) !== "ESRCH";
  }
}

/** Linux: the boot and the process namespace; elsewhere nothing, and locks are watched for signs of life. */
function processSpace(): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

function startOf(processId: number): FoundProcess | undefined {
  try {
    return startedAt(readFileSync(`/proc/${processId}/stat`, "utf8"), timeSpace());
  } catch {
    return undefined;
  }
}

/** A process by its line in /proc/PID/stat (proc(5), fields 3 and 22). */
export function startedAt(status: string, timeSpaceOfMachine: string): FoundProcess {
  // The name, field 2, is in parentheses and may hold anything, parentheses and blanks too.
  const [state = "", ...fields] = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return { started: `${timeSpaceOfMachine} ${fields[18]}`, ended: state === "Z" || state === "X" };
}

function timeSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/time");
  } catch {
    return "time:";
  }
}

function clockOf(started: string): string | undefined {
  return started.split(" ", 1)[0];
}

/** Containers run as users that nobody has given a name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `id ${process.geteuid?.()}`;
  }
}

function isHolder(value: unknown): value is ExclusionHolder {
  return (
    typeof value === "object" &&
    value !== null &&
    "processId" in value &&
    Number.isSafeInteger(value.processId) &&
    Number(value.processId) > 0 &&
    "user" in value &&
    isPrintable(value.user) &&
    "machine" in value &&
    isPrintable(value.machine) &&
    "since" in value &&
    isPrintable(value.since) &&
    (!("processSpace" in value) || isPrintable(value.processSpace)) &&
    (!("started" in value) || isPrintable(value.started))
  );
}

/** It is shown to people, and whoever may write in the folder can have written it. */
function isPrintable(value: unknown): boolean {
  return typeof value === "string" && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u.test(value);
}
