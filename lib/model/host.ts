import type { HostConnection } from "./hostConnection";

/** What separates path components on a host, and which commands its runbooks use. */
export type HostPlatform = "posix" | "windows";

/** A machine (or directory) that holds files. */
export type HostPlan = LocalHostPlan | SshHostPlan | ManualHostPlan | OutsideHostPlan;

/** What every host has. */
export interface HostPlanBase {
  /** Name of the host within its stack, and of its folder among the artifacts. */
  readonly id: string;
  readonly platform: HostPlatform;
}

/** Files under a directory of this machine that mirrors the absolute paths of the real one. */
export interface LocalHostPlan extends HostPlanBase {
  readonly kind: "local";
  /** Directory that stands for the host's `/`: relative to the project's root, or absolute. */
  readonly root: string;
}

/** A machine that is reached over SSH. */
export interface SshHostPlan extends HostPlanBase {
  readonly kind: "ssh";
  /** `ssh://host[:port]`. */
  readonly address: string;
  readonly connection: HostConnection;
}

/** A machine nobody may log in to: it gets a bundle and a runbook instead of a deploy. */
export interface ManualHostPlan extends HostPlanBase {
  readonly kind: "manual";
}

/** Somebody else's machine: nothing is delivered to it, and nobody here is handed a bundle for it. */
export interface OutsideHostPlan extends HostPlanBase {
  readonly kind: "outside";
}
