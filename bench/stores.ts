/** Times the store commands against keytool and OpenSSL: `npx tsx bench/stores.ts [rounds]`. */
import { pbkdf2Sync } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

import { createStore, readStore, setEntry, writeStore } from "../lib/keystore";
import type { Store } from "../lib/keystore";
import { pkcs12Kdf, Pkcs12Purpose } from "../lib/keystore/encryption";
import type { StoreProfile } from "../lib/model";
import { certificatesFromPem, generateKey, issueCertificate, toPem } from "../lib/pki";
import { findTool } from "../test/support/tools";
import type { ToolName } from "../test/support/tools";
import { execute, medians } from "./measure";
import type { Contender } from "./measure";

const ROUNDS = Number(process.argv[2] ?? 9);
const BATCH = 1_000;
const KEYTOOL_BATCH = 20;
const PASSWORD = "correct horse";
const CLI = join(__dirname, "../dist/cdktf-trust.cjs");

const folder = mkdtempSync(join(tmpdir(), "bench-stores-"));
const path = (name: string) => join(folder, name);

interface Target {
  readonly ratio: number;
  /** `least`: the others must take at least so many times as long; `most`: we may take so many times as long. */
  readonly kind: "least" | "most";
}

const onPkcs12: Target = { ratio: 4, kind: "least" };
const onJks: Target = { ratio: 2.5, kind: "least" };

function main(): void {
  if (!existsSync(CLI)) throw new Error("dist/cdktf-trust.cjs is missing: run npm run build first");
  prepareFiles();
  process.stdout.write(
    `${ROUNDS} rounds, Node ${process.version}, ${rootCertificates.length} certificates in a truststore\n\n`,
  );
  report("process start", { ratio: 1.5, kind: "most" }, "node -e 0", [
    { name: "node -e 0", run: () => execute(process.execPath, ["-e", "0"]) },
    { name: "cdktf-trust", run: () => execute(process.execPath, [CLI, "--version"]) },
  ]);
  for (const [type, target] of [
    ["jks", onJks],
    ["p12", onPkcs12],
  ] as const) {
    report(`${type}: list`, target, "cdktf-trust", [
      ours("list", path(`trust.${type}`), "--json"),
      ...keytools(() => ["-list", "-v", "-keystore", path(`trust.${type}`)]),
      ...openssl(type === "p12", ["pkcs12", "-in", path("trust.p12"), "-nokeys", "-passin", "env:WORD"]),
    ]);
    const changed = path(`changed.${type}`);
    const restore = () => copyFileSync(path(`trust.${type}`), changed);
    report(`${type}: add one`, target, "cdktf-trust", [
      { ...ours("import-certificate", changed, path("extra/0.crt"), "--alias", "extra"), prepare: restore },
      ...keytools(
        () => [
          "-importcert",
          "-noprompt",
          "-alias",
          "extra",
          "-file",
          path("extra/0.crt"),
          "-keystore",
          changed,
        ],
        restore,
      ),
    ]);
  }
  for (const [algorithm, words, opensslKey] of [
    ["ec-p256", ["-keyalg", "EC", "-groupname", "secp256r1"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
    ["rsa-2048", ["-keyalg", "RSA", "-keysize", "2048"], ["rsa:2048"]],
  ] as const) {
    const created = path("created.p12");
    const remove = () => rmSync(created, { force: true });
    report(`p12: create with ${algorithm}`, onPkcs12, "cdktf-trust", [
      {
        ...ours(
          "generate-identity",
          created,
          "--alias",
          "server",
          "--common-name",
          "server",
          "--key-algorithm",
          algorithm,
        ),
        prepare: remove,
      },
      ...keytools(
        () => ["-genkeypair", "-alias", "server", "-dname", "CN=server", ...words, "-keystore", created],
        remove,
      ),
      ...opensslCreate(opensslKey, created),
    ]);
  }
  for (const [from, to, target] of [
    ["jks", "pkcs12", onPkcs12],
    ["p12", "jks", onJks],
  ] as const) {
    const converted = path("converted");
    const remove = () => rmSync(converted, { force: true });
    report(`convert ${from} to ${to}`, target, "cdktf-trust", [
      { ...ours("convert", path(`server.${from}`), "--out", converted, "--format", to), prepare: remove },
      ...keytools(
        () => [
          "-importkeystore",
          "-srckeystore",
          path(`server.${from}`),
          "-srcstorepass:env",
          "WORD",
          "-deststoretype",
          to,
          "-deststorepass:env",
          "WORD",
          "-destkeystore",
          converted,
        ],
        remove,
      ),
    ]);
  }
  reportBatches();
  reportInProcess();
}

function prepareFiles(): void {
  const identity = generateKey("rsa-2048");
  const certificate = issue("server", identity);
  for (const [type, profile] of [
    ["jks", "jks"],
    ["p12", "modern"],
  ] as const) {
    writeFileSync(path(`trust.${type}`), writeStore(truststore(profile), PASSWORD));
    const server = setEntry(createStore(profile), {
      kind: "identity",
      alias: "server",
      key: { kind: "clear", pkcs8: identity.pkcs8 },
      chain: [certificate],
    });
    writeFileSync(path(`server.${type}`), writeStore(server, PASSWORD));
  }
  mkdirSync(path("extra"));
  for (let index = 0; index < BATCH; index += 1) {
    writeFileSync(
      path(`extra/${index}.crt`),
      toPem(issue(`extra ${index}`, generateKey("ec-p256")), "CERTIFICATE"),
    );
  }
}

function truststore(profile: StoreProfile): Store {
  const entries = certificatesFromPem(rootCertificates.join("\n")).map((certificate, index) => ({
    kind: "anchor" as const,
    alias: `root${index}`,
    certificate: certificate.der,
  }));
  return { ...createStore(profile), entries };
}

function issue(commonName: string, { pkcs8, publicKey }: ReturnType<typeof generateKey>): Buffer {
  return issueCertificate({
    subject: { commonName },
    publicKey,
    issuer: { pkcs8 },
    notBefore: new Date("2026-01-01T00:00:00Z"),
    validityDays: 365,
    randomBytes: (length) => Buffer.alloc(length, 7),
  });
}

function ours(command: string, ...words: readonly string[]): Contender {
  const line = [CLI, "store", command, ...words, "--password", "env:WORD"];
  return { name: "cdktf-trust", run: () => execute(process.execPath, line, { WORD: PASSWORD }) };
}

function keytools(words: () => readonly string[], prepare?: () => void): Contender[] {
  const judges: readonly (readonly [string, ToolName])[] = [
    ["keytool 17", "keytool"],
    ["keytool 25", "keytool25"],
  ];
  return judges.flatMap(([name, tool]): Contender[] => {
    const command = findTool(tool);
    if (command === undefined) return [];
    const line = words();
    const password = line.includes("-importkeystore") ? [] : ["-storepass:env", "WORD"];
    const run = () => execute(command, [...line, ...password], { WORD: PASSWORD });
    return [prepare === undefined ? { name, run } : { name, prepare, run }];
  });
}

function openssl(applies: boolean, words: readonly string[]): Contender[] {
  const command = findTool("openssl");
  return applies && command !== undefined
    ? [{ name: "openssl", run: () => execute(command, words, { WORD: PASSWORD }) }]
    : [];
}

function opensslCreate(key: readonly string[], created: string): Contender[] {
  const command = findTool("openssl");
  if (command === undefined) return [];
  const [pem, certificate] = [path("openssl.pem"), path("openssl.crt")];
  const run = () => {
    execute(command, [
      "req",
      "-x509",
      "-newkey",
      ...key,
      "-noenc",
      "-keyout",
      pem,
      "-out",
      certificate,
      "-subj",
      "/CN=server",
    ]);
    execute(
      command,
      ["pkcs12", "-export", "-inkey", pem, "-in", certificate, "-out", created, "-passout", "env:WORD"],
      { WORD: PASSWORD },
    );
  };
  return [{ name: "openssl", run }];
}

/** A thousand certificates in one command, against twenty keytool runs and what a thousand would take. */
function reportBatches(): void {
  const files = Array.from({ length: BATCH }, (_, index) => path(`extra/${index}.crt`));
  for (const type of ["jks", "p12"] as const) {
    const store = path(`batch.${type}`);
    const remove = () => rmSync(store, { force: true });
    const times = medians(
      [{ ...ours("import-certificate", store, ...files), prepare: remove }],
      Math.min(ROUNDS, 5),
    );
    for (const keytool of keytools(() => [])) {
      remove();
      const started = performance.now();
      for (let index = 0; index < KEYTOOL_BATCH; index += 1) {
        const [contender] = keytools(() => [
          "-importcert",
          "-noprompt",
          "-alias",
          `extra${index}`,
          "-file",
          path(`extra/${index}.crt`),
          "-storetype",
          type === "p12" ? "pkcs12" : type,
          "-keystore",
          store,
        ]).filter(({ name }) => name === keytool.name);
        contender?.run();
      }
      times.set(`${keytool.name}, extrapolated`, ((performance.now() - started) * BATCH) / KEYTOOL_BATCH);
    }
    print(`${type}: add ${BATCH}`, { ratio: 1_000, kind: "least" }, "cdktf-trust", times);
  }
}

/** Loading and storing without a process, against the key derivations that the format demands of it. */
function reportInProcess(): void {
  const inProcess = (name: string, type: string): Contender => {
    const bytes = writeStore(truststore(type === "jks" ? "jks" : "modern"), PASSWORD);
    return { name, run: () => void writeStore(readStore(bytes, PASSWORD), PASSWORD) };
  };
  report(
    "in process: JKS load and store",
    undefined,
    "load and store",
    [inProcess("load and store", "jks")],
    100,
  );
  const salt = Buffer.alloc(20, 1);
  const password = Buffer.from(`${PASSWORD}\0`, "utf16le").swap16();
  const derive = () => {
    // Once to read and once to write: the key of the certificates, and the key of the MAC.
    for (let times = 0; times < 2; times += 1) {
      pbkdf2Sync(PASSWORD, salt, 10_000, 32, "sha256");
      pkcs12Kdf("sha256", password, salt, 10_000, Pkcs12Purpose.mac, 32);
    }
  };
  report(
    "in process: PKCS12 load and store",
    { ratio: 1.5, kind: "most" },
    "key derivations alone",
    [{ name: "key derivations alone", run: derive }, inProcess("load and store", "p12")],
    100,
  );
}

function report(
  title: string,
  target: Target | undefined,
  base: string,
  contenders: readonly Contender[],
  rounds = ROUNDS,
): void {
  print(title, target, base, medians(contenders, rounds));
}

/** One line a contender: milliseconds, and how many times the base's that is. */
function print(
  title: string,
  target: Target | undefined,
  base: string,
  times: ReadonlyMap<string, number>,
): void {
  const baseMs = times.get(base) ?? NaN;
  const goal = target === undefined ? "" : ` (target: at ${target.kind} ${target.ratio})`;
  process.stdout.write(`${title}${goal}\n`);
  for (const [name, milliseconds] of times) {
    const ratio = milliseconds / baseMs;
    const isMissed =
      target !== undefined &&
      name !== base &&
      name !== "openssl" &&
      (target.kind === "least" ? ratio < target.ratio : ratio > target.ratio);
    const columns = [
      name.padEnd(24),
      milliseconds.toFixed(1).padStart(10),
      " ms",
      ratio.toFixed(2).padStart(10),
      "x",
    ];
    process.stdout.write(`  ${columns.join("")}${isMissed ? "  MISSED" : ""}\n`);
  }
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true });
}
