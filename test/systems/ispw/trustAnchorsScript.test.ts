import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseCertificate } from "../../../lib/pki";
import { type AnchorFile, trustAnchorsScript } from "../../../lib/systems/ispw/trustAnchorsScript";
import { makeCertificate } from "../../support/certificateMaker";
import { residentKeytool } from "../../support/residentKeytool";
import { describeWith, oftenAndSlowly, slowly } from "../../support/tools";
import { program, shellcheck, withDirectory } from "../support/scripts";

const PASSWORD = "a password with 'quotes' and $dollars";

/** A Java with a `cacerts` of its own in a directory, and what keytool says of it. */
function javaIn(directory: string, maker: () => string, keytool: string, storetype: string) {
  const javaHome = join(directory, "java home");
  mkdirSync(join(javaHome, "lib/security"), { recursive: true });
  mkdirSync(join(javaHome, "bin"));
  symlinkSync(keytool, join(javaHome, "bin/keytool"));
  const store = join(javaHome, "lib/security/cacerts");
  const environment = { ...process.env, CACERTS_PASSWORD: PASSWORD };
  const run = (words: string, ...more: string[]) => {
    const { status, stdout } = spawnSync(maker(), [...words.split(" "), ...more], {
      env: environment,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stdout);
    return stdout;
  };
  let made = 0;
  /** A self-signed certificate in DER. */
  const certificate = (path: string) => {
    made += 1;
    writeFileSync(path, makeCertificate({ now: new Date(), subject: `flow-${made}` }).der);
  };
  const importing = (alias: string, path: string) =>
    run(
      `-importcert -noprompt -storetype ${storetype} -storepass:env CACERTS_PASSWORD -file`,
      path,
      "-keystore",
      store,
      "-alias",
      alias,
    );
  /** Aliases with the first bytes of their fingerprints. */
  const held = () =>
    Object.fromEntries(
      [
        ...run("-list -v -storepass:env CACERTS_PASSWORD -keystore", store).matchAll(
          /Alias name: (.+)[^]*?SHA256: ([0-9A-F:]{8})/g,
        ),
      ].map(([, alias, fingerprint]) => [alias, fingerprint]),
    );
  const fingerprintOf = (path: string) => parseCertificate(readFileSync(path)).sha256.slice(0, 8);
  const script = (anchors: readonly AnchorFile[]) => {
    const path = program(
      directory,
      "trust-anchors.sh",
      trustAnchorsScript({ javaHome, encoding: "ascii", anchors }),
    );
    return (...words: string[]) => spawnSync("sh", [path, ...words], { env: environment, encoding: "utf8" });
  };
  const copies = () =>
    readdirSync(dirname(store)).filter((name) => name.startsWith("cacerts.before-")).length;
  return { certificate, importing, held, fingerprintOf, script, copies };
}

describeWith(["keytool", "shellcheck", "jre8", "jre25"], "the script that lets CES trust its callees", () => {
  const maker = residentKeytool();
  const keytools = { jre8: residentKeytool("jre8"), jre25: residentKeytool("jre25") };

  test("is one that shellcheck passes, with hostile names too", () => {
    for (const encoding of ["ebcdic", "ascii"] as const) {
      const anchors = [{ alias: "it's", path: "/u/it's/a.der" }];
      expect(shellcheck(trustAnchorsScript({ javaHome: "/usr/it's", encoding, anchors }))).toBe("");
    }
  });

  const javas = oftenAndSlowly([["jre8", "JKS"] as const], [["jre25", "PKCS12"] as const]);

  const inJava = (
    java: keyof typeof keytools,
    storetype: string,
    action: (place: ReturnType<typeof javaIn> & { der: string; other: string }) => void,
  ) =>
    withDirectory((directory) => {
      const place = javaIn(directory, maker, keytools[java](), storetype);
      const other = join(directory, "other.der");
      place.certificate(other);
      place.importing("public root", other);
      action({ ...place, der: join(directory, "electric flow.der"), other });
    });

  test("imports once, and takes away again what it brought", () =>
    inJava("jre8", "JKS", ({ certificate, der, script, held, fingerprintOf, copies }) => {
      // GIVEN
      certificate(der);
      const run = script([{ alias: "electricflow", path: der }]);
      const before = held();

      // WHEN
      const [first, second] = [run(), run()];
      const imported = held();
      const undone = run("undo");
      const again = run("undo");

      // THEN
      expect([first, second, undone, again].map(({ status }) => status)).toEqual([0, 0, 0, 0]);
      expect(second.stdout).toContain("electricflow is trusted already");
      expect(imported).toEqual({ ...before, electricflow: fingerprintOf(der) });
      expect(held()).toEqual(before);
      expect(again.stdout).toContain("was not imported here");
      expect(copies()).toBeGreaterThan(0);
      expect(first.stdout + first.stderr).not.toContain(PASSWORD);
    }));

  test.each(javas)("renames what it renews, and gives its alias back: %s, %s", (java, storetype) =>
    inJava(java, storetype, ({ certificate, importing, der, other, script, held, fingerprintOf }) => {
      // GIVEN an anchor under the alias, and another where it would go
      certificate(der);
      importing("electricflow", der);
      importing("electricflow-previous", other);
      const before = held();
      certificate(der);

      // WHEN
      const run = script([{ alias: "electricflow", path: der }]);
      run();
      run();

      // THEN
      expect(held()).toEqual({
        ...before,
        electricflow: fingerprintOf(der),
        "electricflow-previous-2": before["electricflow"],
      });

      // WHEN
      run("undo");

      // THEN
      expect(held()).toEqual(before);
    }),
  );

  test.each(javas)("trusts both certificates of a rotation, as stores do: %s, %s", (java, storetype) =>
    inJava(java, storetype, ({ certificate, der, script, held, fingerprintOf }) => {
      // GIVEN an anchor that is trusted
      const next = join(dirname(der), "electric flow-next.der");
      const run = script([{ alias: "electricflow", path: der }]);
      certificate(der);
      run();
      const before = held();

      // WHEN the next one is announced, and the script runs once more
      certificate(next);
      const [announced, again] = [run(), run()];

      // THEN
      expect([announced.status, again.status]).toEqual([0, 0]);
      const both = {
        ...before,
        electricflow: fingerprintOf(next),
        "electricflow-previous": fingerprintOf(der),
      };
      expect(held()).toEqual(both);
      expect(again.stdout).not.toMatch(/ is trusted: | now: |Copied/);

      // WHEN it is undone, and announced again
      expect(run("undo").status).toBe(0);
      expect(held()).toEqual(before);
      run();
      expect(held()).toEqual(both);

      // WHEN the former is retired
      renameSync(next, der);
      const retired = run();

      // THEN the former stays beside it, as after every renewal
      expect(retired.stdout).toContain("electricflow is trusted already");
      expect(held()).toEqual(both);
    }),
  );

  slowly("trusts both certificates where none was trusted", () =>
    inJava("jre8", "JKS", ({ certificate, der, script, held, fingerprintOf }) => {
      const next = join(dirname(der), "electric flow-next.der");
      const run = script([{ alias: "electricflow", path: der }]);
      const before = held();
      certificate(der);
      certificate(next);
      expect(run().status).toBe(0);
      const both = { electricflow: fingerprintOf(next), "electricflow-previous": fingerprintOf(der) };
      expect(held()).toEqual({ ...before, ...both });
      run("undo");
      run("undo");
      expect(held()).toEqual(before);
    }),
  );

  test("trusts the older anchor after it died between two commands, and goes on from there", () =>
    inJava("jre8", "JKS", ({ certificate, importing, der, script, held, fingerprintOf }) => {
      // GIVEN a certificate that cannot be imported
      certificate(der);
      importing("electricflow", der);
      const before = held();
      certificate(der);
      const run = script([{ alias: "electricflow", path: der }]);
      const half = spawnSync(
        "sh",
        [
          "-c",
          // The import is the one command that fails.
          `sed 's/in_store -importcert.*/exit 1/' "$1" > "$1.half"; sh "$1.half"`,
          "sh",
          join(dirname(der), "trust-anchors.sh"),
        ],
        { env: { ...process.env, CACERTS_PASSWORD: PASSWORD } },
      );
      expect(half.status).toBe(1);
      expect(held()).toMatchObject({ "electricflow-previous": before["electricflow"] });

      // WHEN
      run();

      // THEN
      expect(held()).toEqual({
        ...before,
        electricflow: fingerprintOf(der),
        "electricflow-previous": before["electricflow"],
      });
      run("undo");
      expect(held()).toEqual(before);
    }));
  test("asks for the password where the environment has none, and says it nowhere", () =>
    inJava("jre8", "JKS", ({ certificate, der, script, held }) => {
      certificate(der);
      script([{ alias: "electricflow", path: der }]);
      const { CACERTS_PASSWORD: _known, ...environment } = process.env;
      const path = join(dirname(der), "trust-anchors.sh");
      const result = spawnSync("sh", [path], { env: environment, input: `${PASSWORD}\n`, encoding: "utf8" });
      expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining("Password of ") });
      expect(result.stdout + result.stderr).not.toContain(PASSWORD);
      expect(held()).toHaveProperty("electricflow");
    }));

  test("changes nothing under a wrong password, or with a file that was transferred as text", () =>
    inJava("jre8", "JKS", ({ script, held, copies, der }) => {
      // GIVEN
      const before = held();
      program(dirname(der), "text.der", "no certificate");

      // WHEN
      const text = script([{ alias: "a", path: join(dirname(der), "text.der") }])();
      const wrong = spawnSync("sh", [join(dirname(der), "trust-anchors.sh")], {
        env: { ...process.env, CACERTS_PASSWORD: "another password" },
        encoding: "utf8",
      });

      // THEN
      expect(text).toMatchObject({ status: 1, stderr: expect.stringContaining("transfer it in binary") });
      expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining("password") });
      expect(held()).toEqual(before);
      expect(copies()).toBe(0);
    }));
});
