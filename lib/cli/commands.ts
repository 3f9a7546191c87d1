import type { Command } from "commander";

import type { CliIo, ExitCode } from "./io";

/** A command as its module defines it: options and arguments, and an action that ends with an exit code. */
export type DefineCommand = (command: Command, context: CommandContext) => void;

export interface CommandContext {
  readonly io: CliIo;
  /** Runs an action and keeps its exit code; every command's action goes through it. */
  readonly run: (action: () => Promise<ExitCode>) => Promise<void>;
}

/** One first word of the command line. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the module when the command is called, so that the others cost nothing. */
  readonly load: () => DefineCommand;
}

const load = {
  store: (): typeof import("./store") => require("./store"),
};

/** All commands, in the order the help shows them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "store",
    summary: "read, change, convert, compare and check JKS and PKCS12 stores without a JVM",
    load: () => load.store().defineStoreCommands,
  },
];
