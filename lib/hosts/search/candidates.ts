/** Names of files that hold certificates or keys, or say where those are; without regard to case. */
const NAMES = patternsOf(`
  jks jceks ks keystore truststore p12 pfx pkcs12 bks bcfks ubr uber
  pem crt cer der key p7b p7c p8 pk8`);
const WHOLE_NAMES = ["keystore", "truststore", "cacerts", "jssecacerts"];
const CONFIGURATIONS = [
  "server.xml",
  "iaconfig.xml",
  "nginx.conf",
  "*.conf",
  "*.ini",
  "application*.properties",
  "server.properties",
];

/** Names of files that are something else for certain, so that nobody looks into them. */
const OTHERS = patternsOf(`
  class jar war ear zip gz tgz xz bz2 zst rpm deb so so.* a o exe dll
  java js ts mjs cjs json html htm css xml xsd xsl dtd properties txt md
  png gif jpg jpeg svg ico woff woff2 ttf log log.* out sh py pyc pl pm
  c h cpp rb go rs yml yaml cfg sql db map mo policy security`);

/** As the patterns of `case` in a shell have them. */
export const CANDIDATE_NAMES = [...NAMES, ...WHOLE_NAMES, ...CONFIGURATIONS].map(anyCase).join("|");
export const OTHER_NAMES = OTHERS.map(anyCase).join("|");
/** What is kept beside a file by this product. */
export const OWN_NAMES = ".*.cdktf-trust.*";
/** What other programs make up as they are asked, and directories of devices. */
export const NOT_ENTERED = ["/proc", "/sys", "/dev", "/run"];

const candidate = expressionOf([...NAMES, ...WHOLE_NAMES, ...CONFIGURATIONS]);
const other = expressionOf(OTHERS);
const own = expressionOf([OWN_NAMES]);

/** Whether a file is one of those looked for, by its name; `undefined` where its first bytes say. */
export function isCandidateName(name: string): boolean | undefined {
  if (own.test(name)) return false;
  if (candidate.test(name)) return true;
  return other.test(name) ? false : undefined;
}

/** How many bytes tell. */
export const MAGIC_BYTES = 12;

/** What JKS, JCEKS, PEM and PKCS12 files begin with, as `case` has it of bytes in hexadecimal. */
export const MAGIC = [
  "fe ed fe ed*",
  "ce ce ce ce*",
  "2d 2d 2d 2d 2d 42 45 47*",
  "30 80 02 01 03*",
  "30 81 ?? 02 01 03*",
  "30 82 ?? ?? 02 01 03*",
  "30 83 ?? ?? ?? 02 01 03*",
];
const magic = expressionOf(MAGIC);

/** Whether a file of another name is one of those looked for. */
export function isCandidateContent(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.subarray(0, MAGIC_BYTES)).toString("hex").match(/../g) ?? [];
  return magic.test(bytes.join(" "));
}

function patternsOf(extensions: string): string[] {
  return extensions
    .trim()
    .split(/\s+/)
    .map((extension) => `*.${extension}`);
}

/** A pattern of a shell that takes letters of either case, which POSIX has no switch for. */
function anyCase(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function expressionOf(patterns: readonly string[]): RegExp {
  const alternatives = patterns.map((pattern) =>
    pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", "."),
  );
  return new RegExp(`^(?:${alternatives.join("|")})$`, "is");
}
