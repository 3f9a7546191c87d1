/** Whose build of Java it is; builds of one release differ in what they read and refuse. */
export type JavaVendor = "oracle" | "openjdk" | "ibm";

/** A Java that speaks TLS or opens a store. */
export interface JavaRuntimePlan {
  readonly kind: "java";
  /** 8, 11, 17, …; absent where it is not known. */
  readonly release?: number;
  /** 202 of `8u202`, 12 of `11.0.12`. */
  readonly update?: number;
  /** Absent where it is not known. */
  readonly vendor?: JavaVendor;
  /** A copy of the runtime's `java.security`, relative to the project's root. */
  readonly security?: string;
  /** What that file says of TLS and certificates, by the names of its properties. */
  readonly securityProperties?: Readonly<Record<string, string>>;
  /** System properties of its JVM. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Versions of TLS, as `openssl.cnf` names them. */
export type TlsProtocol = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** What an OpenSSL is told by its host, or by the program that uses it. */
export interface OpenSslPolicyPlan {
  /** 0 to 5, as in `CipherString = DEFAULT:@SECLEVEL=1`; absent where it is the default of distributions. */
  readonly securityLevel?: number;
  /** `MinProtocol`; absent where it is the default of distributions. */
  readonly minimumProtocol?: TlsProtocol;
}

export interface OpenSslRuntimePlan extends OpenSslPolicyPlan {
  readonly kind: "openssl";
  /** `1.0`, `1.1`, `3.0`, …; absent where it is not known. */
  readonly release?: string;
}

export interface NodeRuntimePlan extends OpenSslPolicyPlan {
  readonly kind: "node";
  /** 20, 22, …; absent where it is not known. */
  readonly release?: number;
}

/** What speaks TLS on one side of a hop: its rules decide whether a handshake succeeds. */
export type RuntimePlan = JavaRuntimePlan | OpenSslRuntimePlan | NodeRuntimePlan;

/** The Java that a runtime is; undefined for another. */
export function javaOf(runtime: RuntimePlan): JavaRuntimePlan | undefined {
  return runtime.kind === "java" ? runtime : undefined;
}

/** Families of runtimes whose rules are known. */
export type TlsRuntime = RuntimePlan["kind"];

export interface WindowsReaderPlan {
  readonly kind: "windows";
  /** Year of the Windows Server; absent where it is not known. */
  readonly release?: number;
}

/** Software that only reads stores. */
export interface OtherReaderPlan {
  readonly kind: "webmethods" | "nss" | "gnutls" | "bouncy-castle" | "node-forge";
}

/** What is to open a store: a runtime, or software of another kind. */
export type ReaderPlan = RuntimePlan | WindowsReaderPlan | OtherReaderPlan;
