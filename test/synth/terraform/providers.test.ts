import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
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
  addTo: (stack: TerraformStack) => void = () => undefined,
): Terraform {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-providers-"));
  try {
    const stack = new TerraformStack(new App({ outdir }), "stack");
    const block = { projectDirectory: "../../..", owner: "shop/prod/stack", ...memory };
    addTo(stack);
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

  test("ours serves the barriers, so that no registry is needed and no second one starts", () => {
    expect(Object.keys(terraformOf("embedded").terraform.required_providers)).toEqual(["trust"]);
  });

  test("null resources that people add are served by the embedded one", () => {
    const { provider, terraform } = terraformOf("embedded", {}, (stack) => new NullResource(stack, "own"));
    expect(terraform.required_providers["null"]).toEqual(requiredProviders.null);
    expect(provider).toMatchObject({ null: [{}] });
  });

  test("a null provider that people declare themselves, as CDKTF asks them to, is not declared twice", () => {
    const { provider } = terraformOf("embedded", {}, (stack) => {
      new NullProvider(stack, "theirs");
      new NullResource(stack, "own");
    });
    expect(provider).toMatchObject({ null: [{}] });
    expect((provider as { readonly null: unknown[] }).null).toHaveLength(1);
  });

  test("the one of the barriers comes from the registry where that is asked for", () => {
    expect(terraformOf("registry").terraform.required_providers["null"]).toMatchObject({ source: "null" });
  });
});
