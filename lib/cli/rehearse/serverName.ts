import { UsageError } from "../errors";

/** Nothing, an address with its scheme or path, a name with its port. */
const NO_NAME = /^$|[/\s]|^[^:[\]]*:\d*$/;

/**
 * A name or address that a server is called by. Whether a certificate can have it, the rules say.
 *
 * @throws UsageError for what is none
 */
export function parseServerName(text: string): string {
  if (NO_NAME.test(text))
    throw new UsageError(
      `"${text}" is no name that a server is called by; write server.example or 10.0.0.13, without scheme and port`,
    );
  return text;
}
