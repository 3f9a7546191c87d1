import type { JavaRuntimePlan, ReaderPlan } from "../model";
import { StoreError } from "./errors";

const OPENJDK_BUILDS = "openjdk|temurin|adoptopenjdk|adoptium|corretto|zulu|semeru|liberica";

/** Readers by the first words of their names; the order matters, `ibm java` comes before `java`, `node-forge` before `node`. */
const READERS: readonly (readonly [RegExp, (name: string) => ReaderPlan])[] = [
  [/^(ibm\b|j9\b|z\/?os\b)/, (name) => ({ kind: "java", vendor: "ibm", ...javaVersion(name) })],
  [/^(webmethods|software ag|softwareag)\b/, () => ({ kind: "webmethods" })],
  [
    new RegExp(`^(oracle |sun )?(java|jdk|jre|${OPENJDK_BUILDS})(?![a-z])`),
    (name) => ({ kind: "java", ...javaVendor(name), ...javaVersion(name) }),
  ],
  [/^openssl\b/, (name) => ({ kind: "openssl", ...openSslVersion(name) })],
  [/^(node-forge|forge)\b/, () => ({ kind: "node-forge" })],
  [/^(nodejs|node\.js|node)\b/, (name) => ({ kind: "node", ...firstNumber(name) })],
  [/^(curl|python|nginx|apache|ruby|php)\b/, () => ({ kind: "openssl" })],
  [/^(nss|firefox|mozilla)\b/, () => ({ kind: "nss" })],
  [/^gnutls\b/, () => ({ kind: "gnutls" })],
  [/^(bouncy ?castle|bc)\b/, () => ({ kind: "bouncy-castle" })],
  [/^(microsoft )?windows\b/, (name) => ({ kind: "windows", ...windowsVersion(name) })],
];

/**
 * Understands the name and version of a reader as people write it: `java 8u202`, `java 1.8.0_202`,
 * `temurin 17.0.9`, `ibm j9 8`, `z/os java 8`, `webmethods 9.12`, `openssl 1.1.1w`, `node 20`, `nss`,
 * `windows server 2016`.
 *
 * @throws StoreError `invalid` for a name that is not known
 */
export function parseReader(text: string): ReaderPlan {
  const name = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const found = READERS.find(([pattern]) => pattern.test(name));
  if (found === undefined) throw unknownReader(text);
  return found[1](name);
}

/** A reader as people write it. */
export function describeReader(reader: ReaderPlan): string {
  switch (reader.kind) {
    case "java": {
      const name = { ibm: "ibm java", oracle: "oracle java", openjdk: "openjdk" };
      return [reader.vendor === undefined ? "java" : name[reader.vendor], ...javaRelease(reader)].join(" ");
    }
    case "openssl":
    case "node":
      return [reader.kind, ...(reader.release === undefined ? [] : [reader.release])].join(" ");
    case "windows":
      return reader.release === undefined ? "windows" : `windows server ${reader.release}`;
    case "webmethods":
    case "nss":
    case "gnutls":
    case "bouncy-castle":
    case "node-forge":
      return reader.kind;
  }
}

function javaRelease({ release, update }: JavaRuntimePlan): string[] {
  if (release === undefined) return [];
  if (update === undefined) return [String(release)];
  return [release < 9 ? `${release}u${update}` : `${release}.0.${update}`];
}

function javaVendor(name: string): Pick<JavaRuntimePlan, "vendor"> {
  if (/^(oracle|sun) /.test(name)) return { vendor: "oracle" };
  return new RegExp(`^(${OPENJDK_BUILDS})\\b`).test(name) ? { vendor: "openjdk" } : {};
}

/** `8u202`, `1.8.0_202`, `8.0.202`, `11.0.12`, `17`. */
function javaVersion(name: string): Pick<JavaRuntimePlan, "release" | "update"> {
  const numbers = /(\d+(?:[._u]\d+)*)/.exec(name)?.[1]?.split(/[._u]/).map(Number) ?? [];
  const [first, ...rest] = numbers[0] === 1 ? numbers.slice(1) : numbers;
  if (first === undefined) return {};
  const update = name.includes(`${first}u`) ? rest[0] : rest[1];
  return update === undefined ? { release: first } : { release: first, update };
}

/** `1.1` of `1.1.1w`, `3.0` of `3.0.19`. */
function openSslVersion(name: string): { readonly release?: string } {
  const release = /\d+(\.\d+)?/.exec(name)?.[0];
  return release === undefined ? {} : { release };
}

/** Windows 10 (1709) and 11 read what Server 2019 reads. */
function windowsVersion(name: string): { readonly release?: number } {
  const { release } = firstNumber(name);
  if (release === undefined) return {};
  return { release: release === 10 || release === 11 ? 2019 : release };
}

function firstNumber(name: string): { readonly release?: number } {
  const release = /\d+/.exec(name)?.[0];
  return release === undefined ? {} : { release: Number(release) };
}

function unknownReader(text: string): StoreError {
  return new StoreError(
    "invalid",
    `the reader "${text}" is not known; name one as in "java 8u202", "ibm j9 8", "z/os", "webmethods", "openssl 1.1", "node", "nss", "gnutls", "bouncy castle", "windows server 2016"`,
  );
}
