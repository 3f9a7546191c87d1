import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { callShapes } from "../../constructs/call";
import { hostProp } from "../../constructs/host";
import { trustableProp } from "../../constructs/identity";
import {
  type PropShapes,
  choice,
  clientAuthentication,
  flag,
  javaRuntime,
  leaf,
  made,
  number,
  ofKind,
  onForeign,
  optional,
  profile,
  text,
  textList,
  texts,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { BasicAuthentication, IsCallChoice } from "./callAuthentication";
import type { IntegrationServerCallProps } from "./integrationServerCall";
import type { CertificateUsage } from "./integrationServerConfiguration";
import { IntegrationServerIdentity } from "./integrationServerIdentity";
import type {
  CertificateMappingOptions,
  IntegrationServerIdentityOptions,
  IntegrationServerPortOptions,
  IntegrationServerProps,
  IntegrationServerStoreOptions,
  IntegrationServerTruststoreOptions,
} from "./integrationServerProps";
import type { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";
import type { RuntimeSecretSource } from "./integrationServerVariables";

const keystore = made<IntegrationServerKeystore>(
  'one of its keystores, server.keystore("ALIAS", …)',
  "useKey",
  "storeId",
);

const truststore = made<IntegrationServerTruststore>(
  'one of its truststores, server.truststore("ALIAS", …)',
  "trusts",
  "storeId",
);

export const serverShapes: PropShapes<IntegrationServerProps> = {
  host: hostProp,
  instanceDirectory: text,
  directory: optional(text),
  delivery: optional(
    choice<"admin-services" | "configuration-variables">({
      "admin-services": true,
      "configuration-variables": true,
    }),
  ),
  adminUrl: optional(text),
  administrator: optional(text),
  secretSource: optional(choice<RuntimeSecretSource>({ env: true, secret: true })),
  propertiesFile: optional(text),
  maxKeepAliveConnections: optional(number),
  runtime: optional(javaRuntime),
  settings: optional(texts),
  variables: optional(texts),
  activation: optional(activationProp),
};

export const storeShapes: PropShapes<IntegrationServerStoreOptions> = {
  path: optional(text),
  password: secretProp,
  existing: optional(flag),
  profile: optional(profile),
};

export const truststoreShapes: PropShapes<IntegrationServerTruststoreOptions> = {
  ...storeShapes,
  global: optional(flag),
};

export const identityShapes: PropShapes<IntegrationServerIdentityOptions> = {
  keystore: optional(keystore),
  keyAlias: optional(text),
  onForeign: optional(onForeign),
};

export const portShapes: PropShapes<IntegrationServerPortOptions> = {
  names: textList,
  port: number,
  keystore,
  keyAlias: text,
  certificate: certificateProp,
  clientAuthentication: optional(clientAuthentication),
  truststore: optional(truststore),
  portAlias: optional(text),
  package: optional(text),
  onForeign: optional(onForeign),
};

export const mappingShapes: PropShapes<CertificateMappingOptions> = {
  certificateOf: trustableProp,
  user: text,
  usage: optional(
    choice<CertificateUsage>({
      "SSL Authentication": true,
      Verify: true,
      Encrypt: true,
      "Verify and Encrypt": true,
      "Message Authentication": true,
    }),
  ),
};

const { as: _as, alias: _alias, ...callWithoutIdentity } = callShapes;

export const isCallShapes: PropShapes<IntegrationServerCallProps> = {
  ...callWithoutIdentity,
  as: leaf<IntegrationServerIdentity | BasicAuthentication>(
    "server.identity(…) or Authentication.basic(…)",
    (value) =>
      value instanceof IntegrationServerIdentity ||
      (typeof value === "object" && value !== null && "user" in value && "password" in value),
  ),
  by: optional(
    ofKind<IsCallChoice>("IsCall.setKeyAndChain() or IsCall.endpointAlias(…)", {
      "set-key-and-chain": true,
      "endpoint-alias": true,
    }),
  ),
  truststore: optional(truststore),
};
