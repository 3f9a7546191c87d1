import { closest } from "../../model/closest";
import { DeclarationError } from "../errors";

/** All that is wrong with the props of one construct. */
export function invalidProps(where: string, problems: readonly string[]): DeclarationError {
  const [only = "", ...others] = problems;
  const said = others.length === 0 ? ` ${only}` : problems.map((problem) => `\n  ${problem}`).join("");
  return new DeclarationError("invalid-props", `${where}:${said}`);
}

export function missingProp(name: string, expected: string): string {
  return `${name} is missing. Give ${expected}.`;
}

export function wrongProp(name: string, given: string, expected: string): string {
  return `${name} is ${given}. Give ${expected}.`;
}

export function unknownProp(path: string, name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return meant === undefined
    ? `there is no prop ${path}. There are ${known.join(", ")}.`
    : `there is no prop ${path}. Is ${meant} meant?`;
}

export function unresolvedProp(name: string, expected: string): string {
  return (
    `${name} is a Terraform value, which is known only when Terraform deploys, and stores and files are made before, at synth. ` +
    `Give ${expected} in the code itself; where environments differ, by this.environment.choose({ … }).`
  );
}
