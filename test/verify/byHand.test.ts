import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSecretResolver, openHost } from "../../lib/hosts";
import { createStore, setEntry, type Store, type StoreEntry, writeStore } from "../../lib/keystore";
import type {
  BindingPlan,
  FilePlan,
  HopPlan,
  HopVerdict,
  IdentityPlan,
  PinnedIdentity,
  ReaderPlan,
  StorePlan,
  TrustPlan,
} from "../../lib/model";
import { parseCertificate, summarise, toPem } from "../../lib/pki";
import { verifyPlan } from "../../lib/verify";
import { call, endpoint, keystore, plan, truststore } from "../check/plans";
import { makeWorld, now } from "../hop/materials";
import { addKey, convertByHand, keytool, type StoreByHand, type StoreType } from "../support/byHand";
import { makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { describeWith } from "../support/tools";

const { root, intermediate, server, client } = makeWorld();
const PASSWORD = "store-password";
const issuing = parseCertificate(intermediate.der).sha256;

/** Trusts the intermediate itself, so that a chain without it suffices for this client. */
const lenient: StorePlan = { ...truststore, id: "lenient", path: "/opt/client/lenient" };
const strictCall: HopPlan = call;
const lenientCall: HopPlan = { ...call, id: "lenient", anchors: { kind: "store", storeId: "lenient" } };

function pinned(made: MadeIdentity): PinnedIdentity {
  return {
    generation: 1,
    chain: made.chain.map((der) => summarise(parseCertificate(der))),
    anchor: summarise(parseCertificate(root.der)),
    anchorPem: toPem(root.der, "CERTIFICATE"),
  };
}

function identityEntry(alias: string, made: MadeIdentity, chain = made.chain): StoreEntry {
  return {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    key: { kind: "clear", pkcs8: made.pkcs8 },
    chain,
  };
}

function anchor(alias: string, certificate: Buffer): StoreEntry {
  return { kind: "anchor", alias, createdMs: now.getTime(), certificate };
}

const pem = (chain: readonly Buffer[]): string => chain.map((der) => toPem(der, "CERTIFICATE")).join("");

describeWith("keytool", "what somebody changed on the hosts", () => {
  let project = "";

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
    write("server", keystore.path, store(identityEntry("server", server)));
    write("client", truststore.path, store(anchor("server", root.der)));
    write("client", lenient.path, store(anchor("server", root.der), anchor("issuing", intermediate.der)));
  });

  afterEach(() => rmSync(project, { recursive: true }));

  function fileAt(host: "server" | "client", path: string): string {
    return join(project, "hosts", host, path);
  }

  function write(host: "server" | "client", path: string, content: Uint8Array | string): string {
    const file = fileAt(host, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  function store(...entries: readonly StoreEntry[]): Buffer {
    const made = entries.reduce<Store>((before, entry) => setEntry(before, entry), createStore("jks"));
    return writeStore(made, PASSWORD);
  }

  const served = (): StoreByHand => ({ path: fileAt("server", keystore.path), password: PASSWORD });

  async function verify(changes: Partial<TrustPlan> = {}): Promise<readonly HopVerdict[]> {
    const identities = plan().identities.map((identity) => ({ ...identity, pinned: pinned(server) }));
    const declared = plan({
      stores: [keystore, truststore, lenient],
      hops: [strictCall, lenientCall],
      identities,
      ...changes,
    });
    const { verdicts } = await verifyPlan(declared, {
      projectDirectory: project,
      openHost,
      resolveSecret: createSecretResolver({
        environment: {
          KEYSTORE_PASSWORD: PASSWORD,
          TRUSTSTORE_PASSWORD: PASSWORD,
          NEXT_PASSWORD: "next-password",
        },
      }),
      now,
    });
    return verdicts;
  }

  function rulesOf(verdict: HopVerdict | undefined): string[] {
    return (verdict?.findings ?? []).map(({ level, rule }) => `${level} ${rule}`);
  }

  test("as declared, all hops are green and nothing is said", async () => {
    const verdicts = await verify();
    expect(verdicts.map(({ ok, findings }) => ({ ok, findings }))).toEqual([
      { ok: true, findings: [] },
      { ok: true, findings: [] },
    ]);
  });

  describe("a store that the next deploy puts under another password", () => {
    const rekeyed = (formerPassword: StorePlan["password"]): Partial<TrustPlan> => ({
      stores: [{ ...keystore, password: "env:NEXT_PASSWORD", formerPassword }, truststore, lenient],
    });

    test("is read with the former one until then, its key too", async () => {
      const [verdict] = await verify(rekeyed("env:KEYSTORE_PASSWORD"));
      expect(verdict).toMatchObject({ ok: true, findings: [] });
    });

    test("is told with both references where neither opens it, or the former one is not at hand", async () => {
      const [verdict] = await verify(rekeyed("env:NOT_THERE"));
      expect(rulesOf(verdict)).toEqual(["error store-unreadable"]);
      expect(verdict?.reason).toContain("(password env:NEXT_PASSWORD, before the deploy env:NOT_THERE)");
      expect(verdict?.reason).not.toContain(PASSWORD);
    });
  });

  describe("a chain cut to its leaf", () => {
    test("is told with what is missing, also where this client has the rest", async () => {
      write("server", keystore.path, store(identityEntry("server", server, server.chain.slice(0, 1))));

      const [strict, other] = await verify();

      expect(rulesOf(strict)).toEqual(["error chain-cut", "error missing-intermediate"]);
      expect(rulesOf(other)).toEqual(["error chain-cut"]);
      expect(other?.ok).toBe(false);
      expect(other?.reason).toBe(
        `server:/opt/server/keystore, "server": the chain was cut to its leaf: the plan pins also CN=Example Issuing ` +
          `(SHA-256 ${issuing})`,
      );
      expect(other?.findings[0]?.remedy).toContain("deploy again");
    });

    test("of a client, from a store and from PEM files", async () => {
      const identities: IdentityPlan[] = [
        { id: "identity", request: { kind: "certificate", file: "x" }, pinned: pinned(server) },
        { id: "partner", request: { kind: "certificate", file: "x" }, pinned: pinned(client) },
      ];
      const binding = (id: string, identity: BindingPlan["identity"]): BindingPlan => ({
        id,
        identityId: "partner",
        identity,
      });
      write("client", lenient.path, store(identityEntry("partner", client, client.chain.slice(0, 1))));
      write("client", "/etc/client.crt", pem(client.chain.slice(0, 1)));
      write("client", "/etc/client.key", toPem(client.pkcs8, "PRIVATE KEY"));

      const verdicts = await verify({
        identities,
        entries: plan().entries.filter(({ kind }) => kind === "key"),
        files: [filePlan("crt"), filePlan("key")],
        endpoints: [{ ...endpoint, clientAuthentication: "request", clientAnchors: lenientCall.anchors }],
        bindings: [
          binding("stored", { kind: "store", storeId: "lenient", alias: "partner" }),
          binding("filed", { kind: "pem", certificateFileId: "crt", keyFileId: "key" }),
        ],
        hops: [
          { ...call, bindingId: "stored" },
          { ...call, id: "filed", bindingId: "filed", runtime: { kind: "openssl" } },
        ],
      });

      const cuts = verdicts.map(({ findings }) => findings.find(({ rule }) => rule === "chain-cut"));
      expect(cuts.map((cut) => cut?.message.split(":").slice(0, 2).join(":"))).toEqual([
        'client:/opt/client/lenient, "partner"',
        "client:/etc/client.crt",
      ]);
      expect(cuts.map((cut) => cut?.level)).toEqual(["error", "error"]);
    });

    test("a chain without its root is none: nobody needs that to be sent", async () => {
      write("server", keystore.path, store(identityEntry("server", server, server.chain.slice(0, -1))));

      expect((await verify()).flatMap(({ findings }) => findings)).toEqual([]);
    });
  });

  describe("another format under the same name", () => {
    const reading = (reader: ReaderPlan): Partial<TrustPlan> => ({
      stores: [{ ...keystore, reader }, truststore, lenient],
    });

    test.each<[StoreType, ReaderPlan, string, string]>([
      ["PKCS12", { kind: "java", release: 17 }, "warning", "java 17 opens it all the same"],
      ["PKCS12", { kind: "java", release: 8, update: 45 }, "error", "java 8u45, which is told JKS"],
      ["JCEKS", { kind: "java", release: 17 }, "error", "java 17, which is told JKS"],
      ["PKCS12", { kind: "webmethods" }, "error", "webmethods, which is told JKS, is not known to open it"],
    ])("%s instead of JKS for %j: %s", async (type, reader, level, said) => {
      convertByHand(served(), type);

      const [verdict] = await verify(reading(reader));

      expect(rulesOf(verdict)).toEqual([`${level} format-differs`]);
      expect(verdict?.ok).toBe(level === "warning");
      expect(verdict?.findings[0]?.message).toContain(
        `server:/opt/server/keystore is ${type}, declared is JKS (profile jks); ${said}`,
      );
      expect(verdict?.findings[0]?.subject).toBe("keystore");
    });

    test("of a truststore, for the runtime of its side where no reader is declared", async () => {
      convertByHand({ path: fileAt("client", truststore.path), password: PASSWORD }, "JCEKS");

      const [strict, other] = await verify();

      expect(rulesOf(strict)).toEqual(["error format-differs"]);
      expect(strict?.reason).toContain("client:/opt/client/truststore is JCEKS");
      expect(other?.ok).toBe(true);
    });
  });

  describe("what cannot be read is named with host and path, and the other hops go on", () => {
    const trusted = () => fileAt("client", truststore.path);

    test.each<[string, () => void, RegExp]>([
      ["a directory", () => mkdirSync(trusted()), /is a directory/],
      ["a pipe", () => void spawnSync("mkfifo", [trusted()]), /is a device, a pipe or a socket/],
      ["no store", () => writeFileSync(trusted(), "a README"), /this is no store that is known/],
      [
        "a part of one",
        () => writeFileSync(trusted(), store(anchor("a", root.der)).subarray(0, 200)),
        /damaged/,
      ],
      [
        "one under another password",
        () => writeFileSync(trusted(), writeStore(createStore("jks"), "another one")),
        /\(password env:TRUSTSTORE_PASSWORD\): the password does not open the store/,
      ],
      [
        "too large a file",
        () => {
          writeFileSync(trusted(), "");
          truncateSync(trusted(), 257 * 2 ** 20);
        },
        /more than 256 MiB/,
      ],
      [
        "a certificate that is none",
        () => writeFileSync(trusted(), store(anchor("server", root.der), anchor("odd", Buffer.from("odd")))),
        /, "odd": read certificate: not valid ASN.1/,
      ],
    ])("%s", async (_what, put, reason) => {
      rmSync(trusted());
      put();

      const [strict, other] = await verify();

      expect(strict?.ok).toBe(false);
      expect(strict?.reason).toContain("client:/opt/client/truststore");
      expect(strict?.reason).toMatch(reason);
      expect(other?.ok).toBe(true);
    });

    test("of the two files of an identity the one that is damaged", async () => {
      const hop: HopPlan = {
        ...call,
        bindingId: "binding",
        runtime: { kind: "openssl" },
        anchors: { kind: "pem", fileId: "ca" },
      };
      const changes: Partial<TrustPlan> = {
        files: [filePlan("crt"), filePlan("key"), filePlan("ca")],
        bindings: [
          {
            id: "binding",
            identityId: "x",
            identity: { kind: "pem", certificateFileId: "crt", keyFileId: "key" },
          },
        ],
        hops: [hop, lenientCall],
      };
      const whole = { crt: pem(client.chain), key: toPem(client.pkcs8, "PRIVATE KEY"), ca: pem([root.der]) };
      const verdictsOf = async (files: Partial<typeof whole>) => {
        for (const [name, content] of Object.entries({ ...whole, ...files }))
          write("client", `/etc/client.${name}`, content);
        return await verify(changes);
      };

      expect((await verdictsOf({})).map(({ reason }) => reason)).toEqual(
        Array(2).fill(expect.stringContaining("trusted through")),
      );
      for (const name of ["crt", "key", "ca"] as const) {
        const [filed, other] = await verdictsOf({ [name]: "-----BEGIN CERTIFICATE-----\nAAAA\n" });
        expect(filed?.reason).toMatch(new RegExp(`^client:/etc/client\\.${name}: `));
        expect(rulesOf(filed)[0]).toBe("error file-unreadable");
        expect(other?.ok).toBe(true);
      }
    });
  });

  describe("a key that somebody added where Java chooses", () => {
    test.each<["EC" | "RSA", string]>([
      ["EC", "apia"],
      ["EC", "added"],
    ])("%s under %s: what Java presents now, and whose it is not", async (algorithm, alias) => {
      const rsa = makeRsa();
      write("server", keystore.path, store(identityEntry("server", rsa)));
      write("client", truststore.path, store(anchor("server", root.der)));
      addKey(served(), alias, algorithm, "CN=Added");
      const identities = plan().identities.map((identity) => ({ ...identity, pinned: pinned(rsa) }));

      const [verdict] = await verify({ identities });

      expect(verdict?.ok).toBe(false);
      expect(verdict?.reason).toContain(`the server presents "${alias}", not "server"`);
      expect(verdict?.findings.at(-1)).toMatchObject({
        level: "warning",
        rule: "key-not-declared",
        subject: "keystore",
        message:
          `server:/opt/server/keystore also holds a key under "${alias}" (EC P-256, CN=Added), which is not declared ` +
          'here; without such keys the server would present "server"',
      });
    });

    test("under a password of its own: it keeps Java from opening the declared one", async () => {
      addKey(served(), "zzz", "RSA", "CN=Added");
      keytool(served(), "-keypasswd", "-alias", "zzz", "-keypass", PASSWORD, "-new", "theirs-alone");

      const [verdict] = await verify();

      expect(rulesOf(verdict)).toEqual(["error key-password-differs", "warning key-not-declared"]);
      expect(verdict?.findings.at(-1)?.message).toContain('"zzz" (RSA 2048, CN=Added)');
    });

    test("one that Java does not present is no matter", async () => {
      addKey(served(), "zzz", "RSA", "CN=Added");

      expect((await verify()).flatMap(({ findings }) => findings)).toEqual([]);
    });
  });

  describe("on a call to somebody else's server", () => {
    const identities: IdentityPlan[] = [
      { id: "partner", request: { kind: "certificate", file: "x" }, pinned: pinned(client) },
    ];
    const { identityId: _, ...served } = endpoint;
    const changes: Partial<TrustPlan> = {
      identities,
      entries: [],
      endpoints: [{ ...served, clientAuthentication: "require", identity: { kind: "outside" } }],
      bindings: [
        {
          id: "binding",
          identityId: "partner",
          identity: { kind: "store", storeId: "lenient", alias: "partner" },
        },
      ],
      hops: [{ ...call, bindingId: "binding" }],
    };

    test("what is wrong with this side is told", async () => {
      write("client", lenient.path, store(identityEntry("partner", client, client.chain.slice(0, 1))));
      const [cut] = await verify(changes);
      expect(cut?.reason).toContain('client:/opt/client/lenient, "partner": the chain was cut to its leaf');

      write("client", lenient.path, "a README");
      const [unreadable] = await verify(changes);
      expect(unreadable?.reason).toContain("client:/opt/client/lenient");
      expect(rulesOf(unreadable)).toContain("error store-unreadable");
    });

    test("otherwise there is no verdict, because nothing proves the other side", async () => {
      write("client", lenient.path, store(identityEntry("partner", client)));

      expect(await verify(changes)).toEqual([]);
    });
  });

  test("a declared key under another password says that a deploy mends it", async () => {
    keytool(served(), "-keypasswd", "-alias", "server", "-keypass", PASSWORD, "-new", "another-password");

    const [verdict] = await verify();

    expect(rulesOf(verdict)).toEqual(["error key-password-differs"]);
    expect(verdict?.reason).toContain(
      'server:/opt/server/keystore: the password does not open the key of "server"',
    );
    expect(verdict?.findings[0]?.remedy).toMatch(/^deploy again/);
  });
});

function makeRsa(): MadeIdentity {
  return makeCertificate({
    now,
    subject: "server.example",
    issuer: intermediate,
    names: ["DNS:server.example"],
    key: "rsa-2048",
  });
}

function filePlan(name: string): FilePlan {
  return {
    id: name,
    hostId: "client",
    path: `/etc/client.${name}`,
    mode: 0o600,
    content: { kind: "anchors", anchors: [] },
  };
}
