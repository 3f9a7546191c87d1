import { domainToASCII } from "node:url";
import type { SubjectAltName } from "../model";
import { childrenOf, contextTag, encodeElement, type Asn1Element } from "./asn1";
import { invalidName, malformedContent } from "./errors";
import { isAscii } from "./ascii";
import { formatIpAddress, parseIpAddress } from "./ipAddress";

/** Tags of the kinds of GeneralName that people use (RFC 5280, 4.2.1.6). */
export const generalNameTags = {
  email: contextTag(1, false),
  dns: contextTag(2, false),
  uri: contextTag(6, false),
  ip: contextTag(7, false),
} as const;

/** The names of GeneralNames; other kinds (directory names, registered ids, …) are left out. */
export function readGeneralNames(names: Asn1Element): SubjectAltName[] {
  return childrenOf(names).flatMap(({ tag, content }): SubjectAltName[] => {
    switch (tag) {
      case generalNameTags.email:
        return [{ kind: "email", value: readIa5(content) }];
      case generalNameTags.dns:
        return [{ kind: "dns", value: readIa5(content) }];
      case generalNameTags.uri:
        return [{ kind: "uri", value: readIa5(content) }];
      case generalNameTags.ip:
        if (content.length !== 4 && content.length !== 16) {
          throw malformedContent(`an IP address of ${content.length} octets among the alternative names`);
        }
        return [{ kind: "ip", value: formatIpAddress(content) }];
      default:
        return [];
    }
  });
}

/**
 * Encodes one name. Host names beyond ASCII are written as `xn--…` (RFC 5280, 7.2).
 *
 * @throws PkiError `invalid-name`
 */
export function encodeGeneralName({ kind, value }: SubjectAltName): Buffer {
  if (kind !== "ip") return encodeElement(generalNameTags[kind], encodeIa5(kind, value));
  const octets = parseIpAddress(value);
  if (octets === undefined) {
    throw invalidName(`"${value}" is not an IP address: write "192.0.2.1" or "2001:db8::1"`);
  }
  return encodeElement(generalNameTags.ip, octets);
}

/** Text of a kind that X.509 keeps in ASCII. */
export function encodeIa5(kind: "dns" | "email" | "uri", value: string): Buffer {
  const text = kind === "dns" && !isAscii(value) ? domainToASCII(value) : value;
  if (text === "" || !/^[\x21-\x7e]+$/.test(text)) {
    throw invalidName(
      `"${value}" cannot be a ${kind} name: ASCII without spaces is allowed, and not nothing`,
    );
  }
  if (kind === "dns" && !/^[\w.*-]+$/.test(text)) {
    throw invalidName(`"${value}" is not a host name: leave out scheme, port and path`);
  }
  return Buffer.from(text, "latin1");
}

export function readIa5(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString("latin1");
}
