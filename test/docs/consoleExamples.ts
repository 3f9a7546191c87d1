import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./markdown";

/** A command that a page shows, with what it prints. */
export interface ConsoleExample {
  /** As the page writes it, over several lines where it does so. */
  readonly command: string;
  readonly output: string;
}

/** A page of the docs whose commands are run; `UPDATE_PAGES=1` writes what they print into it. */
export class ConsolePage {
  private readonly path: string;
  readonly examples: readonly ConsoleExample[];

  /**
   * @param page below `docs`
   * @param shown makes what differs from run to run the same, beside fingerprints and dates
   */
  constructor(
    page: string,
    private readonly shown: (text: string) => string = (text) => text,
  ) {
    this.path = join(REPOSITORY, "docs", page);
    this.examples = [
      ...readFileSync(this.path, "utf8").matchAll(
        /```console\n\$ (?:npx )?(cdktf-trust (?:[^\n]*\\\n)*[^\n]*)\n([\s\S]*?)```/g,
      ),
    ].map(([, command = "", output = ""]) => ({ command, output }));
  }

  /** Rows for `test.each`: the first line of the command, and the example. */
  get rows(): [string, ConsoleExample][] {
    return this.examples.map((example) => [example.command.split("\n")[0] ?? "", example]);
  }

  /** What is written after `cdktf-trust`, quotes taken off. */
  wordsOf({ command }: ConsoleExample): string[] {
    return [...command.replaceAll("\\\n", " ").matchAll(/"([^"]*)"|(\S+)/g)]
      .map(([, quoted, plain = ""]) => quoted ?? plain)
      .slice(1);
  }

  /** The one example that begins with these words. */
  example(words: string): ConsoleExample {
    const [found, ...more] = this.examples.filter(({ command }) =>
      command.startsWith(`cdktf-trust ${words}`),
    );
    if (found === undefined || more.length > 0)
      throw new Error(`${this.path} has not one example of cdktf-trust ${words}`);
    return found;
  }

  /** What the page says that a command prints, comparable with `printed`. */
  said({ output }: ConsoleExample): string {
    return this.comparable(output);
  }

  /** What it printed, comparable with `said`; written into the page first where pages are updated. */
  printed(example: ConsoleExample, text: string): string {
    const printed = this.comparable(text);
    if (process.env["UPDATE_PAGES"] !== "1") return printed;
    const { command, output } = example;
    const page = readFileSync(this.path, "utf8");
    writeFileSync(
      this.path,
      page.replace(`${command}\n${output}`, () => `${command}\n${printed}`),
    );
    return this.said(example);
  }

  private comparable(text: string): string {
    return this.shown(text)
      .replaceAll(/\b[0-9A-F]{2}(:[0-9A-F]{2}){31}\b|\b[0-9A-F]{2}:…:[0-9A-F]{2}\b/g, "AB:…:CD")
      .replaceAll(/\b[0-9A-F]{2}(:[0-9A-F]{2})+:…/g, "AD:81:92:45:…")
      .replaceAll(/\bin \d+ days\b/g, "in 89 days")
      .replaceAll(/\b20\d\d-\d\d-\d\d\b/g, "2027-11-21");
  }
}
