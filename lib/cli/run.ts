import { Command, CommanderError } from "commander";

import { version } from "../../package.json";
import { COMMANDS } from "./commands";
import { type CliIo, type ExitCode, inertIo } from "./io";
import { printError } from "./printError";

/**
 * Runs one command line.
 *
 * @param words what follows the program's name
 * @returns 0 when all is well, 1 when a check found something, 2 when the work could not be done
 */
export async function runCli(words: readonly string[], raw: CliIo): Promise<ExitCode> {
  const io = inertIo(raw);
  let exitCode: ExitCode = 0;
  const program = newProgram(io);
  try {
    for (const { name, summary, load } of COMMANDS) {
      const command = program.command(name).description(summary);
      if (words.find((word) => !word.startsWith("-")) !== name) continue;
      const define = await load();
      define(command, {
        io,
        run: async (action) => {
          exitCode = await action();
        },
      });
    }
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its own help and errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printError(io, error, words.includes("--json"));
    return 2;
  }
}

function newProgram(io: CliIo): Command {
  return new Command("cdktf-trust")
    .description("Certificate trust between servers, declared as code")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
}
