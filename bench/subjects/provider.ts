import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createServerCertificate } from "../../lib/provider/protocol/serverCertificate";
import { execute } from "../measure";
import { compare } from "../report";

const ROUNDS = 25;
const PROVIDER = resolve("dist/terraform-provider-trust.cjs");

/** The provider until Terraform may talk to it, beside Node that does nothing. */
export async function benchProvider(): Promise<void> {
  const target = { ratio: 1.6, kind: "most", of: "cpu" } as const;
  const handshake = {
    TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    PLUGIN_PROTOCOL_VERSIONS: "6",
    PLUGIN_CLIENT_CERT: createServerCertificate(new Date()).pem,
  };
  await compare(
    { title: "provider start", target, base: "node -e 0" },
    [
      { name: "node -e 0", run: () => void execute(process.execPath, ["-e", "0"]) },
      { name: "provider", run: () => startAndStop(handshake) },
    ],
    ROUNDS,
  );
}

function startAndStop(variables: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [PROVIDER], {
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => child.kill());
  return new Promise((done, fail) => child.once("error", fail).once("exit", () => done()));
}
