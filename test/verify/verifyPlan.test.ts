import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSecretResolver, openHost } from "../../lib/hosts";
import { createStore, setEntry, writeStore, type Store } from "../../lib/keystore";
import type {
  EntryPlan,
  FilePlan,
  HopVerdict,
  IdentityPlan,
  PinnedIdentity,
  TrustPlan,
} from "../../lib/model";
import { parseCertificate, summarise, toPem } from "../../lib/pki";
import { verifyPlan } from "../../lib/verify";
import { makeWorld, now, withoutRoot } from "../hop/materials";
import { call, endpoint, keystore, plan, truststore } from "../check/plans";
import { makeCertificate, type MadeIdentity } from "../support/certificateMaker";

const { root, server, client } = makeWorld();
const other = makeWorld();
const environment = { KEYSTORE_PASSWORD: "server secret", TRUSTSTORE_PASSWORD: "client secret" };
let project = "";

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
});

afterEach(() => rmSync(project, { recursive: true }));

function write(host: "server" | "client", path: string, content: Uint8Array | string): void {
  const file = join(project, "hosts", host, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function withKey(store: Store, alias: string, made: MadeIdentity, password?: string): Store {
  return setEntry(store, {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    key: { kind: "clear", pkcs8: made.pkcs8, ...(password === undefined ? {} : { password }) },
    chain: withoutRoot(made),
  });
}

function withAnchor(store: Store, alias: string, certificate: Buffer): Store {
  return setEntry(store, { kind: "anchor", alias, createdMs: now.getTime(), certificate });
}

function writeKeystore(store: Store): void {
  write("server", keystore.path, writeStore(store, environment.KEYSTORE_PASSWORD));
}

function writeTruststore(store: Store): void {
  write("client", truststore.path, writeStore(store, environment.TRUSTSTORE_PASSWORD));
}

/** What the lock pinned: the certificates of `made`. */
function pinned(made: MadeIdentity): PinnedIdentity {
  const chain = made.chain.map((der) => summarise(parseCertificate(der)));
  const [anchor] = made.chain.slice(-1);
  if (anchor === undefined) throw new Error("an identity has a certificate");
  return {
    generation: 1,
    chain,
    anchor: summarise(parseCertificate(anchor)),
    anchorPem: toPem(anchor, "CERTIFICATE"),
  };
}

function identities(): IdentityPlan[] {
  return plan().identities.map((identity) => ({ ...identity, pinned: pinned(server) }));
}

async function verify(changes: Partial<TrustPlan> = {}): Promise<HopVerdict | undefined> {
  const {
    verdicts: [verdict],
  } = await verifyPlan(plan({ identities: identities(), ...changes }), {
    projectDirectory: project,
    openHost,
    resolveSecret: createSecretResolver({ environment }),
    now,
  });
  return verdict;
}

function rulesOf(verdict: HopVerdict | undefined): string[] {
  return (verdict?.findings ?? []).map(({ level, rule }) => `${level} ${rule}`);
}

describe("verifyPlan", () => {
  test("a hop whose stores hold what was declared is green, whatever else they hold", async () => {
    // GIVEN
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(
      withAnchor(withAnchor(createStore("jks"), "foreign", other.root.der), "server", root.der),
    );

    // WHEN
    const verdict = await verify();

    // THEN
    expect(verdict).toEqual({
      hopId: call.id,
      ok: true,
      reason: "trusted through CN=Example Root",
      serves: parseCertificate(server.der).sha256,
      trustedThrough: parseCertificate(root.der).sha256,
      expires: summarise(parseCertificate(server.der)).notAfter,
      findings: [],
    });
  });

  test("the declared anchor was deleted: the hop fails, and the entry is named", async () => {
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(withAnchor(createStore("jks"), "foreign", other.root.der));

    const verdict = await verify();

    expect(verdict?.ok).toBe(false);
    expect(verdict?.reason).toContain('no certificate under "server"');
    expect(rulesOf(verdict)).toEqual(["error entry-missing", "error authority-key-differs"]);
  });

  test("somebody else's certificate under the declared alias is drift", async () => {
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(withAnchor(createStore("jks"), "server", other.root.der));

    const verdict = await verify();

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)[0]).toBe("error certificate-differs");
    expect(verdict?.reason).toContain(parseCertificate(root.der).sha256);
  });

  test("an anchor that this hop does not need is missing: a warning", async () => {
    const entries = plan().entries.flatMap((entry): EntryPlan[] =>
      entry.kind === "anchor"
        ? [entry, { ...entry, id: "more", alias: "more", identityId: "partner" }]
        : [entry],
    );
    const partner: IdentityPlan = {
      id: "partner",
      request: { kind: "certificate", file: "partner.pem" },
      pinned: pinned(other.server),
    };
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));

    const verdict = await verify({ entries, identities: [...identities(), partner] });

    expect(verdict?.ok).toBe(true);
    expect(rulesOf(verdict)).toEqual(["warning entry-missing"]);
  });

  test("an anchor that is trusted under another alias may stay there", async () => {
    const entries = plan().entries.map((entry) =>
      entry.kind === "anchor" ? { ...entry, unlessAlreadyTrusted: true } : entry,
    );
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(withAnchor(createStore("jks"), "elsewhere", root.der));

    const verdict = await verify({ entries });

    expect(rulesOf(verdict)).toEqual([]);
    expect(verdict?.ok).toBe(true);
  });

  test("what Java does not see in a store is told, and why the alias is missing with it", async () => {
    const vector = (name: string) => readFileSync(join(__dirname, "../fixtures/vectors", name));
    const stores = plan().stores.map((store) => ({
      ...store,
      profile: "modern" as const,
      password: "env:VECTOR_PASSWORD" as const,
    }));
    const certificates = { VECTOR_PASSWORD: "changeit" };
    write("server", keystore.path, vector("variants/U_plain_keybag.p12"));
    write("client", truststore.path, vector("made/ossl30-nokeys.p12"));

    const {
      verdicts: [verdict],
    } = await verifyPlan(plan({ identities: identities(), stores }), {
      projectDirectory: project,
      openHost,
      resolveSecret: createSecretResolver({ environment: certificates }),
      now,
    });

    expect(rulesOf(verdict)).toEqual([
      "error entry-missing",
      "error entry-missing",
      // The key in the clear, and its certificate, which thus is in nobody's chain.
      "warning invisible-certificate",
      "warning invisible-key",
      "warning invisible-certificate",
    ]);
    expect(verdict?.findings.at(-1)?.subject).toBe(truststore.id);
  });

  test("the served certificate was replaced by hand", async () => {
    writeKeystore(withKey(createStore("jks"), "server", other.server));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));

    const verdict = await verify();

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)[0]).toBe("error certificate-differs");
    expect(verdict?.findings[0]?.remedy).toContain("cdktf-trust lock --observe");
  });

  test("the alias became 1, as imports from a .pfx do", async () => {
    writeKeystore(withKey(createStore("jks"), "1", server));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));

    const verdict = await verify();

    expect(rulesOf(verdict)).toEqual(["error entry-missing"]);
    expect(verdict?.reason).toContain('it holds "1" (identity)');
  });

  test("the key kept the password of the .pfx it came from", async () => {
    writeKeystore(withKey(createStore("jks"), "server", server, "another secret"));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));

    const verdict = await verify();

    expect(rulesOf(verdict)).toEqual(["error key-password-differs"]);
    expect(verdict?.reason).toContain("Cannot recover key");
    expect(JSON.stringify(verdict)).not.toContain("secret");
  });

  test("a neighbour's key under another password keeps Java from opening the store", async () => {
    writeKeystore(
      withKey(withKey(createStore("jks"), "server", server), "apia", other.server, "another secret"),
    );
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));
    const endpoints = [
      {
        ...endpoint,
        identity: { kind: "store", storeId: "keystore", alias: "server" } as const,
      },
    ];

    const verdict = await verify({ endpoints });

    expect(rulesOf(verdict)).toEqual(["error key-password-differs", "warning key-not-declared"]);
    expect(verdict?.reason).toContain('"apia"');
  });

  test("Java would present the neighbour", async () => {
    writeKeystore(withKey(withKey(createStore("jks"), "https", server), "apia", other.server));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));
    const endpoints = [
      {
        ...endpoint,
        identity: { kind: "store", storeId: "keystore", alias: "https" } as const,
      },
    ];

    const verdict = await verify({ endpoints });

    expect(rulesOf(verdict)).toContain("error other-identity-presented");
  });

  test("wrong store password, missing store, missing secret, and what is no store", async () => {
    writeKeystore(withKey(createStore("jks"), "server", server));
    write("client", truststore.path, writeStore(createStore("jks"), "not the declared one"));
    expect(rulesOf(await verify())).toEqual(["error store-unreadable"]);

    write("client", truststore.path, "not a store");
    expect(rulesOf(await verify())).toEqual(["error store-unreadable"]);

    rmSync(join(project, "hosts/client", truststore.path));
    expect(rulesOf(await verify())).toEqual(["error store-missing"]);

    writeTruststore(withAnchor(createStore("jks"), "server", root.der));
    const stores = [{ ...keystore, password: "env:NOT_SET" as const }, truststore];
    expect(rulesOf(await verify({ stores }))).toEqual(["error secret-missing"]);
  });

  test("an expired certificate is judged at the given time", async () => {
    const expired = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      toDays: 5,
    });
    writeKeystore(withKey(createStore("modern"), "server", expired));
    writeTruststore(withAnchor(createStore("modern"), "server", expired.der));
    const declared = plan({
      stores: plan().stores.map((store) => ({ ...store, profile: "modern" as const })),
      identities: plan().identities.map((identity) => ({ ...identity, pinned: pinned(expired) })),
    });
    const options = {
      projectDirectory: project,
      openHost,
      resolveSecret: createSecretResolver({ environment }),
    };

    const {
      verdicts: [today],
    } = await verifyPlan(declared, { ...options, now });
    const {
      verdicts: [nextWeek],
    } = await verifyPlan(declared, {
      ...options,
      now: new Date(now.getTime() + 7 * 86_400_000),
    });

    expect(today?.ok).toBe(true);
    expect(rulesOf(nextWeek)).toEqual(["error expired"]);
  });

  test("mutual TLS from PEM files to a store", async () => {
    writeKeystore(withAnchor(withKey(createStore("modern"), "server", server), "clients", root.der));
    const pem = (chain: readonly Buffer[]): string => chain.map((der) => toPem(der, "CERTIFICATE")).join("");
    const file = (id: string, name: string, text: string): FilePlan => {
      const path = `/etc/client/${name}`;
      write("client", path, text);
      return { id, hostId: "client", path, mode: 0o600, content: { kind: "text", text } };
    };

    const verdict = await verify({
      stores: [{ ...keystore, profile: "modern" }],
      entries: plan().entries.filter(({ kind }) => kind === "key"),
      files: [
        file("root", "root.crt", pem([root.der])),
        file("certificate", "client.crt", pem(withoutRoot(client))),
        file("key", "client.key", toPem(client.pkcs8, "PRIVATE KEY")),
      ],
      endpoints: [
        {
          ...endpoint,
          clientAuthentication: "require",
          clientAnchors: { kind: "store", storeId: "keystore" },
        },
      ],
      bindings: [
        {
          id: "binding",
          identityId: "partner",
          identity: { kind: "pem", certificateFileId: "certificate", keyFileId: "key" },
        },
      ],
      hops: [
        {
          ...call,
          runtime: { kind: "openssl" },
          anchors: { kind: "pem", fileId: "root" },
          bindingId: "binding",
        },
      ],
    });

    expect(verdict?.findings).toEqual([]);
    expect(verdict?.reason).toMatch(/client certificate is accepted$/);
  });

  test("a host that nobody logs in to says what to copy back, and is verified on the copy", async () => {
    writeKeystore(withKey(createStore("jks"), "server", server));
    writeTruststore(withAnchor(createStore("jks"), "server", root.der));
    const hosts: TrustPlan["hosts"] = plan().hosts.map((host) =>
      host.id === "client" ? { id: "client", kind: "manual", platform: "posix" } : host,
    );
    const declared = plan({ identities: identities(), hosts });
    const options = {
      projectDirectory: project,
      openHost,
      resolveSecret: createSecretResolver({ environment }),
      now,
    };

    const {
      verdicts: [unreachable],
    } = await verifyPlan(declared, options);
    const copied = new Map([["client", `local:${join(project, "hosts/client")}`]]);
    const {
      verdicts: [onCopy],
    } = await verifyPlan(declared, { ...options, manualHosts: copied });

    expect(rulesOf(unreachable)).toEqual(["error host-unreachable"]);
    expect(onCopy?.ok).toBe(true);
  });
});
