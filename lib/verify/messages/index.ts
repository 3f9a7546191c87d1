export type { CertificateRequest } from "./certificateRequest";
export type { ServerSecrets } from "./sealedRecords";
export { readServerMessages, type ServerMessages } from "./serverMessages";
