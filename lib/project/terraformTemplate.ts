/**
 * A value for Terraform's JSON in which no text is a template: `${` and `%{` of a path or a certificate's subject are
 * taken as they are (HCL's native syntax, Template Literals), and evaluated by nobody.
 */
export function terraformLiteral(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, "$&$&");
  if (Array.isArray(value)) return value.map(terraformLiteral);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, terraformLiteral(member)]));
}

/** What a text was before `terraformLiteral`. */
export function fromTerraformLiteral(text: string): string {
  return text.replaceAll(/([$%])\1(?=\{)/g, "$1");
}
