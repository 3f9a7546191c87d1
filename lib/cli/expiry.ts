import type { Command } from "commander";
import type { Expiry } from "../check";
import type { Policy } from "../model";
import { type Project, environmentOf } from "../project";
import { sentenceOf } from "../rules";
import { EXPIRING_WITHIN_DAYS } from "../rules/limits";
import { UsageError } from "./errors";

/** As commander reads it. */
export interface ExpiryFlags {
  readonly expiringWithin?: number;
}

/** Adds `--expiring-within`, with which what ends so soon makes a command fail; without it, it is a warning. */
export function withExpiry(command: Command): Command {
  return command.option(
    "--expiring-within <days>",
    `exit with 1 where a certificate ends within so many days (without: warn ${EXPIRING_WITHIN_DAYS} days before)`,
    wholeDays,
  );
}

/** Whether what was found is what the command was to fail for. */
export function failsForExpiry({ expiringWithin }: ExpiryFlags, expiries: readonly Expiry[]): boolean {
  return expiringWithin !== undefined && expiries.length > 0;
}

/** What an environment of the project allows of its identities. */
export function policyOf({ context }: Pick<Project, "context">, environment: string): Policy | undefined {
  return environmentOf((member) => context[member], environment).policy;
}

/** How soon an end counts: as the command was told, else as the environment renews. */
export function windowOf(
  { expiringWithin }: ExpiryFlags,
  policy: Policy | undefined,
): { readonly withinDays: number } {
  return { withinDays: expiringWithin ?? policy?.renewWithinDays ?? EXPIRING_WITHIN_DAYS };
}

/** One line for each, as synth says it. */
export function expiryLines(expiries: readonly Expiry[]): string[] {
  return expiries.map((expiry) => `${expiry.identityId} [${expiry.rule}]: ${sentenceOf(expiry)}`);
}

const MOST_DAYS = 999_999;

/** @throws UsageError */
export function wholeDays(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(
      `--expiring-within ${text}: give a whole number of days from 0 (ended by now) to ${MOST_DAYS}, for example 30`,
    );
  return Number(text);
}
