import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { createStore, readStore, setEntry, writeStore } from "../../lib/keystore";
import type { StoreEntry } from "../../lib/keystore";
import type { StoreProfile } from "../../lib/model";
import { certificatesFromFile, toPem } from "../../lib/pki";
import { samples, under } from "../keystore/samples";
import { residentKeytool } from "../support/residentKeytool";
import { describeWith } from "../support/tools";
import { CliSandbox } from "./cliRun";

const PASSWORDS = {
  EF_PASSWORD: "passkey",
  IA_PASSWORD: "alarmpoint",
  CACERTS_PASSWORD: "changeit",
  PFX_PASSWORD: "password of the pfx",
  IS_PASSWORD: "password of the server",
  NEW_PASSWORD: "another password",
};

/** The stores that come of the examples, with the passwords they have in the end. */
const RESULTS = {
  keystore: PASSWORDS.EF_PASSWORD,
  cacerts: PASSWORDS.CACERTS_PASSWORD,
  ".keystore": PASSWORDS.IA_PASSWORD,
  "abc.jks": PASSWORDS.NEW_PASSWORD,
  "abc.p12": PASSWORDS.NEW_PASSWORD,
} as const;

const page = readFileSync(join(__dirname, "../../docs/keytool.md"), "utf8");

/** Command lines of the page's blocks for one of the two programs, in order. */
function examples(program: "keytool" | "cdktf-trust"): string[] {
  return [...page.matchAll(/^```sh (\S+)\n([^]*?)^```/gm)]
    .filter(([, name]) => name === program)
    .flatMap(([, , lines = ""]) => lines.trim().split("\n"));
}

/** What the products and partners bring. */
function bring(directory: string): void {
  const store = (name: string, profile: StoreProfile, password: string, ...entries: StoreEntry[]) =>
    writeFileSync(
      join(directory, name),
      writeStore(entries.reduce(setEntry, createStore(profile)), password),
    );
  store("keystore", "jks", PASSWORDS.EF_PASSWORD, under("jetty", samples.rsa));
  store("cacerts", "jks", PASSWORDS.CACERTS_PASSWORD, under("root", samples.anchor));
  store(".keystore", "jks", PASSWORDS.IA_PASSWORD, under("apia", samples.rsa));
  store("filename.pfx", "compat", PASSWORDS.PFX_PASSWORD, under("ia01", samples.rsa));
  store("my-private-key.pfx", "compat", PASSWORDS.PFX_PASSWORD, under("1", samples.ec));
  writeFileSync(join(directory, "somecert.cer"), toPem(samples.anchor.certificate, "CERTIFICATE"));
}

/** Splits a line as a shell does; the page needs no more than double quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

const keytool = residentKeytool();

describeWith(["keytool"], "docs/keytool.md", () => {
  const [theirs, ours] = [new CliSandbox(PASSWORDS), new CliSandbox(PASSWORDS)];
  afterAll(() => [theirs, ours].forEach((sandbox) => sandbox.remove()));

  test("every command comes to the same as its counterpart", async () => {
    // GIVEN
    [theirs, ours].forEach(({ directory }) => bring(directory));
    // WHEN keytool does its part, and the command line its own
    execFileSync("bash", ["-ec", examples("keytool").join("\n")], {
      cwd: theirs.directory,
      env: { ...process.env, ...PASSWORDS, PATH: `${dirname(keytool())}:${process.env["PATH"] ?? ""}` },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const exitCodes: Record<string, number> = {};
    for (const example of examples("cdktf-trust")) {
      const { exitCode, stderr } = await ours.run(...words(example).slice(1));
      exitCodes[example] = exitCode;
      expect({ example, stderr }).toEqual({ example, stderr: "" });
    }
    // THEN keytool lists the same in both
    for (const [name, password] of Object.entries(RESULTS)) {
      expect(listed(join(theirs.directory, name), password)).not.toEqual([]);
      expect(listed(join(ours.directory, name), password)).toEqual(
        listed(join(theirs.directory, name), password),
      );
    }
    // a comparison and a check that found something say so
    expect(
      Object.entries(exitCodes)
        .filter(([, code]) => code !== 0)
        .map(([example]) => example),
    ).toEqual(examples("cdktf-trust").filter((example) => /store (diff|check) /.test(example)));
    const exported = (sandbox: CliSandbox) =>
      certificatesFromFile(readFileSync(sandbox.path("electricflow.crt"))).map(({ sha256 }) => sha256);
    expect(exported(ours)).toEqual(exported(theirs));
    const generated = readStore(readFileSync(ours.path("new.p12")), PASSWORDS.IS_PASSWORD);
    expect(generated.entries).toMatchObject([{ kind: "identity", alias: "server" }]);
    expect(existsSync(ours.path("cacerts.orig"))).toBe(true);
  });
});

/** Alias, kind and fingerprint of each entry, as keytool prints them; its dates are those of the import. */
function listed(path: string, password: string): string[] {
  const output = execFileSync(keytool(), ["-list", "-keystore", path, "-storepass", password], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return [...output.matchAll(/^(.*?), .*, (\w+Entry), ?\n.*: (.*)$/gm)]
    .map((match) => match.slice(1).join(" "))
    .sort();
}
