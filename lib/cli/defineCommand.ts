import type { Command } from "commander";
import type { CliIo, ExitCode } from "./io";

/** A command as its module defines it: options and arguments, and an action that ends with an exit code. */
export type DefineCommand = (command: Command, context: CommandContext) => void;

export interface CommandContext {
  readonly io: CliIo;
  /** Runs an action and keeps its exit code; every command's action goes through it. */
  readonly run: (action: () => Promise<ExitCode>) => Promise<void>;
}
