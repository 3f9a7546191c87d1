import type {
  JavaRuntimePlan,
  JavaVendor,
  OpenSslPolicyPlan,
  ReaderPlan,
  RuntimePlan,
  TlsProtocol,
} from "../model";
import { type PropShapes, choice, leaf, number, optional, requireProps, text } from "./props";
import { invalidJavaProperty, invalidPolicy, invalidRelease, unknownJavaProperty } from "./errors";

/** System properties (`-D`) of a JVM that decide about TLS, and what they take. */
const JAVA_PROPERTIES = {
  "jdk.tls.client.protocols": "protocols",
  "jdk.tls.server.protocols": "protocols",
  "jdk.tls.maxHandshakeMessageSize": "number",
  "jdk.tls.maxCertificateChainLength": "number",
  "jdk.tls.client.maxInboundCertificateChainLength": "number",
  "jdk.tls.server.maxInboundCertificateChainLength": "number",
  "com.sun.net.ssl.checkRevocation": "flag",
  "com.sun.security.enableCRLDP": "flag",
} as const;

/** System properties of a Java that decide about TLS. */
export type JavaProperty = keyof typeof JAVA_PROPERTIES;

/** What is known of a Java beside its release. */
export interface JavaReleaseOptions {
  /** Whose build it is. @default - not known */
  readonly vendor?: JavaVendor;
  /** 202 of `8u202`, 12 of `11.0.12`. @default - not known */
  readonly update?: number;
  /** A copy of the runtime's `java.security`, relative to the project's root. @default - as it is shipped */
  readonly security?: string;
  /**
   * What its command line says with `-D`, or the product in its place, for example
   * `{ "jdk.tls.server.protocols": "TLSv1.3" }`.
   *
   * @default - nothing that decides about TLS
   */
  readonly properties?: Readonly<Partial<Record<JavaProperty, string>>>;
}

const javaShapes: PropShapes<JavaReleaseOptions> = {
  vendor: optional(choice<JavaVendor>({ oracle: true, openjdk: true, ibm: true })),
  update: optional(number),
  security: optional(text),
  properties: optional(
    leaf<Readonly<Partial<Record<JavaProperty, string>>>>(
      'system properties that decide about TLS, for example { "jdk.tls.server.protocols": "TLSv1.3" }',
      (value) => typeof value === "object" && value !== null,
    ),
  ),
};

/** Runtimes of Java. */
export const Java = {
  /**
   * A Java by its release: 8, 11, 17, ….
   *
   * @throws DeclarationError `invalid-release`, `invalid-java-property`
   */
  release(release: number, options: JavaReleaseOptions = {}): JavaRuntimePlan {
    requireProps("Java.release(…)", javaShapes, options);
    const { vendor, update, security, properties } = options;
    if (!isWhole(release) || (update !== undefined && !isWhole(update)))
      throw invalidRelease("Java", `${release}${update === undefined ? "" : `u${update}`}`, "8, 11 or 17");
    for (const [name, value] of Object.entries(properties ?? {})) requireProperty(name, value);
    return {
      kind: "java",
      release,
      ...(update === undefined ? {} : { update }),
      ...(vendor === undefined ? {} : { vendor }),
      ...(security === undefined ? {} : { security }),
      ...(properties === undefined ? {} : { properties: { ...properties } }),
    };
  },
};

/** What the host of an OpenSSL says otherwise than distributions do, in its `openssl.cnf` or crypto policy. */
export interface OpenSslOptions {
  /**
   * 0 to 5, as in `CipherString = DEFAULT:@SECLEVEL=1`.
   *
   * @default - 2, as Debian, Ubuntu and RHEL have it; 1.0 knows none; Node's own OpenSSL has 1 up to Node 22
   */
  readonly securityLevel?: number;
  /** `MinProtocol`. @default - `TLSv1.2`; of 1.0 `TLSv1` */
  readonly minimumProtocol?: TlsProtocol;
}

const PROPERTY_VALUES = {
  protocols: {
    pattern: /^(?:TLSv1|TLSv1\.1|TLSv1\.2|TLSv1\.3)(?:, ?(?:TLSv1|TLSv1\.1|TLSv1\.2|TLSv1\.3))*$/,
    example: '"TLSv1.2,TLSv1.3"',
  },
  number: { pattern: /^[1-9]\d{0,8}$/, example: 'a number such as "65536"' },
  flag: { pattern: /^(?:true|false)$/, example: '"true" or "false"' },
} as const;

function requireProperty(name: string, value: string): void {
  if (!isJavaProperty(name)) throw unknownJavaProperty(name, Object.keys(JAVA_PROPERTIES));
  const { pattern, example } = PROPERTY_VALUES[JAVA_PROPERTIES[name]];
  if (!pattern.test(value)) throw invalidJavaProperty(name, value, example);
}

function isJavaProperty(name: string): name is JavaProperty {
  return Object.hasOwn(JAVA_PROPERTIES, name);
}

/** Runtimes that speak TLS through OpenSSL: nginx, curl, Python and their like. */
export const OpenSsl = {
  /**
   * An OpenSSL by its release: `1.0`, `1.1`, `3.0`, ….
   *
   * @throws DeclarationError `invalid-release`, `invalid-policy`
   */
  release(release: string, options: OpenSslOptions = {}): RuntimePlan {
    if (typeof release !== "string" || !/^\d+\.\d+$/.test(release))
      throw invalidRelease("OpenSSL", release, '"1.1" or "3.0"');
    return { kind: "openssl", release, ...policyOf("OpenSsl.release(…)", options) };
  },
};

/** Runtimes of Node. */
export const Node = {
  /**
   * A Node by its release: 20, 22, …; one that a distribution built uses the OpenSSL of its host.
   *
   * @throws DeclarationError `invalid-release`, `invalid-policy`
   */
  release(release: number, options: OpenSslOptions = {}): RuntimePlan {
    if (!isWhole(release)) throw invalidRelease("Node", String(release), "20 or 22");
    return { kind: "node", release, ...policyOf("Node.release(…)", options) };
  },
};

/** Software that opens stores and is no runtime of a hop. */
export const Reader = {
  webMethods: (): ReaderPlan => ({ kind: "webmethods" }),
  nss: (): ReaderPlan => ({ kind: "nss" }),
  gnuTls: (): ReaderPlan => ({ kind: "gnutls" }),
  bouncyCastle: (): ReaderPlan => ({ kind: "bouncy-castle" }),
  nodeForge: (): ReaderPlan => ({ kind: "node-forge" }),

  /**
   * Windows by the year of its Server: 2016, 2019, ….
   *
   * @throws DeclarationError `invalid-release`
   */
  windowsServer(year: number): ReaderPlan {
    if (!isWhole(year) || year < 2000) throw invalidRelease("Windows Server", String(year), "2016 or 2019");
    return { kind: "windows", release: year };
  },
};

const policyShapes: PropShapes<OpenSslOptions> = {
  securityLevel: optional(number),
  minimumProtocol: optional(
    choice<TlsProtocol>({ TLSv1: true, "TLSv1.1": true, "TLSv1.2": true, "TLSv1.3": true }),
  ),
};

function policyOf(where: string, options: OpenSslOptions): OpenSslPolicyPlan {
  requireProps(where, policyShapes, options);
  const { securityLevel, minimumProtocol } = options;
  if (
    securityLevel !== undefined &&
    !(Number.isInteger(securityLevel) && 0 <= securityLevel && securityLevel <= 5)
  )
    throw invalidPolicy("securityLevel", String(securityLevel), "a whole number from 0 to 5");
  return {
    ...(securityLevel === undefined ? {} : { securityLevel }),
    ...(minimumProtocol === undefined ? {} : { minimumProtocol }),
  };
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
