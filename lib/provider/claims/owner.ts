/** What an owner's label says, where it is that of a stack of ours. */
export interface StackOwner {
  readonly project: string;
  readonly environment: string;
  readonly stack: string;
}

/** Takes `project/environment/stack` apart; undefined for other labels, such as the directory of plain HCL. */
export function parseOwner(owner: string): StackOwner | undefined {
  const form = /^(?<project>[^/].*)\/(?<environment>[A-Za-z0-9][A-Za-z0-9-]{0,62})\/(?<stack>[^/]+)$/;
  const { project, environment, stack } = form.exec(owner)?.groups ?? {};
  if (project === undefined || environment === undefined || stack === undefined) return undefined;
  return { project, environment, stack };
}
