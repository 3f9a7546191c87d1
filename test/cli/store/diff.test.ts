import { samples, under } from "../../keystore/samples";
import { sandbox, write } from "./support";

describe("store diff", () => {
  test("end with 1 where something differs, with 0 where nothing does", async () => {
    write("a.jks", under("server", samples.rsa));
    write("b.p12", under("server", samples.rsa), under("root", samples.anchor));
    const same = await sandbox.run("store", "diff", "a.jks", "a.jks", "--password", "env:WORD");
    expect(same).toMatchObject({ exitCode: 0, stdout: "a.jks and a.jks hold the same\n" });
    const differs = await sandbox.run("store", "diff", "a.jks", "b.p12", "--password", "env:WORD");
    expect(differs).toMatchObject({
      exitCode: 1,
      stdout: "~ store: jks became pkcs12 modern\n+ root: anchor added\n",
    });
    const json = await sandbox.run("store", "diff", "a.jks", "b.p12", "--password", "env:WORD", "--json");
    expect(JSON.parse(json.stdout).changes).toHaveLength(2);
  });
});
