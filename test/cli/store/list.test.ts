import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCertificate } from "../../../lib/pki";
import { samples, under } from "../../keystore/samples";
import { describeWith, tool } from "../../support/tools";
import { PASSWORD, VECTORS, aliases, sandbox, write } from "./support";

describe("store list", () => {
  test("reads what a pipe gives, as a shell's <(…) and /dev/stdin are", async () => {
    write("store.jks", under("root", samples.anchor));
    execFileSync("mkfifo", [sandbox.path("pipe")]);
    const writer = spawn("sh", ["-c", 'cat "$0" > "$1"', sandbox.path("store.jks"), sandbox.path("pipe")]);
    const { exitCode, stdout } = await sandbox.run("store", "list", "pipe", "--password", "env:WORD");
    writer.kill("SIGKILL");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("root");
  });

  test("prints the JSON that tools rely on", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jceks.ks"), sandbox.path("conf.ks"));
    const { exitCode, stdout } = await sandbox.run(
      "store",
      "list",
      "conf.ks",
      "--password",
      "env:CHANGEIT",
      "--json",
    );
    const listing = JSON.parse(stdout);
    const leaf = parseCertificate(samples.rsa.chain[0] ?? Buffer.of());
    expect(exitCode).toBe(0);
    expect({ ...listing, entries: listing.entries.length }).toEqual({
      file: "conf.ks",
      format: "jceks",
      profile: "custom",
      integrity: "verified",
      entries: 4,
    });
    const entries = new Map(listing.entries.map((entry: { alias: string }) => [entry.alias, entry]));
    expect(entries.get("seck")).toEqual({
      alias: "seck",
      kind: "secret",
      created: expect.stringMatching(/^2026-/),
      keyAlgorithm: null,
      chain: [],
    });
    expect(entries.get("rsakey")).toMatchObject({ kind: "identity", keyAlgorithm: "RSA 2048" });
    expect(Object.keys(listing.entries[0].chain[0] ?? listing.entries[1].chain[0])).toEqual([
      "subject",
      "issuer",
      "serialNumber",
      "notBefore",
      "notAfter",
      "sha1",
      "sha256",
      "subjectAltNames",
    ]);
    expect(leaf.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test("reads without a password, and says that nothing was checked", async () => {
    write("store.jks", under("root", samples.anchor));
    const { exitCode, stdout } = await sandbox.run("store", "list", "store.jks");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("store.jks: jks (jks), integrity unchecked, 1 entry");
  });

  test("asks for a password where a store does not open without one", async () => {
    write("store.p12", under("root", samples.anchor));
    const listed = await sandbox.run("store", "list", "store.p12");
    expect(listed).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "error: store.p12: the store does not open without a password; give --password\n",
    });
    const removed = await sandbox.run("store", "remove", "store.p12", "root", "--json");
    expect(JSON.parse(removed.stderr).error).toMatchObject({ code: "wrong-password" });
    expect(aliases("store.p12")).toEqual(["root"]);
  });

  test("refuses a literal password without repeating it", async () => {
    const { exitCode, stdout, stderr } = await sandbox.run(
      "store",
      "list",
      "store.jks",
      "--password",
      "sEcReT-word",
    );
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain("sEcReT-word");
    expect(stderr).toContain("env:NAME");
  });

  test("says what is wrong on the error output, as JSON where tools ask", async () => {
    write("store.jks", under("root", samples.anchor));
    const wrong = await sandbox.run("store", "list", "store.jks", "--password", "env:OTHER", "--json");
    expect(wrong).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `{"error":{"code":"wrong-password","message":"store.jks: the password does not open the store, or it was changed since it was written"}}\n`,
    });
    const missing = await sandbox.run("store", "list", "nothing.jks");
    expect(missing.stderr).toBe(
      "error: nothing.jks cannot be read (ENOENT); give the path of a file that is there\n",
    );
  });
});

describeWith(["keytool", "keytool25"], "store list calls entries as keytool does", () => {
  test.each(["keytool", "keytool25"] as const)("%s", async (judge) => {
    for (const [name, type] of [
      ["a.jks", "JKS"],
      ["b.p12", "PKCS12"],
    ] as const) {
      const options = ["-keystore", sandbox.path(name), "-storetype", type, "-storepass", PASSWORD];
      writeFileSync(sandbox.path("root.crt"), samples.anchor.certificate);
      const certificate = ["-alias", "Corporate Root", "-file", sandbox.path("root.crt")];
      const run = (...words: string[]) =>
        execFileSync(tool(judge), words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      run("-importcert", "-noprompt", ...certificate, ...options);
      const listed = await sandbox.run("store", "list", name, "--password", "env:WORD", "--json");
      const [entry] = JSON.parse(listed.stdout).entries;
      expect(entry.alias).toBe("corporate root");
      expect(run("-list", ...options)).toContain(`${entry.alias}, `);
    }
  });
});
