/** Name of an environment variable made of an id: upper case, every other character an underscore. */
export function environmentVariable(id: string): string {
  const name = id.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
  return /^[A-Z_]/.test(name) ? name : `_${name}`;
}
