import { type DeployError, planIsStale, stateLocked } from "./errors";
import { plainText } from "./terraformText";

/** How long a state that another run holds is waited for. */
const LOCK_TIMEOUT_SECONDS = 300;

/** What Terraform is told about waiting for the state, unless somebody tells it in `TF_CLI_ARGS`. */
export function lockOptions(environment: NodeJS.ProcessEnv): string[] {
  const told = ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply"].map(
    (name) => environment[name] ?? "",
  );
  return told.some((words) => words.includes("-lock")) ? [] : [`-lock-timeout=${LOCK_TIMEOUT_SECONDS}s`];
}

/** Whose run it is, for those who look at who is connected to a state in PostgreSQL; libpq's name of the variable. */
export function applicationName(stack: string, host: string): Readonly<Record<string, string>> {
  return { PGAPPNAME: `cdktf-trust ${stack} ${host}`.slice(0, LONGEST_APPLICATION_NAME) };
}

/** PostgreSQL cuts it there. */
const LONGEST_APPLICATION_NAME = 63;

/** What Terraform failed for, where it is another run on the same state; undefined where it is something else. */
export function anotherRun(
  stack: { readonly name: string; readonly workingDirectory: string },
  output: string,
): DeployError | undefined {
  const text = plainText(output);
  if (/Saved plan is stale/.test(text)) return planIsStale(stack.name);
  if (!/Error acquiring the state lock/.test(text)) return undefined;
  return stateLocked(
    stack.name,
    isPostgres(text) ? postgresHolder() : holderIn(text, stack.workingDirectory),
  );
}

/**
 * Whether an init failed because another one made the same table of PostgreSQL's at the same time: its "if not exists"
 * looks and makes in two steps.
 */
export function lostRace(output: string): boolean {
  return /pq: (?:duplicate key value violates unique constraint "pg_|tuple concurrently updated)/.test(
    plainText(output),
  );
}

/** The words of Terraform's backend for it, whose "Lock Info" is about the run that asks and not about the holder. */
function isPostgres(text: string): boolean {
  return /Workspace is already locked|[Aa]lready locked for workspace creation/.test(text);
}

function postgresHolder(): string {
  return (
    "PostgreSQL knows who holds it: SELECT pid, application_name, client_addr, backend_start FROM pg_stat_activity " +
    "JOIN pg_locks USING (pid) WHERE locktype = 'advisory'. The lock ends with that run's connection; where its machine " +
    "is gone and the connection stays, end it: SELECT pg_terminate_backend(PID)."
  );
}

function holderIn(text: string, workingDirectory: string): string {
  const value = (name: string) => new RegExp(`^ *${name}: +(\\S.*)$`, "m").exec(text)?.[1];
  const [id, who, since] = ["ID", "Who", "Created"].map(value);
  const told = [who === undefined ? "" : ` by ${who}`, since === undefined ? "" : ` since ${since}`].join("");
  if (id === undefined) return `Terraform said:\n${text.trim()}`;
  return `It is held${told}. If that run is dead, and only then: terraform -chdir=${workingDirectory} force-unlock ${id}`;
}
