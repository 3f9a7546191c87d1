import type { Starter } from "./starter";

/** The packages that a project imports or runs, and those that only check it. */
const PACKAGES = ["cdktf-trust", "cdktf", "constructs"];
const DEVELOPMENT_PACKAGES = ["typescript", "tsx", "@types/node"];

export interface CdktfJsonProps {
  readonly starter: Starter;
  /** What plans, states and hosts call the project. */
  readonly project: string;
  /** CDKTF's own id of the project, a UUID. */
  readonly projectId: string;
}

/** `cdktf.json` of a new project: the environment `local`, which is folders, and `prod`, whose hosts get a runbook. */
export function cdktfJson({ starter, project, projectId }: CdktfJsonProps): string {
  const secrets = starter.secrets.map((name) => [name, `env:${variableOf(name)}`]);
  const settings = {
    language: "typescript",
    app: "node --import tsx main.ts",
    projectId,
    sendCrashReports: "false",
    terraformProviders: [],
    terraformModules: [],
    context: {
      project,
      environment: "local",
      environments: {
        prod: {
          lockKey: "env:CDKTF_TRUST_LOCK_KEY",
          hosts: Object.fromEntries(starter.hosts.map((host) => [host, "manual"])),
          secrets: Object.fromEntries(secrets),
        },
      },
    },
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

function variableOf(secret: string): string {
  return `${secret.replaceAll("-", "_").toUpperCase()}_PASSWORD`;
}

/** What npm has to install, for a `package.json` as it is; undefined where there is none. */
export function installCommands(packageJson: unknown): string[] {
  const installed = new Set(
    ["dependencies", "devDependencies", "peerDependencies"].flatMap((member) => namesIn(packageJson, member)),
  );
  const missing = (names: readonly string[]) => names.filter((name) => !installed.has(name));
  const commands: [string, string[]][] = [
    ["npm install", missing(PACKAGES)],
    ["npm install --save-dev", missing(DEVELOPMENT_PACKAGES)],
  ];
  return commands.flatMap(([command, names]) =>
    names.length === 0 ? [] : [`${command} ${names.join(" ")}`],
  );
}

function namesIn(value: unknown, member: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const found: unknown = (value as Record<string, unknown>)[member];
  return typeof found === "object" && found !== null ? Object.keys(found) : [];
}
