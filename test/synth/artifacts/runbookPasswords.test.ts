import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEntry, openKey, readStore } from "../../../lib/keystore";
import type { StorePlan } from "../../../lib/model";
import { rekeySteps } from "../../../lib/synth/artifacts/runbookPasswords";
import { keyEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { describeWith, tool } from "../../support/tools";

const FORMER = "former-word";
const NEXT = "next-word";
const ours = makeIdentity("ours");

describeWith("keytool", "the steps that put a store under another password by hand", () => {
  let folder = "";

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "runbook-passwords-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Types what keytool asks for, in the order that the steps name. */
  function follow(command: string, ...answers: readonly string[]): number | null {
    const [, ...words] = command.split(" ");
    const input = answers.map((answer) => `${answer}\n`).join("");
    return spawnSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, ...words], { input, encoding: "utf8" }).status;
  }

  test.each(["jks", "modern"] as const)(
    "keytool asks for what they say, and every key opens with it (%s)",
    (profile) => {
      const path = join(folder, "store");
      writeTestStore(path, profile, FORMER, [keyEntry("ours", ours)]);
      const store: StorePlan = {
        id: "store",
        hostId: "host",
        path,
        profile,
        password: "env:NEXT",
        formerPassword: "env:FORMER",
        ifMissing: "create",
      };
      const steps = rekeySteps({ kind: "manual", id: "host", platform: "posix" }, store, ["ours"]);
      const [whole = "", key] = steps.flatMap(({ command }) => command ?? []);
      expect(follow(whole, FORMER, NEXT, NEXT)).toBe(0);
      if (profile === "jks") expect(follow(key ?? "", NEXT, FORMER, NEXT, NEXT)).toBe(0);
      else expect(key).toBeUndefined();
      const entry = findEntry(readStore(readFileSync(path), NEXT), "ours");
      expect(entry?.kind === "identity" && openKey(entry, NEXT).equals(ours.pkcs8)).toBe(true);
      // Repeated, it says so and changes nothing.
      expect(follow(whole, FORMER)).toBe(1);
    },
  );

  test("are none where the store keeps its password", () => {
    const store = {
      id: "s",
      hostId: "host",
      path: "/s",
      profile: "jks",
      password: "env:A",
      ifMissing: "create",
    } as const;
    expect(rekeySteps({ kind: "manual", id: "host", platform: "posix" }, store, ["a"])).toEqual([]);
  });
});
