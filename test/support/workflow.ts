import { parse } from "yaml";

/** A job of a GitHub workflow, as far as pages of ours use them. */
interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, string>> };
  readonly steps?: readonly Step[];
}

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
}

/** A step's script, with the variables of its job; gives what it wrote to `GITHUB_OUTPUT`. */
export type RunScript = (
  script: string,
  variables: Readonly<Record<string, string>>,
) => Promise<Readonly<Record<string, string>>>;

/** What expressions may name. */
type Contexts = Readonly<Record<string, unknown>>;

/**
 * Runs a workflow of GitHub's as its runners do: a job once those that it needs have ended, the jobs of a matrix at the
 * same time. Expressions are those that JavaScript has, too.
 *
 * @param files workflows by path; `contexts` has `secrets` and `vars`
 */
export class Workflow {
  constructor(
    private readonly files: Readonly<Record<string, string>>,
    private readonly contexts: Contexts,
    private readonly run: RunScript,
  ) {}

  async start(file: string, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    const { jobs } = parse(this.files[file] ?? "") as { readonly jobs: Readonly<Record<string, Job>> };
    const outputs: Record<string, { outputs: Record<string, unknown> } | undefined> = {};
    for (const [name, job] of Object.entries(jobs)) {
      const needs = [job.needs ?? []].flat();
      if (needs.some((needed) => outputs[needed] === undefined)) continue;
      const contexts = { ...this.contexts, inputs, needs: outputs };
      if (job.if !== undefined && valueOf(job.if, contexts) !== true) continue;
      outputs[name] = { outputs: await this.runJob(job, contexts) };
    }
  }

  private async runJob(job: Job, contexts: Contexts): Promise<Record<string, unknown>> {
    if (job.uses !== undefined) {
      const given = Object.entries(job.with ?? {}).map(([key, text]) => [key, filled(text, contexts)]);
      await this.start(job.uses, Object.fromEntries(given));
      return {};
    }
    const [[key, list] = ["", undefined]] = Object.entries(job.strategy?.matrix ?? {});
    const values = list === undefined ? [undefined] : (valueOf(inner(list), contexts) as unknown[]);
    const outputs = await Promise.all(
      values.map((value) => this.runSteps(job, { ...contexts, matrix: { [key]: value } })),
    );
    return outputs[0] ?? {};
  }

  private async runSteps(job: Job, contexts: Contexts): Promise<Record<string, unknown>> {
    const steps: Record<string, unknown> = {};
    const all = { ...contexts, steps };
    const variables = Object.entries(job.env ?? {}).map(([key, text]) => [key, filled(text, all)]);
    for (const step of job.steps ?? []) {
      if (step.run === undefined || (step.if !== undefined && valueOf(step.if, all) !== true)) continue;
      const outputs = await this.run(filled(step.run, all), Object.fromEntries(variables));
      if (step.id !== undefined) steps[step.id] = { outputs };
    }
    return Object.fromEntries(
      Object.entries(job.outputs ?? {}).map(([key, text]) => [key, filled(text, all)]),
    );
  }
}

function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(valueOf(expression, contexts)),
  );
}

/** The expression of a text that is one. */
function inner(text: string): string {
  return /^\$\{\{(.*)\}\}$/.exec(text)?.[1] ?? text;
}

function valueOf(expression: string, contexts: Contexts): unknown {
  const functions = { fromJSON: JSON.parse, toJSON: JSON.stringify };
  const names = { ...contexts, ...functions };
  // eslint-disable-next-line no-implied-eval -- the page's own expressions
  return new Function(...Object.keys(names), `return (${expression.replaceAll("!= null", "!= undefined")});`)(
    ...Object.values(names),
  ) as unknown;
}
