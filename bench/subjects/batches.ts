import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { generateKey, toPem } from "../../lib/pki";
import { withFolder } from "../folder";
import { measure } from "../measure";
import { keytools, ours } from "../programs";
import { print } from "../report";
import { selfSigned } from "../sampleStores";

const BATCH = 1_000;
const KEYTOOL_BATCH = 20;
const ROUNDS = 5;

/** A thousand certificates in one command, against twenty keytool runs and what a thousand would take. */
export async function benchBatches(): Promise<void> {
  await withFolder(async (path) => {
    mkdirSync(path("extra"));
    const files = Array.from({ length: BATCH }, (_, index) => path(`extra/${index}.crt`));
    files.forEach((file, index) =>
      writeFileSync(file, toPem(selfSigned(`extra ${index}`, generateKey("ec-p256")), "CERTIFICATE")),
    );
    for (const type of ["jks", "pkcs12"]) await benchBatch(path(`batch.${type}`), type, files);
  });
}

async function benchBatch(store: string, type: string, files: readonly string[]): Promise<void> {
  const remove = () => rmSync(store, { force: true });
  const command = ["import-certificate", store, ...files, "--format", type];
  const costs = await measure([ours(command, remove)], ROUNDS);
  const runs = files.slice(0, KEYTOOL_BATCH).map((file, index) => {
    const alias = ["-alias", `extra${index}`, "-file", file];
    return keytools(["-importcert", "-noprompt", ...alias, "-storetype", type, "-keystore", store]);
  });
  for (const [index, { name }] of (runs[0] ?? []).entries()) {
    remove();
    const run = () => runs.forEach((contenders) => void contenders[index]?.run());
    const cost = (await measure([{ name, run }], 1)).get(name);
    if (cost === undefined) continue;
    const times = BATCH / KEYTOOL_BATCH;
    costs.set(`${name}, extrapolated`, { wallMs: cost.wallMs * times, cpuMs: cost.cpuMs * times });
  }
  print(
    { title: `${type}: add ${BATCH}`, target: { ratio: 1_000, kind: "least" }, base: "cdktf-trust" },
    costs,
  );
}
