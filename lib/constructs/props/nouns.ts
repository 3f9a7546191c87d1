import type {
  ChainPart,
  ClientAuthentication,
  ClientProgram,
  HostPlatform,
  JavaRuntimePlan,
  KeyAlgorithm,
  OnForeign,
  ReaderPlan,
  RuntimePlan,
  SecretReference,
  StoreProfile,
} from "../../model";
import { leaf } from "./prop";
import { choice, listOf, ofKind } from "./values";

export const publicRoots = choice<"public-roots">({ "public-roots": true });

export const runtime = ofKind<RuntimePlan>(
  'a runtime: Java.release(8, { vendor: "ibm" }), OpenSsl.release("3.0") or Node.release(20)',
  { java: true, openssl: true, node: true },
);

export const javaRuntime = ofKind<JavaRuntimePlan>('a Java: Java.release(8, { vendor: "ibm" })', {
  java: true,
});

export const reader = ofKind<ReaderPlan>(
  "what reads the store: a runtime such as Java.release(8, { update: 202 }), or Reader.webMethods(), Reader.nss(), " +
    "Reader.gnuTls(), Reader.bouncyCastle(), Reader.nodeForge() or Reader.windowsServer(2016)",
  {
    java: true,
    openssl: true,
    node: true,
    webmethods: true,
    windows: true,
    nss: true,
    gnutls: true,
    "bouncy-castle": true,
    "node-forge": true,
  },
);

export const chainPart = choice<ChainPart>({ anchor: true, issuer: true, leaf: true });

export const clientAuthentication = choice<ClientAuthentication>({
  none: true,
  request: true,
  require: true,
});

export const keyAlgorithm = choice<KeyAlgorithm>({
  "rsa-2048": true,
  "rsa-3072": true,
  "rsa-4096": true,
  "ec-p256": true,
  "ec-p384": true,
  ed25519: true,
});

export const onForeign = choice<OnForeign>({ refuse: true, replace: true });

export const platform = choice<HostPlatform>({ posix: true, windows: true });

export const profile = choice<StoreProfile>({
  jks: true,
  modern: true,
  compat: true,
  "jdk-legacy": true,
});

export const programs = listOf(
  choice<ClientProgram>({ curl: true, newman: true }),
  'a list of "curl" and "newman"',
);

/** Where a secret is found; what was given is not shown, it may be the secret. */
export const secretReference = leaf<SecretReference>(
  "a reference: env:NAME, file:PATH or cmd:COMMAND",
  (value) => typeof value === "string",
);
