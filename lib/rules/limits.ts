/** Sizes of keys in bits: below `refused` a reader refuses them, below `weak` they deserve a warning. */
export interface KeyBits {
  readonly refused: number;
  readonly weak: number;
}

/**
 * What keys must have, by the algorithm's name. Java refuses what is below 1024 bits (its default
 * `jdk.certpath.disabledAlgorithms`), other readers what is below 2048.
 */
export const KEY_BITS = {
  RSA: { refused: 1024, weak: 2048 },
  "RSASSA-PSS": { refused: 1024, weak: 2048 },
  DSA: { refused: 1024, weak: 2048 },
} as const satisfies Readonly<Record<string, KeyBits>>;

/** Curves that Java's TLS knows. */
export const CURVES: ReadonlySet<string> = new Set(["P-256", "P-384", "P-521"]);

/** Signature algorithms that OpenSSL, browsers and newer readers refuse. */
export const WEAK_SIGNATURES = /sha-?1(?!\d)|md[245]/i;

/** Certificates that end sooner are worth a warning. */
export const EXPIRING_WITHIN_DAYS = 30;

/** Shorter passwords fall to guessing within minutes; keytool itself asks for six characters. */
export const MINIMUM_PASSWORD_LENGTH = 8;

/** Octets of the longest handshake message that Java reads (JDK class `SSLConfiguration`). */
export const MAXIMUM_MESSAGE = 32_768;

/** Certificates that a Java side takes at most; a client's chain 10 up to Java 21, 8 in 25. */
export const MAXIMUM_CHAIN = { server: 10, client: 8 } as const;

/** Intermediates of a chain in disorder that Java puts in order (`PKIXBuilderParameters`, its default). */
export const MAXIMUM_BUILT_INTERMEDIATES = 5;
