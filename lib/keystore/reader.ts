import { StoreError } from "./errors";

/** The program that is to open a store. */
export interface Reader {
  readonly kind:
    | "java"
    | "ibm-java"
    | "webmethods"
    | "openssl"
    | "nss"
    | "gnutls"
    | "bouncy-castle"
    | "node-forge"
    | "windows";
  /** Java 8, 11, …; OpenSSL 1.0, 1.1, 3, …; the year of a Windows Server. */
  readonly major?: number;
  /** Of Java: 202 of `8u202`, 12 of `11.0.12`. */
  readonly update?: number;
  /** Whether an OpenJDK build was named, whose updates differ from Oracle's. */
  readonly isOpenJdk?: boolean;
}

const OPENJDK_BUILDS = "openjdk|temurin|adoptopenjdk|adoptium|corretto|zulu|semeru|liberica";

/** Names by the first words of a reader; the order matters, `ibm java` comes before `java`. */
const KINDS: readonly (readonly [RegExp, Reader["kind"]])[] = [
  [/^(ibm\b|j9\b|z\/?os\b)/, "ibm-java"],
  [/^(webmethods|software ag|softwareag)\b/, "webmethods"],
  [new RegExp(`^(oracle |sun )?(java|jdk|jre|${OPENJDK_BUILDS})(?![a-z])`), "java"],
  [/^openssl\b/, "openssl"],
  [/^(nodejs|node\.js|node|curl|python|nginx|apache|ruby|php)\b/, "openssl"],
  [/^(nss|firefox|mozilla)\b/, "nss"],
  [/^gnutls\b/, "gnutls"],
  [/^(bouncy ?castle|bc)\b/, "bouncy-castle"],
  [/^(node-forge|forge)\b/, "node-forge"],
  [/^(microsoft )?windows\b/, "windows"],
];

/**
 * Understands the name and version of a reader as people write it: `java 8u202`, `java 1.8.0_202`,
 * `temurin 17.0.9`, `ibm j9 8`, `z/os java 8`, `webmethods 9.12`, `openssl 1.1.1w`, `node 20`, `nss`,
 * `windows server 2016`.
 *
 * @throws StoreError `invalid` for a name that is not known
 */
export function parseReader(text: string): Reader {
  const name = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  // `node-forge` also begins with `node`, so the longer name is tried first.
  const kind = name.startsWith("node-forge")
    ? "node-forge"
    : KINDS.find(([pattern]) => pattern.test(name))?.[1];
  if (kind === undefined) throw unknownReader(text);
  if (kind === "java") {
    return { kind, ...javaVersion(name), isOpenJdk: new RegExp(`^(${OPENJDK_BUILDS})\\b`).test(name) };
  }
  if (kind === "openssl" && name.startsWith("openssl")) return { kind, ...openSslVersion(name) };
  if (kind === "windows") return { kind, ...windowsVersion(name) };
  return { kind };
}

/** `8u202`, `1.8.0_202`, `8.0.202`, `11.0.12`, `17`. */
function javaVersion(name: string): Pick<Reader, "major" | "update"> {
  const numbers = /(\d+(?:[._u]\d+)*)/.exec(name)?.[1]?.split(/[._u]/).map(Number) ?? [];
  const [first, ...rest] = numbers[0] === 1 ? numbers.slice(1) : numbers;
  if (first === undefined) return {};
  const update = name.includes(`${first}u`) ? rest[0] : rest[1];
  return update === undefined ? { major: first } : { major: first, update };
}

/** The digits that matter: 1.0, 1.1, 3. */
function openSslVersion(name: string): Pick<Reader, "major"> {
  const version = /(\d+)(?:\.(\d+))?/.exec(name);
  if (version === null) return {};
  const [, major = "", minor = "0"] = version;
  return { major: Number(major) >= 3 ? Number(major) : Number(`${major}.${minor}`) };
}

/** Windows 10 (1709) and 11 read what Server 2019 reads. */
function windowsVersion(name: string): Pick<Reader, "major"> {
  const version = /\b(\d+)\b/.exec(name)?.[1];
  if (version === undefined) return {};
  const number = Number(version);
  return { major: number === 10 || number === 11 ? 2019 : number };
}

function unknownReader(text: string): StoreError {
  return new StoreError(
    "invalid",
    `the reader "${text}" is not known; name one as in "java 8u202", "ibm j9 8", "z/os", "webmethods", "openssl 1.1", "node", "nss", "gnutls", "bouncy castle", "windows server 2016"`,
  );
}
