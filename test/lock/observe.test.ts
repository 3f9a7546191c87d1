import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSecretResolver, type Claim, contentOfEntry, openHost, writeOwnership } from "../../lib/hosts";
import {
  type AnchorEntry,
  type IdentityEntry,
  type StoreEntry,
  createStore,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import {
  type Lock,
  type ObserveOptions,
  type OpenLock,
  formatLock,
  observeHosts,
  observedAlias,
  pinnedIdentity,
  pinIdentities,
  readLock,
  resolveIdentity,
} from "../../lib/lock";
import type { HostPlan, StorePlan, TrustPlan } from "../../lib/model";
import { parseCertificate } from "../../lib/pki";
import { SHORT_LIVED_KEYTOOL } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";
import {
  NOW,
  ENVIRONMENT,
  authority,
  identity,
  issued,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";

const KEYSTORE = "/opt/electriccloud/electriccommander/conf/keystore";
const CACERTS = "/usr/lpp/java/J8.0_64/lib/security/cacerts";
const CACERTS_PLACE = `ispw:${CACERTS}`;

/** ISPW calls ElectricFlow back, whose own certificate stays where it is. */
const PLAN: TrustPlan = {
  formatVersion: 2,
  toolVersion: "0.1.0",
  systems: [],
  project: "test",
  environment: ENVIRONMENT,
  stack: "callback",
  hosts: [host("electricflow"), host("ispw")],
  identities: [identity("callback/jetty", { kind: "existing", storeId: "keystore", alias: "jetty" })],
  stores: [store("keystore", "electricflow", KEYSTORE), store("cacerts", "ispw", CACERTS)],
  entries: [],
  endpoints: [
    {
      id: "endpoint",
      hostId: "electricflow",
      names: ["web.example.com"],
      port: 8443,
      identityId: "callback/jetty",
      identity: { kind: "store", storeId: "keystore", alias: "jetty" },
      clientAuthentication: "none",
      runtime: { kind: "java" },
      afterDeploy: [],
    },
  ],
  bindings: [],
  hops: [
    {
      id: "hop",
      endpointId: "endpoint",
      address: "web.example.com",
      clientHostId: "ispw",
      clientName: "ISPW",
      anchors: { kind: "store", storeId: "cacerts" },
      runtime: { kind: "java" },
      verifiesName: true,
    },
  ],
  files: [],
  configFiles: [],
  runbooks: [],
  fingerprints: [],
};

describe("observing hosts", () => {
  let projectDirectory: string;
  let empty: OpenLock;
  let material: Record<"jetty" | "web" | "other", { chain: readonly Buffer[]; key: Buffer }>;

  beforeAll(() => {
    empty = newLock();
    const { open } = pin(
      [
        selfSigned("jetty"),
        selfSigned("other"),
        authority("root"),
        authority("intermediate", "root"),
        issued("web", "intermediate"),
      ],
      empty,
    );
    const made = (id: string) => {
      const { chain, privateKey } = resolveIdentity(open.lock, id, open);
      if (privateKey === undefined) throw new Error("a key was expected");
      return { chain, key: privateKey };
    };
    material = { jetty: made("jetty"), web: made("web"), other: made("other") };
  });

  beforeEach(() => {
    projectDirectory = mkdtempSync(join(tmpdir(), "lock-observe-"));
    lay("ispw", CACERTS, []);
  });

  function lay(hostId: string, path: string, entries: readonly StoreEntry[]): void {
    const file = join(projectDirectory, "hosts", hostId, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, writeStore(entries.reduce(setEntry, createStore("jks")), "changeit"));
  }

  function identityEntry(name: keyof typeof material, length?: number): IdentityEntry {
    const { chain, key } = material[name];
    return {
      kind: "identity",
      alias: "jetty",
      key: { kind: "clear", pkcs8: key },
      chain: chain.slice(0, length),
    };
  }

  function anchorEntry(alias: string, certificate: Uint8Array | undefined): AnchorEntry {
    return { kind: "anchor", alias, certificate: certificate ?? Buffer.alloc(0) };
  }

  async function observe(lock: Lock | undefined = empty.lock, overrides: Partial<ObserveOptions> = {}) {
    const result = await observeHosts({
      plan: PLAN,
      lock,
      now: NOW,
      open: () => empty,
      projectDirectory,
      resolveSecret: () => "changeit",
      ...overrides,
    });
    if (result.lock === undefined) throw new Error("a lock was expected");
    return { ...result, lock: result.lock };
  }

  async function problemsOf(observing: Promise<unknown>): Promise<Error> {
    const error: unknown = await observing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error("an error was expected");
    return error;
  }

  test("a self-signed certificate is what others must trust", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const { lock, changes, observations } = await observe();
    expect(changes).toEqual([
      {
        id: "callback/jetty",
        action: "observed",
        generation: 1,
        reason: "found CN=jetty.example.com (until 2026-05-30)",
      },
    ]);
    expect(observations).toEqual([]);
    const { chain, anchor, privateKey } = resolveIdentity(lock, "callback/jetty");
    expect(chain).toEqual(material.jetty.chain);
    expect(anchor).toEqual(chain[0]);
    expect(privateKey).toBeUndefined();
    expect(lock.identities.get("callback/jetty")?.observedIn).toBe(`electricflow:${KEYSTORE}#jetty`);
    const signed = empty.withLock(lock).signed(seededRandom("sign")).lock;
    expect(readLock(formatLock(signed))).toEqual(signed);
  });

  test("a store that the next deploy puts under another password is read with the former one", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const stores = PLAN.stores.map((one): StorePlan => ({
      ...one,
      password: "env:NEXT",
      formerPassword: "env:STORE",
    }));
    const secrets: Readonly<Record<string, string>> = { "env:NEXT": "next-word", "env:STORE": "changeit" };
    const resolveSecret = (reference: string) => secrets[reference] ?? "";
    const { changes } = await observe(empty.lock, { plan: { ...PLAN, stores }, resolveSecret });
    expect(changes).toMatchObject([{ id: "callback/jetty", action: "observed" }]);
  });

  test("a frozen synth accepts what was observed, until the stack looks elsewhere", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const { lock } = await observe();
    const open = empty.withLock(lock);
    expect(pinIdentities({ ...pinOptions([], open, { frozen: true }), plan: PLAN }).changes).toEqual([]);
    const moved = {
      ...PLAN,
      stores: [store("keystore", "electricflow", "/opt/cloudbees/sda/conf/keystore")],
    };
    const error = thrownBy(() => pinIdentities({ ...pinOptions([], open, { frozen: true }), plan: moved }));
    expect(error).toMatchObject({ code: "stale-lock" });
    expect(error.message).toContain("/opt/cloudbees/sda/conf/keystore#jetty");
  });

  test("of a chain with its root, the root is what others must trust", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("web")]);
    const { lock } = await observe();
    expect(resolveIdentity(lock, "callback/jetty").anchor).toEqual(material.web.chain[2]);
    expect(lock.identities.get("callback/jetty")?.anchor).toBeUndefined();
  });

  test.each<[string, () => void]>([
    [
      "the store itself",
      () =>
        lay("electricflow", KEYSTORE, [identityEntry("web", 2), anchorEntry("root", material.web.chain[2])]),
    ],
    [
      "a truststore that relies on it",
      () => {
        lay("electricflow", KEYSTORE, [identityEntry("web", 2)]);
        lay("ispw", CACERTS, [anchorEntry("corporate", material.web.chain[2])]);
      },
    ],
  ])("a root that the chain leaves out is found in %s", async (_, prepare) => {
    prepare();
    const { lock } = await observe();
    const { chain, anchor } = resolveIdentity(lock, "callback/jetty");
    expect(chain).toEqual(material.web.chain.slice(0, 2));
    expect(anchor).toEqual(material.web.chain[2]);
    const signed = empty.withLock(lock).signed(seededRandom("sign")).lock;
    expect(readLock(formatLock(signed))).toEqual(signed);
  });

  test("a root that is nowhere is an error that names it", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("web", 2)]);
    const error = await problemsOf(observe());
    expect(error).toMatchObject({ code: "cannot-observe" });
    expect(error.message).toMatch(/electricflow:\/opt.*the issuer CN=root CA is in none of the truststores/);
  });

  test("what ISPW trusts already is noted, with its alias, and what is ours is not", async () => {
    // GIVEN a cacerts that holds the anchor twice: somebody else's, and one of ours
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const anchor = material.jetty.chain[0];
    lay("ispw", CACERTS, [
      anchorEntry("commander", anchor),
      anchorEntry("unrelated", material.other.chain[0]),
    ]);
    const sha256 = parseCertificate(anchor ?? Buffer.alloc(0)).sha256;

    // WHEN it is observed
    const first = await observe();

    // THEN the foreign alias is in the lock, and a second look finds nothing new
    expect(first.observations).toEqual([
      { place: CACERTS_PLACE, alias: "commander", sha256, action: "found" },
    ]);
    expect(observedAlias(first.lock, CACERTS_PLACE, sha256)).toBe("commander");
    expect([...(first.lock.observations.get(CACERTS_PLACE)?.anchors.keys() ?? [])]).toEqual([sha256]);
    const second = await observe(first.lock);
    expect(second.lock).toBe(first.lock);
    expect([second.changes, second.observations]).toEqual([[], []]);

    // AND an entry that a deploy of ours put there does not count
    await writeOwnership(openHost(`local:${join(projectDirectory, "hosts", "ispw")}`), CACERTS, {
      created: false,
      claims: { one: claimTo("commander", "anchor", contentOfEntry("anchor", [anchor ?? Buffer.alloc(0)])) },
    });
    const third = await observe(first.lock);
    expect(third.observations).toEqual([
      { place: CACERTS_PLACE, alias: "commander", sha256, action: "gone" },
    ]);
    expect(third.lock.observations.size).toBe(0);
  });

  test("another certificate on the host is another generation, and the old one is kept", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const before = await observe();
    lay("electricflow", KEYSTORE, [identityEntry("other")]);
    const { lock, changes } = await observe(before.lock);
    expect(changes).toMatchObject([
      { generation: 2, reason: expect.stringMatching(/CN=jetty.*replaced by CN=other/) },
    ]);
    expect(lock.identities.get("callback/jetty")?.previous?.chain).toEqual(material.jetty.chain);
  });

  describe("while an identity is in rotation", () => {
    /** Two generations of what ISPW trusts, made here. */
    function rotating(): { readonly lock: Lock; readonly anchors: readonly Uint8Array[] } {
      const [jetty] = material.jetty.chain;
      const [other] = material.other.chain;
      const { open } = pin([{ ...selfSigned("jetty"), id: "callback/jetty" }], empty);
      const before = open.lock.identities.get("callback/jetty");
      if (jetty === undefined || other === undefined || before === undefined)
        throw new Error("some were expected");
      const rotation = {
        phase: "announced",
        other: { generation: 2, chain: [other] },
        evidence: [],
      } as const;
      const identities = new Map([["callback/jetty", { ...before, chain: [jetty], rotation }]]);
      return { lock: { ...open.lock, identities }, anchors: [jetty, other] };
    }

    test("what a truststore trusts already is noted of both generations", async () => {
      const { lock, anchors } = rotating();
      lay("ispw", CACERTS, [anchorEntry("current", anchors[0]), anchorEntry("next", anchors[1])]);
      const { observations } = await observe(lock, {
        plan: { ...PLAN, identities: [{ ...selfSigned("jetty"), id: "callback/jetty" }] },
      });
      expect(observations.map(({ alias, action }) => [alias, action])).toEqual([
        ["current", "found"],
        ["next", "found"],
      ]);
    });

    test("it is not adopted from a host in the place of both", async () => {
      lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
      const error = await problemsOf(observe(rotating().lock));
      expect(error).toMatchObject({ code: "cannot-observe" });
      expect(error.message).toContain(
        '"callback/jetty" is announced already; go on with `cdktf-trust rotate',
      );
    });
  });

  test("leaves the hosts as they are", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const files = () =>
      readdirSync(join(projectDirectory, "hosts"), { recursive: true, encoding: "utf8" })
        .sort()
        .map((name) => [name, contentOf(join(projectDirectory, "hosts", name))]);
    const before = files();
    await observe();
    expect(files()).toEqual(before);
  });

  test("makes a lock where there is none, and none where nothing was found", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const made = await observeHosts({
      plan: PLAN,
      lock: undefined,
      open: () => empty,
      projectDirectory,
      resolveSecret: () => "changeit",
      now: NOW,
    });
    expect(made.lock?.recipients).toEqual(empty.lock.recipients);
    const nothing = await observeHosts({
      plan: { ...PLAN, identities: [] },
      lock: undefined,
      open: () => {
        throw new Error("no lock was expected to be made");
      },
      projectDirectory,
      resolveSecret: () => "changeit",
      now: NOW,
    });
    expect(nothing.lock).toBeUndefined();
  });

  test.each<[string, () => void, Partial<ObserveOptions>, RegExp]>([
    ["a store that is missing", () => {}, {}, /keystore: the file is missing/],
    [
      "an alias that is not there",
      () => lay("electricflow", KEYSTORE, [{ ...identityEntry("jetty"), alias: "tomcat" }]),
      {},
      /"jetty" is not there; identities there: tomcat/,
    ],
    [
      "an alias that is no identity",
      () => lay("electricflow", KEYSTORE, [anchorEntry("jetty", material.jetty.chain[0])]),
      {},
      /"jetty" is no identity but a trusted certificate/,
    ],
    [
      "a wrong password",
      () => lay("electricflow", KEYSTORE, [identityEntry("jetty")]),
      { resolveSecret: () => "wrong words" },
      /keystore \(password env:STORE\): the password does not open the store.*Correct the secret/,
    ],
    [
      "a host that nobody logs in to",
      () => {},
      { plan: { ...PLAN, hosts: [{ kind: "manual", id: "electricflow", platform: "posix" }, host("ispw")] } },
      /host "electricflow" is one that nobody logs in to/,
    ],
  ])("is refused for %s, with the place", async (_, prepare, overrides, message) => {
    rmSync(join(projectDirectory, "hosts", "electricflow"), { recursive: true, force: true });
    prepare();
    const error = await problemsOf(observe(empty.lock, overrides));
    expect(error).toMatchObject({ code: "cannot-observe" });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/wrong words|changeit/);
  });

  test("a secret that is missing is told once, however many stores have it", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    const open = empty.withLock((await observe()).lock);
    const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory, environment: {} });
    const { message } = await problemsOf(observe(open.lock, { resolveSecret }));
    expect(message.split("\n").slice(1)).toEqual([expect.stringMatching(/^ {2}env:STORE: .* not set\./)]);
  });

  test("refuses to adopt what a deploy of ours put there", async () => {
    lay("electricflow", KEYSTORE, [identityEntry("jetty")]);
    await writeOwnership(openHost(`local:${join(projectDirectory, "hosts", "electricflow")}`), KEYSTORE, {
      created: false,
      claims: { one: claimTo("jetty", "key", contentOfEntry("key", material.jetty.chain)) },
    });
    expect((await problemsOf(observe())).message).toMatch(/put there by a deploy.*destroy that entry first/);
  });
});

describeWith("keytool", "stores that keytool wrote", () => {
  test("are observed as keytool lists them", async () => {
    // GIVEN ElectricFlow's own jetty, and a cacerts that somebody imported it into
    const projectDirectory = mkdtempSync(join(tmpdir(), "lock-keytool-"));
    const file = (hostId: string, path: string) => {
      const absolute = join(projectDirectory, "hosts", hostId, path);
      mkdirSync(dirname(absolute), { recursive: true });
      return absolute;
    };
    const keystore = file("electricflow", KEYSTORE);
    const cacerts = file("ispw", CACERTS);
    const certificate = join(projectDirectory, "jetty.crt");
    const keytool = (...words: string[]) => {
      const run = spawnSync(
        tool("keytool"),
        [...SHORT_LIVED_KEYTOOL, ...words, "-storepass", "changeit", "-storetype", "JKS"],
        {
          encoding: "utf8",
        },
      );
      if (run.status !== 0) throw new Error(run.stdout + run.stderr);
      return run.stdout;
    };
    const distinguishedName = "CN=electricflow.example.com, OU=Unknown, O=Unknown";
    const generate = ["-genkeypair", "-alias", "jetty", "-keyalg", "EC", "-keypass", "changeit"];
    keytool(...generate, "-keystore", keystore, "-dname", distinguishedName);
    keytool("-exportcert", "-rfc", "-alias", "jetty", "-keystore", keystore, "-file", certificate);
    keytool("-importcert", "-noprompt", "-alias", "Commander", "-file", certificate, "-keystore", cacerts);

    // WHEN they are observed
    const { lock } = await observeHosts({
      plan: PLAN,
      lock: undefined,
      open: () => newLock(),
      projectDirectory,
      resolveSecret: () => "changeit",
      now: NOW,
    });
    if (lock === undefined) throw new Error("a lock was expected");

    // THEN the lock says what keytool says
    const summary = pinnedIdentity(lock, "callback/jetty");
    expect(summary?.anchor.subject).toBe(distinguishedName);
    const sha256 = summary?.anchor.sha256 ?? "";
    expect(keytool("-list", "-v", "-keystore", keystore)).toContain(`SHA256: ${sha256}`);
    expect(observedAlias(lock, CACERTS_PLACE, sha256)).toBe("commander");
  });
});

function host(id: string): HostPlan {
  return { kind: "local", id, root: `hosts/${id}`, platform: "posix" };
}

function store(id: string, hostId: string, path: string): StorePlan {
  return { id, hostId, path, profile: "jks", password: "env:STORE", ifMissing: "fail" };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "hex");
  } catch {
    return undefined;
  }
}

/** A claim of a deploy of ours. */
function claimTo(at: string, kind: "anchor" | "key", content: string): Claim {
  return { owner: "shop/tst/web", declaredAt: at, kind, at, content, origin: "displaced" };
}
