/** The lines of a plan of Terraform's or OpenTofu's that name the changes, without its advice and legend. */
export function changesOf(planOutput: string): string {
  const start = planOutput.search(/^(?:Terraform|OpenTofu) will perform the following actions:/m);
  if (start === -1) return planOutput.trim();
  const end = planOutput.search(/\n─{10,}/);
  return planOutput.slice(start, end === -1 ? undefined : end).trim();
}

/** What Terraform warned of, one line each: what it is, and what to do. */
export function warningsOf(output: string): string[] {
  const blocks = output.split(/^(?=Warning: |Error: |Apply complete!|─{10,})/m);
  return blocks
    .filter((block) => block.startsWith("Warning: "))
    .map((block) => {
      const [summary = "", ...detail] = block.slice("Warning: ".length).split("\n");
      // Indented lines point into cdk.tf.json, which nobody wrote by hand.
      const said = detail.filter((line) => line.trim() !== "" && !line.startsWith(" "));
      return [summary, said.join(" ")].filter((part) => part !== "").join(": ");
    });
}

/**
 * What went wrong, out of all that Terraform said; all of it where it names no error.
 *
 * @param log path of the file that has the rest. @default - there is none
 */
export function errorsIn(output: string, log?: string): string {
  const blocks = output.split(/^(?=(?:Warning|Error): )/m);
  const errors = blocks.filter((block) => block.startsWith("Error: ")).map((block) => block.trim());
  if (errors.length === 0) return output;
  return [...errors, ...(log === undefined ? [] : [`all that Terraform said is in ${log}`])].join("\n\n");
}

/** Without the frame that Terraform draws around what went wrong. */
export function plainText(output: string): string {
  return output.replaceAll(/^[│╷╵] ?/gm, "");
}
