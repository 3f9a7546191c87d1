import { posixQuote } from "../text";
import { parseOwner } from "./claims/owner";
import { providerConfiguration } from "./configuration";

/** How things of other owners become this configuration's, for messages: a command where stacks are ours. */
export function takeOverRemedy(owners: readonly string[]): string {
  const block = `take_over = ${JSON.stringify(owners)} in the provider block`;
  const own = parseOwner(providerConfiguration().owner);
  if (own === undefined || !owners.every((owner) => parseOwner(owner) !== undefined)) return block;
  const { stack, environment } = own;
  const options = owners.map((owner) => `--take-over ${posixQuote(owner)}`).join(" ");
  return onItsOwnLine(`cdktf-trust deploy ${posixQuote(stack)} --environment ${environment} ${options}`, block);
}

/** Terraform leaves a line that begins with blanks as it is, so that it can be copied. */
function onItsOwnLine(command: string, alternative: string): string {
  return `\n\n  ${command}\n\n(${alternative})`;
}
