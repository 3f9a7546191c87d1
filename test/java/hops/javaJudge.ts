import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { tool, type ToolName } from "../../support/tools";

/** A store as bytes, for a Java to open. */
export interface JudgedStore {
  readonly type: "JKS" | "PKCS12";
  readonly bytes: Uint8Array;
  /** @default "changeit" */
  readonly password?: string;
}

export interface JudgedSide {
  readonly keys?: JudgedStore;
  readonly trust: JudgedStore;
  /** Protocols by Java's names. @default - what that Java enables */
  readonly protocols?: readonly string[];
  /** @default - what `ssl.KeyManagerFactory.algorithm` says */
  readonly keyManager?: "SunX509" | "NewSunX509";
}

/** A hop as a Java performs it. */
export interface JudgedHop {
  readonly address: string;
  readonly verifiesName: boolean;
  readonly clientAuthentication: "none" | "request" | "require";
  readonly server: JudgedSide;
  readonly client: JudgedSide;
}

export interface JavaVerdict {
  readonly ok: boolean;
  /** SHA-256 of the certificate that the client saw, hexadecimal with colons. */
  readonly served?: string;
  /** SHA-256 of the certificate that the server saw. */
  readonly presented?: string;
  readonly clientError: string;
  readonly serverError: string;
}

/** One Java that stays and performs hop after hop. */
export class JavaJudge {
  private readonly directory = mkdtempSync(join(tmpdir(), "cdktf-trust-judge-"));
  private readonly child: ChildProcess;
  private readonly waiting: ((line: string) => void)[] = [];
  private readonly lines: string[] = [];

  /**
   * @param java which Java, by the name of its tool
   * @param security lines of `java.security` that go before the release's own
   */
  constructor(java: ToolName, security = "", properties: Readonly<Record<string, string>> = {}) {
    // Compiled, because Java 8 runs no sources.
    execFileSync(tool("javac"), [
      "--release",
      "8",
      "-Xlint:-options",
      "-d",
      this.directory,
      join(__dirname, "HopJudge.java"),
    ]);
    const file = join(this.directory, "java.security");
    writeFileSync(file, security);
    const given = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
    this.child = spawn(
      tool(java),
      [`-Djava.security.properties=${file}`, ...given].concat(["-cp", this.directory, "HopJudge"]),
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    if (this.child.stdout === null) throw new Error("the judge has no output");
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const next = this.waiting.shift();
      if (next === undefined) this.lines.push(line);
      else next(line);
    });
    this.child.once("exit", (code) => {
      for (const next of this.waiting.splice(0)) next(`failed\t-\t-\tthe judge ended with ${code}\t-`);
    });
  }

  async judge(hop: JudgedHop): Promise<JavaVerdict> {
    this.say(hop, "both");
    return verdictOf(await this.line());
  }

  /** The same with the client in another Java. */
  async judgeBetween(client: JavaJudge, hop: JudgedHop): Promise<JavaVerdict> {
    this.say(hop, "serve");
    const port = (await this.line()).replace("port ", "");
    client.say(hop, `call ${port}`);
    const theirs = verdictOf(await client.line());
    const ours = verdictOf(await this.line());
    return {
      ...theirs,
      ok: theirs.ok && ours.ok,
      ...(ours.presented === undefined ? {} : { presented: ours.presented }),
      serverError: ours.serverError,
    };
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill();
    rmSync(this.directory, { recursive: true });
  }

  private say(hop: JudgedHop, mode: string): void {
    const lines = [
      `mode ${mode}`,
      `address ${hop.address}`,
      `verifies ${hop.verifiesName}`,
      `authentication ${hop.clientAuthentication}`,
      ...linesOf("server", hop.server),
      ...linesOf("client", hop.client),
      "end",
    ];
    this.child.stdin?.write(`${lines.join("\n")}\n`);
  }

  private async line(): Promise<string> {
    const known = this.lines.shift();
    if (known !== undefined) return known;
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

function linesOf(side: string, { keys, trust, protocols, keyManager }: JudgedSide): string[] {
  return [
    ...(keys === undefined ? [] : [`${side}-password ${keys.password ?? "changeit"}`]),
    ...(keys === undefined ? [] : storeLines(`${side}-keys`, keys)),
    ...storeLines(`${side}-trust`, trust),
    ...(protocols === undefined ? [] : [`${side}-protocols ${protocols.join(",")}`]),
    ...(keyManager === undefined ? [] : [`${side}-manager ${keyManager}`]),
  ];
}

function storeLines(name: string, { type, bytes }: JudgedStore): string[] {
  return [`${name}-type ${type}`, `${name} ${Buffer.from(bytes).toString("base64")}`];
}

function verdictOf(line: string): JavaVerdict {
  const [word, served = "-", presented = "-", clientError = "", serverError = ""] = line.split("\t");
  return {
    ok: word === "ok",
    ...(served === "-" ? {} : { served: withColons(served) }),
    ...(presented === "-" ? {} : { presented: withColons(presented) }),
    clientError,
    serverError,
  };
}

function withColons(digits: string): string {
  return (digits.match(/../g) ?? []).join(":");
}
