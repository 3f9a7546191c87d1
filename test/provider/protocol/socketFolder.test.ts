import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeDeadSockets } from "../../../lib/provider/protocol/socketFolder";

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

  test("stay for a minute although nobody listens: a provider may be about to", async () => {
    // GIVEN a socket as it is between bind and listen, which refuses as a dead one does
    mkdirSync(join(folder, "trust-starts"));
    await killedAt(join(folder, "trust-starts/s"));

    // THEN
    const now = statSync(join(folder, "trust-starts")).mtimeMs;
    await removeDeadSockets(now + 59_000, folder);
    expect(readdirSync(folder)).toEqual(["trust-starts"]);
    await removeDeadSockets(now + 61_000, folder);
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
    await removeDeadSockets(Date.now() + 120_000, folder);

    // THEN
    living.close();
    expect(readdirSync(folder).sort()).toEqual(["trust-living", "trust-others", "trust-starts", "trust-x"]);
  });
});
