import { type ChildProcessByStdio, spawn } from "node:child_process";
import { on } from "node:events";
import { writeFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

import { createStore, setEntry, type StoreEntry, writeStore } from "../../../lib/keystore";
import type { CliSandbox } from "../cliRun";
import { withoutRoot } from "../../hop/materials";
import type { MadeIdentity } from "../../support/certificateMaker";
import { javaProgram, SHORT_LIVED } from "../../support/javaProgram";
import { ResidentJava } from "../../support/residentJava";
import { tool, type ToolName } from "../../support/tools";

/** Of every store here. */
export const PASSWORD = "store password";

/** Writes a PKCS12 store that every Java opens: identities by alias, and anchors. */
export function saveStore(
  sandbox: CliSandbox,
  name: string,
  identities: Readonly<Record<string, MadeIdentity>>,
  anchors: readonly MadeIdentity[] = [],
): string {
  const entries: StoreEntry[] = [
    ...Object.entries(identities).map(([alias, made]): StoreEntry => ({
      kind: "identity",
      alias,
      createdMs: 5,
      chain: withoutRoot(made),
      key: { kind: "clear", pkcs8: made.pkcs8 },
    })),
    ...anchors.map(({ der }, at): StoreEntry => ({
      kind: "anchor",
      alias: `anchor-${at}`,
      createdMs: 5,
      certificate: der,
    })),
  ];
  const store = entries.reduce((made, entry) => setEntry(made, entry), createStore("compat"));
  writeFileSync(sandbox.path(name), writeStore(store, PASSWORD));
  return name;
}

/** How a Java server asks for client certificates. */
export interface Asking {
  readonly keystore: string;
  /** A store, or `any`: it names no authority and takes whoever comes. */
  readonly truststore: string;
  readonly mode: "none" | "want" | "need" | "later";
  readonly protocols: string;
}

/** A Java server that runs until `stop`. */
export async function serveWithJava(
  sandbox: CliSandbox,
  java: ToolName,
  { keystore, truststore, mode, protocols }: Asking,
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const resident = new ResidentJava(tool(java), [
    ...SHORT_LIVED,
    ...javaProgram(`${__dirname}/AskingServer.java`, 8),
    sandbox.path(keystore),
    truststore === "any" ? truststore : sandbox.path(truststore),
    PASSWORD,
    mode,
    protocols,
  ]);
  const port = await resident.line();
  return { address: `127.0.0.1:${port}`, stop: () => resident.stop() };
}

/**
 * OpenSSL's own server, which presents `chain.pem` with `key.pem` of the sandbox, until its process is killed.
 *
 * @param port that is free
 */
export async function serveWithOpenssl(
  { directory }: CliSandbox,
  port: number,
  ...options: readonly string[]
): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const files = ["-cert", "chain.pem", "-cert_chain", "chain.pem", "-key", "key.pem"];
  const child = spawn(tool("openssl"), ["s_server", "-accept", String(port), ...files, ...options], {
    cwd: directory,
    stdio: ["pipe", "pipe", "ignore"],
  });
  // It says other things before.
  for await (const [chunk] of on(child.stdout, "data")) if (String(chunk).includes("ACCEPT")) break;
  return child;
}
