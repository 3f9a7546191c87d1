import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import type { HostPlan } from "../../../lib/model";
import { runbookText } from "../../../lib/synth/artifacts/runbookText";
import { PlanCertificates } from "../../../lib/synth/plan/planCertificates";
import { keytoolList } from "../../provider/support/stores";
import { plan } from "../../check/plans";
import { makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { describeWith } from "../../support/tools";

const PASSWORD = "changeit";
const now = new Date();
const first = makeCertificate({ now, subject: "first.example" });
const renewed = makeCertificate({ now, subject: "renewed.example" });
const host: HostPlan = { kind: "manual", id: "both", platform: "posix" };

describeWith("keytool", "a runbook that somebody follows", () => {
  let root: string;
  let folder: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trust runbook-"));
    folder = join(root, "etc");
    mkdirSync(folder);
    mkdirSync(join(root, "certificates"));
    mkdirSync(join(root, "files"));
    writeFileSync(join(folder, "app.conf"), "by the product\n");
    writeFileSync(join(root, "files/app.conf"), "delivered\n");
    const brought = setEntry(createStore("jks"), {
      kind: "anchor",
      alias: "brought",
      certificate: makeCertificate({ now, subject: "brought" }).der,
    });
    writeFileSync(join(folder, "trust.jks"), writeStore(brought, PASSWORD));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** The runbook of a host that trusts a certificate and gets a file. */
  function runbookFor(trusted: MadeIdentity): string {
    writeFileSync(join(root, "certificates/server.crt"), trusted.der);
    const [keystore, truststore] = plan().stores;
    if (keystore === undefined || truststore === undefined) throw new Error("two stores are expected");
    const store = { ...truststore, hostId: host.id, path: join(folder, "trust.jks") };
    const text = { kind: "text", text: "delivered\n" } as const;
    return runbookText({
      plan: plan({
        hosts: [host],
        stores: [keystore, store],
        entries: plan().entries.filter(({ kind }) => kind === "anchor"),
        files: [{ id: "file", hostId: host.id, path: join(folder, "app.conf"), mode: 0o644, content: text }],
      }),
      host,
      certificates: new PlanCertificates(() => ({ chain: trusted.chain, anchor: trusted.der })),
      paths: {
        overlayOf: () => undefined,
        certificateOf: () => "certificates/server.crt",
        fileOf: () => "files/app.conf",
        editedOf: () => undefined,
      },
      fingerprintOf: () => undefined,
    });
  }

  function run(command: string, name: string): ReturnType<typeof spawnSync> {
    return spawnSync("sh", ["-ec", command], {
      cwd: root,
      env: { ...process.env, TRUST_RUN: name },
      input: `${PASSWORD}\nyes\n`,
      encoding: "utf8",
    });
  }

  /** Runs every step; where keytool says that the alias is taken, as the step says. */
  function follow(text: string, name: string): void {
    const steps = text.matchAll(/^\d+\. (.*)\n\n {3}```sh\n {3}(.*)\n {3}```$/gm);
    for (const [, said = "", command = ""] of steps) {
      const done = run(command, name);
      if (done.status === 0) continue;
      expect(done.stdout).toContain("already exists");
      const renaming = /`(keytool -changealias [^`]*)`/.exec(said)?.[1] ?? "";
      expect(run(renaming, name)).toMatchObject({ status: 0 });
      expect(run(command, name)).toMatchObject({ status: 0 });
    }
  }

  function wayBack(text: string): string {
    return [...text.matchAll(/\*\*The way back\*\*[^`]*\n```sh\n([^`]*)\n```/g)]
      .map(([, one]) => one)
      .join("\n");
  }

  const aliases = () => Object.keys(keytoolList(join(folder, "trust.jks"), PASSWORD)).sort();
  const state = () =>
    ["trust.jks", "app.conf"].map((name) => readFileSync(join(folder, name)).toString("hex"));

  test("trusts, is followed again for a renewal without a moment of no trust, and taken back", () => {
    const product = state();

    follow(runbookFor(first), "1");
    expect(aliases()).toEqual(["brought", "server"]);
    expect(readFileSync(join(folder, "app.conf"), "utf8")).toBe("delivered\n");
    const once = state();

    const text = runbookFor(renewed);
    follow(text, "2");
    expect(aliases()).toEqual(["brought", "server", "server-2"]);

    expect(run(wayBack(text), "2")).toMatchObject({ status: 0 });
    expect(state()).toEqual(once);
    expect(run(wayBack(text), "1")).toMatchObject({ status: 0 });
    expect(state()).toEqual(product);
    // A run that copied nothing takes nothing away.
    expect(run(wayBack(text), "3")).toMatchObject({ status: 0 });
    expect(state()).toEqual(product);
    expect(readdirSync(folder).filter((name) => name.includes(".before-"))).toHaveLength(4);
  });

  test("names its run by the clock", () => {
    const [, command = ""] = /```sh\n(TRUST_RUN=.*)\n```/.exec(runbookFor(first)) ?? [];
    const named = execFileSync("sh", ["-c", `${command}; echo "$TRUST_RUN"`], { encoding: "utf8" });
    expect(named).toMatch(/^20\d{12}\n$/);
  });
});
