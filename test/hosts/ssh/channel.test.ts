import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";

import { ChannelClosed, ShellChannel } from "../../../lib/hosts/ssh/channel";
import { shellWord } from "../../../lib/hosts/ssh/shellWord";
import { type ShellUnderTest, shells, startShell } from "./shells";

const nonce = "0123456789abcdef01234567";

async function within<T>(
  shell: ShellUnderTest,
  action: (channel: ShellChannel) => Promise<T>,
  options: { readonly before?: string; readonly requestTimeoutMs?: number } = {},
): Promise<T> {
  const { before, ...rest } = options;
  const channel = await ShellChannel.open(startShell(shell, nonce, before), { nonce, ...rest });
  try {
    return await action(channel);
  } finally {
    await channel.close();
  }
}

async function closure(action: () => Promise<unknown>): Promise<ChannelClosed> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ChannelClosed) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe.each(shells.map((shell) => [shell.name, shell] as const))("a channel to %s", (_name, shell) => {
  it("answers in order, with status, output and errors apart, past the noise of login scripts", async () => {
    await within(
      shell,
      async (channel) => {
        const answers = await Promise.all([
          channel.run({ line: "printf 'a\\000b\\n\\n'; echo wrong >&2; ( exit 3 )" }),
          channel.run({ line: "cat; echo second" }),
          channel.run({ line: "eval 'x=1'; echo $x" }),
        ]);
        expect(answers.map(({ status, stdout, stderr }) => [status, stdout.toString(), stderr])).toEqual([
          [3, "a\0b\n\n", "wrong\n"],
          [0, "second\n", ""],
          [0, "1\n", ""],
        ]);
      },
      { before: "echo welcome; echo to this machine >&2; printf 'no line end'; " },
    );
  });

  it("takes any bytes in, runs none of them, and goes on where nobody reads them all", async () => {
    await within(shell, async (channel) => {
      const body = Buffer.concat([
        Buffer.from(`\n${nonce}{ echo run; }\n`),
        Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
        randomBytes(100_000),
      ]);
      const count = body.length;
      const read = await channel.run({ line: `head -c ${count} | sha256sum`, body });
      const half = await channel.run({
        line: `head -c ${count} | ( false; r=$?; cat >/dev/null; exit $r )`,
        body,
      });
      const after = await channel.run({ line: "echo in step" });
      expect(read.stdout.toString().slice(0, 64)).toBe(createHash("sha256").update(body).digest("hex"));
      expect([half.status, after.stdout.toString()]).toEqual([1, "in step\n"]);
    });
  });

  it("takes five megabytes from both outputs at once", async () => {
    await within(shell, async (channel) => {
      const line = "head -c 5000000 /dev/zero >&2 & head -c 5000000 /dev/zero; wait";
      const { stdout, stderr } = await channel.run({ line });
      expect([stdout.length, stderr.length]).toEqual([5_000_000, 5_000_000]);
    });
  });

  it("hands over words with anything in them", async () => {
    await within(shell, async (channel) => {
      await channel.run({ line: "NL=$(printf '\\nx'); NL=${NL%x}" });
      const words = ["it's", "$HOME `id` \\n \\\\", "two\nlines\n", "", "-n", "ä € *"];
      const line = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
      expect((await channel.run({ line })).stdout.toString().split("\0").slice(0, -1)).toEqual(words);
    });
  });

  it("ends when bytes are out of step, instead of running them", async () => {
    await within(shell, async (channel) => {
      // A body that nobody reads is what the shell reads next.
      const error = await closure(() =>
        channel.run({ line: ":", body: Buffer.from("\necho run\n") }).then(() => channel.run({ line: ":" })),
      );
      expect(error.reason).toBe("out-of-step");
      expect(channel.isOpen).toBe(false);
    });
  });

  it("ends at its deadline, and with its shell", async () => {
    await within(
      shell,
      async (channel) => {
        expect((await closure(() => channel.run({ line: "sleep 30" }))).reason).toBe("deadline");
      },
      { requestTimeoutMs: 300 },
    );
    await within(shell, async (channel) => {
      const asked = [channel.run({ line: "kill -9 $$" }), channel.run({ line: "echo never" })];
      const errors = await Promise.all(asked.map((answer) => closure(() => answer)));
      expect(errors.map(({ reason }) => reason)).toEqual(["ended", "ended"]);
    });
  });
});

it("an urgent request goes before those that wait", async () => {
  const [shell] = shells;
  if (shell === undefined) throw new Error("no shell");
  await within(shell, async (channel) => {
    const order: string[] = [];
    const run = async (line: string, isUrgent: boolean): Promise<void> => {
      await channel.run({ line, isUrgent });
      order.push(line);
    };
    await Promise.all([run("echo 1", false), run("echo 2", false), run("echo sign", true)]);
    expect(order).toEqual(["echo 1", "echo sign", "echo 2"]);
  });
});

it.each([
  ["ends", "echo this account is not available; exit 1", 1],
  ["says nothing", "exit 255", 255],
])("a machine that %s instead of a shell is told with what it said", async (_what, line, code) => {
  const program = spawn("/bin/sh", ["-c", line], { stdio: ["pipe", "pipe", "pipe"] });
  const error = await closure(() => ShellChannel.open(program, { nonce }));
  expect([error.reason, error.exitCode]).toEqual(["not-started", code]);
  expect(error.said).toContain(code === 1 ? "not available" : "");
});
