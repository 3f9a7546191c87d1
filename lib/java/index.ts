export { refusedAlgorithm } from "./algorithms";
export { isPresentedBefore } from "./aliasOrder";
export { matchesJavaHostName } from "./hostName";
export { identitiesInJavaOrder, type OfferedIdentity, passesAuthorities } from "./keyManager";
export { invisibleBags } from "./invisibleBags";
export { acceptChain } from "./path";
export { presentationOrder, presentedAlias, remedyFor, winningAlias } from "./presentedAlias";
export { trustedBy } from "./trustedBy";
export { refusedUsage, type TlsUse } from "./usage";
