import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { tool } from "../../support/tools";

/** Runs `action` while the server listens on a port of localhost. */
export async function whileListening<T>(server: Server, action: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((done) => {
    server.listen(0, "localhost", done);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  try {
    return await action(address.port);
  } finally {
    await new Promise((done) => {
      server.close(done);
    });
  }
}

/** Makes `<name>.key` and a self-signed `<name>.crt` for localhost, and reads them. */
export function selfSigned(directory: string, name: string): { key: Buffer; cert: Buffer } {
  const [key, certificate] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -addext subjectAltName=DNS:localhost".split(
      " ",
    );
  spawnSync(tool("openssl"), [...words, "-subj", `/CN=${name}`, "-keyout", key, "-out", certificate]);
  return { key: readFileSync(key), cert: readFileSync(certificate) };
}
