export type { ICalledSystem } from "./calledSystem";
export * from "./electricFlowServer";
export { SystemError } from "./errors";
export type { CallbackContextParameter, IspwCallbackOptions } from "./ispwCallbacks";
export * from "./ispwServer";
export * from "./xmattersIntegrationAgent";
