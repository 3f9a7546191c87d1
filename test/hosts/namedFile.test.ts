import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGivenInput, readNamedFile } from "../../lib/hosts";
import { fileReader, loadLock } from "../../lib/lock";
import { readProject } from "../../lib/project";

describe("a file that others name", () => {
  const folder = mkdtempSync(join(tmpdir(), "named-file-"));
  const file = join(folder, "file");
  const pipe = join(folder, "pipe");

  beforeAll(() => {
    writeFileSync(file, "content\n");
    symlinkSync(file, join(folder, "link"));
    execFileSync("mkfifo", [pipe]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs what reads the pipe while somebody writes to it, so that a reader who waits for that gets an end. */
  function whileWritten<Result>(read: () => Result): Result {
    const writer = spawn("sh", ["-c", 'printf "from the pipe" > "$0"', pipe], { stdio: "ignore" });
    try {
      return read();
    } finally {
      writer.kill("SIGKILL");
    }
  }

  test("is read with its mode, through links", () => {
    for (const path of [file, join(folder, "link")]) {
      const { bytes, status } = readNamedFile(path);
      expect(bytes.toString()).toBe("content\n");
      expect(status.isFile()).toBe(true);
    }
    expect(readNamedFile("/proc/self/status").bytes.toString()).toContain("Pid:");
  });

  test("is refused where it is a pipe, a device, a directory or too large", () => {
    mkdirSync(join(folder, "directory"));
    writeFileSync(join(folder, "large"), "");
    truncateSync(join(folder, "large"), 2 ** 28 + 1);
    whileWritten(() => expect(() => readNamedFile(pipe)).toThrow(/is a device, a pipe or a socket/));
    expect(() => readNamedFile("/dev/zero")).toThrow(/is a device, a pipe or a socket/);
    expect(() => readNamedFile(join(folder, "directory"))).toThrow(/is a directory/);
    expect(() => readNamedFile(join(folder, "large"))).toThrow(/more than 256 MiB/);
    expect(() => readNamedFile(file, 7)).toThrow(/more than/);
  });

  test("by a plan, as a lock or as cdktf.json may be no pipe either", () => {
    const project = mkdtempSync(join(folder, "project-"));
    symlinkSync(pipe, join(project, "partner.pem"));
    symlinkSync(pipe, join(project, "trust.lock.production.json"));
    symlinkSync(pipe, join(project, "cdktf.json"));
    const refused = { code: "not-a-file" };
    for (const read of [() => fileReader(project)("partner.pem"), () => loadLock(project, "production")]) {
      whileWritten(() => expect(read).toThrow(expect.objectContaining(refused)));
    }
    whileWritten(() =>
      expect(() => readProject(project)).toThrow(/cdktf\.json cannot be read \(not-a-file\)/),
    );
  });

  test("by a person on a command line may be a pipe, and no endless device", () => {
    expect(whileWritten(() => readGivenInput(pipe)).toString()).toBe("from the pipe");
    expect(readGivenInput(file).toString()).toBe("content\n");
    expect(() => readGivenInput("/dev/zero", 2 ** 20)).toThrow(/more than 1 MiB/);
  });
});
