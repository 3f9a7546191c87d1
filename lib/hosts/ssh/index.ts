export { closeConnections, openSshHost, requireConnection, type SshOptions } from "./pool";
export * from "./sshAddress";
