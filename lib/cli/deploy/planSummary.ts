/** The lines of a Terraform plan that name the changes, without its advice and legend. */
export function changesOf(planOutput: string): string {
  const start = planOutput.indexOf("Terraform will perform the following actions:");
  if (start === -1) return planOutput.trim();
  const end = planOutput.search(/\n─{10,}/);
  return planOutput.slice(start, end === -1 ? undefined : end).trim();
}
