import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Claim,
  contentOfEntry,
  hashOf,
  noOwnership,
  openHost,
  type OwnershipRecord,
  stepsHash,
  withBegunActivation,
  withProof,
  withUnproven,
  writeOwnership,
} from "../../lib/hosts";
import type { ActivationWay } from "../../lib/model";
import { toPem } from "../../lib/pki";
import { evidenceOnHost, type RotationPlace } from "../../lib/rotation";
import { makeIdentity } from "../provider/support/stores";

const NOW = new Date("2026-03-02T08:00:00Z");
const OWNER = "shop/prod/stack";
const restart: ActivationWay = {
  kind: "run",
  steps: [{ argv: ["systemctl", "restart", "app"], on: "host", timeoutSeconds: 60 }],
};
const next = makeIdentity("next").certificate;
const other = makeIdentity("other").certificate;

const trusting: RotationPlace = {
  identityId: "stack/Server/Certificate",
  hostId: "agent",
  path: "/opt/trust.p12",
  role: "trusts",
  generation: 2,
  certificates: [next],
  label: "the agent",
  isOurs: true,
  readers: [{ owner: OWNER, label: "the agent", way: restart }],
};

function claim(change: Partial<Claim> = {}): Claim {
  const content = contentOfEntry("anchor", [next]);
  return {
    owner: OWNER,
    declaredAt: "trust x",
    kind: "anchor",
    at: "server",
    content,
    origin: "created",
    ...change,
  };
}

const holding = (one: Claim): OwnershipRecord => ({ ...noOwnership, claims: { id: one } });

/** As a deploy leaves it that has activated the product. */
function proven(record: OwnershipRecord, way: ActivationWay = restart): OwnershipRecord {
  const steps = stepsHash(way.kind === "run" ? way.steps : []);
  const started = withBegunActivation(record, OWNER, "agent", new Map(), steps);
  return withProof(started, {
    owner: OWNER,
    name: "agent",
    alike: [],
    excepted: new Set(),
    started,
    steps,
    level: "served",
    at: "2026-03-02T07:00:00.000Z",
  });
}

describe("evidence on a host", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "cdktf-trust-evidence-"));
    mkdirSync(join(root, "opt"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  async function seen(
    record: OwnershipRecord,
    change: Partial<RotationPlace> = {},
    bytes = Buffer.from("store"),
  ) {
    const place = { ...trusting, ...change };
    const host = openHost(`local:${root}`);
    writeFileSync(join(root, place.path), bytes);
    await writeOwnership(host, place.path, record);
    return evidenceOnHost(place, host, NOW);
  }

  test("is an activation that has proven the content since it came", async () => {
    expect(await seen(proven(holding(claim())))).toEqual({
      host: "agent",
      path: "/opt/trust.p12",
      generation: 2,
      level: "served",
      at: "2026-03-02T07:00:00.000Z",
      by: "the activation of the agent",
    });
  });

  test("is none where the file merely holds it", async () => {
    const held = holding(claim());
    const steps = stepsHash(restart.steps);
    expect(await seen(held)).toBeUndefined();
    expect(await seen(withBegunActivation(held, OWNER, "agent", new Map(), steps))).toBeUndefined();
    const before = proven(holding(claim({ content: contentOfEntry("anchor", [other]) })));
    expect(await seen({ ...before, claims: held.claims })).toBeUndefined();
  });

  test("is none for what was written since, what a killed run left open, another certificate, another's or other steps' proof", async () => {
    const record = proven(holding(claim()));
    const written = withUnproven(record, new Map([[OWNER, new Map([["anchor server", {}]])]]));
    expect(await seen(written)).toBeUndefined();
    const open = claim({ replaces: { at: "server", content: "before", origin: "created" } });
    expect(await seen({ ...record, claims: { id: open } })).toBeUndefined();
    expect(await seen(record, { certificates: [other] })).toBeUndefined();
    expect(await seen(record, { certificates: [next, other] })).toBeUndefined();
    expect(
      await seen(record, { readers: [{ owner: "shop/prod/other", label: "x", way: restart }] }),
    ).toBeUndefined();
    const reload: ActivationWay = {
      kind: "run",
      steps: [{ argv: ["reload"], on: "host", timeoutSeconds: 60 }],
    };
    expect(await seen(record, { readers: [{ owner: OWNER, label: "x", way: reload }] })).toBeUndefined();
  });

  test("is needed of every reader, and is as good as the weakest", async () => {
    const once: ActivationWay = { kind: "none", reason: "it is read at each call" };
    const [agent] = trusting.readers;
    if (agent === undefined) throw new Error("a reader was expected");
    const record = proven(holding(claim()));
    expect(
      await seen(record, { readers: [agent, { owner: OWNER, label: "curl", way: once }] }),
    ).toMatchObject({
      level: "called",
      at: NOW.toISOString(),
    });
    const people: ActivationWay = { kind: "manual", text: "Restart it." };
    expect(
      await seen(record, { readers: [agent, { owner: OWNER, label: "people", way: people }] }),
    ).toBeUndefined();
    expect(await seen(record, { readers: [] })).toBeUndefined();
  });

  test("is the record alone where the files are read at each call", async () => {
    const readers = [
      { owner: OWNER, label: "curl", way: { kind: "none", reason: "it is read at each call" } as const },
    ];
    expect(await seen(holding(claim()), { readers })).toMatchObject({
      level: "called",
      by: "curl: it is read at each call",
    });
    expect(await seen(holding(claim({ content: "something else" })), { readers })).toBeUndefined();
  });

  test("of a key is of the generation of its identity", async () => {
    const key = claim({ kind: "key", content: "chain", generation: 2, identity: trusting.identityId });
    const change = { role: "presents" as const };
    expect(await seen(proven(holding(key)), change)).toMatchObject({ level: "served", generation: 2 });
    expect(await seen(proven(holding({ ...key, generation: 1 })), change)).toBeUndefined();
    expect(await seen(proven(holding({ ...key, identity: "another" })), change)).toBeUndefined();
  });

  test("of a PEM file is that the proven bytes hold the certificate", async () => {
    const path = "/opt/ca.pem";
    const pem = (...certificates: readonly Buffer[]) =>
      Buffer.from(certificates.map((der) => toPem(der, "CERTIFICATE")).join(""));
    const file = (bytes: Buffer) => proven(holding(claim({ kind: "file", at: "", content: hashOf(bytes) })));
    expect(await seen(file(pem(other, next)), { path }, pem(other, next))).toMatchObject({ level: "served" });
    expect(await seen(file(pem(other)), { path }, pem(other, next))).toBeUndefined();
    expect(await seen(file(pem(other)), { path }, pem(other))).toBeUndefined();
    const presents = { path, role: "presents" as const };
    expect(await seen(file(pem(other, next)), presents, pem(other, next))).toBeUndefined();
    expect(await seen(file(pem(next, other)), presents, pem(next, other))).toMatchObject({ level: "served" });
  });
});
