import { describeReader, parseReader } from "../../keystore";
import {
  type ClientProgram,
  type JavaRuntimePlan,
  javaOf,
  type RuntimePlan,
  type TlsProtocol,
} from "../../model";
import { UsageError } from "../errors";

/** What speaks TLS at one end. */
export interface TlsSoftware {
  readonly runtime: RuntimePlan;
  /** A program that has rules of its own beside its runtime's. @default - none */
  readonly program?: ClientProgram;
}

/** The first Java whose TLS is known here. */
const OLDEST_JAVA = 8;

/** More than a product's own name, such as `oracle java`. */
const NO_RELEASE = /\s(?!(?:java|jdk|jre|j9)$)\S+$/;

const PROTOCOLS: readonly TlsProtocol[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** Programs by the names that people write, on what they are built. */
const PROGRAMS: Readonly<Record<ClientProgram, RuntimePlan>> = {
  curl: { kind: "openssl" },
  newman: { kind: "node" },
};

/**
 * A runtime as people write it: `java 17`, `java 8u202`, `ibm java 8`, `openssl 3.0`, `node 20`; of a client also `curl`
 * and `newman`.
 *
 * @throws UsageError for software that speaks no TLS that is known here
 */
export function parseRuntime(text: string): TlsSoftware {
  const name = text.trim().toLowerCase();
  if (name === "curl" || name === "newman") return { runtime: PROGRAMS[name], program: name };
  const reader = parseReader(text);
  if (reader.kind === "java" && (reader.release ?? OLDEST_JAVA) < OLDEST_JAVA)
    throw new UsageError(
      `${describeReader(reader)} is older than what is known here; write java ${OLDEST_JAVA} or a later one`,
    );
  if (!("release" in reader) && NO_RELEASE.test(name))
    throw new UsageError(
      `"${text}" names no release; write java 17, java 8u202, openssl 3.0 or node 20, or leave it to be a current one`,
    );
  if (reader.kind === "java" || reader.kind === "openssl" || reader.kind === "node")
    return { runtime: reader };
  throw new UsageError(
    `"${text}" speaks no TLS that is known here; write java 17, java 8u202, openssl 3.0, node 20, curl or newman`,
  );
}

/**
 * Java by its release alone: `17`, `8u202`.
 *
 * @throws UsageError
 */
export function parseJava(text: string): JavaRuntimePlan {
  const java = /^\d+(u\d+|(\.\d+)*)$/.test(text) ? javaOf(parseRuntime(`java ${text}`).runtime) : undefined;
  if (java?.release === undefined) throw new UsageError(`--java ${text} is no release; write 17 or 8u202`);
  return java;
}

/**
 * Versions of TLS, separated by commas.
 *
 * @throws UsageError
 */
export function parseProtocols(text: string): readonly TlsProtocol[] {
  const named = text.split(",").map((each) => each.trim());
  const known = PROTOCOLS.filter((protocol) => named.includes(protocol));
  if (known.length !== new Set(named).size)
    throw new UsageError(`"${text}" names no versions of TLS; write ${PROTOCOLS.slice(2).join(",")}`);
  return known;
}

/**
 * The software with the protocols that it is told to speak.
 *
 * @throws UsageError where it cannot be told that
 */
export function speaking(
  software: TlsSoftware,
  side: "server" | "client",
  protocols: readonly TlsProtocol[] | undefined,
): TlsSoftware {
  const { runtime } = software;
  const [lowest] = protocols ?? [];
  if (protocols === undefined || lowest === undefined) return software;
  if (runtime.kind === "java") {
    const properties = { ...runtime.properties, [`jdk.tls.${side}.protocols`]: protocols.join(",") };
    return { ...software, runtime: { ...runtime, properties } };
  }
  if (protocols.length !== PROTOCOLS.length - PROTOCOLS.indexOf(lowest))
    throw new UsageError(
      `--${side}-protocols ${protocols.join(",")}: what is built on OpenSSL is told its lowest version alone; write ${PROTOCOLS.slice(PROTOCOLS.indexOf(lowest)).join(",")}`,
    );
  return { ...software, runtime: { ...runtime, minimumProtocol: lowest } };
}
