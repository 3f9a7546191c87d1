import type { JavaRuntimePlan } from "../model";
import { MAXIMUM_CHAIN, MAXIMUM_MESSAGE } from "../rules";
import { type DisabledAlgorithm, parseDisabledAlgorithms } from "./disabledAlgorithms";
import { holdsFor, type ReleaseFact, SHIPPED_SECURITY } from "./releases";
import type { TlsUse } from "./usage";

/** Protocols that are still used; the best first. */
export const PROTOCOLS = ["TLSv1.3", "TLSv1.2"] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/** Schemes of TLS that sign with SHA-1, which `java.security` disables together. */
const SHA1_SCHEMES: readonly string[] = ["RSA_PKCS1_SHA1", "ECDSA_SHA1"];

/** How a key manager picks among the keys of a store. */
export interface KeyManagerRules {
  /** The first of a type, or the fittest: dates, usages, algorithms and the server name are looked at. */
  readonly picks: "first" | "fittest";
  /** Aliases in the order of a `HashMap`, or in that of the store. */
  readonly order: "hash" | "store";
  /** Whether every key is opened before anybody asks for one. */
  readonly opensAll: boolean;
}

/** What one Java does, as far as it decides about hops. */
export interface JavaRules {
  /** `Java 8`; `Java` where it is not stated. */
  readonly name: string;
  has(fact: ReleaseFact): boolean;
  readonly keyManager: KeyManagerRules;
  /** Of `jdk.certpath.disabledAlgorithms`: what it refuses where it validates paths. */
  readonly disabledInPaths: readonly DisabledAlgorithm[];
  /** Of `jdk.tls.disabledAlgorithms`. */
  readonly disabledInTls: readonly DisabledAlgorithm[];
  /** Of both: what takes schemes out of handshakes, and keys from the choice of a key manager. */
  readonly disabledInHandshakes: readonly DisabledAlgorithm[];
  /** Whether it takes no signature with SHA-1 in a handshake. */
  readonly refusesSha1Handshakes: boolean;
  /** Most certificates that it takes of a server or a client. */
  readonly maximumChain: Readonly<Record<TlsUse, number>>;
  /** Octets of the longest handshake message that it reads. */
  readonly maximumMessage: number;
  readonly revocation: RevocationRules;
  protocols(side: TlsUse): readonly Protocol[];
}

/** Whether revocation is looked up, and where. */
export interface RevocationRules {
  readonly isChecked: boolean;
  readonly asksResponders: boolean;
  readonly fetchesLists: boolean;
}

/**
 * What a Java does.
 *
 * @param java @default - the strictest of the current releases
 */
export function javaRules(java: JavaRuntimePlan = { kind: "java" }): JavaRules {
  const known = byJava.get(java);
  if (known !== undefined) return known;
  const made = make(java);
  byJava.set(java, made);
  return made;
}

/** A plan's runtimes are asked for again at every hop. */
const byJava = new WeakMap<JavaRuntimePlan, JavaRules>();

function make(java: JavaRuntimePlan): JavaRules {
  const { release, properties = {} } = java;
  const has = (fact: ReleaseFact): boolean => holdsFor(fact, java);
  const shipped = (name: string): string =>
    name === "jdk.disabled.namedCurves" && has("hasDroppedCurves") ? "" : (SHIPPED_SECURITY[name] ?? "");
  const security = (name: string): string => java.securityProperties?.[name] ?? shipped(name);
  const listOf = (name: string) => parseDisabledAlgorithms(security(name), security);
  const disabledInPaths = listOf("jdk.certpath.disabledAlgorithms");
  const disabledInTls = listOf("jdk.tls.disabledAlgorithms");
  const number = (name: string, otherwise: number): number => Number(properties[name] ?? otherwise);
  const chain = number("jdk.tls.maxCertificateChainLength", MAXIMUM_CHAIN.server);
  return {
    name: release === undefined ? "Java" : `Java ${release}`,
    has,
    keyManager: keyManagerOf(security("ssl.KeyManagerFactory.algorithm"), has("choosesFitKeys")),
    disabledInPaths,
    disabledInTls,
    disabledInHandshakes: [...disabledInPaths, ...disabledInTls],
    refusesSha1Handshakes:
      java.securityProperties?.["jdk.tls.disabledAlgorithms"] === undefined
        ? has("refusesSha1Handshakes")
        : disabledInTls.some(
            ({ name, isPlain, usages }) =>
              (isPlain && (name === "SHA1" || name === "SHA-1")) ||
              (SHA1_SCHEMES.includes(name) &&
                (isPlain
                  ? has("looksAtSchemes")
                  : has("scopesSchemes") && usages?.includes("handshakesignature") === true)),
          ),
    maximumChain: {
      server: number("jdk.tls.client.maxInboundCertificateChainLength", chain),
      client: number(
        "jdk.tls.server.maxInboundCertificateChainLength",
        has("shortClientChains") && properties["jdk.tls.maxCertificateChainLength"] === undefined
          ? MAXIMUM_CHAIN.client
          : chain,
      ),
    },
    maximumMessage: number("jdk.tls.maxHandshakeMessageSize", MAXIMUM_MESSAGE),
    revocation: {
      isChecked: properties["com.sun.net.ssl.checkRevocation"] === "true",
      asksResponders: security("ocsp.enable") === "true",
      fetchesLists: properties["com.sun.security.enableCRLDP"] === "true",
    },
    protocols(side) {
      const listed = properties[`jdk.tls.${side}.protocols`]?.split(",").map((name) => name.trim());
      const fact = side === "server" ? "tls13Server" : "tls13Client";
      return PROTOCOLS.filter(
        (protocol) =>
          // An old client knows TLS 1.3, and uses it only where it is listed.
          (protocol !== "TLSv1.3" || has(fact) || (has("tls13Server") && listed !== undefined)) &&
          (listed?.includes(protocol) ?? true) &&
          !disabledInTls.some(({ name }) => name === protocol.toUpperCase()),
      );
    },
  };
}

function keyManagerOf(algorithm: string, choosesFitKeys: boolean): KeyManagerRules {
  // `PKIX` is the other name of NewSunX509.
  if (algorithm === "NewSunX509" || algorithm === "PKIX")
    return { picks: "fittest", order: "store", opensAll: false };
  return { picks: choosesFitKeys ? "fittest" : "first", order: "hash", opensAll: true };
}
