import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { writeStore } from "../../lib/keystore";
import { tool } from "../../test/support/tools";
import { withFolder } from "../folder";
import { execute } from "../measure";
import { importKeystore, keytools, ours, PASSWORD } from "../programs";
import { compare } from "../report";
import { keystore } from "../sampleStores";

const KEYS = 40;
const ROUNDS = 3;
const NEW_PASSWORD = "battery staple";

const FORMATS = [
  { name: "jks", type: "jks" },
  { name: "jceks", type: "jceks" },
  { name: "modern", type: "pkcs12" },
  { name: "jdk-legacy", type: "pkcs12" },
] as const;

/** Stores of forty keys: each key is opened, or opened and sealed anew. */
export async function benchKeys(): Promise<void> {
  await withFolder(async (path) => {
    for (const name of ["jks", "modern", "jdk-legacy"] as const)
      writeFileSync(path(name), writeStore(keystore(name, KEYS), PASSWORD));
    // We make no new ones.
    execute(tool("keytool"), importKeystore(path("jks"), path("jceks"), "jceks"), { WORD: PASSWORD });

    for (const { name, type } of FORMATS) {
      const out = path("out");
      const remove = () => rmSync(out, { force: true });
      await compare(
        { title: `${name}: open ${KEYS} keys`, base: "cdktf-trust" },
        [
          ours(["convert", path(name), "--out", out, "--format", "jks"], remove),
          ...keytools(importKeystore(path(name), out, "jks"), remove),
        ],
        ROUNDS,
      );
      const copy = () => copyFileSync(path(name), out);
      const change = ["change-password", out, "--new-password", "env:NEW_WORD"];
      await compare(
        { title: `${name}: open and seal ${KEYS} keys`, base: "cdktf-trust" },
        [ours(change, copy), ...keytools(importKeystore(path(name), out, type), remove)],
        ROUNDS,
      );
    }
  });
}

process.env["NEW_WORD"] = NEW_PASSWORD;
