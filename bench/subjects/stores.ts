import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { writeStore } from "../../lib/keystore";
import { generateKey, toPem } from "../../lib/pki";
import { withFolder } from "../folder";
import { importKeystore, keytools, openssl, ours, PASSWORD } from "../programs";
import { compare, type Target } from "../report";
import { keystore, selfSigned, truststore } from "../sampleStores";

const ROUNDS = 9;
const BASE = { base: "cdktf-trust", apart: ["openssl"] };
const onPkcs12: Target = { ratio: 4, kind: "least" };
const onJks: Target = { ratio: 2.5, kind: "least" };

const TYPES = [
  { type: "jks", profile: "jks", target: onJks },
  { type: "p12", profile: "modern", target: onPkcs12 },
] as const;

const KEYS = [
  {
    algorithm: "ec-p256",
    keytool: ["-keyalg", "EC", "-groupname", "secp256r1"],
    openssl: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  },
  { algorithm: "rsa-2048", keytool: ["-keyalg", "RSA", "-keysize", "2048"], openssl: ["rsa:2048"] },
] as const;

type Path = (name: string) => string;

/** The store commands beside keytool and OpenSSL. */
export async function benchStores(): Promise<void> {
  await withFolder(async (path) => {
    for (const { type, profile } of TYPES) {
      writeFileSync(path(`trust.${type}`), writeStore(truststore(profile), PASSWORD));
      writeFileSync(path(`server.${type}`), writeStore(keystore(profile, 1, "rsa-2048"), PASSWORD));
    }
    writeFileSync(path("extra.crt"), toPem(selfSigned("extra", generateKey("ec-p256")), "CERTIFICATE"));
    for (const { type, target } of TYPES) {
      await list(path, type, target);
      await add(path, type, target);
    }
    for (const key of KEYS) await create(path, key);
    await convert(path, "jks", "pkcs12", onPkcs12);
    await convert(path, "p12", "jks", onJks);
  });
}

async function list(path: Path, type: string, target: Target): Promise<void> {
  const store = path(`trust.${type}`);
  await compare(
    { title: `${type}: list`, target, ...BASE },
    [
      ours(["list", store, "--json"]),
      ...keytools(["-list", "-v", "-keystore", store]),
      ...(type === "p12" ? openssl(["pkcs12", "-in", store, "-nokeys", "-passin", "env:WORD"]) : []),
    ],
    ROUNDS,
  );
}

async function add(path: Path, type: string, target: Target): Promise<void> {
  const changed = path(`changed.${type}`);
  const restore = () => copyFileSync(path(`trust.${type}`), changed);
  const file = path("extra.crt");
  await compare(
    { title: `${type}: add one`, target, ...BASE },
    [
      ours(["import-certificate", changed, file, "--alias", "extra"], restore),
      ...keytools(
        ["-importcert", "-noprompt", "-alias", "extra", "-file", file, "-keystore", changed],
        restore,
      ),
    ],
    ROUNDS,
  );
}

async function create(path: Path, key: (typeof KEYS)[number]): Promise<void> {
  const created = path("created.p12");
  const remove = () => rmSync(created, { force: true });
  const [pem, certificate] = [path("openssl.pem"), path("openssl.crt")];
  const requested = ["-keyout", pem, "-out", certificate];
  const name = ["--alias", "server", "--common-name", "server"];
  await compare(
    { title: `p12: create with ${key.algorithm}`, target: onPkcs12, ...BASE },
    [
      ours(["generate-identity", created, ...name, "--key-algorithm", key.algorithm], remove),
      ...keytools(
        ["-genkeypair", "-alias", "server", "-dname", "CN=server", ...key.keytool, "-keystore", created],
        remove,
      ),
      ...openssl(
        ["req", "-x509", "-newkey", ...key.openssl, "-noenc", "-subj", "/CN=server", ...requested],
        ["pkcs12", "-export", "-inkey", pem, "-in", certificate, "-out", created, "-passout", "env:WORD"],
      ),
    ],
    ROUNDS,
  );
}

async function convert(path: Path, from: string, to: string, target: Target): Promise<void> {
  const [source, converted] = [path(`server.${from}`), path("converted")];
  const remove = () => rmSync(converted, { force: true });
  await compare(
    { title: `convert ${from} to ${to}`, target, ...BASE },
    [
      ours(["convert", source, "--out", converted, "--format", to], remove),
      ...keytools(importKeystore(source, converted, to), remove),
    ],
    ROUNDS,
  );
}
