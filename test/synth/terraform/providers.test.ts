import { App, TerraformStack } from "cdktf";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requiredProviders } from "../../../lib/provider/install";
import { addProviders, type ProviderBlock } from "../../../lib/synth/terraform/providers";

interface Terraform {
  readonly provider: unknown;
  readonly terraform: { readonly required_providers: Readonly<Record<string, unknown>> };
}

function terraformOf(
  nullProvider: "embedded" | "registry",
  memory: Pick<ProviderBlock, "takeOver" | "acceptsOlderGenerations"> = {},
): Terraform {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-providers-"));
  try {
    const stack = new TerraformStack(new App({ outdir }), "stack");
    const block = { projectDirectory: "../../..", owner: "shop/prod/stack", ...memory };
    addProviders(stack, block, nullProvider);
    return stack.toTerraform() as Terraform;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

describe("the providers of a stack", () => {
  test("ours is told where the project is and whose the declared things are", () => {
    const { provider, terraform } = terraformOf("embedded");
    expect(provider).toEqual({
      trust: [{ project_directory: "../../..", owner: "shop/prod/stack" }],
      null: [{}],
    });
    expect(terraform.required_providers["trust"]).toEqual(requiredProviders.trust);
  });

  test("ours is told what to take over and to accept, where that is asked for", () => {
    const memory = { takeOver: ["shop/tst/stack"], acceptsOlderGenerations: true };
    expect(terraformOf("embedded", memory).provider).toMatchObject({
      trust: [{ take_over: ["shop/tst/stack"], older_generations: "accept" }],
    });
    const nothing = { takeOver: [], acceptsOlderGenerations: false };
    expect(terraformOf("embedded", nothing)).toEqual(terraformOf("embedded"));
  });

  test("the one of the barriers is embedded, so that no registry is needed", () => {
    expect(terraformOf("embedded").terraform.required_providers["null"]).toEqual(requiredProviders.null);
  });

  test("the one of the barriers comes from the registry where that is asked for", () => {
    expect(terraformOf("registry").terraform.required_providers["null"]).toMatchObject({ source: "null" });
  });
});
