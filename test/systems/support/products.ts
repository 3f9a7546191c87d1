import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { runAsync } from "./scripts";
import { tool } from "../../support/tools";

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const address = server.address();
  await new Promise((done) => {
    server.close(done);
  });
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

/** Runs `action` while a product's server runs and listens. */
export async function whileRunning<T>(
  command: string,
  words: readonly string[],
  options: { readonly port: number; readonly environment?: NodeJS.ProcessEnv },
  action: () => Promise<T>,
): Promise<T> {
  const output: string[] = [];
  const child = spawn(command, words, {
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  try {
    await listening(child, options.port, output);
    return await action();
  } finally {
    if (child.exitCode === null) {
      const ended = new Promise((done) => {
        child.once("exit", done);
      });
      child.kill("SIGTERM");
      await ended;
    }
  }
}

async function listening(child: ChildProcess, port: number, output: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 400 && child.exitCode === null; attempt++) {
    if (await accepts(port)) return;
    await wait(100);
  }
  throw new Error(`the server does not listen:\n${output.join("")}`);
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => {
      done(false);
    });
  });
}

/** Status code that curl gets with these further arguments; the exit status of curl, negative, where it gets none. */
export async function statusFrom(
  at: number | { readonly port: number; readonly name: string },
  ...words: string[]
): Promise<number> {
  const { port, name } = typeof at === "number" ? { port: at, name: "localhost" } : at;
  const url = `https://${name}:${port}/`;
  const { status, stdout } = await runAsync(tool("curl"), [
    ..."--silent --output /dev/null --write-out %{http_code} --max-time 20".split(" "),
    ...words,
    url,
  ]);
  return status === 0 ? Number(stdout) : -(status ?? 1);
}
