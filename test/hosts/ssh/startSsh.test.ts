import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSsh } from "../../../lib/hosts/ssh/startSsh";

it("removes what runs left that were killed while they connected, and nothing that may be in use", async () => {
  // GIVEN
  const folders = [7_200, 60].map((ageSeconds) => {
    const folder = mkdtempSync(join(tmpdir(), "cdktf-trust-ssh-"));
    writeFileSync(join(folder, "known_hosts"), "");
    const then = Date.now() / 1_000 - ageSeconds;
    utimesSync(folder, then, then);
    return folder;
  });
  // WHEN
  let own = "";
  const { process, forget } = startSsh((folder) => {
    own = folder;
    return { program: "true", arguments: [], environment: {}, files: { a: { content: "b", mode: 0o600 } } };
  }, undefined);
  await once(process, "exit");
  // THEN
  expect([...folders, own].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  forget();
  expect(existsSync(own)).toBe(false);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
