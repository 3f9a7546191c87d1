/** What a service is called with and answers: Integration Server's pipeline. */
export type Pipeline = Readonly<Record<string, unknown>>;

/**
 * Decodes a request's body as Integration Server does: of a form's repeated fields the first stands under their name
 * and all in an array under the name with `List`; JSON stays as it is, and nothing is no JSON.
 *
 * @throws SyntaxError for a body that is no JSON
 */
export function decoded(contentType: string, body: string): Pipeline {
  if (contentType.startsWith("application/json")) return asPipeline(JSON.parse(body));
  const form = new URLSearchParams(body);
  const pipeline: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    pipeline[name] = values[0];
    if (values.length > 1) pipeline[`${name}List`] = values;
  }
  return pipeline;
}

/** A member that is a string; of an array of strings a service reads the first. */
export function text(pipeline: Pipeline, name: string): string {
  const value = pipeline[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}

/** A member that is an array of strings; undefined for anything else. */
export function texts(pipeline: Pipeline, name: string): string[] | undefined {
  const value = pipeline[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

export function asPipeline(value: unknown): Pipeline {
  return Object.fromEntries(Object.entries(Object(value)));
}
