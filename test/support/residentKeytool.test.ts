import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { residentKeytool } from "./residentKeytool";
import { describeWith, tool, type ToolName } from "./tools";

const PASSWORD = "changeit";
const JKS = ["-storetype", "JKS"];
const made = ["-keystore", "keys", "-storepass:env", "P", "-alias", "k"];

/** Runs of keytool in one directory, one after the other: words, and what is typed. */
const RUNS: readonly (readonly [words: readonly string[], typed?: string])[] = [
  [
    ["-importcert", "-alias", "a", "-keystore", "trust", ...JKS, "-file", "k.der"],
    `${PASSWORD}\n${PASSWORD}\nyes\n`,
  ],
  [["-importcert", "-alias", "a", "-keystore", "trust", "-file", "k.der"], `${PASSWORD}\n`],
  [["-importcert", "-alias", "b", "-keystore", "trust", "-file", "k.der"], `${PASSWORD}\nno\n`],
  [["-keystore", "trust", "-list"], ""],
  [["-list", "-keystore", "trust", "-storepass:env", "MISSING"]],
  [["-list", "-keystore", "none", "-storepass", PASSWORD]],
  [["-list", "-keystore"]],
];

const JAVAS: readonly ToolName[] =
  process.env["SLOW"] === "1" ? ["keytool", "jre8", "jre11", "jre21", "jre25", "jre26"] : ["keytool", "jre8"];

describe.each(JAVAS)("a keytool that stays, of %s", (java) => {
  describeWith(["keytool", "javac", java], "beside the real one", () => {
    const resident = residentKeytool(java);
    const folder = mkdtempSync(join(tmpdir(), "cdktf-trust-"));

    afterAll(() => rmSync(folder, { recursive: true }));

    function run(program: string, directory: string, words: readonly string[], input = "") {
      const { status, stdout, stderr } = spawnSync(program, [...words, "-J-Duser.language=en"], {
        cwd: join(folder, directory),
        env: { ...process.env, P: PASSWORD },
        encoding: "utf8",
        input,
      });
      // The directory is put before paths.
      return { status, said: (stdout + stderr).replaceAll(`${folder}/${directory}/`, "") };
    }

    test("does and says what it does", () => {
      // GIVEN
      const real = join(dirname(tool(java)), "keytool");
      for (const directory of ["real", "resident"]) mkdirSync(join(folder, directory));
      const born = ["-genkeypair", "-keyalg", "EC", "-dname", "CN=k", ...JKS, ...made];
      expect(run(resident(), "resident", [...born, "-keypass", PASSWORD])).toMatchObject({ status: 0 });
      run(real, "resident", ["-exportcert", ...made, "-file", "k.der"]);
      for (const name of ["keys", "k.der"])
        copyFileSync(join(folder, "resident", name), join(folder, "real", name));

      for (const [words, typed] of RUNS) {
        // WHEN
        const [expected, found] = [
          run(real, "real", words, typed),
          run(resident(), "resident", words, typed),
        ];

        // THEN
        expect([words, found]).toEqual([words, expected]);
      }
      expect(existsSync(join(folder, "resident/trust"))).toBe(true);
    });

    test("hands text from one run to another, and may wait for what another has to say", () => {
      const words = `"$1" -exportcert -rfc ${made.join(" ")} | "$1" -importcert -rfc -noprompt -alias p -storetype JKS -keystore piped -storepass:env P`;
      expect(
        spawnSync("sh", ["-c", words, "sh", resident()], {
          cwd: join(folder, "resident"),
          env: { ...process.env, P: PASSWORD },
          encoding: "utf8",
        }),
      ).toMatchObject({ status: 0 });
      expect(
        run(resident(), "resident", ["-list", "-keystore", "piped", "-storepass", PASSWORD]).said,
      ).toContain("p, ");
    });

    test("says what is wrong with its words, more than once", () => {
      const words = ["-nonsense", "-keystore", "trust"];
      const expected = run(join(dirname(tool(java)), "keytool"), "real", words);
      expect(expected.said).toContain("Illegal option");
      for (let time = 0; time < 2; time += 1) expect(run(resident(), "resident", words)).toEqual(expected);
    });
  });
});
