import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { type Rule, RULES } from "../../../lib/rules";
import { CliSandbox } from "../cliRun";

const sandbox = new CliSandbox();
afterAll(() => sandbox.remove());

describe("diagnose --message", () => {
  test("says cause and remedy in the catalogue's words", async () => {
    const { exitCode, stdout } = await sandbox.run("diagnose", "--message", "alert bad certificate");

    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "client-certificate-not-sent (line 1)",
      "  says:      alert bad certificate",
      `  cause:     ${RULES["client-certificate-not-sent"].cause}`,
      `  remedy:    ${RULES["client-certificate-not-sent"].remedy}`,
      "  read next: the other side's log of the same moment: it has the reason",
      `  run:       ${RULES["client-certificate-not-sent"].next?.command}`,
      `  not shown: ${RULES["client-certificate-not-sent"].next?.unshown}`,
      "",
    ]);
  });

  test("guesses nothing", async () => {
    expect(await sandbox.run("diagnose", "--message", "the printer is on fire")).toEqual({
      exitCode: 0,
      stdout: "nothing that is known in the text\n",
      stderr: "",
    });
  });

  test("takes no empty text", async () => {
    expect(await sandbox.run("diagnose", "--message", " ")).toMatchObject({
      exitCode: 2,
      stderr: "error: --message is empty; give the text of an error\n",
    });
  });

  test("shows what would steer or deceive a terminal", async () => {
    const text = "\u001b[2J\u202eConnection refused\u0007\u009b1A";

    const { stdout } = await sandbox.run("diagnose", "--message", text);

    expect(stdout).toContain("  says:      \\u{1b}[2J\\u{202e}Connection refused\\u{7}\\u{9b}1A\n");
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("diagnose --log", () => {
  test("says of what is no log that it is none", async () => {
    const log = async (name: string, content: Uint8Array) => {
      writeFileSync(sandbox.path(name), content);
      return await sandbox.run("diagnose", "--log", name);
    };

    expect(await log("empty.log", Buffer.alloc(0))).toMatchObject({
      exitCode: 0,
      stdout: "empty.log is empty\n",
    });
    expect(await log("store.log", Buffer.from("feedfeed0000000200000001", "hex"))).toMatchObject({
      exitCode: 2,
      stderr: "error: store.log is no text; give a log in UTF-8 or UTF-16\n",
    });
    expect(await log("server.log.gz", gzipSync("Connection refused"))).toMatchObject({
      exitCode: 2,
      stderr:
        "error: server.log.gz is compressed; unpack it first: gunzip -c FILE | cdktf-trust diagnose --log -\n",
    });
  });

  const lines = [
    "2026-11-21 INFO started",
    "2026-11-21 ERROR PKIX path building failed: unable to find valid certification path",
    "2026-11-21 ERROR Caused by: unable to find valid certification path to requested target",
    "2026-11-21 ERROR java.net.ConnectException: Connection refused",
  ];

  const expected = [
    { rule: "issuer-not-trusted", line: lines[1], lineNumber: 2, times: 2 },
    { rule: "connection-cut", line: "Broken pipe", lineNumber: 5, times: 1 },
  ].map(({ rule, ...rest }) => {
    const { cause, remedy, next }: Rule = RULES[rule as keyof typeof RULES];
    return { rule, cause, remedy, next, ...rest };
  });

  test.each([
    ["UTF-8", Buffer.from([...lines.slice(0, 3), "fine", "Broken pipe"].join("\r\n"))],
    [
      "UTF-16",
      Buffer.from(`\ufeff${[...lines.slice(0, 3), "fine", "Broken pipe", ""].join("\n")}`, "utf16le"),
    ],
  ])("says each known cause once, with its first line, in %s", async (_encoding, bytes) => {
    writeFileSync(sandbox.path("server.log"), bytes);

    const { exitCode, stdout } = await sandbox.run("diagnose", "--log", "server.log", "--json");

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ findings: expected });
  });

  test("reads standard input", async () => {
    sandbox.input = lines.join("\n");

    const { exitCode, stdout } = await sandbox.run("diagnose", "--log", "-");

    expect(exitCode).toBe(1);
    expect(stdout).toContain("issuer-not-trusted (line 2, and 1 more)\n");
    expect(stdout).toContain("not-listening (line 4)\n");
  });

  test("a log without anything known ends with 0", async () => {
    writeFileSync(sandbox.path("good.log"), "all is well\n");

    expect(await sandbox.run("diagnose", "--log", "good.log")).toEqual({
      exitCode: 0,
      stdout: "nothing that is known in good.log\n",
      stderr: "",
    });
  });

  test("lines of any length cost no more than their beginning", async () => {
    const long = Buffer.alloc(8_000_000, "TrustAnchor with subject ");
    writeFileSync(sandbox.path("long.log"), Buffer.concat([long, Buffer.from("\nConnection reset\n")]));

    const { stdout } = await sandbox.run("diagnose", "--log", "long.log");

    expect(stdout).toContain("connection-cut (line 2)\n");
  });

  test("a file that is not there, and nothing or too much asked for, is the caller's mistake", async () => {
    const missing = await sandbox.run("diagnose", "--log", "missing.log");
    const nothing = await sandbox.run("diagnose");
    const both = await sandbox.run("diagnose", "a.example:1", "--message", "x");
    const name = await sandbox.run("diagnose", "--message", "x", "--servername", "y");

    expect([missing, nothing, both, name].map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
    expect(missing.stderr).toContain("missing.log cannot be read (ENOENT)");
    expect(nothing.stderr).toContain("give one of HOST:PORT, --message TEXT and --log FILE");
    expect(both.stderr).toBe(nothing.stderr);
    expect(name.stderr).toContain("give HOST:PORT");
  });
});

test("the program reads a pipe to its end", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(__dirname, "../../../dist/cdktf-trust.cjs"), "diagnose", "--log", "-"],
    { input: "line\nCannot recover key\n", encoding: "utf8" },
  );

  expect(stdout).toContain("key-password-differs (line 2)");
  expect(status).toBe(1);
});
