/**
 * Where a secret is found, never the secret itself.
 *
 * `env:NAME` reads an environment variable, `file:PATH` the first line of a file,
 * `cmd:COMMAND` the first line that a shell command prints. Resolved at the last moment by
 * `resolveSecret` in `lib/hosts`, so that no plan, state or log can hold the value.
 */
export type SecretReference = `env:${string}` | `file:${string}` | `cmd:${string}`;
