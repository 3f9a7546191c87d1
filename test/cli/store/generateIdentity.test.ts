import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { parseCertificate, toPem } from "../../../lib/pki";
import { samples } from "../../keystore/samples";
import { describeWith, tool } from "../../support/tools";
import { PASSWORD, aliases, read, sandbox } from "./support";

describe("store generate-identity", () => {
  test("make, show, rename and remove an identity", async () => {
    const made = await sandbox.run(
      "store",
      "generate-identity",
      "store.p12",
      "--alias",
      "server",
      "--common-name",
      "server.example",
      "--name",
      "server.example",
      "10.0.0.1",
      "--key-algorithm",
      "ec-p256",
      "--validity-days",
      "30",
      "--password",
      "env:WORD",
    );
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const [entry] = read("store.p12").entries;
    const certificate = parseCertificate(
      entry?.kind === "identity" ? (entry.chain[0] ?? Buffer.of()) : Buffer.of(),
    );
    expect(certificate.subjectAltNames).toEqual([
      { kind: "dns", value: "server.example" },
      { kind: "ip", value: "10.0.0.1" },
    ]);
    expect(certificate.notAfter.toISOString()).toBe("2026-12-21T12:00:00.000Z");

    const printed = await sandbox.run(
      "store",
      "export-certificate",
      "store.p12",
      "server",
      "--password",
      "env:WORD",
    );
    expect(printed.stdout).toBe(toPem(certificate.der, "CERTIFICATE"));
    await sandbox.run(
      "store",
      "export-certificate",
      "store.p12",
      "server",
      "--password",
      "env:WORD",
      "--encoding",
      "der",
      "--out",
      "server.der",
    );
    expect(readFileSync(sandbox.path("server.der"))).toEqual(Buffer.from(certificate.der));
    expect(statSync(sandbox.path("server.der")).mode & 0o777).toBe(0o644);

    await sandbox.run("store", "rename", "store.p12", "server", "tomcat", "--password", "env:WORD");
    expect(aliases("store.p12")).toEqual(["tomcat"]);
    expect(
      (await sandbox.run("store", "remove", "store.p12", "server", "--password", "env:WORD")).stderr,
    ).toContain('has no entry "server"; it has tomcat');
    await sandbox.run("store", "remove", "store.p12", "tomcat", "--password", "env:WORD");
    expect(aliases("store.p12")).toEqual([]);
  });
});

describeWith(["keytool", "keytool25"], "keytool reads what the commands write", () => {
  test.each(["keytool", "keytool25"] as const)("%s", async (judge) => {
    for (const [name, profile] of [
      ["a.jks", "jks"],
      ["b.p12", "modern"],
      ["c.p12", "compat"],
      ["d.p12", "jdk-legacy"],
    ] as const) {
      await sandbox.run(
        "store",
        "generate-identity",
        name,
        "--alias",
        "server",
        "--common-name",
        "server.example",
        "--key-algorithm",
        "ec-p256",
        "--profile",
        profile,
        "--password",
        "env:WORD",
      );
      writeFileSync(sandbox.path("root.crt"), samples.anchor.certificate);
      await sandbox.run("store", "import-certificate", name, "root.crt", "--password", "env:WORD");
      const listed = execFileSync(
        tool(judge),
        ["-list", "-keystore", sandbox.path(name), "-storepass", PASSWORD],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
      );
      expect(listed).toMatch(/server, .*, PrivateKeyEntry/);
      expect(listed).toMatch(/root, .*, trustedCertEntry/);
    }
  });
});
