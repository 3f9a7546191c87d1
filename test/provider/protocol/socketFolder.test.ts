import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenAtSocket, removeDeadSockets } from "../../../lib/provider/protocol/socketFolder";

const listen = `require("node:net").createServer().listen(process.argv[1], () => console.log("ready"))`;

/** Leaves a socket whose process is gone. */
async function killedAt(path: string): Promise<void> {
  const killed = spawn(process.execPath, ["-e", listen, path]);
  await once(killed.stdout, "data");
  const gone = once(killed, "exit");
  killed.kill("SIGKILL");
  await gone;
  expect(existsSync(path)).toBe(true);
}

describe("folders of sockets in the system's temporary folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sockets-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test("are not taken for dead before they are listened at, when a socket refuses as a dead one does", async () => {
    // GIVEN a socket as it is between bind and listen
    let bound = "";
    const { path } = await listenAtSocket(async (given) => {
      bound = given;
      await killedAt(given);

      // WHEN
      await removeDeadSockets(Date.now(), folder);

      // THEN
      expect(existsSync(given)).toBe(true);
      await removeDeadSockets(Date.now() + 3_590_000, folder);
      expect(existsSync(given)).toBe(true);
    }, folder);
    expect(path.startsWith(folder)).toBe(true);
    expect([existsSync(bound), existsSync(path)]).toEqual([false, true]);
    // Listened at from here on, and nobody listens any more.
    await removeDeadSockets(Date.now(), folder);
    expect(existsSync(path)).toBe(false);
  });

  test("go where a provider was killed before it listened, an hour later", async () => {
    mkdirSync(join(folder, "trust-starts"));
    await killedAt(join(folder, "trust-starts/b"));
    await removeDeadSockets(Date.now() + 3_500_000, folder);
    expect(readdirSync(folder)).toEqual(["trust-starts"]);
    await removeDeadSockets(Date.now() + 3_700_000, folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("go where the provider was killed, and stay where it lives or starts, or somebody else uses them", async () => {
    // GIVEN a provider that was killed, one that lives, two that had no time to listen, and others' folders
    const names = ["trust-killed", "trust-living", "trust-starts", "trust-absent", "trust-others", "trust-x"];
    for (const name of names) mkdirSync(join(folder, name));
    await killedAt(join(folder, "trust-killed/s"));
    const living = createServer().listen(join(folder, "trust-living/s"));
    await once(living, "listening");
    utimesSync(join(folder, "trust-absent"), new Date(0), new Date(0));
    writeFileSync(join(folder, "trust-others/s"), "");

    // WHEN
    await removeDeadSockets(Date.now(), folder);

    // THEN
    living.close();
    expect(readdirSync(folder).sort()).toEqual(["trust-living", "trust-others", "trust-starts", "trust-x"]);
  });
});
