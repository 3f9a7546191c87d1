import { readLock } from "../../../lib/lock";
import { authority, daysLater, issued, NOW, selfSigned } from "../../lock/support";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";
import { LockProject } from "./lockProject";

describeWith("git", "a lock as a reviewer reads it", () => {
  let project: LockProject;

  beforeEach(async () => {
    project = new LockProject();
    project.declare({ shop: [authority("ca"), issued("web", "ca"), selfSigned("jetty")] });
    await project.lock([]);
    project.git("init", "--quiet", "--initial-branch=main");
    project.commit("base");
  });

  afterEach(() => project.remove());

  test("lock show says who opens it and what it pins, and no key", async () => {
    const { exitCode, out } = await project.lock(["show"], NOW, {});
    expect(exitCode).toBe(0);
    const leaf = readLock(project.lockFile).identities.get("web");
    expect(out).toContain("lock staging\n  project: test\n  signed by: ed25519:");
    expect(out).toContain("recipient CDKTF_TRUST_LOCK_KEY\n  role: sign\n  key: a passphrase\n");
    expect(out).toContain(
      [
        "identity web",
        "  kind: issued",
        "  generation: 1",
        "  subject: CN=web.example.com, O=Example",
        "  names: web.example.com, 10.0.0.7",
        "  issuer: ca",
        "  valid: 2026-03-01 to 2026-05-30, 90 days",
        "  key: EC P-256, in the lock",
        "  purposes: serverAuth, clientAuth",
      ].join("\n"),
    );
    expect(out).not.toContain(Buffer.from(leaf?.privateKey?.ciphertext ?? "?").toString("base64"));
  });

  test("lock diff says what became of each identity and recipient since a commit, and why", async () => {
    expect(await project.lock(["diff"])).toMatchObject({
      exitCode: 0,
      out: "nothing that a reviewer has to decide\n",
    });
    project.declare({
      shop: [
        authority("ca"),
        issued("web", "ca"),
        selfSigned("new"),
        selfSigned("jetty", { keyAlgorithm: "ec-p384" }),
      ],
    });
    await project.lock(["renew", "web"], daysLater(60));
    await project.lock(["recipients", "add", "env:OPS_KEY", "--id", "ops", "--role", "open"], daysLater(60));

    const { exitCode, out } = await project.lock(["diff"], daysLater(60));
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^\+ recipient ops\n {4}role: open\n {4}key: a passphrase$/m);
    expect(out).toMatch(/^~ identity jetty: another key\n {4}generation: 1 → 2$/m);
    expect(out).toMatch(/^ {4}key: EC P-256, in the lock → EC P-384, in the lock$/m);
    expect(out).toMatch(/^~ identity web: renewed 30 days before its end\n {4}generation: 1 → 2$/m);
    expect(out).toMatch(
      /^ {4}valid: 2026-03-01 to 2026-05-30, 90 days → 2026-04-30 to 2026-07-29, 90 days$/m,
    );
    expect(out).toMatch(/^\+ identity new$/m);
    expect(out).not.toMatch(/identity ca/);
  });

  test("between two commits, also one that took something away or back", async () => {
    await project.lock(["renew", "jetty"], daysLater(1));
    project.commit("renewed");
    project.declare({ shop: [authority("ca"), issued("web", "ca")] });
    await project.lock([]);
    project.commit("without jetty");
    const removed = await project.lockJson(["diff", "HEAD~1", "HEAD"]);
    expect(removed.exitCode).toBe(1);
    expect(removed.data.changes).toMatchObject([{ part: "identity", key: "jetty", change: "removed" }]);
    const back = await project.lock(["diff", "HEAD~1", "HEAD~2"]);
    expect(back.out).toContain("~ identity jetty: the lock was rolled back to generation 1");
  });

  test("what is neither a file nor a commit is refused", async () => {
    const { exitCode, error } = await project.lock(["diff", "no-such-thing"]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/no-such-thing: there is no such file, nor a commit/);
  });

  test("git shows a change of the lock in these words, as docs/lock.md sets it up", async () => {
    const show = `"${process.execPath}" "${LocalProject.program}" lock show`;
    project.git("config", "diff.cdktf-trust.textconv", show);
    project.git("config", "core.attributesFile", project.path("attributes"));
    await project.lock(["renew", "jetty"], daysLater(1));
    const { writeFileSync } = await import("node:fs");
    writeFileSync(project.path("attributes"), "trust.lock.*.json diff=cdktf-trust\n");
    const shown = project.git("diff", "--", "trust.lock.staging.json").split("\n");
    expect(shown).toEqual(expect.arrayContaining(["-  generation: 1", "+  generation: 2"]));
    expect(shown.filter((line) => /^[+-] /.test(line))).toHaveLength(6);
  });
});
