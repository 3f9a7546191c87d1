import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TruststoreEntry } from "../../lib";
import { type Claim, contentOfEntry, noOwnership, openHost, writeOwnership } from "../../lib/hosts";
import { type Lock, anchorOf } from "../../lib/lock";
import { placesOf, skippedPlaces } from "../../lib/rotation";
import { planOf } from "../support/planOf";
import { rotating } from "./support";

const password = Secret.env("STORE");
const plan = planOf((stack) => {
  const store = (id: string) =>
    new Keystore(stack, id, { host: Host.local(id), path: `/opt/${id}.p12`, password });
  const server = new HttpsCallbackEndpoint(stack, "Server", {
    names: ["server.example.com"],
    port: 8443,
    identity: store("keys").entry("server"),
    certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
  });
  new TruststoreEntry(stack, "Trusts", { truststore: store("trust"), alias: "server", trusts: server });
});
const ID = "stack/Server/Certificate";

describe("the places of a step that would be skipped", () => {
  const root = mkdtempSync(join(tmpdir(), "cdktf-trust-skipped-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const host = (id: string) => openHost(`local:${join(root, id)}`);
  const switched = lockOf(true);

  function lockOf(wasAnnounced: boolean): Lock {
    const lock = rotating(plan, [ID], "switched");
    const identity = lock.identities.get(ID);
    if (identity?.rotation === undefined) throw new Error("a rotation was expected");
    const rotation = { ...identity.rotation, ...(wasAnnounced ? { wasAnnounced } : {}) };
    return { ...lock, identities: new Map(lock.identities).set(ID, { ...identity, rotation }) };
  }

  /** Leaves stores with records as a deploy does: which generation is served, and which are trusted. */
  async function deployed(served: number, trusted: readonly number[]): Promise<void> {
    const generations = new Map(
      [switched.identities.get(ID), switched.identities.get(ID)?.rotation?.other].flatMap((one) =>
        one === undefined ? [] : [[one.generation, one]],
      ),
    );
    const claim = { owner: "test/test/stack", declaredAt: "x", at: "server", origin: "created" } as const;
    await record("keys", [{ ...claim, kind: "key", content: "chain", generation: served, identity: ID }]);
    await record(
      "trust",
      trusted.flatMap((generation) => {
        const pinned = generations.get(generation);
        return pinned === undefined
          ? []
          : [{ ...claim, kind: "anchor" as const, content: contentOfEntry("anchor", [anchorOf(pinned)]) }];
      }),
    );
  }

  async function record(id: string, claims: readonly Claim[]): Promise<void> {
    mkdirSync(join(root, id, "opt"), { recursive: true });
    writeFileSync(join(root, id, "opt", `${id}.p12`), "a store");
    const byId = Object.fromEntries(claims.map((claim, index) => [`claim${index}`, claim]));
    await writeOwnership(host(id), `/opt/${id}.p12`, { ...noOwnership, claims: byId });
  }

  const skipped = async (lock: Lock) => {
    const found = await skippedPlaces(placesOf([plan], lock, [ID]), lock, host);
    return found.map(({ hostId, path, generation }) => `${hostId}:${path} ${generation}`);
  };

  test("are those that do not hold what is to be served, while the former one still is", async () => {
    await deployed(1, [1]);
    expect(await skipped(switched)).toEqual(["trust:/opt/trust.p12 2"]);
  });

  test("are none where it was announced by a deploy, or is served already", async () => {
    await deployed(1, [1, 2]);
    expect(await skipped(switched)).toEqual([]);
    await deployed(2, [1]);
    expect(await skipped(switched)).toEqual([]);
  });

  test("are none of an authority that was renewed at once, nor on a new machine", async () => {
    await deployed(1, [1]);
    expect(await skipped(lockOf(false))).toEqual([]);
    rmSync(join(root, "trust"), { recursive: true });
    expect(await skipped(switched)).toEqual([]);
  });
});
