import type { Command } from "commander";
import { renameSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Expiry } from "../../check";
import { lockPath, throughTemporary } from "../../lock";
import { stackOf } from "../../model";
import type { Project } from "../../project";
import {
  type EnvironmentReport,
  type ReportedHop,
  githubAnnotations,
  junitXml,
  prometheusText,
} from "../../report";
import { UsageError } from "../errors";
import { type ExpiryFlags, failsForExpiry } from "../expiry";
import type { CliIo } from "../io";
import { hopRows } from "./hopRows";
import { type ProvenEnvironment, reportProven } from "./prove";

/** Options as commander reads them. */
export interface ReportFlags {
  readonly junit?: string;
  readonly prometheus?: string;
  /** Undefined where neither `--github` nor `--no-github` is given. */
  readonly github?: boolean;
}

/** Others than the owner read it, such as node_exporter. */
const FILE_MODE = 0o644;

/** Adds what a command takes that tells other tools what it found. */
export function withReports(command: Command): Command {
  return command
    .option("--junit <file>", "write JUnit XML for a CI server")
    .option("--prometheus <file.prom>", "write metrics for the textfile collector of node_exporter", promFile)
    .option("--github", "print GitHub annotations (by itself where GITHUB_ACTIONS is true)")
    .option("--no-github", "print none, there either");
}

/** What was found of an environment. */
export interface Found {
  readonly project: Project;
  readonly environment: string;
  readonly proven: ProvenEnvironment;
  readonly expiring: readonly Expiry[];
}

/** Writes what the flags ask for. Annotations go to standard error, where GitHub reads them too, so that JSON stays JSON. */
export function writeReports(io: CliIo, flags: ReportFlags & ExpiryFlags, found: Found): void {
  const { junit, prometheus, github = io.environment["GITHUB_ACTIONS"] === "true" } = flags;
  if (junit === undefined && prometheus === undefined && !github) return;
  const report = reportOf(io.now, flags, found);
  if (junit !== undefined) write(io, junit, junitXml(report));
  if (prometheus !== undefined) write(io, prometheus, prometheusText(report));
  if (!github) return;
  const { directory } = found.project;
  const shown = (path: string) => relative(io.workingDirectory, path);
  const files = {
    project: shown(resolve(directory, "cdktf.json")),
    lock: shown(lockPath(directory, found.environment)),
  };
  for (const annotation of githubAnnotations(report, files)) io.stderr.write(`${annotation}\n`);
}

function reportOf(at: Date, flags: ExpiryFlags, { environment, proven, expiring }: Found): EnvironmentReport {
  const verdicts = new Map(reportProven(proven, at).map((verdict) => [verdict.hopId, verdict]));
  const hops = hopRows(proven).map(({ hopId, client, address, verdict, proof, reason }): ReportedHop => {
    const { expires, findings = [] } = verdicts.get(hopId) ?? {};
    return {
      hopId,
      stack: stackOf(hopId),
      client,
      address,
      verdict,
      reason,
      ...(verdict === "not proven" ? {} : { proof: proof ?? "files" }),
      ...(expires === undefined ? {} : { expires }),
      findings,
    };
  });
  const { certificates } = proven;
  return { environment, at, hops, expiring, failsForExpiry: failsForExpiry(flags, expiring), certificates };
}

/** Whoever reads it meanwhile sees the old one or the new one whole. */
function write(io: CliIo, path: string, text: string): void {
  throughTemporary(resolve(io.workingDirectory, path), text, FILE_MODE, io.randomBytes, renameSync);
}

/** @throws UsageError for what the collector would not read */
function promFile(path: string): string {
  if (path.endsWith(".prom")) return path;
  throw new UsageError(
    `--prometheus ${path}: give a file whose name ends in .prom, because node_exporter reads no other`,
  );
}
