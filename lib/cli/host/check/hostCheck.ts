/**
 * What is looked at, in the order in which it is: whether the machine answers, has the key that is known, lets us in and
 * become who we want to be, and gives a shell; what it has and what its clock says; then the declared paths and ports.
 */
export const SUBJECTS = [
  "reached",
  "host key",
  "login",
  "sudo",
  "shell",
  "tools",
  "clock",
  "space",
  "rights",
  "port",
] as const;

export type Subject = (typeof SUBJECTS)[number];

/** One thing that was looked at on a host. */
export interface HostCheckItem {
  readonly subject: Subject;
  /** `unknown` where the machine did not say, which fails nothing. */
  readonly state: "good" | "failed" | "unknown";
  /** Which path, directory, or `HOST:PORT`. */
  readonly about?: string;
  /** In a few words what was seen, for example `+1 s`. */
  readonly seen: string;
  /** What is wrong, and what to do; absent where nothing is. */
  readonly problem?: string;
}

/** What a look at a host came to. */
export interface HostCheck {
  /** Id of the host. */
  readonly host: string;
  /** Absent where nobody here may log in to it. */
  readonly address?: string;
  /** Nothing where nobody may log in. */
  readonly items: readonly HostCheckItem[];
}

export function isFailed({ items }: HostCheck): boolean {
  return items.some(({ state }) => state === "failed");
}

export function good(subject: Subject, seen: string, about?: string): HostCheckItem {
  return { subject, state: "good", seen, ...(about === undefined ? {} : { about }) };
}

export function unknown(subject: Subject, problem: string, about?: string): HostCheckItem {
  return { subject, state: "unknown", seen: "unknown", problem, ...(about === undefined ? {} : { about }) };
}

export function failed(subject: Subject, seen: string, problem: string, about?: string): HostCheckItem {
  return { subject, state: "failed", seen, problem, ...(about === undefined ? {} : { about }) };
}
