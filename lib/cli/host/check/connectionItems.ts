import { HostError, isUnreached } from "../../../hosts";
import type { HostPlan, SshHostPlan } from "../../../model";
import { TrustError } from "../../../model/trustError";
import { failed, good, type HostCheckItem, type Subject } from "./hostCheck";

/** Where on the way in an error stops us. */
const STOPS: Readonly<Record<string, readonly [Subject, string]>> = {
  "host-unreachable": ["reached", "no"],
  "connection-lost": ["reached", "lost"],
  "host-key-unknown": ["host key", "unknown"],
  "host-key-changed": ["host key", "changed"],
  "host-auth": ["login", "refused"],
  "sudo-refused": ["sudo", "refused"],
  "host-shell": ["shell", "none"],
};

/** All that went well on the way in; a machine that is this one, or a directory here, has no such way. */
export function wayIn(host: HostPlan): readonly HostCheckItem[] {
  return host.kind === "ssh" ? steps(host) : [good("reached", "here")];
}

/**
 * How far we came, and what stopped us.
 *
 * @throws `error` where it is no failure to get in
 */
export function stoppedBy(host: HostPlan, error: unknown): readonly HostCheckItem[] {
  if (!(error instanceof TrustError)) throw error;
  // What is left is a secret that cannot be resolved, or a setting that is none.
  const [subject, seen] = (isUnreached(error) ? STOPS[error.code] : undefined) ?? [
    error instanceof HostError ? "reached" : "login",
    "no",
  ];
  const before = host.kind === "ssh" ? steps(host) : [];
  const stop = before.findIndex((item) => item.subject === subject);
  return [...before.slice(0, Math.max(stop, 0)), failed(subject, seen, error.message)];
}

function steps({ connection }: SshHostPlan): readonly HostCheckItem[] {
  return [
    good("reached", "yes"),
    good("host key", connection.hostKey === undefined ? "known" : "pinned"),
    good("login", connection.user ?? "yes"),
    ...(connection.sudo === undefined ? [] : [good("sudo", connection.sudo)]),
    good("shell", "yes"),
  ];
}
