import type { DefaultedMember, DefaultedRequest, DistinguishedName } from "../model";
import { invalidPathLength, invalidSubject, invalidValidity, noFile } from "./errors";

/**
 * The name that `options` spell, without the attributes they leave out.
 *
 * @throws DeclarationError `invalid-subject`
 */
export function distinguishedName(
  options: Omit<DistinguishedName, "commonName">,
  commonName: string,
): DistinguishedName {
  const { organizationalUnit, organization, locality, state, country } = options;
  const name: DistinguishedName = {
    commonName,
    ...(organizationalUnit === undefined ? {} : { organizationalUnit }),
    ...(organization === undefined ? {} : { organization }),
    ...(locality === undefined ? {} : { locality }),
    ...(state === undefined ? {} : { state }),
    ...(country === undefined ? {} : { country }),
  };
  for (const [attribute, value] of Object.entries(name)) {
    if (value.trim() === "" || /\p{Cc}/u.test(value)) throw invalidSubject(attribute, value);
  }
  // RFC 5280, appendix A.1, X520countryName: two letters, ISO 3166.
  if (country !== undefined && !/^[A-Za-z]{2}$/.test(country)) throw invalidSubject("country", country);
  return name;
}

/** @throws DeclarationError `invalid-validity` */
export function checkValidity(validityDays: number | undefined): void {
  if (validityDays === undefined) return;
  if (!Number.isInteger(validityDays) || validityDays < 1 || validityDays > 36_500)
    throw invalidValidity(validityDays);
}

/** @throws DeclarationError `invalid-path-length`; RFC 5280, 4.2.1.9 */
export function checkPathLength(pathLength: number | undefined): void {
  if (pathLength === undefined) return;
  if (!Number.isInteger(pathLength) || pathLength < 0 || pathLength > 255)
    throw invalidPathLength(pathLength);
}

/** @throws DeclarationError `no-file` */
export function checkFile(file: string): void {
  if (file.trim() === "") throw noFile();
}

/** Which of `members` the options leave to their defaults. */
export function defaultedOf(
  options: Readonly<Partial<Record<DefaultedMember, unknown>>>,
  members: readonly DefaultedMember[],
): DefaultedRequest {
  const defaulted = members.filter((member) => options[member] === undefined);
  return defaulted.length === 0 ? {} : { defaulted };
}
