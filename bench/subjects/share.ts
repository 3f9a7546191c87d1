import { pbkdf2Sync } from "node:crypto";
import { closeSync, copyFileSync, fsyncSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { writeStore } from "../../lib/keystore";
import { pkcs12Kdf, Pkcs12Purpose } from "../../lib/keystore/encryption";
import { generateKey, toPem } from "../../lib/pki";
import { withFolder } from "../folder";
import { execute, measure, median } from "../measure";
import { ours, PASSWORD } from "../programs";
import { line } from "../report";
import { keystore, selfSigned, truststore } from "../sampleStores";

const ROUNDS = 15;
const TARGET_MS = 30;

/** A command, and the work that its format or its purpose demands of whoever does it. */
interface Job {
  readonly name: string;
  readonly words: readonly string[];
  readonly prepare?: () => void;
  readonly mandated: readonly (() => void)[];
}

/** What of a command is Node's start, what is mandated work, and what is ours. */
export async function benchShare(): Promise<void> {
  await withFolder(async (path) => {
    writeFileSync(path("trust.jks"), writeStore(truststore("jks"), PASSWORD));
    writeFileSync(path("trust.p12"), writeStore(truststore("modern"), PASSWORD));
    writeFileSync(path("keys.p12"), writeStore(keystore("modern", 40), PASSWORD));
    const key = generateKey("ec-p256");
    writeFileSync(path("extra.crt"), toPem(selfSigned("extra", key), "CERTIFICATE"));
    const changed = path("changed");
    const copyOf = (name: string) => () => copyFileSync(path(name), changed);
    const write = () => writeAndSync(path("synced"));
    // A file of PKCS12 has a key for its certificates and one for its MAC.
    const pkcs12 = [deriveKey, deriveMacKey];
    const add = ["import-certificate", changed, path("extra.crt"), "--alias", "extra"];
    const create = ["--alias", "server", "--common-name", "server", "--key-algorithm", "ec-p256"];
    const jobs: readonly Job[] = [
      { name: "jks: list", words: ["list", path("trust.jks"), "--json"], mandated: [] },
      { name: "p12: list", words: ["list", path("trust.p12"), "--json"], mandated: pkcs12 },
      { name: "jks: add one", words: add, prepare: copyOf("trust.jks"), mandated: [write] },
      {
        name: "p12: add one",
        words: add,
        prepare: copyOf("trust.p12"),
        mandated: [...pkcs12, ...pkcs12, write],
      },
      {
        name: "p12: create",
        words: ["generate-identity", path("new.p12"), ...create],
        prepare: () => rmSync(path("new.p12"), { force: true }),
        mandated: [() => void generateKey("ec-p256"), deriveKey, ...pkcs12, write],
      },
      {
        name: "p12: 40 keys to jks",
        words: ["convert", path("keys.p12"), "--out", changed, "--format", "jks"],
        prepare: () => rmSync(changed, { force: true }),
        mandated: [...pkcs12, ...Array.from({ length: 40 }, () => deriveKey), write],
      },
    ];
    line(`of a command (target: ours at most ${TARGET_MS} ms)`);
    line(
      `  ${"".padEnd(24)}${["total", "node", "mandated", "ours"].map((name) => name.padStart(12)).join("")}`,
    );
    const node = { name: "node", run: () => void execute(process.execPath, ["-e", "0"]) };
    for (const job of jobs) {
      const costs = await measure([node, ours(job.words, job.prepare)], ROUNDS);
      const total = costs.get("cdktf-trust")?.wallMs ?? NaN;
      const nodeMs = costs.get("node")?.wallMs ?? NaN;
      const mandatedMs = timeOf(job.mandated);
      const oursMs = total - nodeMs - mandatedMs;
      const columns = [total, nodeMs, mandatedMs, oursMs].map((ms) => `${ms.toFixed(1)} ms`.padStart(12));
      line(`  ${job.name.padEnd(24)}${columns.join("")}${oursMs > TARGET_MS ? "  MISSED" : ""}`);
    }
  });
}

function timeOf(works: readonly (() => void)[]): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    for (const work of works) work();
    return performance.now() - started;
  });
  return median(times);
}

const salt = Buffer.alloc(20, 1);

function deriveKey(): void {
  pbkdf2Sync(PASSWORD, salt, 10_000, 32, "sha256");
}

function deriveMacKey(): void {
  const password = Buffer.from(`${PASSWORD}\0`, "utf16le").swap16();
  pkcs12Kdf("sha256", password, salt, 10_000, Pkcs12Purpose.mac, 32);
}

function writeAndSync(file: string): void {
  const descriptor = openSync(file, "w");
  writeSync(descriptor, Buffer.alloc(4_096));
  fsyncSync(descriptor);
  closeSync(descriptor);
}
