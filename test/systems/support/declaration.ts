import { type Construct, RootConstruct } from "constructs";
import type { Finding, TrustPlan } from "../../../lib/model";
import { collectPlan } from "../../../lib/synth/plan/collectPlan";

/** The plan of a stack, with what the products' own rules have to say. */
export type Declaration = TrustPlan & { readonly findings: readonly Finding[] };

/** What a stack declares, without the environment that only synth has. */
export function declare(build: (scope: Construct) => void): Declaration {
  const root = new RootConstruct("stack");
  build(root);
  const { plan, findings } = collectPlan(root, { project: "test", name: "test" });
  return { ...plan, findings };
}

/** The text of a declared file, by the end of its path. */
export function textOf(declaration: Declaration, pathEnd: string): string {
  const file = declaration.files.find(({ path }) => path.endsWith(pathEnd));
  if (file?.content.kind !== "text") throw new Error(`no text file ${pathEnd} is declared`);
  return file.content.text;
}
