import { readFileSync, writeFileSync } from "node:fs";
import { samples, under } from "../../keystore/samples";
import { sandbox, write } from "./support";

describe("store check", () => {
  test("a check that finds nothing ends with 0, one that finds something with 1", async () => {
    write("good.jks", under("server", samples.rsa));
    expect(await sandbox.run("store", "check", "good.jks", "--password", "env:WORD")).toMatchObject({
      exitCode: 0,
      stdout: "good.jks: nothing found\n",
    });
    // The second is what the option was called before.
    for (const option of ["--expiring-within", "--expiring-within-days"]) {
      const words = ["good.jks", "--password", "env:WORD", option, "999999", "--json"];
      const soon = await sandbox.run("store", "check", ...words);
      expect(soon.exitCode).toBe(1);
      expect(JSON.parse(soon.stdout).findings).toMatchObject([
        { level: "warning", rule: "expiring", subject: "server" },
      ]);
    }
    writeFileSync(sandbox.path("cut.jks"), readFileSync(sandbox.path("good.jks")).subarray(0, 100));
    const cut = await sandbox.run("store", "check", "cut.jks", "--password", "env:WORD");
    expect(cut).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("error store-unreadable [store]: cut.jks: the store is damaged"),
    });
    expect((await sandbox.run("store", "check", "good.jks", "--password", "env:OTHER")).exitCode).toBe(2);
  });
});
