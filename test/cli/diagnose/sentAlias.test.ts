import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";

import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import { parseCertificate, toPem } from "../../../lib/pki";
import { concurrently } from "../../../lib/hop/concurrently";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { JavaJudge, type JudgedStore } from "../../java/hops/javaJudge";
import { OFTEN, runtimeOf } from "../../java/hops/releases";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { findTool, isSlow } from "../../support/tools";
import { CliSandbox } from "../cliRun";

/** Of all keystores with all servers, how many each Java tries, others than the Javas beside it. */
const PAIRS = isSlow ? 55 : 5;

const { root, server } = makeWorld();
const [first, second, stranger] = ["First Root", "Second Root", "Stranger"].map((name) =>
  makeAuthority(now, name),
) as [MadeIdentity, MadeIdentity, MadeIdentity];
const rsaRoot = makeAuthority(now, "RSA Root", { key: "rsa-2048" });
const issuing = makeAuthority(now, "Issuing", { issuer: first });

const leaf = (
  subject: string,
  issuer: MadeIdentity | undefined,
  options: Partial<Parameters<typeof makeCertificate>[0]> = {},
) => makeCertificate({ now, subject, ...(issuer === undefined ? {} : { issuer }), ...options });

const rsa = { key: "rsa-2048" } as const;

/** Identities by alias; what Java takes of them depends on their order, issuers, keys and fitness. */
const KEYSTORES: Readonly<Record<string, Readonly<Record<string, MadeIdentity>>>> = {
  "two RSA keys under different issuers": { a: leaf("A", first, rsa), b: leaf("B", second, rsa) },
  "the same in the other order": { b: leaf("A", first, rsa), a: leaf("B", second, rsa) },
  "EC and RSA under one issuer": { ec: leaf("EC", first), rsa: leaf("RSA", first, rsa) },
  "RSA and EC under different issuers": { x: leaf("RSA", second, rsa), y: leaf("EC", first) },
  "an RSA key that EC signed, and one that RSA signed": {
    m: leaf("by EC", first, rsa),
    k: leaf("by RSA", rsaRoot, rsa),
  },
  "through an intermediate, and a self-signed one": {
    deep: leaf("Deep", issuing),
    own: leaf("Own", undefined),
  },
  "an expired one first": { a: leaf("Old", first, { toDays: -1, fromDays: -90 }), b: leaf("New", first) },
  "one for servers first": {
    a: leaf("Server", first, { extendedKeyUsage: ["serverAuth"] }),
    b: leaf("Client", first, { extendedKeyUsage: ["clientAuth"] }),
  },
  "one that may not sign first": {
    a: leaf("Encipher", second, { ...rsa, keyUsage: ["keyEncipherment"] }),
    b: leaf("Sign", second, { ...rsa, keyUsage: ["digitalSignature"] }),
  },
  "Ed25519, RSASSA-PSS and a small key": {
    ed: leaf("Ed", first, { key: "ed25519" }),
    pss: leaf("PSS", second, { key: "rsa-pss" }),
    small: leaf("Small", second, { key: "rsa-1024" }),
  },
  fourteen: Object.fromEntries(
    Array.from({ length: 14 }, (_, at) => [`partner-${at}`, leaf(`P${at}`, at % 3 === 0 ? second : first)]),
  ),
};

const pem = (...certificates: readonly MadeIdentity[]) =>
  certificates.map(({ der }) => toPem(der, "CERTIFICATE"));

const presented = (made: MadeIdentity): tls.TlsOptions => ({
  cert: withoutRoot(made)
    .map((der) => toPem(der, "CERTIFICATE"))
    .join(""),
  key: toPem(made.pkcs8, "PRIVATE KEY"),
});
const byRsa = presented(leaf("server", root, { ...rsa, names: ["DNS:server.example"] }));

/** Whom a server asks for, and what it speaks. */
const SERVERS: Readonly<Record<string, tls.TlsOptions>> = {
  "the first": { ca: pem(first) },
  "the second, in TLS 1.2": { ca: pem(second), maxVersion: "TLSv1.2" },
  "both, in TLS 1.2": { ca: pem(first, second), maxVersion: "TLSv1.2" },
  both: { ca: pem(second, first) },
  nobody: {},
  "nobody, in TLS 1.2": { maxVersion: "TLSv1.2" },
  "the intermediate": { ca: pem(issuing) },
  "a stranger": { ca: pem(stranger) },
  "RSA alone": { ...byRsa, ca: pem(first, second, rsaRoot), sigalgs: "rsa_pss_rsae_sha256:RSA+SHA256" },
  "RSA alone, in TLS 1.2": { ...byRsa, maxVersion: "TLSv1.2", sigalgs: "RSA+SHA256" },
};

function storeOf(identities: Readonly<Record<string, MadeIdentity>>, format: "jks" | "compat"): JudgedStore {
  const store = Object.entries(identities).reduce(
    (made, [alias, identity]) =>
      setEntry(made, {
        kind: "identity",
        alias,
        createdMs: 5,
        chain: withoutRoot(identity),
        key: { kind: "clear", pkcs8: identity.pkcs8 },
      }),
    createStore(format),
  );
  return { type: format === "jks" ? "JKS" : "PKCS12", bytes: writeStore(store, "changeit") };
}

const trust: JudgedStore = {
  type: "JKS",
  bytes: writeStore(
    setEntry(createStore("jks"), { kind: "anchor", alias: "root", createdMs: 5, certificate: root.der }),
    "changeit",
  ),
};

describe("the alias that diagnose says Java sends", () => {
  const sandbox = new CliSandbox({ WORD: "changeit" }, now);
  const listeners: tls.Server[] = [];
  const ports = new Map<string, number>();
  const portOf = (asking: string) => ports.get(asking) ?? 0;
  /** What the last client of a server showed. */
  const shown = new Map<string, string | undefined>();

  beforeAll(async () => {
    writeFileSync(sandbox.path("new.security"), "ssl.KeyManagerFactory.algorithm=NewSunX509\n");
    for (const [name, options] of Object.entries(SERVERS)) {
      const listener = tls.createServer({
        ...presented(server),
        requestCert: true,
        rejectUnauthorized: false,
        ...options,
      });
      listener.on("secureConnection", (socket) => {
        const { raw } = socket.getPeerCertificate();
        shown.set(name, raw === undefined ? undefined : parseCertificate(raw).sha256);
        socket.on("error", () => socket.destroy()).pipe(socket);
      });
      listeners.push(listener.listen(0, "127.0.0.1"));
      await once(listener, "listening");
      ports.set(name, (listener.address() as AddressInfo).port);
    }
  });

  afterAll(() => {
    for (const listener of listeners) listener.close();
    sandbox.remove();
  });

  const pairs = Object.entries(KEYSTORES).flatMap(([keys, identities], at) => {
    const file = storeOf(identities, at % 2 === 0 ? "compat" : "jks");
    writeFileSync(sandbox.path(`keys-${at}`), file.bytes);
    return Object.keys(SERVERS).flatMap((asking) =>
      ([undefined, "NewSunX509"] as const).map((keyManager) => ({
        keys,
        name: `keys-${at}`,
        file,
        identities,
        asking,
        keyManager,
      })),
    );
  });

  async function predict(
    { name, asking, keyManager }: (typeof pairs)[number],
    java: string,
  ): Promise<string | undefined> {
    const caller = ["--java", java, "--keystore", name, "--keystore-password", "env:WORD"];
    const site = keyManager === undefined ? [] : ["--java-security", "new.security"];
    const named = ["--servername", "server.example"];
    const { stdout, stderr } = await sandbox.run(
      "diagnose",
      `127.0.0.1:${portOf(asking)}`,
      ...named,
      ...caller,
      ...site,
      "--json",
    );
    return JSON.parse(stdout || stderr).presented?.alias;
  }

  for (const [index, [release, name]] of OFTEN.entries()) {
    const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
    if (!isThere)
      process.stderr.write(`SKIPPED what Java ${release} sends: scripts/javas.sh .javas ${release}\n`);
    (isThere ? test : test.skip)(
      `is what Java ${release} sends to servers that ask for the one or the other`,
      async () => {
        const { update } = runtimeOf(release, name);
        const java = `${release}${release === 8 ? "u" : ".0."}${update}`;
        const judge = new JavaJudge(name);
        const differing: object[] = [];
        const step = Math.floor(pairs.length / PAIRS);
        const tried = pairs.filter((_, at) => at % step === (index * 7 + 5) % step);
        const predicted = await concurrently(tried, 8, async (pair) => await predict(pair, java));
        try {
          for (const [at, { keys, asking, keyManager, file, identities }] of tried.entries()) {
            shown.delete(asking);
            const verdict = await judge.call(portOf(asking), {
              address: "server.example",
              verifiesName: true,
              clientAuthentication: "none",
              server: { trust },
              client: { keys: file, trust, ...(keyManager === undefined ? {} : { keyManager }) },
            });
            const sha256 = shown.get(asking);
            const [sent] = Object.entries(identities)
              .filter(([, { der }]) => parseCertificate(der).sha256 === sha256)
              .map(([alias]) => alias);
            const said = predicted[at];
            if (!shown.has(asking) || said !== sent)
              differing.push({ keys, asking, keyManager, said, sent, error: verdict.clientError });
          }
        } finally {
          judge.close();
        }
        expect(differing).toEqual([]);
        expect(tried.length).toBeGreaterThanOrEqual(PAIRS);
      },
      isSlow ? 600_000 : 30_000,
    );
  }
});
