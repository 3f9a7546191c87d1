import type { SecretReference } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { withJson, withSecret } from "../store/options";

interface DiagnoseFlags {
  readonly message?: string;
  readonly log?: string;
  readonly servername?: string;
  readonly truststore?: string;
  readonly truststorePassword?: SecretReference;
  readonly json: boolean;
}

/** `cdktf-trust diagnose`: what an error text, a log or a listening server tells. */
export const defineDiagnose: DefineCommand = (command, { io, run }) => {
  withSecret(withJson(command), "truststore-password", "password of the truststore")
    .argument("[host:port]", "listening server to look at")
    .option("--message <text>", "error text to explain")
    .option("--log <file>", "log to explain line by line; - for standard input")
    .option("--servername <name>", "name that the server is called by (default: the host)")
    .option("--truststore <file>", "JKS or PKCS12 store of what the caller trusts")
    .action((server: string | undefined, { message, log, json, ...options }: DiagnoseFlags) =>
      run(async () => {
        if ([server, message, log].filter((given) => given !== undefined).length !== 1) {
          throw new UsageError("give one of HOST:PORT, --message TEXT and --log FILE");
        }
        if (server !== undefined) {
          return await (await import("./server")).diagnoseListener(io, server, { ...options, json });
        }
        if (Object.keys(options).length > 0) {
          throw new UsageError("--servername and --truststore are for a server; give HOST:PORT with them");
        }
        const { diagnoseLogFile, diagnoseMessage } = await import("./log");
        return message === undefined
          ? await diagnoseLogFile(io, log ?? "-", json)
          : await diagnoseMessage(io, message, json);
      }),
    );
};
