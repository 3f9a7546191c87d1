/** What stands in place of what was taken out. */
const GONE = "[redacted]";

const NAME = String.raw`[\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|credential|keypass|storepass)s?`;
const VALUE = String.raw`(?:"[^"]*"|'[^']*'|[^\s,;&"'<>]+)`;

/** Secrets within a line, each with what is kept of it in front. */
const PATTERNS: readonly (readonly [pattern: RegExp, kept: string])[] = [
  // Headers, to the end of the line.
  [
    /((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]*(?:key|token|auth)[\w-]*)("?\s*[:=]\s*).*/gi,
    `$1$2${GONE}`,
  ],
  [/\b(bearer|basic|negotiate|digest)\s+[\w+/=.~-]{6,}/gi, `$1 ${GONE}`],
  // Lines of a key log (SSLKEYLOGFILE), and what OpenSSL prints of a session.
  [/\b(CLIENT_RANDOM|\w*TRAFFIC_SECRET\w*|EXPORTER_SECRET|EARLY_\w+)\s+[\da-f]+\s+[\da-f]+/gi, `$1 ${GONE}`],
  [/\b(Master-Key|Resumption PSK|Session-ID(?:-ctx)?|PSK identity)(\s*:\s*).*/gi, `$1$2${GONE}`],
  // name=value, name: value, "name": "value", name="value", and -name value of command lines.
  [new RegExp(String.raw`(${NAME})("?\s*[:=]\s*)${VALUE}`, "gi"), `$1$2${GONE}`],
  [new RegExp(String.raw`(--?${NAME}\s+)${VALUE}`, "gi"), `$1${GONE}`],
  [/(-pass(?:in|out)?\s+)\S+|\bpass:\S+/gi, `$1${GONE}`],
  [/(\s(?:-u|--user)\s+)\S+/g, `$1${GONE}`],
  [/(\w+:\/\/)[^\s/@:]+:[^\s/@]+@/g, `$1${GONE}@`],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, GONE],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g, GONE],
  // Longer than any fingerprint: a key, a secret, a body.
  [/\b[\da-f]{80,}\b/gi, GONE],
  [/[A-Za-z\d+/_-]{100,}={0,2}/g, GONE],
];

/** A row of a dump of bytes: `0000: 47 45 54 20 …`, `0010 - 3c 2f …`. */
const DUMP = /^.*?\b[\da-f]{4,8}(?::| -)\s+(?:[\da-f]{2}[ -]+){3,}.*$/i;

/** Where people's own files are, on any machine that a log may come from. */
const HOMES = String.raw`/home/[^/\s"']+|/Users/[^/\s"']+|/root|[A-Z]:\\Users\\[^\\\s"']+`;

export interface RedactionOptions {
  /** Secrets that are known, each taken out wherever it stands. @default - none */
  readonly secrets?: readonly string[];
  /** The home directory of who runs this. @default - only those of usual names are known */
  readonly home?: string;
  /** @default false */
  readonly keepsPaths?: boolean;
}

/** Takes out of texts what is nobody else's business, line by line: a private key goes over several. */
export class Redactor {
  private inPrivateKey = false;
  private readonly paths: RegExp | undefined;
  private readonly secrets: readonly string[];

  constructor({ secrets = [], home, keepsPaths = false }: RedactionOptions = {}) {
    // What is as short as a word stands for itself elsewhere; the names of options give it away no less.
    this.secrets = secrets.filter((secret) => secret.length > 0).toSorted((a, b) => b.length - a.length);
    const places = home === undefined || home.length < 2 ? HOMES : `${escaped(home)}|${HOMES}`;
    this.paths = keepsPaths
      ? undefined
      : new RegExp(String.raw`(?:${places})(?:[/\\][^\s"',;:()\[\]{}<>]*)?`, "g");
  }

  line(text: string): string {
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
      this.inPrivateKey = !text.includes("-----END ");
      return GONE;
    }
    if (this.inPrivateKey) {
      this.inPrivateKey = !text.includes("-----END ");
      return GONE;
    }
    if (DUMP.test(text)) return GONE;
    let clean = text;
    for (const secret of this.secrets) clean = clean.replaceAll(secret, GONE);
    for (const [pattern, kept] of PATTERNS) clean = clean.replace(pattern, kept);
    return this.paths === undefined ? clean : clean.replace(this.paths, "[a path under home]");
  }

  /** The same of every text in plain data. */
  data(value: unknown): unknown {
    if (typeof value === "string")
      return value
        .split("\n")
        .map((line) => this.line(line))
        .join("\n");
    if (Array.isArray(value)) return value.map((item) => this.data(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.data(item)]));
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
