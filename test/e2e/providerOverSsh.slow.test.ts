import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { hasSshServer } from "../support/sshServer";
import { describeWith } from "../support/tools";

const repository = join(__dirname, "../..");
const runner = join(repository, "node_modules/jest/bin/jest.js");
const isWhole = process.env["SLOW"] === "1";

/** A walk of a resource of stores and of one of files. */
const sample = [
  "sets values, leaves the rest alone, and puts the previous values back",
  "keeps what the product brought, and puts back the key that it displaced",
];
const ofSample = ["configFile", "keyEntry"].map((name) => `test/e2e/provider/${name}.test.ts`);
const all = [
  "test/e2e/provider",
  "test/provider/killedDestroy.test.ts",
  "test/provider/files",
  "test/provider/settings",
];
/** What is about this machine: where a provider comes from, and what a folder lets its user do. */
const local = "provider/(mirror|install|documentation|writable|relying).test";

const isRoot = process.geteuid?.() === 0;
if (!isRoot)
  process.stderr.write("SKIPPED the provider's suites over SSH: only root can make machines of folders\n");

describeWith(["terraform", "keytool"], "the suites of the provider", () => {
  (hasSshServer && isRoot ? test : test.skip)(
    `hold on machines over SSH (${isWhole ? "all" : "a walk of two resources"})`,
    async () => {
      const scratch = mkdtempSync(join(tmpdir(), "over-ssh-"));
      const logins = join(scratch, "logins");
      writeFileSync(logins, "");
      const words = isWhole
        ? [...all, "--testPathIgnorePatterns", local]
        : [...ofSample, "-t", sample.join("|")];
      const child = spawn(process.execPath, [runner, "-w", "1", ...words], {
        cwd: repository,
        env: { ...process.env, SLOW: "", TRUST_TEST_HOST: "ssh", TRUST_TEST_LOGINS: logins },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
      const status = await new Promise((done) => child.once("close", done));
      const reached = readFileSync(logins, "utf8").split("\n").length - 1;
      rmSync(scratch, { recursive: true });
      expect({ status, said: status === 0 ? "" : said }).toEqual({ status: 0, said: "" });
      expect(said).toMatch(/^Tests: .*\b[1-9]\d* passed/m);
      expect(reached).toBeGreaterThanOrEqual(isWhole ? 100 : sample.length);
    },
    isWhole ? 7_200_000 : 600_000,
  );
});
