import type { RuntimePlan, TlsProtocol } from "../model";

/** What an OpenSSL takes and offers on its host, beside what certificates say of themselves. */
export interface OpensslPolicy {
  /** 0 to 5 (`SSL_CTX_set_security_level`). */
  readonly securityLevel: number;
  readonly minimumProtocol: TlsProtocol;
  readonly maximumProtocol: TlsProtocol;
  /** 1 (1.0), 1.1 or 3: how much a digest is worth depends on it. */
  readonly era: 1 | 1.1 | 3;
}

/** What a current OpenSSL of a distribution does. */
export const CURRENT_OPENSSL: OpensslPolicy = {
  securityLevel: 2,
  minimumProtocol: "TLSv1.2",
  maximumProtocol: "TLSv1.3",
  era: 3,
};

/** The last Node whose own OpenSSL is a 3.0, with level 1; later ones bring a 3.5 with level 2. */
const LAST_NODE_OF_LEVEL_1 = 22;

/**
 * The policy of the OpenSSL that a runtime uses; undefined for Java, which has its own.
 *
 * Distributions raise OpenSSL's own defaults: Debian and Ubuntu build it with level 2 and TLS 1.2
 * (`OPENSSL_TLS_SECURITY_LEVEL`, `MinProtocol`), RHEL's crypto policy DEFAULT says the same. 1.0 knows neither
 * levels nor TLS 1.3. Node's releases bring an OpenSSL of their own, and begin at TLS 1.2 (`tls.DEFAULT_MIN_VERSION`).
 */
export function opensslPolicy(runtime: RuntimePlan): OpensslPolicy | undefined {
  if (runtime.kind === "java") return undefined;
  const byDefault =
    runtime.kind === "node" ? policyOfNode(runtime.release) : policyOfOpenssl(runtime.release);
  const { securityLevel, minimumProtocol } = runtime;
  return {
    ...byDefault,
    ...(securityLevel === undefined || byDefault.era === 1 ? {} : { securityLevel }),
    ...(minimumProtocol === undefined ? {} : { minimumProtocol }),
  };
}

function policyOfOpenssl(release: string | undefined): OpensslPolicy {
  const version = release === undefined ? CURRENT_OPENSSL.era : Number(release);
  if (version >= 3) return CURRENT_OPENSSL;
  if (version >= 1.1) return { ...CURRENT_OPENSSL, era: 1.1 };
  return { securityLevel: 0, minimumProtocol: "TLSv1", maximumProtocol: "TLSv1.2", era: 1 };
}

function policyOfNode(release: number | undefined): OpensslPolicy {
  return release !== undefined && release <= LAST_NODE_OF_LEVEL_1
    ? { ...CURRENT_OPENSSL, securityLevel: 1 }
    : CURRENT_OPENSSL;
}

const PROTOCOLS: readonly TlsProtocol[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** Versions of TLS that a side speaks. */
export type ProtocolRange = Pick<OpensslPolicy, "minimumProtocol" | "maximumProtocol">;

/** Whether there is a version that both sides speak. */
export function shareProtocol(one: ProtocolRange, other: ProtocolRange): boolean {
  const at = (protocol: TlsProtocol) => PROTOCOLS.indexOf(protocol);
  return (
    at(one.minimumProtocol) <= at(other.maximumProtocol) &&
    at(other.minimumProtocol) <= at(one.maximumProtocol)
  );
}
