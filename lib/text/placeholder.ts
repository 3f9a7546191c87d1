import { unquotable } from "./errors";

/**
 * A value for a file whose reader replaces `${NAME}`, `$env{NAME}` and the like (Tomcat, Spring Boot, a Microservices
 * Runtime), and has no escape for them.
 *
 * @throws TextError `unquotable` where it holds one
 */
export function withoutPlaceholder(value: string): string {
  if (/\$\w*\{/.test(value))
    throw unquotable(value, "a file in which ${…} and $…{…} are replaced", "a dollar sign before a brace");
  return value;
}
