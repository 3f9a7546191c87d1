import { Command } from "commander";

import { COMMANDS } from "../../lib/cli/commands";
import { type Rule, RULES } from "../../lib/rules";
import { CliSandbox } from "./cliRun";

const sandbox = new CliSandbox();
afterAll(() => sandbox.remove());

const rules = Object.values<Rule>(RULES);
const commands = rules.flatMap(({ next }) => next?.command ?? []);
const lines = [...new Set(commands)].filter((line) => line.startsWith("cdktf-trust "));

/** What sentences name; which store or file is meant, the case says. */
const named = [
  ...new Set(
    rules.flatMap(({ cause, remedy }) =>
      [...`${cause} ${remedy}`.matchAll(/`(cdktf-trust [^`]+)`/g)].map(([, line = ""]) => line),
    ),
  ),
];

/** Has commander read a line by the command's own definition; nothing is run. */
async function parse(line: string): Promise<void> {
  const [, ...words] = line.split(" ");
  const known = COMMANDS.find(({ name }) => name === words[0]);
  if (known === undefined) throw new Error(`there is no command ${words[0]}`);
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const define = await known.load();
  const command = program.command(known.name);
  command.copyInheritedSettings(program);
  let isRead = false;
  define(command, {
    io: { environment: {}, workingDirectory: sandbox.directory } as never,
    run: async () => {
      isRead = true;
      await Promise.resolve();
    },
  });
  await program.parseAsync(words, { from: "user" });
  if (!isRead) throw new Error(`${line} leads to no action`);
}

describe("what a rule tells people to run", () => {
  test("there is something", () => {
    expect(lines.length).toBeGreaterThan(3);
    expect(named.length).toBeGreaterThan(5);
  });

  test.each(lines)("%s is a line that the command takes", async (line) => {
    await expect(parse(line)).resolves.toBeUndefined();
  });

  test.each(named)("%s, named in a sentence, is a command", async (line) => {
    const why = await parse(line).then(
      () => "missing required argument",
      (error: Error) => error.message,
    );
    expect(why).toContain("missing required argument");
  });

  test.each([
    ["cdktf-trust diagnoze HOST:PORT", "there is no command"],
    ["cdktf-trust diagnose HOST:PORT --key F", "unknown option"],
  ])("%s would be told", async (line, why) => {
    await expect(parse(line)).rejects.toThrow(why);
  });
});
