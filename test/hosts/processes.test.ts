import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { closeConnections, type HostProcesses, openHost, runnerProcesses } from "../../lib/hosts";
import { hasSshServer, type SshServer, startSshServer } from "../support/sshServer";
import { slowly } from "../support/tools";
import { describeSsh } from "./kinds";
import { sampledShells } from "./ssh/shells";
import { hostFailure, inMirror, lives } from "./support";

/** Prints its words as JSON, whatever is in them. */
const printWords = [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--"];
const timeoutMs = 60_000;
const isSlow = process.env["SLOW"] === "1";

async function listening<T>(action: (port: number) => Promise<T>): Promise<T> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    return await action((server.address() as AddressInfo).port);
  } finally {
    await new Promise((done) => server.close(done));
  }
}

function processesAt(address: string, connection?: SshServer["connection"]): HostProcesses {
  const { processes } = openHost(address, connection === undefined ? {} : { connection });
  if (processes === undefined) throw new Error(`${address} runs nothing`);
  return processes;
}

/** What holds for the processes of every machine. */
const promises: Readonly<Record<string, (processes: HostProcesses) => Promise<void>>> = {
  "says how a command ended, with both outputs, and hands them on while it runs": async (processes) => {
    const pieces: string[] = [];
    const outcome = await processes.run({
      argv: ["sh", "-c", "echo said; echo wrong >&2; cat; exit 3"],
      timeoutMs,
      onOutput: (piece) => pieces.push(piece),
    });
    expect(outcome).toMatchObject({ status: 3, timedOut: false });
    expect(outcome.output.split("\n").sort()).toEqual(["", "said", "wrong"]);
    expect(pieces.join("")).toBe(outcome.output);
    expect(outcome.milliseconds).toBeGreaterThanOrEqual(0);
  },

  "hands over words with anything in them, in an environment as the login has it": async (processes) => {
    const words = [
      "it's",
      '"quoted" `id` $HOME \\n \\\\ %s',
      "two\nlines\n",
      "",
      "-n",
      "*",
      "ä €\u{1f600}",
      String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1)),
      "x".repeat(100_000),
    ];
    const pieces: string[] = [];
    const { status } = await processes.run({
      argv: [...printWords, ...words],
      timeoutMs,
      onOutput: (piece) => pieces.push(piece),
    });
    expect(JSON.parse(pieces.join(""))).toEqual(words);
    expect(status).toBe(0);
    const seen = await processes.run({ argv: ["sh", "-c", "umask; echo ${LC_ALL-none}"], timeoutMs });
    expect(seen.output).toMatch(/^0*22\nnone\n$/);
  },

  "tells the program that is missing, and what is none": async (processes) => {
    const run = (...argv: string[]): ReturnType<HostProcesses["run"]> => processes.run({ argv, timeoutMs });
    const missing = await run("no-such-program", "x");
    expect(missing).toMatchObject({ status: 127, timedOut: false });
    expect(missing.output).toMatch(/no-such-program.*not found/);
    expect((await run(join(__dirname, "support.ts"))).status).toBe(126);
  },

  "refuses what is no command": async (processes) => {
    const codes = [[], [""], ["-x"], ["echo", "a\0b"]].map(
      async (argv) => (await hostFailure(() => processes.run({ argv, timeoutMs }))).code,
    );
    expect(new Set(await Promise.all(codes))).toEqual(new Set(["command-argv"]));
  },

  "tells what was ended by a signal, and outlives a command that ends its own group": async (processes) => {
    const run = (script: string): ReturnType<HostProcesses["run"]> =>
      processes.run({ argv: ["/bin/bash", "-c", script], timeoutMs });
    expect(await run("kill -9 $$")).toMatchObject({ status: undefined, signal: "SIGKILL", timedOut: false });
    expect(await run("kill 0")).toMatchObject({ status: undefined, signal: "SIGTERM", output: "" });
  },

  "keeps the end of five megabytes": async (processes) => {
    let length = 0;
    const { output, status } = await processes.run({
      argv: ["sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' 'a'; echo end"],
      timeoutMs,
      onOutput: (piece) => (length += piece.length),
    });
    expect([status, length, output.length, output.slice(-5)]).toEqual([0, 5_000_004, 8_192, "aend\n"]);
  },

  "does not wait for a daemon that keeps the outputs, and leaves it alone": async (processes) => {
    const argv = ["sh", "-c", "sleep 100 & echo $!"];
    const { status, output } = await processes.run({ argv, timeoutMs });
    expect(status).toBe(0);
    expect(lives(output.trim())).toBe(true);
    process.kill(Number(output.trim()), "SIGKILL");
  },

  "reaches a port, both ways": async (processes) => {
    await listening(async (port) => {
      const connection = await processes.connect("127.0.0.1", port, timeoutMs);
      const bytes = "\0\n~.abc".repeat(100_000);
      connection.end(bytes);
      expect(await text(connection)).toBe(bytes);
    });
  },

  "tells the port where nothing listens": async (processes) => {
    const error = await hostFailure(() => processes.connect("127.0.0.1", 1, timeoutMs));
    expect(error.code).toBe("connect-failed");
    expect(error.message).toMatch(/to 127\.0\.0\.1:1: .*REFUSED/i);
  },
};

/** Waits for the seconds that such a command is given to end by itself. */
async function endsWhatTakesTooLong(processes: HostProcesses): Promise<void> {
  const script = "trap '' TERM; sleep 100 & echo $$ $!; while :; do sleep 1; done";
  const { status, timedOut, output } = await processes.run({
    argv: ["sh", "-c", script],
    timeoutMs: 1_000,
  });
  expect([status, timedOut]).toEqual([undefined, true]);
  const ids = output.trim().split(" ");
  expect(ids).toHaveLength(2);
  expect(ids.map(lives)).toEqual([false, false]);
}

describe("processes of this machine", () => {
  it.each(Object.entries(promises))(
    "%s",
    async (_title, holds) => {
      await expect(holds(processesAt("local:/"))).resolves.toBeUndefined();
    },
    60_000,
  );

  it("are run in the directory that is given", async () => {
    await inMirror(async (root) => {
      writeFileSync(join(root, "here"), "");
      const { output } = await runnerProcesses(root).run({ argv: ["ls"], timeoutMs });
      expect(output).toBe("here\n");
    });
  });

  it("are none where a directory stands for a machine", () => {
    expect(openHost("local:/tmp").processes).toBeUndefined();
  });
});

const [first, ...others] = sampledShells;

describeSsh("processes of a machine over SSH", { shell: first?.words ?? [] }, (server) => {
  it.each(Object.entries(promises))(
    "%s",
    async (_title, holds) => {
      const held = holds(processesAt(server().address, server().connection));
      await expect(held).resolves.toBeUndefined();
    },
    60_000,
  );

  slowly(
    "end with all that they have started when they take too long, as here, whatever they do about it",
    async () => {
      const { address, connection } = server();
      const both = [processesAt("local:/"), processesAt(address, connection)].map(endsWhatTakesTooLong);
      await expect(Promise.all(both)).resolves.toHaveLength(2);
    },
    60_000,
  );
});

(hasSshServer ? describe : describe.skip)("processes of a machine with another sh", () => {
  // All at once: nearly all of the time is spent waiting.
  it(`are the same with ${others.map(({ name }) => name).join(", ")}`, async () => {
    const servers = await Promise.all(others.map(({ words }) => startSshServer({ shell: words })));
    try {
      const failed = await Promise.all(
        servers.flatMap(({ address, connection }, index) =>
          Object.entries(isSlow ? { ...promises, endsWhatTakesTooLong } : promises).map(([title, holds]) =>
            holds(processesAt(address, connection)).then(
              () => [],
              (error: unknown) => [`${others[index]?.name} ${title}: ${String(error)}`],
            ),
          ),
        ),
      );
      expect(failed.flat()).toEqual([]);
    } finally {
      await closeConnections();
      await Promise.all(servers.map((server) => server.stop()));
    }
  }, 120_000);
});
