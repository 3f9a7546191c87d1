export { refusedAlgorithm } from "./algorithms";
export { certificateSignatures } from "./certificateSignatures";
export { isPresentedBefore } from "./aliasOrder";
export { javaAltName, matchesJavaHostName } from "./hostName";
export { invisibleBags } from "./invisibleBags";
export { type JavaRules, javaRules, PROTOCOLS } from "./javaRules";
export { type OfferedIdentity, passesAuthorities } from "./keyManager";
export { lostSignatures } from "./lostSignatures";
export { refusedLength, refusedRequest } from "./messageSize";
export { type Meeting, meet, type Peer, refusedKeyOf, usableKeyTypes } from "./negotiation";
export { acceptChain } from "./path";
export {
  type Presentation,
  presentationOrder,
  presentedAlias,
  presentedIdentity,
  keyTypeOfIdentity,
} from "./presentedAlias";
export { type PassedOver, remedyFor, winningAlias } from "./losingAlias";
export { revocationOf } from "./revocation";
export { relevantSecurity } from "./securityFile";
export { shownStore } from "./shownStore";
export { trustedBy } from "./trustedBy";
export { ISSUE_WITH_SUBJECT, ML_DSA, unreadableCertificate, unreadableStore } from "./unreadable";
export { refusedUsage, type TlsUse } from "./usage";
