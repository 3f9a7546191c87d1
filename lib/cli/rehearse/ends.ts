import type { ClientAuthentication, ClientProgram, RuntimePlan, SecretReference } from "../../model";
import { UsageError } from "../errors";
import type { TlsSoftware } from "./runtimeOption";

/** A store on the command line, or what PEM files hold in its place. */
export type IdentityFiles =
  | {
      readonly kind: "store";
      readonly file: string;
      readonly password: SecretReference;
      readonly keyPassword?: SecretReference;
      /** What the product is told to present. @default - Java picks */
      readonly alias?: string;
    }
  | {
      readonly kind: "pem";
      readonly certificateFile: string;
      readonly keyFile: string;
      readonly keyPassword?: SecretReference;
    };

/** What an end trusts: a store, or certificates in PEM; the file says which. */
export interface AnchorFiles {
  readonly file: string;
  readonly password?: SecretReference;
}

/** One end of a call. */
export interface End {
  readonly runtime: RuntimePlan;
  /** What it presents. @default - nothing */
  readonly identity?: IdentityFiles;
  /** What it trusts. @default - the roots that ship with its runtime */
  readonly anchors?: AnchorFiles;
}

/** A call that is to be rehearsed, from files alone. */
export interface Call {
  readonly server: End & { readonly identity: IdentityFiles };
  readonly client: End;
  /** Name or address that the client calls. */
  readonly address: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly verifiesName: boolean;
  readonly programs?: readonly ClientProgram[];
}

/** What the options say of one end, as commander names them. */
export interface EndFlags {
  readonly keystore?: string;
  readonly keystorePassword?: SecretReference;
  readonly alias?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly keyPassword?: SecretReference;
  readonly truststore?: string;
  readonly truststorePassword?: SecretReference;
}

/** What the files of an end say of its runtime: PEM has no Java; of a truststore alone it is a guess. */
export type FilesOfEnd = "stores" | "pem" | "pem-truststore";

/** What the options say of the call. */
export interface CallFlags {
  readonly server: EndFlags;
  readonly client: EndFlags;
  readonly serverName?: string;
  readonly clientAuth?: ClientAuthentication;
  readonly verifiesName: boolean;
  /** Of the side; called once what the files are is known. */
  readonly softwareOf: (side: "server" | "client", files: FilesOfEnd) => TlsSoftware;
}

/**
 * What is to be rehearsed.
 *
 * @throws UsageError for options that say too little, or two things at once
 */
export function callOf({
  server,
  client,
  serverName,
  clientAuth,
  verifiesName,
  softwareOf,
}: CallFlags): Call {
  const served = identityOf("server", server);
  if (served === undefined)
    throw new UsageError(
      "what the server presents is missing; give --server-keystore FILE, or --server-certificate FILE and --server-key FILE",
    );
  if (serverName === undefined)
    throw new UsageError("--server-name is missing; give the name or address that the client calls");
  const presented = identityOf("client", client);
  const asked = clientAuth ?? (server.truststore === undefined ? undefined : "require");
  if (presented !== undefined && asked === undefined)
    throw new UsageError(
      "whether the server asks for a client certificate is missing; give --server-truststore FILE, or --client-auth none, request or require",
    );
  const { program, runtime } = softwareOf("client", filesOf(presented, client));
  const clientAnchors = anchorsOf("client", client);
  const serverAnchors = anchorsOf("server", server);
  return {
    server: {
      runtime: softwareOf("server", filesOf(served, server)).runtime,
      identity: served,
      ...(serverAnchors === undefined ? {} : { anchors: serverAnchors }),
    },
    client: {
      runtime,
      ...(presented === undefined ? {} : { identity: presented }),
      ...(clientAnchors === undefined ? {} : { anchors: clientAnchors }),
    },
    address: serverName,
    clientAuthentication: asked ?? "none",
    verifiesName,
    ...(program === undefined ? {} : { programs: [program] }),
  };
}

/** A truststore of PEM says what reads it, where nothing else does. */
function filesOf(identity: IdentityFiles | undefined, { truststore }: EndFlags): FilesOfEnd {
  if (identity !== undefined) return identity.kind === "pem" ? "pem" : "stores";
  return /\.(pem|crt|cer)$/i.test(truststore ?? "") ? "pem-truststore" : "stores";
}

function identityOf(side: "server" | "client", flags: EndFlags): IdentityFiles | undefined {
  const { keystore, keystorePassword, alias, certificate, key, keyPassword } = flags;
  const opening = keyPassword === undefined ? {} : { keyPassword };
  if (keystore !== undefined) {
    if (certificate !== undefined || key !== undefined)
      throw new UsageError(
        `--${side}-keystore and --${side}-certificate are two answers to one question; give one of them`,
      );
    if (keystorePassword === undefined)
      throw new UsageError(
        `--${side}-keystore-password is missing; give it as env:NAME, file:PATH or cmd:COMMAND`,
      );
    return {
      kind: "store",
      file: keystore,
      password: keystorePassword,
      ...opening,
      ...(alias === undefined ? {} : { alias }),
    };
  }
  if (alias !== undefined || keystorePassword !== undefined)
    throw new UsageError(`--${side}-keystore is missing, to which --${side}-alias and its password belong`);
  if (certificate === undefined && key === undefined) {
    if (keyPassword !== undefined)
      throw new UsageError(`--${side}-key-password is for a key; give --${side}-keystore or --${side}-key`);
    return undefined;
  }
  if (certificate === undefined || key === undefined)
    throw new UsageError(`--${side}-certificate and --${side}-key go together; give both`);
  return { kind: "pem", certificateFile: certificate, keyFile: key, ...opening };
}

function anchorsOf(
  side: "server" | "client",
  { truststore, truststorePassword }: EndFlags,
): AnchorFiles | undefined {
  if (truststore === undefined) {
    if (truststorePassword !== undefined)
      throw new UsageError(`--${side}-truststore is missing, to which --${side}-truststore-password belongs`);
    return undefined;
  }
  return { file: truststore, ...(truststorePassword === undefined ? {} : { password: truststorePassword }) };
}
