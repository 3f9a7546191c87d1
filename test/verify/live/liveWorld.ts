import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tls from "node:tls";
import { createSecretResolver, openHost } from "../../../lib/hosts";
import { createStore, setEntry, type Store, writeStore } from "../../../lib/keystore";
import type { ActivationPlan, BindingPlan, HopVerdict, StorePlan, TrustPlan } from "../../../lib/model";
import { toPem } from "../../../lib/pki";
import { type LiveOptions, type Verification, verifyPlan } from "../../../lib/verify";
import { call, endpoint, keystore, plan, truststore } from "../../check/plans";
import { now, withoutRoot } from "../../hop/materials";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../../support/certificateMaker";

export const password = "store secret";
const environment = { KEYSTORE_PASSWORD: password, TRUSTSTORE_PASSWORD: password };

export const root = makeAuthority(now, "Example Root");
export const intermediate = makeAuthority(now, "Example Issuing", { issuer: root });

export function serverCertificate(toDays = 90): MadeIdentity {
  return makeCertificate({
    now,
    subject: "localhost",
    issuer: intermediate,
    names: ["DNS:localhost", "IP:127.0.0.1"],
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["serverAuth"],
    toDays,
  });
}

export const server = serverCertificate();
export const client = makeCertificate({
  now,
  subject: "Partner Seven",
  issuer: intermediate,
  keyUsage: ["digitalSignature"],
  extendedKeyUsage: ["clientAuth"],
});

const clientStore: StorePlan = {
  id: "client keystore",
  hostId: "client",
  path: "/opt/client/keystore",
  profile: "jks",
  password: "env:TRUSTSTORE_PASSWORD",
  ifMissing: "create",
};
const serverTruststore: StorePlan = {
  id: "server truststore",
  hostId: "server",
  path: "/opt/server/truststore",
  profile: "jks",
  password: "env:KEYSTORE_PASSWORD",
  ifMissing: "create",
};
const binding: BindingPlan = {
  id: "binding",
  identityId: "client identity",
  identity: { kind: "store", storeId: clientStore.id, alias: "client" },
};

/** How the running product of these tests reads its files again. */
export const activation: ActivationPlan = {
  id: "activation",
  hostId: "server",
  label: "The product",
  way: {
    kind: "run",
    steps: [{ argv: ["systemctl", "restart", "the product"], on: "host", timeoutSeconds: 60 }],
  },
  storeIds: [keystore.id],
  fileIds: [],
  configFileIds: [],
  endpointIds: [endpoint.id],
};

/** A plan whose server listens on a port of this machine and requires client certificates; its client has one. */
export function mutualPlan(port: number, changes: Partial<TrustPlan> = {}): TrustPlan {
  const base = plan();
  return {
    ...base,
    stores: [...base.stores, clientStore, serverTruststore],
    endpoints: [
      {
        ...endpoint,
        names: ["localhost", "127.0.0.1"],
        port,
        clientAuthentication: "require",
        clientAnchors: { kind: "store", storeId: serverTruststore.id },
      },
    ],
    hops: [{ ...call, address: "localhost", bindingId: binding.id }],
    bindings: [binding],
    activations: [activation],
    ...changes,
  };
}

export function withKey(store: Store, alias: string, made: MadeIdentity): Store {
  const key = { kind: "clear", pkcs8: made.pkcs8 } as const;
  return setEntry(store, {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    key,
    chain: withoutRoot(made),
  });
}

export function withAnchors(store: Store, ...certificates: readonly Buffer[]): Store {
  return certificates.reduce(
    (before, certificate, at) =>
      setEntry(before, {
        kind: "anchor",
        alias: at === 0 ? "server" : `more${at}`,
        createdMs: now.getTime(),
        certificate,
      }),
    store,
  );
}

/** Files of the hosts in a directory of their own. */
export class LiveHosts {
  readonly project = mkdtempSync(join(tmpdir(), "cdktf-trust-live-"));
  private readonly listeners: { close(): unknown }[] = [];

  constructor() {
    this.writeKeystore(server);
    this.write("server", serverTruststore.path, withAnchors(createStore("jks"), root.der, intermediate.der));
    this.write("client", truststore.path, withAnchors(createStore("jks"), root.der));
    this.write("client", clientStore.path, withKey(createStore("jks"), "client", client));
  }

  writeKeystore(made: MadeIdentity): void {
    this.write("server", keystore.path, withKey(createStore("jks"), "server", made));
  }

  write(host: "server" | "client", path: string, store: Store): void {
    const file = join(this.project, "hosts", host, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, writeStore(store, password));
  }

  /** A file of a running server; its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.project, name);
    writeFileSync(path, content);
    return path;
  }

  /** A server of Node's that answers as a product does. */
  async listen(options: tls.TlsOptions = {}, answer = "HTTP/1.1 200 OK\r\n\r\n"): Promise<number> {
    const listener = tls.createServer({
      ...pemOf(server),
      ca: [root, intermediate].map(({ der }) => toPem(der, "CERTIFICATE")),
      requestCert: true,
      rejectUnauthorized: true,
      ...options,
    });
    listener.on("secureConnection", (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end(answer));
    });
    listener.on("tlsClientError", () => undefined);
    this.listeners.push(listener);
    return await portOf(listener);
  }

  async verify(declared: TrustPlan, live: Partial<LiveOptions> = {}): Promise<Verification> {
    return await verifyPlan(declared, {
      projectDirectory: this.project,
      openHost,
      resolveSecret: createSecretResolver({ environment }),
      now,
      live: { randomBytes: (length) => Buffer.alloc(length, 7), timeoutMs: 3_000, ...live },
    });
  }

  async verdict(declared: TrustPlan, live: Partial<LiveOptions> = {}): Promise<HopVerdict | undefined> {
    return (await this.verify(declared, live)).verdicts[0];
  }

  remove(): void {
    for (const listener of this.listeners) listener.close();
    rmSync(this.project, { recursive: true });
  }
}

export function pemOf(made: MadeIdentity): { readonly cert: string; readonly key: string } {
  return {
    cert: withoutRoot(made)
      .map((der) => toPem(der, "CERTIFICATE"))
      .join(""),
    key: toPem(made.pkcs8, "PRIVATE KEY"),
  };
}

export function rulesOf(verdict: HopVerdict | undefined): string[] {
  return (verdict?.findings ?? []).map(({ level, rule }) => `${level} ${rule}`);
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  const port = await portOf(listener);
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

async function portOf(listener: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return (listener.address() as AddressInfo).port;
}
