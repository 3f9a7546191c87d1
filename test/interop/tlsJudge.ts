import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HopMaterial, PresentedIdentity } from "../../lib/hop";
import { javaProgram } from "../support/javaProgram";

/** A hop as the Java judge performs it; further key entries stand beside the bound ones. */
export interface JudgedHop {
  readonly material: HopMaterial;
  readonly serverEntries?: readonly JudgedEntry[];
  readonly clientEntries?: readonly JudgedEntry[];
}

export interface JudgedEntry {
  readonly alias: string;
  readonly identity: PresentedIdentity;
  /** @default "changeit", the store's */
  readonly password?: string;
}

export interface JavaVerdict {
  readonly ok: boolean;
  /** Subject of the client certificate that the server saw; absent where none came. */
  readonly clientSubject?: string;
  readonly clientError: string;
  readonly serverError: string;
}

/** Has one JVM perform all hops, with its default key and trust managers. */
export function judgeWithJava(java: string, hops: readonly JudgedHop[]): JavaVerdict[] {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  try {
    const cases = join(directory, "cases");
    writeFileSync(cases, hops.map(caseText).join(""));
    const output = execFileSync(java, [...javaProgram(join(__dirname, "java/TlsJudge.java")), cases], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return output
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [, word, subject = "-", clientError = "", serverError = ""] = line.split("\t");
        return {
          ok: word === "ok",
          ...(subject === "-" ? {} : { clientSubject: subject }),
          clientError,
          serverError,
        };
      });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function caseText({ material, serverEntries = [], clientEntries = [] }: JudgedHop, index: number): string {
  const { server, client } = material;
  const lines = [
    `case ${index}`,
    `address ${material.address}`,
    `authentication ${server.clientAuthentication}`,
    `verifies ${client.verifiesName}`,
    ...entries("server", serverEntries, server.identity),
    ...anchors("server", server.clientAnchors),
    ...entries("client", clientEntries, client.identity),
    ...anchors("client", client.anchors),
    "end",
  ];
  return `${lines.join("\n")}\n`;
}

function entries(side: string, more: readonly JudgedEntry[], bound: PresentedIdentity | undefined): string[] {
  const all = more.length > 0 || bound === undefined ? more : [{ alias: "bound", identity: bound }];
  return all.flatMap(({ alias, identity, password = "changeit" }: JudgedEntry) => [
    `${side}-entry ${alias} ${password}`,
    `${side}-key ${base64(identity.pkcs8 ?? new Uint8Array())}`,
    ...identity.chain.map((der) => `${side}-certificate ${base64(der)}`),
  ]);
}

function anchors(side: string, list: HopMaterial["client"]["anchors"]): string[] {
  if (list === "public-roots") throw new Error("the judge wants its anchors by name");
  return list.map((der) => `${side}-anchor ${base64(der)}`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
