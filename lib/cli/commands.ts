import type { DefineCommand } from "./defineCommand";

/** One first word of the command line. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the module when the command is called, so that the others cost nothing. */
  readonly load: () => Promise<DefineCommand>;
}

/** All commands, in the order the help shows them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "begin a project: settings, one stack and the folders that stand in for its machines",
    load: async () => (await import("./init/initCommand")).defineInit,
  },
  {
    name: "synth",
    summary: "check and rehearse the stacks, write their artifacts and Terraform JSON",
    load: async () => (await import("./deploy/synthCommand")).defineSynth,
  },
  {
    name: "map",
    summary:
      "draw who trusts whom on one page: what fails and why, who vouches, what ends next, what changes",
    load: async () => (await import("./map/mapCommand")).defineMap,
  },
  {
    name: "graph",
    summary: "say in which order the stacks are deployed, and which of them at the same time",
    load: async () => (await import("./graph/graphCommand")).defineGraph,
  },
  {
    name: "plan",
    summary: "show what a deploy would change",
    load: async () => (await import("./deploy/planCommand")).definePlan,
  },
  {
    name: "deploy",
    summary: "synthesise, apply, and prove every hop on what the hosts then hold",
    load: async () => (await import("./deploy/deployCommand")).defineDeploy,
  },
  {
    name: "verify",
    summary: "open the deployed stores, call the servers that run, and prove every hop",
    load: async () => (await import("./deploy/verifyCommand")).defineVerify,
  },
  {
    name: "status",
    summary: "say how an environment stands: calls, drift, what is owed, not proven, rotating, or ends soon",
    load: async () => (await import("./status/statusCommand")).defineStatus,
  },
  {
    name: "explain",
    summary: "say where a certificate is, who relies on it, what breaks if it goes, and until when",
    load: async () => (await import("./explain/explainCommand")).defineExplain,
  },
  {
    name: "destroy",
    summary: "take away what is ours; what others put on the hosts stays",
    load: async () => (await import("./deploy/destroyCommand")).defineDestroy,
  },
  {
    name: "runbook",
    summary: "print what people do on the hosts, step by step, with the check after each step",
    load: async () => (await import("./runbook/runbookCommand")).defineRunbook,
  },
  {
    name: "mv",
    summary: "carry a rename in the code to lock, state and claims, so that nothing is issued or replaced",
    load: async () => (await import("./mv/mvCommand")).defineMv,
  },
  {
    name: "forget",
    summary: "let go of a machine that is dead, so that the rest can be planned, deployed and destroyed",
    load: async () => (await import("./forget/forgetCommand")).defineForget,
  },
  {
    name: "host",
    summary:
      "find what stands on the hosts, look whether they have what a deploy needs, and say what is claimed there",
    load: async () => (await import("./host")).defineHost,
  },
  {
    name: "rehearse",
    summary: "let two ends of a call shake hands from files alone, as the declared Javas would",
    load: async () => (await import("./rehearse/rehearseCommand")).defineRehearse,
  },
  {
    name: "diagnose",
    summary: "say what an error text, a log or a listening server tells, and what to do",
    load: async () => (await import("./diagnose/defineDiagnose")).defineDiagnose,
  },
  {
    name: "lock",
    summary: "pin the identities that the stacks declare, and read those that stay on their hosts",
    load: async () => (await import("./lock/defineLock")).defineLock,
  },
  {
    name: "rotate",
    summary:
      "give an identity its next certificate in steps, each once running products have read the one before",
    load: async () => (await import("./rotate/rotateCommand")).defineRotate,
  },
  {
    name: "revoke",
    summary: "replace an identity at once whose key is in other hands, and say which calls fail meanwhile",
    load: async () => (await import("./revoke/revokeCommand")).defineRevoke,
  },
  {
    name: "provider",
    summary: "write the Terraform provider to a folder, for configurations in plain HCL",
    load: async () => (await import("./provider/defineProvider")).defineProvider,
  },
  {
    name: "store",
    summary: "read, change, convert, compare and check JKS and PKCS12 stores without a JVM",
    load: async () => (await import("./store/storeCommands")).defineStoreCommands,
  },
];
