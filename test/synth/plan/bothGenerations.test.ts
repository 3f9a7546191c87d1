import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lock, pinIdentities, resolveIdentity } from "../../../lib/lock";
import {
  type ActivationPlan,
  type FilePlan,
  type TrustPlan,
  certificateAt,
  planIndex,
} from "../../../lib/model";
import { parseCertificate } from "../../../lib/pki";
import { readTrustPlan } from "../../../lib/project";
import { unprovenSteps } from "../../../lib/cli/deploy/unproven";
import { pinnedPlan } from "../../../lib/synth/plan/pinnedPlan";
import { plan } from "../../check/plans";
import { authority, NOW, newLock, seededRandom } from "../../lock/support";
import { announced, back, steady, switched } from "../../support/rotation";

const FILES: readonly FilePlan[] = [
  file("anchors.pem", { kind: "anchors", anchors: [{ identityId: "identity", part: "anchor" }] }),
  file("ca.crt", { kind: "certificate", identityId: "identity", part: "anchor", encoding: "pem" }),
  file("user.der", { kind: "certificate", identityId: "identity", part: "leaf", encoding: "der" }),
  file("served.crt", { kind: "certificate", identityId: "identity", part: "chain", encoding: "pem" }),
];

function file(name: string, content: FilePlan["content"]): FilePlan {
  return { id: name, hostId: "client", path: `/opt/v1.2/${name}`, mode: 0o644, content };
}

const declared = plan({ files: FILES });

function locked(of: TrustPlan) {
  const open = newLock();
  const { lock } = pinIdentities({
    plan: of,
    lock: open.lock,
    open: () => open,
    frozen: false,
    now: NOW,
    randomBytes: seededRandom("first"),
    readFile: () => undefined,
    resolveSecret: () => "secret",
  });
  return open.withLock(lock ?? open.lock);
}

function announcedLock(of: TrustPlan, heads: readonly string[], open = locked(of)): Lock {
  return announced(open, { plan: of, heads, now: NOW, randomBytes: seededRandom("next") });
}

/** Fingerprints of what a plan trusts and serves, as the lock resolves it. */
function seen(of: TrustPlan, lock: Lock) {
  const sha256 = (id: string, part: "anchor" | "leaf" | "issuer" = "anchor") =>
    parseCertificate(certificateAt(resolveIdentity(lock, id), part)).sha256.slice(0, 5);
  return Object.fromEntries(
    of.entries.map((entry) => [
      `${entry.storeId} ${entry.alias}`,
      sha256(entry.identityId, entry.kind === "anchor" ? entry.part : "leaf"),
    ]),
  );
}

describe("a plan in which an identity changes in phases", () => {
  const open = locked(declared);
  const { lock: first } = open;
  const next = announcedLock(declared, ["identity"], open);
  const phases = {
    announced: next,
    switched: switched(next),
    "switched back": back(switched(next)),
    steady: steady(switched(next)),
  };
  const pinned = (phase: keyof typeof phases) => pinnedPlan(declared, phases[phase]);

  test("nothing is beside what does not change", () => {
    const before = pinnedPlan(declared, first);
    expect(before.identities.map(({ id }) => id)).toEqual(["identity"]);
    expect(before.entries).toEqual(declared.entries);
    expect(before.files).toEqual(declared.files);
  });

  test.each([
    ["announced", "identity#2", 1],
    ["switched", "identity#1", 2],
    ["switched back", "identity#2", 1],
  ] as const)("%s: the other generation is an identity of its own", (phase, other, served) => {
    const { identities } = pinned(phase);
    expect(identities.map(({ id, generationOf }) => [id, generationOf])).toEqual([
      ["identity", undefined],
      [other, "identity"],
    ]);
    expect(identities.map(({ pinned: of }) => of?.generation)).toEqual([served, 3 - served]);
    expect(resolveIdentity(phases[phase], other).privateKey).toBeUndefined();
  });

  test("the newest is trusted under the declared alias and the older one beside it, and one key is served", () => {
    const one = seen(pinnedPlan(declared, first), first);
    const two = seen(pinned("steady"), phases.steady);
    expect(Object.keys(one)).toEqual(["keystore server", "truststore server"]);
    for (const phase of ["announced", "switched", "switched back"] as const)
      expect(seen(pinned(phase), phases[phase])).toEqual({
        "keystore server": (phase === "switched" ? two : one)["keystore server"],
        "truststore server": two["truststore server"],
        "truststore server-previous": one["truststore server"],
      });
  });

  test.each([
    ["announced", "identity#2", "identity"],
    ["switched", "identity", "identity#1"],
  ] as const)("%s: files that are trusted hold both, what is served holds one", (phase, newer, older) => {
    const both = [older, newer].map((identityId) => ({ identityId, part: "anchor" }));
    const { files } = pinnedPlan(
      {
        ...declared,
        bindings: [
          {
            id: "binding",
            identityId: "identity",
            identity: { kind: "pem", certificateFileId: "served.crt", keyFileId: "served.key" },
          },
        ],
      },
      phases[phase],
    );
    expect(files.map(({ path, content }) => [path.replace("/opt/v1.2/", ""), content])).toEqual([
      ["anchors.pem", { kind: "anchors", anchors: both }],
      ["ca.crt", { kind: "anchors", anchors: both }],
      ["user.der", expect.objectContaining({ identityId: older, part: "leaf" })],
      ["user-next.der", expect.objectContaining({ identityId: newer, part: "leaf" })],
      ["served.crt", expect.objectContaining({ identityId: "identity", part: "chain" })],
    ]);
  });

  test.each(["announced", "switched"] as const)("%s: is read again as it was written", (phase) => {
    const folder = mkdtempSync(join(tmpdir(), "cdktf-trust-plan-"));
    const path = join(folder, "trust-plan.json");
    writeFileSync(path, JSON.stringify(pinned(phase)));
    expect(readTrustPlan(path)).toEqual(JSON.parse(JSON.stringify(pinned(phase))));
    rmSync(folder, { recursive: true });
  });

  test("a text that names a certificate keeps to the older one, and one beside it names the newer", () => {
    const named = (placeholder: string) => ({ placeholder, identityId: "identity", part: "anchor" as const });
    const job = file("add.job.jcl", {
      kind: "text",
      text: "ADD /opt/v1.2/user.der #SHA0001",
      fingerprints: [named("#SHA0001"), named("#SHA0002")],
    });
    const unnamed = file("other.jcl", { kind: "text", text: "LIST", fingerprints: [named("#SHA0001")] });
    const jobs = (phase: keyof typeof phases) =>
      pinnedPlan({ ...declared, files: [...FILES, job, unnamed] }, phases[phase]).files.flatMap(
        ({ path, content }) =>
          content.kind === "text"
            ? [[path, content.text, ...(content.fingerprints ?? []).map(({ identityId }) => identityId)]]
            : [],
      );
    const [older, newer] = [
      ["/opt/v1.2/add.job.jcl", "ADD /opt/v1.2/user.der #SHA0001"],
      ["/opt/v1.2/add.job-next.jcl", "ADD /opt/v1.2/user-next.der #SHA0001"],
    ] as const;
    const last = ["/opt/v1.2/other.jcl", "LIST", "identity"];
    expect(jobs("announced")).toEqual([
      [...older, "identity", "identity"],
      [...newer, "identity#2", "identity#2"],
      last,
    ]);
    expect(jobs("switched")).toEqual([
      [...older, "identity#1", "identity#1"],
      [...newer, "identity", "identity"],
      last,
    ]);
    expect(jobs("steady")).toEqual([[...older, "identity", "identity"], last]);
  });

  test("what reads the one file reads the other as well", () => {
    const activation: ActivationPlan = {
      id: "system",
      hostId: "client",
      label: "system",
      way: { kind: "manual", text: "Run the script." },
      storeIds: [],
      fileIds: ["user.der", "served.crt"],
      configFileIds: [],
      endpointIds: [],
    };
    const { activations } = pinnedPlan({ ...declared, activations: [activation] }, phases.announced);
    expect(activations).toEqual([{ ...activation, fileIds: ["user.der", "user.der-next", "served.crt"] }]);
  });

  test("what people do with a file is done again when it holds another certificate, and not when it is served", () => {
    const [user] = FILES.slice(2);
    const mapped = plan({ files: user === undefined ? [] : [{ ...user, unproven: "somebody maps it" }] });
    const steps = (phase: keyof typeof phases) =>
      unprovenSteps({ plan: pinnedPlan(mapped, phases[phase]) }).map(({ step }) => step);
    const [older, newer] = steps("announced");
    expect(newer).not.toBe(older);
    expect(steps("switched")).toEqual([older, newer]);
    expect(steps("steady")).toEqual([newer]);
  });

  test("ids of entries and files stay unique", () => {
    const { entries, files } = pinned("announced");
    for (const parts of [entries, files]) expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
  });
});

test("below a root that stays, nothing has to be trusted anew", () => {
  const root = authority("root");
  const [identity] = declared.identities;
  if (identity === undefined) throw new Error("an identity was expected");
  const issued = {
    ...identity,
    request: {
      kind: "issued" as const,
      subject: { commonName: "server.example" },
      names: [],
      keyAlgorithm: "ec-p256" as const,
      validityDays: 90,
      extendedKeyUsages: [],
      issuerId: "root",
    },
  };
  const below = plan({ identities: [root, issued] });
  const lock = announcedLock(below, ["identity"]);
  const both = pinnedPlan(below, lock);
  expect(planIndex(both).identity("identity")?.pinned?.rotation?.phase).toBe("announced");
  expect(both.entries).toEqual(below.entries);
});
