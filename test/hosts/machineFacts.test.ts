import { chmodSync, mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { machineFacts, mirrorSpace, openHost, runnerProcesses } from "../../lib/hosts";
import { describeSsh } from "./kinds";
import { hostFailure, inMirror } from "./support";

describeSsh("what a machine says of itself", {}, (server) => {
  it("is which programs it lacks, its clock, and what is free in directories, whatever they are called", async () => {
    await inMirror(async (root) => {
      const odd = join(root, "it's 1 2 3% /\n$(exit) ä");
      mkdirSync(odd, { recursive: true });
      const program = join(root, "start me");
      writeFileSync(program, "");
      const { address, connection } = server();
      for (const processes of [openHost(address, { connection }).processes, runnerProcesses(root)]) {
        if (processes === undefined) throw new Error("nothing can be run");
        const ask = (): ReturnType<typeof machineFacts> =>
          machineFacts(processes, {
            programs: ["systemctl-\n2", "sh", program, "/bin/sh"],
            directories: [odd, join(root, "absent"), "/"],
            nowMs: () => Date.now() - 100_000,
          });
        chmodSync(program, 0o600);
        const { missingPrograms, clockAheadMs = 0, space } = await ask();
        expect(missingPrograms).toEqual(["systemctl-\n2", program]);
        expect(Math.round(clockAheadMs / 10_000)).toBe(10);
        expect([...space.keys()]).toEqual([odd, join(root, "absent"), "/"]);
        expect(space.get(join(root, "absent"))).toBe("missing");
        const { bavail, bsize } = statfsSync("/");
        const { freeBytes } = space.get("/") as { freeBytes: number };
        // Others write there meanwhile.
        expect(Math.abs(freeBytes - bavail * bsize) / (bavail * bsize)).toBeLessThan(0.2);
        chmodSync(program, 0o700);
        expect((await ask()).missingPrograms).toEqual(["systemctl-\n2"]);
      }
    });
  }, 60_000);
});

it("what is free below a directory that stands for a machine is asked of its own file system", async () => {
  await inMirror(async (root) => {
    mkdirSync(join(root, "C/store"), { recursive: true });
    expect(await mirrorSpace(root, String.raw`C:\store\x`)).toEqual({
      freeBytes: expect.any(Number) as number,
    });
    expect(await mirrorSpace(root, "/absent/x")).toBe("missing");
    writeFileSync(join(root, "file"), "");
    expect((await hostFailure(() => mirrorSpace(root, "/file/x/y"))).code).toBe("not-a-directory");
  });
});
