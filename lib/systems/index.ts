export { Authentication, IsCall } from "./integrationServer/callAuthentication";
export type {
  BasicAuthentication,
  IsCallChoice,
  SetKeyAndChainOptions,
} from "./integrationServer/callAuthentication";
export * from "./cesServer";
export * from "./electricFlow/electricFlowAgent";
export * from "./electricFlow/electricFlowServer";
export * from "./electricFlow/electricFlowWebServer";
export type { ElectricFlowInstallation } from "./electricFlow/installation";
export { SystemError } from "./errors";
export * from "./integrationCloud";
export * from "./integrationServer/integrationServer";
export * from "./integrationServer/integrationServerCall";
export type {
  CertificateMappingConfiguration,
  CertificateUsage,
  ConsumerEndpointConfiguration,
  IntegrationServerConfiguration,
  PortConfiguration,
  StoreAliasConfiguration,
} from "./integrationServer/integrationServerConfiguration";
export type * from "./integrationServer/integrationServerProps";
export { IntegrationServerIdentity } from "./integrationServer/integrationServerIdentity";
export { IntegrationServerPort } from "./integrationServer/integrationServerPort";
export type { IntegrationServerPortProps } from "./integrationServer/integrationServerPort";
export type { IntegrationServerStoreProps } from "./integrationServer/integrationServerStores";
export {
  IntegrationServerKeystore,
  IntegrationServerStore,
  IntegrationServerTruststore,
} from "./integrationServer/integrationServerStores";
export type { RuntimeSecretSource } from "./integrationServer/integrationServerVariables";
export type {
  CallbackContext,
  CallbackContextParameter,
  IspwCallbackOptions,
} from "./electricFlow/ispwCallbacks";
export * from "./ispw/ispwServer";
export type { RacfKeyring } from "./ispw/racfJobs";
export type { IspwZosOptions } from "./ispw/zosFiles";
export * from "./javaClient";
export { Jetty, Kafka, SpringBoot, Tomcat } from "./javaServer/javaProduct";
export type {
  ConfigProviders,
  JavaProduct,
  JettyProduct,
  JettyVersion,
  KafkaOptions,
  KafkaProduct,
  KafkaVersion,
  SpringBootProduct,
  SpringBootVersion,
  TomcatProduct,
  TomcatVersion,
} from "./javaServer/javaProduct";
export * from "./javaServer/javaServer";
export * from "./pemServer/pemServer";
export * from "./restClient/restClient";
export * from "./xmatters/xmattersIntegrationAgent";
