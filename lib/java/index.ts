export { refusedAlgorithm } from "./algorithms";
export { isPresentedBefore } from "./aliasOrder";
export { matchesJavaHostName } from "./hostName";
export { identitiesInJavaOrder, type OfferedIdentity, passesAuthorities } from "./keyManager";
export { acceptChain } from "./path";
export { presentationOrder, presentedAlias } from "./presentedAlias";
export { refusedUsage, type TlsUse } from "./usage";
