import { changesOf, warningsOf } from "../../../lib/cli/deploy/terraformText";

describe("what Terraform warned of", () => {
  test("is one line each, without pointers into generated JSON", () => {
    const output = [
      "trust_keystore.Cacerts: Destruction complete after 0s",
      "",
      'Warning: "electricflow" was left in /opt/app/cacerts',
      "",
      "Somebody has put another entry there since. Remove it with keytool -delete if",
      "nobody needs it.",
      "",
      "Warning: Stores were not looked at, because a secret is not at hand",
      "",
      "  with trust_keystore.Cacerts,",
      "  on cdk.tf.json line 135, in resource.trust_keystore.Cacerts:",
      " 135:       }",
      "",
      "env:PASSWORD: the environment variable is not set.",
      "",
      "Apply complete! Resources: 0 added, 0 changed, 8 destroyed.",
    ].join("\n");
    expect(warningsOf(output)).toEqual([
      '"electricflow" was left in /opt/app/cacerts: Somebody has put another entry there since. Remove it with keytool -delete if nobody needs it.',
      "Stores were not looked at, because a secret is not at hand: env:PASSWORD: the environment variable is not set.",
    ]);
  });

  test("is nothing where there are no warnings", () => {
    expect(warningsOf("Apply complete! Resources: 1 added, 0 changed, 0 destroyed.\n")).toEqual([]);
  });
});

describe("what a plan changes", () => {
  test.each(["Terraform", "OpenTofu"])("is what %s says it will perform", (program) => {
    const changes = `${program} will perform the following actions:\n\n  # trust_file.a will be created`;
    const output = `${program} used the selected providers.\n\n${changes}\n\n${"─".repeat(20)}\n\nSaved the plan.\n`;
    expect(changesOf(output)).toBe(changes);
  });
});
