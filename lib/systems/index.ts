export type { ICalledSystem, PartnerAddress } from "./calledSystem";
export { Authentication } from "./callAuthentication";
export type {
  BasicAuthentication,
  CallAuthentication,
  CertificateAuthentication,
  EnvironmentAuthentication,
} from "./callAuthentication";
export * from "./cesServer";
export * from "./electricFlowServer";
export { SystemError } from "./errors";
export * from "./integrationCloud";
export * from "./integrationServer";
export * from "./integrationServerCall";
export type { CertificateUsage } from "./integrationServerConfiguration";
export { IntegrationServerKeystore, IntegrationServerTruststore } from "./integrationServerStores";
export type { RuntimeSecretSource } from "./integrationServerVariables";
export type { CallbackContextParameter, IspwCallbackOptions } from "./ispwCallbacks";
export * from "./ispwServer";
export * from "./javaServer";
export * from "./pemServer";
export * from "./restClient";
export * from "./xmattersIntegrationAgent";
