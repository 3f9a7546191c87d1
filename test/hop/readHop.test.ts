import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type HopMaterial, HopReader, type ReadHop } from "../../lib/hop";
import { createSecretResolver, openHost } from "../../lib/hosts";
import { createStore, readStore, setEntry, writeStore } from "../../lib/keystore";
import { type OpenLock, observeHosts, pinIdentities, resolveIdentity } from "../../lib/lock";
import {
  type EndpointPlan,
  type HopPlan,
  type IdentityLocation,
  type StorePlan,
  type TrustPlan,
  stackOf,
} from "../../lib/model";
import { artifactPath } from "../../lib/synth/artifacts/artifactPath";
import type { Artifact } from "../../lib/synth/artifacts/artifactFolder";
import { ArtifactSource } from "../../lib/synth/artifacts/artifactSource";
import { materialise } from "../../lib/synth/artifacts/materialise";
import { pinnedPlan } from "../../lib/synth/plan/pinnedPlan";
import { HostReader } from "../../lib/verify/hostReader";
import { hostSource } from "../../lib/verify/hostSource";
import { endpoint as anEndpoint, call, plan as aPlan } from "../check/plans";
import { NOW, authority, identity, issued, newLock, seededRandom } from "../lock/support";
import { makeCertificate } from "../support/certificateMaker";

const secrets = { STORES: "the stores' password", KEY: "the key's own password", PEM: "the file's password" };
const ADOPTED = "/opt/adopted/keystore";
const TRUST = "/etc/client/truststore";

function store(id: string, hostId: string, path: string): StorePlan {
  return { id, hostId, path, profile: "compat", password: "env:STORES", ifMissing: "create" };
}

function endpoint(id: string, identityId: string, location: IdentityLocation): EndpointPlan {
  return { ...anEndpoint, id, identityId, identity: location };
}

function hop(endpointId: string, changes: Partial<HopPlan> = {}): HopPlan {
  return { ...call, id: `client -> ${endpointId}`, endpointId, anchors: inStore("trust"), ...changes };
}

function inStore(storeId: string) {
  return { kind: "store", storeId } as const;
}

/**
 * One server whose identity was there before us, and whose anchor the client trusts under another's alias; one
 * in PEM, encrypted, that asks for client certificates; a client whose key has a password of its own.
 */
const declared: TrustPlan = aPlan({
  environment: "staging",
  hosts: ["server", "client"].map((id) => ({ id, kind: "local", platform: "posix", root: `hosts/${id}` })),
  identities: [
    identity("adopted", { kind: "existing", storeId: "adopted", alias: "jetty" }),
    authority("root"),
    issued("served", "root"),
    issued("client", "root"),
  ],
  stores: [
    store("adopted", "server", ADOPTED),
    store("trust", "client", TRUST),
    store("client", "client", "/etc/client/keystore"),
  ],
  entries: [
    ...["adopted", "served"].map(
      (identityId) =>
        ({
          kind: "anchor",
          id: `trusts ${identityId}`,
          storeId: "trust",
          alias: identityId,
          identityId,
          part: "anchor",
          unlessAlreadyTrusted: true,
          onForeign: "refuse",
        }) as const,
    ),
    {
      kind: "key",
      id: "client key",
      storeId: "client",
      alias: "caller",
      identityId: "client",
      keyPassword: "env:KEY",
      onForeign: "refuse",
    },
  ],
  endpoints: [
    endpoint("adopted", "adopted", { ...inStore("adopted"), alias: "jetty" }),
    {
      ...endpoint("pem", "served", {
        kind: "pem",
        certificateFileId: "chain",
        keyFileId: "key",
        keyPassword: "env:PEM",
      }),
      clientAuthentication: "require",
      clientAnchors: { kind: "pem", fileId: "clients" },
      runtime: { kind: "openssl" },
    },
  ],
  bindings: [
    {
      id: "binding",
      identityId: "client",
      identity: { ...inStore("client"), alias: "caller", keyPassword: "env:KEY" },
    },
  ],
  hops: [hop("adopted"), hop("pem", { bindingId: "binding" })],
  files: [
    {
      id: "chain",
      hostId: "server",
      path: "/etc/server/chain.pem",
      mode: 0o644,
      content: { kind: "certificate", identityId: "served", part: "chain", encoding: "pem" },
    },
    {
      id: "key",
      hostId: "server",
      path: "/etc/server/key.pem",
      mode: 0o600,
      content: { kind: "private-key", identityId: "served", password: "env:PEM" },
    },
    {
      id: "clients",
      hostId: "server",
      path: "/etc/server/clients.crt",
      mode: 0o644,
      content: { kind: "certificate", identityId: "client", part: "anchor", encoding: "der" },
    },
  ],
});

describe("one reader of hops", () => {
  let project: string;
  let plan: TrustPlan;
  let open: OpenLock;
  let artifacts: readonly Artifact[];
  const resolveSecret = createSecretResolver({ environment: secrets });
  const identityOf = (id: string) => resolveIdentity(open.lock, id, id === "root" ? undefined : open);

  const fromArtifacts = (made: readonly Artifact[], changes: Partial<TrustPlan> = {}): ReadHop[] => {
    const asked = { ...plan, ...changes };
    const source = new ArtifactSource({
      plan: asked,
      identity: identityOf,
      // The ids of this plan have no stack before them, so that each is a stack of its own.
      artifacts: [...asked.stores, ...asked.files].flatMap(({ id }) =>
        made.map(({ path, bytes }) => ({ path: `${stackOf(id)}/${path}`, bytes })),
      ),
      secret: resolveSecret,
    });
    const reader = new HopReader(asked, source, NOW);
    return asked.hops.map((one) => reader.read(one));
  };
  const fromHosts = async (changes: Partial<TrustPlan> = {}): Promise<ReadHop[]> => {
    const asked = { ...plan, ...changes };
    const source = await hostSource(
      asked,
      new HostReader(asked, { projectDirectory: project, openHost, resolveSecret }),
    );
    const reader = new HopReader(asked, source, NOW);
    return asked.hops.map((one) => reader.read(one));
  };
  const lay = (hostId: string, path: string, bytes: Uint8Array): void => {
    const file = join(project, "hosts", hostId, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "cdktf-trust-hop-"));
    const jetty = makeCertificate({ now: NOW, subject: "jetty.example", names: ["DNS:jetty.example"] });
    const createdMs = NOW.getTime();
    const adopted = setEntry(createStore("compat"), {
      kind: "identity",
      alias: "jetty",
      createdMs,
      key: { kind: "clear", pkcs8: jetty.pkcs8 },
      chain: jetty.chain,
    });
    const before = setEntry(createStore("compat"), {
      kind: "anchor",
      alias: "somebody-elses",
      createdMs,
      certificate: jetty.der,
    });
    lay("server", ADOPTED, writeStore(adopted, secrets.STORES));
    lay("client", TRUST, writeStore(before, secrets.STORES));

    const options = { plan: declared, projectDirectory: project, resolveSecret, now: NOW };
    const keeper = newLock();
    const observed = await observeHosts({ ...options, lock: undefined, open: () => keeper });
    const pinned = pinIdentities({
      ...options,
      lock: observed.lock,
      open: () => keeper,
      frozen: false,
      randomBytes: seededRandom("hops"),
      readFile: () => undefined,
    });
    if (pinned.lock === undefined) throw new Error("a lock was expected");
    open = keeper.withLock(pinned.lock);
    plan = pinnedPlan(declared, pinned.lock);
    artifacts = materialise({ plan, identity: identityOf, secret: resolveSecret, readFile: () => undefined });

    // What the provider does: stores are merged, files are put in place.
    const merged = readStore(bytesOf("client", TRUST), secrets.STORES).entries.reduce(setEntry, before);
    lay("client", TRUST, writeStore(merged, secrets.STORES));
    for (const { hostId, path } of [...plan.files, ...plan.stores.filter(({ id }) => id === "client")])
      lay(hostId, path, bytesOf(hostId, path));
  });

  afterAll(() => rmSync(project, { recursive: true }));

  function bytesOf(hostId: string, path: string): Uint8Array {
    const host = plan.hosts.find(({ id }) => id === hostId);
    const place = host === undefined ? "" : artifactPath(host, path);
    const artifact = artifacts.find((one) => one.path === place);
    if (artifact === undefined) throw new Error(`${place} was expected among the artifacts`);
    return artifact.bytes;
  }

  test("what is delivered and what the hosts then hold are the same, but for the key that stays there", async () => {
    // WHEN
    const planned = fromArtifacts(artifacts);
    const deployed = await fromHosts();

    // THEN
    expect([...planned, ...deployed].flatMap(({ findings }) => findings)).toEqual([]);
    expect(planned[0]?.material?.server.identity).not.toHaveProperty("pkcs8");
    expect(deployed[0]?.material?.server.identity).toHaveProperty("pkcs8");
    expect(planned.map(comparable)).toEqual(deployed.map(comparable));
    expect(planned.map(comparable)).not.toContain(undefined);
  });

  test("without any secret the lock's certificates stand in, and no key does", () => {
    const planned = fromArtifacts([]);

    expect(planned.flatMap(({ findings }) => findings)).toEqual([]);
    expect(planned.map(comparable).map(withoutKeys)).toEqual(
      fromArtifacts(artifacts).map(comparable).map(withoutKeys),
    );
    expect(planned.map(({ material }) => material?.server.identity.pkcs8)).toEqual([undefined, undefined]);
  });

  test("a key under a password that its reader does not know is found in both", async () => {
    const bindings = plan.bindings.map((binding) => ({
      ...binding,
      identity: { ...inStore("client"), alias: "caller" },
    }));

    const planned = fromArtifacts(artifacts, { bindings })[1];
    const [, deployed] = await fromHosts({ bindings });

    expect(planned?.findings).toMatchObject([
      { level: "error", rule: "key-password-differs", subject: "binding" },
    ]);
    expect(planned).toEqual(deployed);
  });

  test("somebody else's anchor that went away is missed where it was relied on", async () => {
    const deployed = readFileSync(join(project, "hosts/client", TRUST));
    lay("client", TRUST, bytesOf("client", TRUST));

    const [adopted, pem] = await fromHosts();
    lay("client", TRUST, deployed);

    expect(adopted?.findings).toMatchObject([
      { level: "error", rule: "entry-missing", subject: "trusts adopted" },
    ]);
    expect(adopted?.findings[0]?.remedy).toContain("cdktf-trust lock --observe");
    expect(pem?.findings).toMatchObject([{ level: "warning", rule: "entry-missing" }]);
  });

  describe("a partner's server", () => {
    const called = (
      clientAuthentication: EndpointPlan["clientAuthentication"],
      accepts: readonly string[] | undefined,
      bindingId: string | undefined = plan.bindings[0]?.id,
    ): string[] => {
      const { identityId: _, ...theirs } = endpoint("partner", "none", { kind: "outside" });
      const partner: EndpointPlan = {
        ...theirs,
        runtime: { kind: "openssl" },
        clientAuthentication,
        ...(accepts === undefined
          ? {}
          : {
              clientAnchors: {
                kind: "outside",
                accepts: accepts.map((identityId) => ({ identityId, part: "anchor" })),
              },
            }),
      };
      const calls = hop("partner", bindingId === "" || bindingId === undefined ? {} : { bindingId });
      const [read] = fromArtifacts(artifacts, { endpoints: [...plan.endpoints, partner], hops: [calls] });
      return (read?.findings ?? [])
        .filter(({ subject }) => subject === calls.id)
        .map(({ level, rule }) => `${level} ${rule}`);
    };

    test("takes the client whose chain leads to what it is known to accept, and no other", () => {
      expect(called("require", ["root"])).toEqual([]);
      expect(called("require", ["adopted"])).toEqual(["error client-certificate-not-sent"]);
    });

    test("takes no client without a certificate where it requires one", () => {
      expect(called("require", undefined, "")).toEqual(["error no-client-certificate"]);
      expect(called("request", undefined, "")).toEqual([]);
    });

    test("says nothing where it is not known whom it accepts, or it does not ask", () => {
      expect(called("require", undefined)).toEqual([]);
      expect(called("none", ["adopted"])).toEqual([]);
    });
  });
});

/** What decides a hop: not the order of anchors, nor what a codec keeps beside the entries. */
function comparable({ material }: ReadHop) {
  if (material === undefined) return undefined;
  const { server, client, ...rest } = material;
  return {
    ...rest,
    server: { ...side(server), clientAnchors: sorted(server.clientAnchors) },
    client: { ...side(client), anchors: sorted(client.anchors) },
  };
}

function side(one: HopMaterial["server"] | HopMaterial["client"]) {
  const { identity: presented, keyStore, ...rest } = one;
  const staysOnHost = keyStore?.intendedAlias === "jetty";
  return {
    ...rest,
    chain: presented?.chain.map(hex),
    key: staysOnHost || presented?.pkcs8 === undefined ? undefined : hex(presented.pkcs8),
    keyStore: keyStore && {
      ...keyStore,
      store: keyStore.store.entries.map((entry) => [
        entry.kind,
        entry.alias,
        entry.kind === "identity" ? entry.chain.map(hex) : [],
      ]),
    },
  };
}

function withoutKeys(hop: ReturnType<typeof comparable>) {
  return hop && { ...hop, server: { ...hop.server, key: "" }, client: { ...hop.client, key: "" } };
}

function sorted(anchors: HopMaterial["client"]["anchors"]): readonly string[] | string {
  return anchors === "public-roots" ? anchors : anchors.map(hex).sort();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
