import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttachedStack } from "./attachedStack";
import { bundleProvider } from "./terraform";

/**
 * Gives each test of the surrounding `describe` a stack of its own, with the provider as it is now.
 *
 * @param environment of Terraform and the provider
 * @param begin takes the stack and the folder `/opt` of its host, which is `local:../host`
 */
export function stackForEachTest(
  environment: Readonly<Record<string, string>>,
  begin: (stack: AttachedStack, folder: string) => void,
): void {
  const scratch = mkdtempSync(join(tmpdir(), "trust-stacks-"));
  const bundle = bundleProvider(scratch);
  let stack: AttachedStack;

  beforeEach(() => {
    stack = new AttachedStack(bundle);
    stack.environment = { ...environment };
    const folder = join(stack.root, "host", "opt");
    mkdirSync(folder, { recursive: true });
    begin(stack, folder);
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));
}
