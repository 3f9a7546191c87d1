import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
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
import { flagsTag, optimiseAsEver, optimiseLater } from "../../lib/provider/optimiser";
import { createServerCertificate } from "../../lib/provider/protocol/serverCertificate";

const built = join(__dirname, "../../dist/terraform-provider-trust.cjs");
const environment = {
  ...process.env,
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "6",
  PLUGIN_CLIENT_CERT: createServerCertificate(new Date()).pem,
};

describe("what is kept of a compiled provider", () => {
  let folder: string;

  beforeEach(() => {
    if (!existsSync(built)) throw new Error("dist is missing: run npm run build first");
    folder = mkdtempSync(join(tmpdir(), "trust-code-cache-"));
    copyFileSync(built, join(folder, "provider.cjs"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts the provider as Terraform does, and ends it; gives what it announced. */
  async function start(): Promise<string> {
    const child = spawn(process.execPath, [join(folder, "provider.cjs")], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let announced = "";
    child.stdout.on("data", (data: Buffer) => {
      announced += data.toString();
      child.kill("SIGTERM");
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    return `${announced.split("|").slice(0, 3).join("|")} ${String(status)}`;
  }

  const served = "1|6|unix 0";
  const caches = () => readdirSync(folder).filter((name) => name !== "provider.cjs");
  const cache = () => join(folder, caches()[0] ?? "none");

  test("is kept by the first start and used by the next", async () => {
    // WHEN
    expect(await start()).toBe(served);

    // THEN
    expect(caches()).toEqual([
      expect.stringMatching(
        new RegExp(`^\\.provider\\.cjs-${process.version}-${process.arch}-[0-9a-f]{16}\\.cache$`),
      ),
    ]);
    const { mtimeMs, ino } = statSync(cache());

    // WHEN
    expect(await start()).toBe(served);

    // THEN it was good enough
    expect(statSync(cache())).toMatchObject({ mtimeMs, ino });
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["empty", () => Buffer.alloc(0)],
    ["cut", (bytes) => bytes.subarray(0, bytes.length / 2)],
    [
      "damaged in the middle",
      (bytes) => Buffer.concat([bytes.subarray(0, 9_000), Buffer.alloc(bytes.length - 9_000)]),
    ],
    ["of something else", () => Buffer.from("{}".repeat(1_000))],
  ])("is made anew where it is %s", async (_what, damage) => {
    // GIVEN
    await start();
    const good = readFileSync(cache());
    writeFileSync(cache(), damage(good));

    // WHEN
    expect(await start()).toBe(served);

    // THEN
    expect(caches()).toHaveLength(1);
    expect(Math.abs(readFileSync(cache()).length - good.length)).toBeLessThan(good.length / 2);
    const { ino } = statSync(cache());
    expect(await start()).toBe(served);
    expect(statSync(cache()).ino).toBe(ino);
  });

  test("is gone with its program, and other kinds of Node keep theirs", async () => {
    // GIVEN
    const former = `.provider.cjs-${process.version}-${process.arch}-0123456789abcdef.cache`;
    const other = `.provider.cjs-v99.0.0-${process.arch}-0123456789abcdef.cache`;
    for (const name of [former, other]) writeFileSync(join(folder, name), "");

    // WHEN
    expect(await start()).toBe(served);

    // THEN
    expect(caches()).toHaveLength(2);
    expect(caches()).toContain(other);
    expect(caches()).not.toContain(former);
  });

  test("may be impossible to keep", async () => {
    // GIVEN a folder in its place, which no file replaces
    await start();
    const name = cache();
    rmSync(name);
    mkdirSync(join(name, "in"), { recursive: true });

    // THEN
    expect(await start()).toBe(served);
    expect(caches()).toHaveLength(1);
  });

  test("is of use after V8 was told to optimise later, because that is taken back", () => {
    const kind = flagsTag();
    optimiseLater();
    expect(flagsTag()).not.toBe(kind);
    optimiseAsEver();
    expect(flagsTag()).toBe(kind);
  });

  test("is one file after many starts at once", async () => {
    // WHEN
    const all = await Promise.all(Array.from({ length: 8 }, start));

    // THEN
    expect(all).toEqual(all.map(() => served));
    expect(caches()).toHaveLength(1);
  });
});
