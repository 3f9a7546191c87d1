import { writeFileSync } from "node:fs";

import type { IdentityEntry } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { makeCertificate } from "../../support/certificateMaker";
import { sandbox, write } from "./support";

/** Clears the screen, colours, sets a title, ends the line, poses as a line of ours, turns the text round, hides. */
const HOSTILE = "a\u001b[2J\u001b[31m\u001b]0;owned\u0007\r\nPOSED: 0 findings\u202e\u200b\u009b1mz";
const NOW = new Date("2026-11-21T12:00:00Z");
const made = makeCertificate({ now: NOW, subject: HOSTILE, key: "ec", names: [`DNS:${HOSTILE}`] });
const word = ["--password", "env:WORD"] as const;

const identity = (alias: string, chain = [made.der], password?: string): IdentityEntry => ({
  kind: "identity",
  alias,
  key: { kind: "clear", pkcs8: made.pkcs8, ...(password === undefined ? {} : { password }) },
  chain,
});

describe("text in stores that would steer a terminal", () => {
  beforeEach(() => {
    const anchor = { kind: "anchor", alias: `${HOSTILE}-root`, certificate: made.der } as const;
    write("evil.p12", identity(HOSTILE), anchor);
    write("evil.jks", identity(HOSTILE), anchor, identity(`${HOSTILE}-own`, [made.der], "own word"));
    write("other.p12", identity("other"));
    writeFileSync(sandbox.path("evil.pem"), toPem(made.der, "CERTIFICATE"));
  });

  /** What was printed, which must hold the hostile text in some form, so that each test tests something. */
  const printed = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await sandbox.run("store", ...words);
    expect(`${stdout}${stderr}`).toMatch(/owned/i);
    return `${stdout}${stderr}`;
  };

  test.each([
    ["list", ["list", "evil.p12", ...word]],
    ["list --json", ["list", "evil.p12", ...word, "--json"]],
    ["list of JKS", ["list", "evil.jks", ...word]],
    ["check", ["check", "evil.p12", ...word, "--expiring-within-days", "99999"]],
    ["check --json", ["check", "evil.jks", ...word, "--json"]],
    ["check of JKS", ["check", "evil.jks", ...word]],
    ["diff", ["diff", "evil.p12", "other.p12", ...word]],
    ["diff --json", ["diff", "other.p12", "evil.jks", ...word, "--json"]],
    ["export-certificate of none", ["export-certificate", "evil.p12", "none", ...word]],
    ["remove", ["remove", "evil.p12", HOSTILE, ...word]],
    ["remove --json", ["remove", "evil.p12", HOSTILE, ...word, "--json"]],
    ["remove of none", ["remove", "evil.p12", "none", ...word]],
    ["rename", ["rename", "evil.p12", HOSTILE, "tame", ...word]],
    ["rename onto another", ["rename", "evil.p12", "none", HOSTILE, ...word]],
    ["convert", ["convert", "evil.p12", "--out", "new.p12", "--profile", "compat", ...word]],
    ["convert that is refused", ["convert", "evil.jks", "--out", "new.p12", "--profile", "compat", ...word]],
    ["change-password", ["change-password", "evil.p12", ...word, "--new-password", "env:NEW"]],
    [
      "change-password that is refused",
      ["change-password", "evil.jks", ...word, "--new-password", "env:NEW"],
    ],
    ["import-identity", ["import-identity", "new.p12", "evil.p12", ...word, "--source-password", "env:WORD"]],
    [
      "import-identity of several",
      ["import-identity", "new.p12", "evil.jks", ...word, "--source-password", "env:WORD"],
    ],
    ["import-certificate", ["import-certificate", "new.p12", "evil.pem", "--alias", HOSTILE, ...word]],
    [
      "generate-identity",
      ["generate-identity", "evil.p12", "--alias", HOSTILE, "--common-name", "a.example", ...word],
    ],
  ])("store %s shows it", async (_, words) => {
    const output = await printed(...words);
    expect(output.match(/[^\P{C}\n\t]/gu) ?? []).toEqual([]);
    expect(output.split("\n").filter((line) => /^\s*posed/i.test(line))).toEqual([]);
  });
});
