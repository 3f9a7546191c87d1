/**
 * A stand-in for the SFTP server of OpenSSH for Windows: the system's sftp-server does the work, and this one stands in
 * front of it with what Windows refuses. `node windowsSftpServer.cjs <control folder> <modern|bare>`, as a subsystem.
 *
 * Drive C is the root of this machine. Names are compared without regard to case; reserved ones are not found; modes are
 * nobody's business; files that are open (`<control>/open`, one a line, or by this server) are neither removed nor
 * renamed; nothing is renamed over a file, and posix-rename, where it is offered, removes the old one first.
 * `<control>/die` makes it end at a request, and `<control>/nobody` do its work without root's rights.
 */
import { spawn } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, unlinkSync } from "node:fs";
import { join, posix } from "node:path";

const [control = "", mode = ""] = process.argv.slice(2);
const OFFERED = [
  "posix-rename@openssh.com",
  "statvfs@openssh.com",
  "hardlink@openssh.com",
  "fsync@openssh.com",
];
const FAILURE = 4;
const [NO_SUCH_FILE, DENIED, UNSUPPORTED] = [2, 3, 8];
const RESERVED = /[<>:"|?*\p{Cc}]|[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/** When the server ends, counted in requests from now on. */
interface Death {
  readonly at: number;
  /** `middle` is between the two steps of a rename over a file. */
  readonly when: "before" | "middle" | "after";
}

const inherited = existsSync(join(control, "nobody")) ? { uid: 65_534, gid: 65_534 } : {};
const server = spawn("/usr/lib/openssh/sftp-server", [], {
  stdio: ["pipe", "pipe", "inherit"],
  ...inherited,
});
const answers: ((packet: Buffer) => void)[] = [];
const open = new Map<string, string>();
let requests = 0;

class Refused extends Error {
  constructor(readonly status: number) {
    super();
  }
}

/** Gives whole packets, without their length. */
function packets(take: (packet: Buffer) => void): (piece: Buffer) => void {
  let all = Buffer.alloc(0);
  return (piece) => {
    all = Buffer.concat([all, piece]);
    while (all.length >= 4 && all.length >= 4 + all.readUInt32BE()) {
      const end = 4 + all.readUInt32BE();
      take(all.subarray(4, end));
      all = all.subarray(end);
    }
  };
}

function send(to: NodeJS.WritableStream, packet: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(packet.length);
  to.write(Buffer.concat([length, packet]));
}

/** What the real server says to a request. */
function forward(packet: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    answers.push(resolve);
    send(server.stdin, packet);
  });
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function readText(packet: Buffer, at: number): { readonly value: string; readonly next: number } {
  const next = at + 4 + packet.readUInt32BE(at);
  return { value: packet.toString("utf8", at + 4, next), next };
}

/** Where a path of the machine is here; the spelling that is there counts. */
function here(wire: string): string {
  const [, drive, rest = ""] = /^\/?([A-Za-z]):(?:[\\/](.*))?$/s.exec(wire) ?? [];
  if (drive?.toUpperCase() !== "C") throw new Refused(NO_SUCH_FILE);
  let found = "/";
  for (const name of rest.split(/[\\/]/).filter(Boolean)) {
    if (RESERVED.test(name)) throw new Refused(NO_SUCH_FILE);
    const exact = join(found, name);
    const isThere = lstatSync(exact, { throwIfNoEntry: false }) !== undefined;
    found = isThere
      ? exact
      : join(found, namesIn(found).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name);
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isOpen(path: string): boolean {
  const list = join(control, "open");
  const others = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  return [...open.values(), ...others].includes(path);
}

/** The C runtime says of a file that is open what it says of missing rights. */
function refuseOpen(path: string): void {
  if (isOpen(path)) throw new Refused(mode === "modern" ? DENIED : FAILURE);
}

function status(id: Buffer, code: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(code);
  return Buffer.concat([Buffer.from([101]), id, number, text(code === 0 ? "Success" : "Failure"), text("")]);
}

function name(id: Buffer, value: string): Buffer {
  const one = Buffer.from([0, 0, 0, 1]);
  return Buffer.concat([Buffer.from([104]), id, one, text(value), text(value), Buffer.alloc(4)]);
}

function shouldDie(when: Death["when"]): boolean {
  const order = join(control, "die");
  if (!existsSync(order)) {
    requests = 0;
    return false;
  }
  const death = JSON.parse(readFileSync(order, "utf8")) as Death;
  if (when === "before") requests++;
  return requests === death.at && death.when === when;
}

function die(): never {
  renameSync(join(control, "die"), join(control, "died"));
  server.kill("SIGKILL");
  process.exit(1);
}

/** As the C runtime of OpenSSH for Windows renames: whoever is in the place is removed first. */
function replace(from: string, to: string): void {
  if (isThere(to) && !isOpen(to)) unlinkSync(to);
  if (shouldDie("middle")) die();
  if (isThere(to) || !isThere(from)) throw new Refused(FAILURE);
  refuseOpen(from);
  renameSync(from, to);
}

async function extended(packet: Buffer, id: Buffer): Promise<Buffer> {
  const { value: extension, next } = readText(packet, 5);
  if (mode !== "modern" || !OFFERED.includes(extension)) throw new Refused(UNSUPPORTED);
  if (extension.startsWith("fsync")) return forward(packet);
  const first = readText(packet, next);
  const head = packet.subarray(0, next);
  if (extension.startsWith("statvfs")) return forward(Buffer.concat([head, text(here(first.value))]));
  const second = readText(packet, first.next);
  if (extension.startsWith("hardlink"))
    return forward(Buffer.concat([head, text(here(first.value)), text(here(second.value))]));
  replace(here(first.value), here(second.value));
  return status(id, 0);
}

/** Requests by their type; others concern handles and are the real server's. */
async function handle(packet: Buffer): Promise<Buffer> {
  const type = packet.readUInt8();
  const head = packet.subarray(0, 5);
  const id = packet.subarray(1, 5);
  if (type === 1) return welcome(await forward(packet));
  if (type === 200) return extended(packet, id);
  const { value, next } = readText(packet, 5);
  switch (type) {
    case 3: {
      const path = here(value);
      const flags = packet.subarray(next, next + 4);
      if ((flags.readUInt32BE() & 2) !== 0 && isOpen(path)) throw new Refused(FAILURE);
      const answer = await forward(Buffer.concat([head, text(path), flags, Buffer.alloc(4)]));
      if (answer.readUInt8() === 102) open.set(answer.toString("hex", 5), path);
      return answer;
    }
    case 4:
      open.delete(packet.toString("hex", 5));
      return forward(packet);
    case 7:
    case 11:
    case 15:
      return forward(Buffer.concat([head, text(here(value))]));
    case 13: {
      const path = here(value);
      refuseOpen(path);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found !== undefined && (found.mode & 0o200) === 0) throw new Refused(DENIED);
      return forward(Buffer.concat([head, text(path)]));
    }
    case 14:
      return forward(Buffer.concat([head, text(here(value)), Buffer.alloc(4)]));
    case 16:
      return name(id, value === "." ? "/C:/Users/deploy" : posix.normalize(value));
    case 18: {
      const from = here(value);
      const to = here(readText(packet, next).value);
      refuseOpen(from);
      if (isThere(to)) throw new Refused(FAILURE);
      return forward(Buffer.concat([head, text(from), text(to)]));
    }
    case 19: {
      const answer = await forward(Buffer.concat([head, text(here(value))]));
      if (answer.readUInt8() !== 104) return answer;
      const target = readText(answer, 9).value;
      return name(
        id,
        target.startsWith("/") ? `C:${target.replaceAll("/", "\\")}` : target.replaceAll("/", "\\"),
      );
    }
    default:
      return forward(packet);
  }
}

function welcome(packet: Buffer): Buffer {
  const offered = mode === "modern" ? OFFERED.flatMap((extension) => [text(extension), text("1")]) : [];
  return Buffer.concat([packet.subarray(0, 5), ...offered]);
}

/** One after the other, as the real one does. */
let before: Promise<void> = Promise.resolve();

async function serve(packet: Buffer): Promise<void> {
  if (shouldDie("before")) die();
  const id = packet.subarray(1, 5);
  const answer = await handle(packet).catch((cause: unknown) => {
    if (cause instanceof Refused) return status(id, cause.status);
    throw cause;
  });
  if (shouldDie("after") || shouldDie("middle")) die();
  send(process.stdout, answer);
}

server.stdout.on(
  "data",
  packets((packet) => answers.shift()?.(packet)),
);
process.stdin.on(
  "data",
  packets((packet) => {
    before = before.then(() => serve(packet));
  }),
);
process.stdin.on("end", () => void before.then(() => server.stdin.end()));
server.on("exit", () => process.exit(0));
