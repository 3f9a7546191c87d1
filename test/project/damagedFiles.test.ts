import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { runCli } from "../../lib/cli/run";
import type { TrustPlan } from "../../lib/model";
import { plan as pairOf } from "../check/plans";
import { mutate, seeded } from "../support/mutations";

const ROUNDS = process.env["SLOW"] === "1" ? 500 : 50;

const CDKTF_JSON = {
  language: "typescript",
  app: "node main.js",
  projectId: "6a0b1f3e-7d51-4f0c-9a56-cd9c7f0f6f1e",
  context: {
    project: "test",
    environment: "tst",
    environments: { tst: { frozen: false, lockKey: "file:key" } },
  },
};
const MANIFEST = {
  version: "0.21.0",
  stacks: {
    shop: {
      name: "shop",
      constructPath: "shop",
      workingDirectory: "stacks/shop",
      dependencies: ["network"],
      annotations: [{ constructPath: "shop", level: "@cdktf/warn", message: "weak" }],
    },
  },
};

/** A plan with some of everything. */
function planOfShop(): TrustPlan {
  const pair = pairOf();
  return {
    ...pair,
    project: "test",
    environment: "tst",
    stack: "shop",
    systems: [{ id: "shop/Server", label: "Server", product: "Java server", hostId: "server" }],
    files: [
      {
        id: "shop/File",
        hostId: "server",
        path: "/opt/file.pem",
        mode: 0o644,
        content: { kind: "certificate", identityId: "shop/Server", part: "leaf", encoding: "pem" },
        unproven: "somebody has to load it",
        beforeDestroy: "unload it",
      },
    ],
    configFiles: [
      {
        id: "shop/Config",
        hostId: "server",
        path: "/opt/server.xml",
        settings: [{ kind: "xml-attribute", element: "Connector", attribute: "keystoreFile", value: null }],
      },
    ],
    expectations: [
      {
        id: "shop/Server/Setting",
        hostId: "server",
        path: "/opt/server.cnf",
        settings: [{ kind: "property", key: "trust", value: "OURS" }],
        remedy: "run the script",
      },
    ],
    runbooks: [
      {
        id: "shop/Server",
        hostId: "server",
        title: "Server",
        steps: [{ text: "Restart it", command: "restart" }],
      },
    ],
    fingerprints: [
      { id: "shop/Print", identityId: "shop/Server", part: "leaf", algorithm: "sha256", notation: "colons" },
    ],
  };
}

const FILES = {
  "cdktf.json": CDKTF_JSON,
  "cdktf.out/tst/manifest.json": MANIFEST,
  "cdktf.out/tst/stacks/shop/trust-plan.json": planOfShop(),
} as const;
type FileName = keyof typeof FILES;

describe("a damaged file", () => {
  let project: string;

  beforeAll(() => (project = mkdtempSync(join(tmpdir(), "cdktf-trust-damaged-"))));

  beforeEach(() => {
    for (const [file, content] of Object.entries(FILES)) write(file, JSON.stringify(content, null, 2));
  });

  afterAll(() => rmSync(project, { recursive: true }));

  function write(file: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), content);
  }

  async function verify(): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    let stdout = "";
    let stderr = "";
    const exitCode = await runCli(["verify", "--json"], {
      stdin: () => Readable.from([]),
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      environment: {},
      workingDirectory: project,
      now: new Date("2026-11-21T12:00:00Z"),
      clock: () => 0,
      randomBytes: (length) => Buffer.alloc(length, 7),
    });
    return { exitCode, stdout, stderr };
  }

  test("no file is damaged: the hops are looked at", async () => {
    const { exitCode, stderr } = await verify();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  });

  test.each(Object.keys(FILES) as FileName[])(
    `%s: ${ROUNDS} mutations end in typed errors only`,
    async (file) => {
      const random = seeded(file.length);
      const codes = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const { what, content } = mutate(FILES[file], random);
        write(file, content);
        const { exitCode, stderr } = await verify();
        const { code, message } =
          stderr === "" ? { code: "none", message: "" } : (JSON.parse(stderr) as { error: Failure }).error;
        expect({ round, what, exitCode, code, message }).not.toMatchObject({ code: "unexpected" });
        if (code === "damaged-file") expect(message).toMatch(/ is damaged.*What to do: /s);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      expect([...codes.keys()]).toContain("damaged-file");
    },
  );

  test.each<[FileName, string | Uint8Array, string]>([
    [
      "cdktf.json",
      '{\n  "app": "x",\n  "context": {,}\n}',
      "cdktf.json is damaged at line 3, column 15: this is no JSON",
    ],
    ["cdktf.json", '{ "app": ["x"] }', "cdktf.json is damaged at app: a text was expected"],
    ["cdktf.json", Buffer.from([0x7b, 0xff, 0x7d]), "it is not text in UTF-8"],
    ["cdktf.json", `{"context":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}`, "it nests more than 64 deep"],
    ["cdktf.out/tst/manifest.json", "", "manifest.json is damaged at line 1, column 1: this is no JSON"],
    [
      "cdktf.out/tst/manifest.json",
      JSON.stringify(MANIFEST).replace("stacks/shop", "../../../etc"),
      "stacks › shop › workingDirectory: a path below the output directory was expected",
    ],
    [
      "cdktf.out/tst/stacks/shop/trust-plan.json",
      JSON.stringify({ ...planOfShop(), formatVersion: 99 }),
      "has format version 99, this version reads",
    ],
    [
      "cdktf.out/tst/stacks/shop/trust-plan.json",
      JSON.stringify({ ...planOfShop(), hops: [{ id: 7 }] }),
      "trust-plan.json is damaged at hops › 0 › id: a text was expected. What to do: delete it and run cdktf-trust synth.",
    ],
  ])("%s says where and what to do", async (file, content, message) => {
    write(file, content);
    const { exitCode, stdout, stderr } = await verify();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect((JSON.parse(stderr) as { error: Failure }).error.message).toContain(message);
  });

  test("a byte order mark, as editors on Windows write it, is none", async () => {
    write("cdktf.json", `\uFEFF${JSON.stringify(CDKTF_JSON)}`);
    expect(await verify()).toMatchObject({ exitCode: 1, stderr: "" });
  });
});

interface Failure {
  readonly code: string;
  readonly message: string;
}
