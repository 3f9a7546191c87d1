import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { javaProgram, SHORT_LIVED } from "../../support/javaProgram";
import { ResidentJava } from "../../support/residentJava";
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
  private readonly resident: ResidentJava;

  /**
   * @param java which Java, by the name of its tool
   * @param security lines of `java.security` that go before the release's own
   */
  constructor(java: ToolName, security = "", properties: Readonly<Record<string, string>> = {}) {
    const file = join(this.directory, "java.security");
    writeFileSync(file, security);
    const given = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
    this.resident = new ResidentJava(tool(java), [
      ...SHORT_LIVED,
      `-Djava.security.properties=${file}`,
      ...given,
      ...javaProgram(join(__dirname, "HopJudge.java"), 8),
    ]);
  }

  async judge(hop: JudgedHop): Promise<JavaVerdict> {
    this.say(hop, "both");
    return verdictOf(await this.resident.line());
  }

  /** The same with the client in another Java. */
  async judgeBetween(client: JavaJudge, hop: JudgedHop): Promise<JavaVerdict> {
    this.say(hop, "serve");
    const port = (await this.resident.line()).replace("port ", "");
    client.say(hop, `call ${port}`);
    const theirs = verdictOf(await client.resident.line());
    const ours = verdictOf(await this.resident.line());
    return {
      ...theirs,
      ok: theirs.ok && ours.ok,
      ...(ours.presented === undefined ? {} : { presented: ours.presented }),
      serverError: ours.serverError,
    };
  }

  /** The client alone, with whatever listens on a port of this machine. */
  async call(port: number, hop: JudgedHop): Promise<JavaVerdict> {
    this.say(hop, `call ${port}`);
    return verdictOf(await this.resident.line());
  }

  close(): void {
    this.resident.stop();
    rmSync(this.directory, { recursive: true });
  }

  private say(hop: JudgedHop, mode: string): void {
    this.resident.say(
      `mode ${mode}`,
      `address ${hop.address}`,
      `verifies ${hop.verifiesName}`,
      `authentication ${hop.clientAuthentication}`,
      ...linesOf("server", hop.server),
      ...linesOf("client", hop.client),
      "end",
    );
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
