export { parseConnection } from "./connectionSettings";
export { closeConnections, openSshHost, requireConnection, type SshOptions } from "./pool";
export * from "./sshAddress";
