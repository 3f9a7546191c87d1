import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  createSecretResolver,
  parseSecretReference,
  resolveSecret,
  secretFor,
  SecretError,
} from "../../lib/hosts";

let workingDirectory: string;
beforeEach(() => {
  workingDirectory = mkdtempSync(join(tmpdir(), "secret-"));
});
afterEach(() => {
  rmSync(workingDirectory, { recursive: true });
});

function failure(action: () => unknown): SecretError {
  try {
    action();
  } catch (error) {
    if (error instanceof SecretError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseSecretReference", () => {
  it.each(["env:STORE_PASSWORD", "file:secrets/store.txt", "cmd:pass show ispw | head -1"] as const)(
    "takes %s",
    (text) => {
      expect(parseSecretReference(text)).toBe(text);
    },
  );

  it.each(["changeit", "ENV:X", "http://x", "env:", "file: ", "env:ch4nge-it", "env:1ST", "env:A\nB"])(
    "refuses %j without repeating what may be the secret",
    (text) => {
      const error = failure(() => parseSecretReference(text));
      expect(error.code).toBe("secret-literal");
      const secret = text.replace(/^env:|^file:/, "").trim();
      if (secret.length > 2) expect(error.message).not.toContain(secret);
    },
  );
});

test("a literal that is refused is not told by its length either", () => {
  const messageOf = (text: string) => failure(() => parseSecretReference(text)).message;
  expect(messageOf("changeit")).toBe(messageOf("a much longer pass phrase"));
  expect(messageOf("changeit")).not.toMatch(/\d/);
});

describe("secretFor", () => {
  it("says what is not at hand, and what is wrong", () => {
    const resolver = createSecretResolver({ environment: {} });
    const error = failure(() => secretFor("the password of /s.p12 on app", resolver)("env:STORE"));
    expect(error.code).toBe("secret-missing");
    expect(error.message).toBe(
      "the password of /s.p12 on app is not at hand. env:STORE: the environment variable is not set. Set it, or change the reference.",
    );
  });
});

describe("resolveSecret", () => {
  it("reads an environment variable", () => {
    expect(resolveSecret("env:STORE", { environment: { STORE: "plain words " } })).toBe("plain words ");
  });

  it("reads the first line of a file, relative to the working directory", () => {
    // GIVEN a file with a byte order mark and Windows line ends
    writeFileSync(join(workingDirectory, "store.txt"), "\u{FEFF}plain words\r\nsecond\r\n", { mode: 0o600 });
    // THEN
    expect(resolveSecret("file:store.txt", { workingDirectory })).toBe("plain words");
    expect(resolveSecret(`file:${join(workingDirectory, "store.txt")}`)).toBe("plain words");
  });

  it("refuses a pipe that nobody writes to at once, and what is too large for a secret", () => {
    execFileSync("mkfifo", [join(workingDirectory, "pipe")]);
    writeFileSync(join(workingDirectory, "large"), Buffer.alloc(2 ** 20 + 1, "a"), { mode: 0o600 });
    expect(() => resolveSecret("file:pipe", { workingDirectory })).toThrow("a pipe or a socket");
    expect(() => resolveSecret("file:large", { workingDirectory })).toThrow("larger than 1 MiB");
  });

  it("warns of a file that others may read, with the command that ends it", () => {
    // GIVEN
    const path = join(workingDirectory, "store.txt");
    writeFileSync(path, "plain words");
    chmodSync(path, 0o640);
    // WHEN
    const warnings: string[] = [];
    resolveSecret("file:store.txt", { workingDirectory, onWarning: (message) => warnings.push(message) });
    // THEN
    expect(warnings).toEqual([
      `file:store.txt: others may read this secret (mode 0640). Run: chmod 600 ${path}`,
    ]);
  });

  it("reads the first line that a command prints, in the working directory and the given environment", () => {
    writeFileSync(join(workingDirectory, "a"), "from the directory\nmore\n");
    const environment = { PATH: process.env["PATH"], WORD: "from the environment" };
    expect(resolveSecret("cmd:cat a", { workingDirectory })).toBe("from the directory");
    expect(resolveSecret('cmd:printf "%s" "$WORD"', { environment })).toBe("from the environment");
  });

  it("passes what the command complains about through to standard error, and gives it no input", () => {
    expect(resolveSecret("cmd:wc -c; echo >&2 'a complaint that a test provokes'").trim()).toBe("0");
  });

  it.each([
    ["env:ABSENT", "secret-missing", "env:ABSENT: the environment variable is not set"],
    ["env:EMPTY", "secret-empty", "env:EMPTY: the environment variable is empty"],
    ["file:absent.txt", "secret-missing", "absent.txt is not there. Create it"],
    ["file:.", "secret-missing", "is a directory, a device, a pipe or a socket"],
    ["file:/dev/zero", "secret-missing", "the command that prints the secret: cmd:COMMAND"],
    ["file:empty.txt", "secret-empty", "the first line of"],
    ["cmd:true", "secret-empty", "the first line that the command printed is empty"],
    ["cmd:exit 3", "secret-command", "failed with exit code 3"],
    ["cmd:kill -9 $$", "secret-command", "was ended by SIGKILL"],
  ] as const)("says what is wrong with %s", (reference, code, words) => {
    writeFileSync(join(workingDirectory, "empty.txt"), "\nsecond line", { mode: 0o600 });
    const error = failure(() =>
      resolveSecret(reference, { workingDirectory, environment: { ...process.env, EMPTY: "" } }),
    );
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain(reference);
  });

  it("keeps what a failing command printed out of message, cause and stack", () => {
    const error = failure(() =>
      resolveSecret("cmd:cat a; exit 1", { workingDirectory: makeFile("the-canary") }),
    );
    expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain("the-canary");
  });
});

describe("createSecretResolver", () => {
  it("runs a command once, however often it is asked", () => {
    // GIVEN a command that prints another line each time
    const resolver = createSecretResolver({ workingDirectory });
    // WHEN
    const answers = [1, 2, 3].map(() => resolver("cmd:echo x >> count; wc -l < count"));
    // THEN
    expect(answers.map((answer) => answer.trim())).toEqual(["1", "1", "1"]);
  });

  it("asks again after a failure", () => {
    const environment: Record<string, string> = {};
    const resolver = createSecretResolver({ environment });
    expect(() => resolver("env:LATE")).toThrow(SecretError);
    environment["LATE"] = "plain words";
    expect(resolver("env:LATE")).toBe("plain words");
  });
});

function makeFile(content: string): string {
  writeFileSync(join(workingDirectory, "a"), content);
  return workingDirectory;
}
