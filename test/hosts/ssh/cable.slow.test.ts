import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { closeConnections, HostError, type HostFiles, openHost } from "../../../lib/hosts";
import { type Cable, layCable, type Passed } from "../../support/cable";
import { describeSsh } from "../kinds";
import { inMirror } from "../support";

const isSlow = process.env["SLOW"] === "1";
const places = isSlow ? 120 : 2;
const before = Buffer.alloc(300_000, "b");
const after = Buffer.alloc(300_000, "a");

describeSsh("a cable that breaks", {}, (server) => {
  let cable: Cable;

  beforeEach(async () => {
    cable = await layCable(server().port);
  });

  afterEach(async () => {
    await closeConnections();
    await cable.close();
  });

  const open = (): HostFiles => openHost(cable.address, { connection: server().connection });

  /** What an action ends with: the code of its error, or nothing. */
  async function endOf(action: () => Promise<unknown>): Promise<string | undefined> {
    try {
      await action();
      return undefined;
    } catch (error) {
      if (error instanceof HostError) return error.code;
      throw error;
    }
  }

  /** The bytes of an action on a connection that is there. */
  async function measure(file: string, action: (host: HostFiles) => Promise<unknown>): Promise<Passed> {
    writeFileSync(file, before);
    const host = open();
    await host.realPath(file);
    cable.passed();
    await action(host);
    return cable.passed();
  }

  /** Byte numbers over the whole way, its last ones among them. */
  function spread(bytes: number): number[] {
    const last = isSlow ? [bytes - 1, bytes - 40, bytes - 120] : [bytes - 40];
    return [
      ...Array.from({ length: places }, (_, place) => Math.ceil((bytes * (place + 1)) / (places + 1))),
      ...last,
    ];
  }

  it.each(["up", "down"] as const)(
    "leaves the old file or the new one at any byte %s, and what is told is what is there",
    async (direction) => {
      await inMirror(async (root) => {
        const file = join(root, "store");
        const whole = await measure(file, (host) => host.replaceFile(file, after));
        const told = new Set<string | undefined>();
        for (const bytes of spread(whole[direction])) {
          // GIVEN
          writeFileSync(file, before);
          const host = open();
          await host.realPath(file);
          // WHEN
          cable.cutAfter({ [direction]: bytes });
          const code = await endOf(() => host.replaceFile(file, after));
          cable.mend();
          // THEN
          expect(["connection-lost", undefined]).toContain(code);
          expect(readFileSync(file).equals(code === undefined ? after : before)).toBe(true);
          told.add(code);
          // AND the next run goes on from there, and leaves nothing of it
          await host.exclusively(file, () => host.replaceFile(file, after));
          expect(readFileSync(file).equals(after)).toBe(true);
          expect(readdirSync(root)).toEqual(["store"]);
        }
        expect(told).toContain("connection-lost");
      });
    },
    (places + 10) * 10_000,
  );

  it("asks again where only the answer was lost", async () => {
    await inMirror(async (root) => {
      const file = join(root, "store");
      writeFileSync(file, before);
      const host = open();
      await host.realPath(file);
      cable.cutWhen(() => readFileSync(file).equals(after));
      expect(await endOf(() => host.replaceFile(file, after))).toBeUndefined();
      expect(readFileSync(file).equals(after)).toBe(true);
    });
  });

  it("says that the outcome is not known where the machine cannot be asked, and what to do", async () => {
    await inMirror(async (root) => {
      // GIVEN a cable that breaks before the answer
      const file = join(root, "store");
      writeFileSync(file, before);
      const host = open();
      await host.realPath(file);
      cable.breakWhen(() => readFileSync(file).equals(after));
      // WHEN
      const error: unknown = await host.replaceFile(file, after).catch((cause: unknown) => cause);
      // THEN
      expect(error).toMatchObject({ code: "outcome-unknown" });
      expect(String(error)).toContain(`while ${file} was replaced`);
      expect(String(error)).toContain("was not reached");
      expect(String(error)).toContain("Run again when the machine can be reached: it looks first.");
      expect(readFileSync(file).equals(after)).toBe(true);
    });
  });

  it("a removal is told as what it is", async () => {
    await inMirror(async (root) => {
      const file = join(root, "store");
      const remove = (host: HostFiles): Promise<unknown> => host.removeFile(file);
      const whole = await measure(file, remove);
      const told: (string | undefined)[] = [];
      for (const bytes of isSlow ? [1, 20, whole.down - 20, whole.down - 1] : [1, whole.down - 1]) {
        writeFileSync(file, before);
        const host = open();
        await host.realPath(file);
        cable.cutAfter({ down: bytes });
        const code = await endOf(() => remove(host));
        cable.mend();
        expect(["connection-lost", undefined]).toContain(code);
        expect(readdirSync(root)).toEqual(code === undefined ? [] : ["store"]);
        told.push(code);
      }
      expect(told).toContain(undefined);
      // AND where nobody can ask, nothing is claimed
      writeFileSync(file, before);
      const host = open();
      await host.realPath(file);
      cable.breakWhen(() => !existsSync(file));
      expect(await endOf(() => remove(host))).toBe("outcome-unknown");
    });
  }, 60_000);
});
