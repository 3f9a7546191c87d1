import type { JavaRuntimePlan, JavaVendor, ReaderPlan, RuntimePlan } from "../model";
import { invalidRelease, unknownReader, unknownRuntime } from "./errors";

/** What is known of a Java beside its release. */
export interface JavaReleaseOptions {
  /** Whose build it is. @default - not known */
  readonly vendor?: JavaVendor;
  /** 202 of `8u202`, 12 of `11.0.12`. @default - not known */
  readonly update?: number;
  /** A copy of the runtime's `java.security`, relative to the project's root. @default - as it is shipped */
  readonly security?: string;
}

/** Runtimes of Java. */
export const Java = {
  /**
   * A Java by its release: 8, 11, 17, ….
   *
   * @throws DeclarationError `invalid-release`
   */
  release(release: number, options: JavaReleaseOptions = {}): JavaRuntimePlan {
    const { vendor, update, security } = options;
    if (!isWhole(release) || (update !== undefined && !isWhole(update)))
      throw invalidRelease("Java", `${release}${update === undefined ? "" : `u${update}`}`, "8, 11 or 17");
    if (vendor !== undefined && !Object.hasOwn(VENDORS, vendor))
      throw invalidRelease("Java", JSON.stringify(vendor), Object.keys(VENDORS).join(", "));
    return {
      kind: "java",
      release,
      ...(update === undefined ? {} : { update }),
      ...(vendor === undefined ? {} : { vendor }),
      ...(security === undefined ? {} : { security }),
    };
  },
};

/** Runtimes that speak TLS through OpenSSL: nginx, curl, Python and their like. */
export const OpenSsl = {
  /**
   * An OpenSSL by its release: `1.0`, `1.1`, `3.0`, ….
   *
   * @throws DeclarationError `invalid-release`
   */
  release(release: string): RuntimePlan {
    if (typeof release !== "string" || !/^\d+\.\d+$/.test(release))
      throw invalidRelease("OpenSSL", release, '"1.1" or "3.0"');
    return { kind: "openssl", release };
  },
};

/** Runtimes of Node. */
export const Node = {
  /**
   * A Node by its release: 20, 22, ….
   *
   * @throws DeclarationError `invalid-release`
   */
  release(release: number): RuntimePlan {
    if (!isWhole(release)) throw invalidRelease("Node", String(release), "20 or 22");
    return { kind: "node", release };
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

const VENDORS: Readonly<Record<JavaVendor, true>> = { oracle: true, openjdk: true, ibm: true };

const RUNTIMES: Readonly<Record<RuntimePlan["kind"], true>> = { java: true, openssl: true, node: true };

const READERS: Readonly<Record<ReaderPlan["kind"], true>> = {
  ...RUNTIMES,
  webmethods: true,
  windows: true,
  nss: true,
  gnutls: true,
  "bouncy-castle": true,
  "node-forge": true,
};

/**
 * Insists on a runtime where types were not checked.
 *
 * @throws DeclarationError `unknown-runtime`
 */
export function checkedRuntime(runtime: RuntimePlan): RuntimePlan {
  if (!isOneOf(runtime, RUNTIMES)) throw unknownRuntime(runtime);
  return runtime;
}

/**
 * Insists on a reader where types were not checked.
 *
 * @throws DeclarationError `unknown-reader`
 */
export function checkedReader(reader: ReaderPlan): ReaderPlan {
  if (!isOneOf(reader, READERS)) throw unknownReader(reader);
  return reader;
}

function isOneOf(value: { readonly kind?: unknown } | null, kinds: Readonly<Record<string, true>>): boolean {
  return typeof value === "object" && typeof value?.kind === "string" && Object.hasOwn(kinds, value.kind);
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
