import { samples, under } from "../../keystore/samples";
import { aliases, sandbox, write } from "./support";

describe("store remove", () => {
  test("remove takes an alias once, however often and in whatever case it is given", async () => {
    write("store.p12", under("root", samples.anchor), under("other", samples.anchor));
    const removed = await sandbox.run(
      "store",
      "remove",
      "store.p12",
      "root",
      "ROOT",
      "--password",
      "env:WORD",
      "--json",
    );
    expect(removed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(removed.stdout)).toMatchObject({ changed: true, removed: ["root"] });
    expect(aliases("store.p12")).toEqual(["other"]);
  });
});
