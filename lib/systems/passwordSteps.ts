import type { IConstruct } from "constructs";
import type { IHost, Secret } from "../constructs";
import { planIdOf } from "../constructs/key";
import type { PlanContribution } from "../constructs/planContribution";
import type { PasswordReplacement } from "../model";
import { groupBy } from "../model/groupBy";
import { markdownCode } from "../text";
import { variableOf } from "./passwordVariable";

/** A store or a key that a system opens, and its password. */
export interface OpenedFile {
  readonly path: string;
  readonly password: Secret;
  /** What the variable of its password is named after, where the reference names none; as of `passwordVariable`. @default - none */
  readonly owner?: string;
}

/** A password that takes the place of another one, with the variables that a system has them in. */
export interface VariableReplacement extends PasswordReplacement {
  /** Of the former and the new one; the same where its value changes. */
  readonly variables: readonly [former: string, next: string];
}

/**
 * What people do so that a system opens what gets another password; nothing where nothing does.
 *
 * @param text what they do about one password
 */
export function passwordSteps(
  system: IConstruct,
  host: IHost,
  opened: readonly (OpenedFile | undefined)[],
  text: (replacement: VariableReplacement) => string,
): Pick<PlanContribution, "passwordSteps"> {
  const changing = opened.flatMap((file) => {
    const from = file?.password.formerReferenceIn(system);
    if (file === undefined || from === undefined) return [];
    const { owner = "", password } = file;
    const to = password.referenceIn(system);
    return [{ ...file, from, to, variables: [variableOf(from, owner), variableOf(to, owner)] as const }];
  });
  if (changing.length === 0) return {};
  const groups = [...groupBy(changing, ({ from, to, variables }) => JSON.stringify([from, to, variables]))];
  const texts = groups.flatMap(([, files]) => {
    const [first] = files;
    if (first === undefined) return [];
    const { from, to, variables } = first;
    return [text({ files: files.map(({ path }) => markdownCode(path)).join(" and "), from, to, variables })];
  });
  return {
    passwordSteps: [
      {
        id: planIdOf(system),
        hostId: host.hostId,
        label: system.node.id,
        paths: changing.map(({ path }) => path),
        text: texts.join(" "),
      },
    ],
  };
}

/**
 * The step of a product that takes a password from its environment.
 *
 * @param place where that is written
 */
export function environmentStep(
  name: string,
  place: string,
  { files, from, to, variables: [former, next] }: VariableReplacement,
): string {
  return former === next
    ? `Give \`${next}\`, the password of ${files}, the value of \`${to}\` in the place of that of \`${from}\` ${place}, before ${name} is started again.`
    : `Give ${name} \`${next}\`, the new password of ${files}, ${place}, before it is started again; \`${former}\` stays until it runs with it.`;
}
