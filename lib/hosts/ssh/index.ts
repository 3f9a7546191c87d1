export * from "./connection";
export { closeConnections, openSshHost, type SshOptions } from "./pool";
export * from "./sshAddress";
