/** The lines of a plan of Terraform's or OpenTofu's that name the changes, without its advice and legend. */
export function changesOf(planOutput: string): string {
  const start = planOutput.search(/^(?:Terraform|OpenTofu) will perform the following actions:/m);
  if (start === -1) return planOutput.trim();
  const end = planOutput.search(/\n─{10,}/);
  return planOutput.slice(start, end === -1 ? undefined : end).trim();
}

/** What Terraform warned of, one line each: what it is, and what to do. */
export function warningsOf(output: string): string[] {
  const blocks = output.split(/^(?=Warning: |Error: |Apply complete!)/m);
  return blocks
    .filter((block) => block.startsWith("Warning: "))
    .map((block) => {
      const [summary = "", ...detail] = block.slice("Warning: ".length).split("\n");
      // Indented lines point into cdk.tf.json, which nobody wrote by hand.
      const said = detail.filter((line) => line.trim() !== "" && !line.startsWith(" "));
      return [summary, said.join(" ")].filter((part) => part !== "").join(": ");
    });
}
