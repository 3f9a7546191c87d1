import { isIP } from "node:net";
import type { SubjectAltName } from "../model";
import { invalidName } from "./errors";

/**
 * The subjectAltName for a host name or address as people write it: an address goes into the
 * certificate as an iPAddress, because no Java client matches it anywhere else (RFC 2818, 3.1).
 *
 * @throws DeclarationError `invalid-name` for URLs, host:port and the like
 */
export function subjectAltName(name: string): SubjectAltName {
  if (isIP(name) !== 0) return { kind: "ip", value: name };
  if (
    !/^(\*\.)?[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*\.?$/u.test(
      name,
    )
  ) {
    throw invalidName(name);
  }
  return { kind: "dns", value: name };
}
