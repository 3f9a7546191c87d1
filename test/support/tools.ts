import { constants, accessSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** A program that judges what we write, and how to get it where it is missing. */
interface Tool {
  readonly commands: readonly string[];
  readonly install: string;
}

/** Where `scripts/javas.sh` puts the Javas of several releases. */
const javas = resolve(process.env["CDKTF_TRUST_JAVAS"] ?? resolve(__dirname, "../../.javas"));

function javaOf(release: number, ...elsewhere: readonly string[]): Tool {
  return {
    commands: [`${javas}/${release}/bin/java`, ...elsewhere],
    install: `scripts/javas.sh .javas ${release}`,
  };
}

const tools = {
  keytool: { commands: ["keytool"], install: "apt-get install openjdk-17-jdk-headless" },
  keytool25: {
    commands: [
      "/usr/lib/jvm/temurin-25-jdk-amd64/bin/keytool",
      "/usr/lib/jvm/java-25-openjdk-amd64/bin/keytool",
    ],
    install: "install a JDK 25 (Temurin or OpenJDK)",
  },
  java: { commands: ["java"], install: "apt-get install openjdk-17-jdk-headless" },
  javac: { commands: ["javac"], install: "apt-get install openjdk-17-jdk-headless" },
  java25: {
    commands: ["/usr/lib/jvm/temurin-25-jdk-amd64/bin/java", "/usr/lib/jvm/java-25-openjdk-amd64/bin/java"],
    install: "install a JDK 25 (Temurin or OpenJDK)",
  },
  jre8: javaOf(8),
  jre11: javaOf(11),
  jre17: javaOf(17, "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"),
  jre21: javaOf(21),
  jre25: javaOf(
    25,
    "/usr/lib/jvm/temurin-25-jdk-amd64/bin/java",
    "/usr/lib/jvm/java-25-openjdk-amd64/bin/java",
  ),
  jre26: javaOf(26),
  openssl: { commands: ["openssl"], install: "apt-get install openssl" },
  curl: { commands: ["curl"], install: "apt-get install curl" },
  terraform: {
    commands: ["terraform"],
    install: "install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install",
  },
  tofu: {
    commands: ["tofu"],
    install: "install OpenTofu 1.11 or later: https://opentofu.org/docs/intro/install/",
  },
  git: { commands: ["git"], install: "apt-get install git" },
  shellcheck: { commands: ["shellcheck"], install: "apt-get install shellcheck" },
  xmllint: { commands: ["xmllint"], install: "apt-get install libxml2-utils" },
  promtool: { commands: ["promtool"], install: "apt-get install prometheus" },
  junitparser: { commands: ["junitparser"], install: "apt-get install junitparser" },
  // The Python that Debian's packages are for.
  debianPython: { commands: ["/usr/bin/python3"], install: "apt-get install python3" },
  chromium: {
    commands: ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"],
    install: "apt-get install chromium",
  },
  pdftotext: { commands: ["pdftotext"], install: "apt-get install poppler-utils" },
  nginx: { commands: ["/usr/sbin/nginx", "nginx"], install: "apt-get install nginx-light" },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** Path of a judge, or undefined where it is not installed. */
export function findTool(name: ToolName): string | undefined {
  const tool: Tool = tools[name];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return tool.commands
    .flatMap((command) =>
      command.startsWith("/") ? [command] : folders.map((folder) => join(folder, command)),
    )
    .find(isProgram);
}

/** Looked at and not started, because each Java takes a third of a second to say that it is there. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Path of a judge that the surrounding `describeWith` has already found. */
export function tool(name: ToolName): string {
  const found = findTool(name);
  if (found === undefined) throw new Error(`${name} is not installed: ${tools[name].install}`);
  return found;
}

/** `describe` where every named judge is installed; otherwise the tests are skipped, loudly. */
export function describeWith(names: ToolName | readonly ToolName[], title: string, body: () => void): void {
  const missing = [names].flat().filter((name) => findTool(name) === undefined);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const remedy = missing.map((name) => `${name}: ${tools[name].install}`).join("; ");
  process.stderr.write(`SKIPPED ${title} — missing ${remedy}\n`);
  describe.skip(`${title} (missing ${remedy})`, body);
}

/** Whether the slow proofs run as well: `SLOW=1`. */
export const isSlow = process.env["SLOW"] === "1";

/** A test that takes too long for every run: it runs under `SLOW=1`, and is shown as skipped otherwise. */
export function slowly(...test: Parameters<jest.It>): void {
  (isSlow ? globalThis.test : globalThis.test.skip)(...test);
}

/** What is tried in every run, and what under `SLOW=1` as well. */
export function oftenAndSlowly<Case>(often: readonly Case[], underSlow: readonly Case[]): readonly Case[] {
  return isSlow ? [...often, ...underSlow] : often;
}
