import type { DefaultedMember, DefaultedRequest, DistinguishedName } from "../model";
import { invalidValidity } from "./errors";

/** The name that `options` spell, without the attributes they leave out. */
export function distinguishedName(
  options: Omit<DistinguishedName, "commonName">,
  commonName: string,
): DistinguishedName {
  const { organizationalUnit, organization, locality, state, country } = options;
  return {
    commonName,
    ...(organizationalUnit === undefined ? {} : { organizationalUnit }),
    ...(organization === undefined ? {} : { organization }),
    ...(locality === undefined ? {} : { locality }),
    ...(state === undefined ? {} : { state }),
    ...(country === undefined ? {} : { country }),
  };
}

/** @throws DeclarationError `invalid-validity` */
export function checkValidity(validityDays: number | undefined): void {
  if (validityDays === undefined) return;
  if (!Number.isInteger(validityDays) || validityDays < 1 || validityDays > 36_500)
    throw invalidValidity(validityDays);
}

/** Which of `members` the options leave to their defaults. */
export function defaultedOf(
  options: Readonly<Partial<Record<DefaultedMember, unknown>>>,
  members: readonly DefaultedMember[],
): DefaultedRequest {
  const defaulted = members.filter((member) => options[member] === undefined);
  return defaulted.length === 0 ? {} : { defaulted };
}
