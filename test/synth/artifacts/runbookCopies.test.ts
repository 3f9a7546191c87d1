import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostPlan } from "../../../lib/model";
import {
  backStep,
  copyStep,
  ownStep,
  putStep,
  runCommands,
} from "../../../lib/synth/artifacts/runbookCopies";
import { describeWith, oftenAndSlowly } from "../../support/tools";
import { shellcheck } from "../../systems/support/scripts";

const host: HostPlan = { kind: "manual", id: "host", platform: "posix" };
const windows: HostPlan = { ...host, platform: "windows" };

/** Those of this machine; a POSIX shell is all that the commands need. */
const shells = oftenAndSlowly(["sh", "busybox sh"], ["bash --posix", "ksh", "mksh"]).filter(
  (shell) => spawnSync(shell.split(" ")[0] ?? "", ["-c", ":"]).error === undefined,
);

describe.each(shells)("the copies of a runbook's run in %s", (shell) => {
  let root: string;
  let there: string;
  let absent: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "it's a runbook-"));
    there = join(root, "app.conf");
    absent = join(root, "new folder/app.key");
    writeFileSync(there, "by the product\n", { mode: 0o640 });
    writeFileSync(join(root, "delivered"), "delivered\n");
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function run(command: string | undefined, name: string) {
    const [program = "", ...words] = shell.split(" ");
    const { status, stdout, stderr } = spawnSync(
      program,
      [...words, "-c", `${runCommands(host)}\nTRUST_RUN=${name}\n${command}`],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    return { status, said: stdout, stderr };
  }

  const keep = (name: string) => run(copyStep(host, [there, absent]).command, name);
  const back = (name: string) => run(backStep(host, [there, absent]).command, name);
  const put = (name: string) =>
    run(
      putStep(host, [
        { from: "delivered", to: there, mode: 0o644 },
        { from: "delivered", to: absent, mode: 0o600 },
      ]).command,
      name,
    );

  test("are made once a run, and remember what was not there", () => {
    expect(keep("1").said).toBe(`copied: ${there}\nnot there yet: ${absent}\n`);
    put("1");
    expect(keep("1").said).toBe(`copied before: ${there}\ncopied before: ${absent}\n`);
    writeFileSync(there, "by somebody\n");
    expect(keep("2").said).toBe(`copied: ${there}\ncopied: ${absent}\n`);
    expect(["1", "2"].map((name) => readFileSync(`${there}.before-${name}`, "utf8"))).toEqual([
      "by the product\n",
      "by somebody\n",
    ]);
  });

  test("come before anything is put in place", () => {
    expect(put("1")).toMatchObject({ status: 1, said: expect.stringContaining(`not copied yet: ${there}`) });
    expect(readFileSync(there, "utf8")).toBe("by the product\n");
  });

  test("need a run that has a name", () => {
    expect(keep("")).toMatchObject({ stderr: expect.stringContaining("name the run first") });
    expect(back("")).toMatchObject({ stderr: expect.stringContaining("name the run first") });
    expect(readdirSync(root).sort()).toEqual(["app.conf", "delivered"]);
  });

  test("bring back content and mode, as often as they are asked to, and take away what was not there", () => {
    keep("1");
    expect(put("1").said).toBe(`in place: ${there}\nin place: ${absent}\n`);
    expect(statSync(absent).mode & 0o777).toBe(0o600);
    chmodSync(there, 0o600);

    expect(back("1").said).toBe(`as before: ${there}\ngone, as before: ${absent}\n`);
    expect(back("1").status).toBe(0);
    expect(readFileSync(there, "utf8")).toBe("by the product\n");
    expect(statSync(there).mode & 0o777).toBe(0o640);
    expect(() => statSync(absent)).toThrow("ENOENT");
  });

  test("take nothing away in a run that copied nothing", () => {
    keep("1");
    put("1");
    expect(back("2").said).toBe(`not changed by this run: ${there}\nnot changed by this run: ${absent}\n`);
    expect(readFileSync(absent, "utf8")).toBe("delivered\n");
  });

  test("give what is new to the owner of its folder, and leave the owner of what was there", () => {
    mkdirSync(join(root, "folder"));
    const made = join(root, "folder/store");
    run(copyStep(host, [made]).command, "1");
    writeFileSync(made, "made by keytool");
    const [step] = ownStep(host, [made, there]);
    expect(run(step?.command, "1")).toMatchObject({ status: 0, stderr: "" });
    expect(statSync(made).uid).toBe(statSync(join(root, "folder")).uid);
  });

  test("are named by the clock", () => {
    const named = execFileSync("sh", ["-c", `${runCommands(host)}\necho "$TRUST_RUN"`], { encoding: "utf8" });
    expect(named).toMatch(/^20\d{12}\n$/);
  });

  test("are guarded on Windows, where a name that is missing must copy and bring back nothing", () => {
    const path = String.raw`C:\Program Files\app\app.conf`;
    const guard = "if not defined TRUST_RUN echo STOP: name the run first";
    const lines = copyStep(windows, [path]).command?.split("\n");
    expect(lines?.slice(0, 2)).toEqual([
      guard,
      String.raw`if not exist "C:\Program Files\app" mkdir "C:\Program Files\app"`,
    ]);
    expect(lines?.slice(2).every((line) => line.startsWith("if defined TRUST_RUN "))).toBe(true);
    expect(backStep(windows, [path]).command?.split("\n")).toEqual([
      guard,
      String.raw`if exist "C:\Program Files\app\app.conf.before-%TRUST_RUN%" copy /y "C:\Program Files\app\app.conf.before-%TRUST_RUN%" "C:\Program Files\app\app.conf"`,
      String.raw`if exist "C:\Program Files\app\app.conf.absent-%TRUST_RUN%" if exist "C:\Program Files\app\app.conf" del "C:\Program Files\app\app.conf"`,
    ]);
    expect(ownStep(windows, [path])).toEqual([]);
  });
});

describeWith("shellcheck", "the commands that name a run", () => {
  test("pass shellcheck", () => {
    // Of `ls` nothing but numbers is read.
    const script = `#!/bin/sh\n# shellcheck disable=SC2012\n${runCommands(host)}\n`;
    expect(shellcheck(`${script}keep a; own a; put 0644 a b; back a\n`)).toBe("");
  });
});
