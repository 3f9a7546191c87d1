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
  StoreProfile,
} from "../../model";
import { choice, listOf, made } from "./values";

export const publicRoots = choice<"public-roots">({ "public-roots": true });

export const runtime = made<RuntimePlan>(
  'a runtime, for example Java.release(17), OpenSsl.release("3.0") or Node.release(20)',
  "kind",
);

export const javaRuntime = made<JavaRuntimePlan>("a Java, for example Java.release(17)", "kind");

export const reader = made<ReaderPlan>(
  "what reads the store, for example Java.release(17) or Reader.nss()",
  "kind",
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
