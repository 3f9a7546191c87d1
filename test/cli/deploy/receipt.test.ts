import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJournal } from "../../../lib/cli/deploy/journal";
import type { JournalLine } from "../../../lib/provider/activation/journalEvent";
import type { PlannedChange } from "../../../lib/cli/deploy/plannedChange";
import { type StackDeploy, receiptOf } from "../../../lib/cli/deploy/receipt";
import { type HostPlan, ownerOf } from "../../../lib/model";
import { plan } from "../../check/plans";

const host: HostPlan = { kind: "local", id: "app", platform: "posix", root: "hosts/app" };
const at = "2026-06-01T10:00:00.000Z";
const address = "local:hosts/app";

const planned = (alias: string, path: string): PlannedChange => ({
  address: `trust_key_entry.${alias}`,
  change: "changed",
  kind: "key",
  place: `app:${path}`,
  alias,
  fingerprint: { before: "AA", after: "BB" },
  details: [],
});

function receipt(deploy: Partial<StackDeploy>) {
  return receiptOf({
    plan: plan({ hosts: [host] }),
    startedAt: new Date("2026-06-01T09:59:00Z"),
    endedAt: new Date(at),
    outcome: "deployed",
    planned: [planned("one", "/one.p12"), planned("two", "/two.p12")],
    journal: [],
    failures: [],
    hops: [],
    evidence: [],
    ...deploy,
  });
}

const ran = (status: number | undefined): JournalLine => ({
  at,
  event: "ran",
  activation: "Shop",
  host: address,
  argv: ["systemctl", "restart", "shop"],
  ...(status === undefined ? {} : { status }),
  milliseconds: 900,
});

describe("a receipt", () => {
  test("has what was changed, by place, with both fingerprints", () => {
    expect(receipt({})).toMatchObject({
      formatVersion: 1,
      stack: "pair",
      startedAt: "2026-06-01T09:59:00.000Z",
      endedAt: at,
      outcome: "deployed",
      changes: [
        {
          change: "changed",
          kind: "key",
          place: "app:/one.p12",
          alias: "one",
          sha256: { before: "AA", after: "BB" },
        },
        { alias: "two" },
      ],
    });
  });

  test("of a deploy that failed has only what was written", () => {
    const journal: JournalLine[] = [
      { at, event: "changed", host: address, path: "/one.p12", thing: "key one" },
    ];
    const { changes, failures } = receipt({ outcome: "failed", journal, failures: ["no"] });
    expect(changes.map(({ alias }) => alias)).toEqual(["one"]);
    expect(failures).toEqual(["no"]);
  });

  test("has each command of an activation and its proof", () => {
    const journal: JournalLine[] = [
      ran(0),
      { at, event: "proved", activation: "Shop", host: address, level: "served" },
      { at, event: "deferred", activation: "Later", host: address },
    ];
    expect(receipt({ journal }).activations).toEqual([
      {
        name: "Shop",
        host: address,
        state: "proven",
        commands: [{ argv: ["systemctl", "restart", "shop"], status: 0, milliseconds: 900 }],
        level: "served",
        provenAt: at,
      },
      { name: "Later", host: address, state: "deferred", commands: [] },
    ]);
  });

  test("has what went back, and what did not, after one that failed", () => {
    const journal: JournalLine[] = [
      ran(undefined),
      { at, event: "rolled-back", activation: "Shop", host: address, path: "/one.p12", thing: "key one" },
      {
        at,
        event: "not-rolled-back",
        activation: "Shop",
        host: address,
        path: "/two.p12",
        text: "it is theirs",
      },
      ran(0),
      { at, event: "failed", activation: "Shop", host: address },
    ];
    const { activations, restored, notRestored } = receipt({ outcome: "failed", journal });
    expect(activations).toMatchObject([
      { state: "failed", commands: [{ milliseconds: 900 }, { status: 0, milliseconds: 900 }] },
    ]);
    expect(restored).toEqual([{ place: "app:/one.p12", thing: "key one" }]);
    expect(notRestored).toEqual([{ place: "app:/two.p12", text: "it is theirs" }]);
  });
});

test("a journal is read as far as it was written", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-journal-"));
  const file = join(directory, "journal.jsonl");
  expect(readJournal(file)).toEqual([]);
  writeFileSync(file, `${JSON.stringify(ran(0))}\n{"at":"2026`);
  expect(readJournal(file)).toEqual([ran(0)]);
  rmSync(directory, { recursive: true });
});

test("says what was proven of rotations, each to the stack whose products have read it", () => {
  const own = plan({ hosts: [host] });
  const reader = (owner: string) => ({
    owner,
    label: "it",
    way: { kind: "none", reason: "at once" } as const,
  });
  const place = {
    identityId: "pair/Server",
    hostId: "app",
    path: "/one.p12",
    role: "trusts" as const,
    generation: 2,
    certificates: [Buffer.from("a certificate")],
    label: "it",
    isOurs: true,
  };
  const found = {
    host: "app",
    path: "/one.p12",
    generation: 2,
    level: "served" as const,
    at,
    by: "a probe",
  };
  const evidence = [
    { place: { ...place, readers: [reader(ownerOf(own))] }, evidence: found },
    { place: { ...place, path: "/two.p12", readers: [reader("test/prod/other")] }, evidence: found },
  ];
  expect(receipt({ plan: own, evidence }).proven).toEqual([
    {
      identity: "pair/Server",
      generation: 2,
      role: "trusts",
      place: "app:/one.p12",
      sha256: [expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)],
      level: "served",
      at,
      by: "a probe",
    },
  ]);
});
