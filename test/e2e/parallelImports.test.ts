import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { keytoolList, makeIdentity } from "../provider/support/stores";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

const count = process.env["SLOW"] === "1" ? 50 : 8;
const password = "changeit";

describeWith("keytool", "imports into one store at the same time", () => {
  const project = new LocalProject();

  afterAll(() => project.remove());

  test(
    `by ${count} processes are all there in the end`,
    async () => {
      // GIVEN
      mkdirSync(project.path("stores"));
      const names = Array.from({ length: count }, (_, index) => `partner-${index}`);
      const identities = names.map((name) => makeIdentity(name));
      for (const [index, { certificate }] of identities.entries()) {
        writeFileSync(project.path(`${names[index]}.crt`), certificate);
      }

      // WHEN
      const codes = await Promise.all(
        names.map(async (name) => {
          const words = [
            "store",
            "import-certificate",
            "stores/trust.p12",
            `${name}.crt`,
            "--password",
            "env:WORD",
          ];
          const child = spawn(process.execPath, [LocalProject.program, ...words], {
            cwd: project.directory,
            env: { ...process.env, WORD: password },
            stdio: "ignore",
          });
          const [code] = (await once(child, "exit")) as [number | null];
          return code;
        }),
      );

      // THEN
      expect(codes).toEqual(names.map(() => 0));
      const expected = names.map((name, index) => [name, `trustedCertEntry ${identities[index]?.sha256}`]);
      expect(keytoolList(project.path("stores/trust.p12"), password)).toEqual(Object.fromEntries(expected));
      const beside = readdirSync(project.path("stores")).filter((name) => !/\.(orig|bak)$/.test(name));
      expect(beside).toEqual(["trust.p12"]);
    },
    count * 10_000,
  );
});
