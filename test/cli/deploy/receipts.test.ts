import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Receipt } from "../../../lib/cli/deploy/receipt";
import { Receipts } from "../../../lib/cli/deploy/receipts";
import { plan } from "../../check/plans";

const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-receipts-"));
const workingDirectory = join(directory, "out");
const state = join(directory, ".local/state");
const stack = {
  name: "pair",
  workingDirectory,
  dependencies: [],
  warnings: [],
  plan: plan({ environment: "local" }),
};
const project = { directory, name: "test", app: "", context: {}, outputDirectory: directory };

beforeAll(() => {
  mkdirSync(workingDirectory);
  mkdirSync(state, { recursive: true });
});

afterAll(() => rmSync(directory, { recursive: true }));

function read(path: string): Receipt {
  return JSON.parse(readFileSync(path, "utf8")) as Receipt;
}

describe("the receipts of a deploy", () => {
  const now = new Date("2026-06-01T10:00:00Z");
  let passed = 0;
  const begun = () => new Receipts(project, now, () => (passed += 1000));

  test("are written at once, for their owner alone, over one that anybody may read", () => {
    const path = join(workingDirectory, "receipt.json");
    writeFileSync(path, "{}", { mode: 0o644 });
    const receipts = begun();
    expect(receipts.pathOf("pair")).toBeUndefined();
    receipts.add(stack, { planned: [], journal: [] });
    expect(receipts.pathOf("pair")).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(read(path)).toMatchObject({ outcome: "unchanged", startedAt: "2026-06-01T10:00:00.000Z" });
    expect(Date.parse(read(path).endedAt)).toBeGreaterThan(now.getTime());
  });

  test("join what is done to a stack in several goes, and are kept beside its state", () => {
    writeFileSync(join(state, "pair.tfstate"), "{}");
    const receipts = begun();
    const change = { address: "a", change: "added", kind: "file", place: "server:/a", details: [] } as const;
    receipts.add(stack, { planned: [change], journal: [] });
    receipts.add(stack, { planned: [], journal: [], failure: "it broke" });
    const beside = read(join(state, "pair.receipt.json"));
    expect(beside).toMatchObject({ outcome: "failed", failures: ["it broke"] });
    expect(beside).toEqual(read(join(workingDirectory, "receipt.json")));
  });
});
