import { type Construct, RootConstruct } from "constructs";
import { type PlanContribution, contributionOf } from "../../../lib/constructs/planContribution";

/** Everything that the constructs of a stack contribute, each part once. */
export type Declaration = Required<PlanContribution>;

/** What a stack declares, without the environment that only synth has. */
export function declare(build: (scope: Construct) => void): Declaration {
  const root = new RootConstruct("stack");
  build(root);
  const contributions = root.node.findAll().map((construct) => contributionOf(construct) ?? {});
  const all = <T>(part: (contribution: PlanContribution) => readonly T[] | undefined): T[] => [
    ...new Map(
      contributions
        .flatMap((contribution) => part(contribution) ?? [])
        .map((item) => [JSON.stringify(item), item] as const),
    ).values(),
  ];
  return {
    hosts: all(({ hosts }) => hosts),
    identities: all(({ identities }) => identities),
    stores: all(({ stores }) => stores),
    entries: all(({ entries }) => entries),
    endpoints: all(({ endpoints }) => endpoints),
    bindings: all(({ bindings }) => bindings),
    hops: all(({ hops }) => hops),
    files: all(({ files }) => files),
    configFiles: all(({ configFiles }) => configFiles),
    runbooks: all(({ runbooks }) => runbooks),
    fingerprints: all(({ fingerprints }) => fingerprints),
    findings: all(({ findings }) => findings),
  };
}

/** The text of a declared file, by the end of its path. */
export function textOf(declaration: Declaration, pathEnd: string): string {
  const file = declaration.files.find(({ path }) => path.endsWith(pathEnd));
  if (file?.content.kind !== "text") throw new Error(`no text file ${pathEnd} is declared`);
  return file.content.text;
}
