import { UNNAMED_OWNER } from "../hosts";
import { TrustError } from "../model";
import { readSynthesisedResources, type SynthesisedResource } from "../project";
import { posixQuote } from "../text";
import { parseOwner } from "./claims/owner";
import { providerConfiguration } from "./configuration";

/** Owners, for messages. */
export function ownerNames(owners: readonly string[]): string {
  return owners
    .map((owner) =>
      owner === UNNAMED_OWNER ? `${UNNAMED_OWNER} (delivered before owners were recorded)` : owner,
    )
    .join(" and ");
}

/** How things of other owners become this configuration's: the end of a sentence, with a command for our stacks. */
export function takeOverRemedy(owners: readonly string[]): string {
  const block = `take_over = ${JSON.stringify(owners)} in the provider block.`;
  const own = parseOwner(providerConfiguration().owner);
  if (own === undefined || !owners.every((owner) => parseOwner(owner) !== undefined)) return block;
  const options = owners.map((owner) => `--take-over ${posixQuote(owner)}`).join(" ");
  const command = `cdktf-trust deploy ${posixQuote(own.stack)} --environment ${own.environment} ${options}`;
  return `${onItsOwnLine(command)}which is ${block}`;
}

/** What a resource is told apart by from others of its type. */
export type DeclaredPlace = Required<Pick<SynthesisedResource, "host" | "path">> &
  Pick<SynthesisedResource, "alias" | "sha256">;

/**
 * How something is imported: the end of a sentence, with a command that runs as it is where the address is known.
 *
 * @param id - what `terraform import` is given
 */
export function importRemedy(typeName: string, place: DeclaredPlace, id: string): string {
  const address = addressOf(typeName, place);
  const folder = posixQuote(process.cwd());
  const command = `cd ${folder} && terraform import ${posixQuote(address ?? "ADDRESS")} ${posixQuote(id)}`;
  const known = address === undefined ? "ADDRESS being the resource that Terraform names here, and " : "";
  return `${onItsOwnLine(command)}${known}the same secrets at hand.`;
}

/**
 * The address of a resource in the configuration that synth wrote; Terraform tells no provider. Undefined where the
 * working directory holds another configuration, or declares the same twice.
 */
function addressOf(typeName: string, place: DeclaredPlace): string | undefined {
  const declared = Object.entries(synthesisedResources()[typeName] ?? {});
  const found = declared.filter(([, resource]) =>
    (["host", "path", "alias", "sha256"] as const).every(
      (name) => place[name] === undefined || place[name] === resource[name],
    ),
  );
  const [[name] = [undefined], ...others] = found;
  return name === undefined || others.length > 0 ? undefined : `${typeName}.${name}`;
}

function synthesisedResources(): ReturnType<typeof readSynthesisedResources> {
  try {
    return readSynthesisedResources(process.cwd());
  } catch (error) {
    if (error instanceof TrustError) return {};
    throw error;
  }
}

/** Terraform leaves a line that begins with blanks as it is, so that it can be copied. */
function onItsOwnLine(command: string): string {
  return `\n\n    ${command}\n\n`;
}
