import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** A step of a runbook, as somebody reads it. */
export interface ReadStep {
  readonly text: string;
  readonly command: string | undefined;
  readonly check: string;
  /** All of it, with what the command may say. */
  readonly whole: string;
}

interface ReadChapter {
  readonly title: string;
  readonly steps: readonly ReadStep[];
}

export interface OperatorProps {
  /** Where the archive was unpacked. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly password: string;
  /** What is done at consoles and with editors, by words of a step's text; before its command. */
  readonly byHand?: readonly (readonly [RegExp, (step: ReadStep) => void])[];
}

const FINGERPRINT = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/;
const WAY_BACK = "The way back: ";

/** Follows a runbook to the letter in a POSIX shell: every command, and every check that names a command or a fingerprint. */
export class Operator {
  private readonly functions: string;
  private readonly chapters: readonly ReadChapter[];
  private readonly waysBack: readonly ReadChapter[];

  constructor(
    runbook: string,
    private readonly props: OperatorProps,
  ) {
    const [heading = "", ...sections] = runbook.split(/^##+ /m);
    this.functions = [...heading.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, code]) => code).join("");
    const read = sections.map(readChapter);
    this.chapters = read.filter(({ title }) => !title.startsWith(WAY_BACK));
    this.waysBack = read.filter(({ title }) => title.startsWith(WAY_BACK));
  }

  /** All chapters, in order. */
  follow(run: string): void {
    for (const { steps } of this.chapters) for (const step of steps) this.do(step, run);
  }

  /** The ways back of all chapters, the last first. */
  back(run: string): void {
    for (const { steps } of this.waysBack.toReversed()) for (const step of steps) this.do(step, run);
  }

  private do(step: ReadStep, run: string): void {
    for (const [words, action] of this.props.byHand ?? []) if (words.test(step.text)) action(step);
    if (step.command === undefined) return;
    const first = this.run(step.command, run, step.text);
    const mayFail = /nothing answers|does not exist/.test(step.check);
    if (first.status !== 0 && mayFail) return;
    const output = first.status === 0 ? first.output : this.trustBesideAnother(step, run, first.output);
    const [fingerprint] = FINGERPRINT.exec(step.check) ?? [];
    if (fingerprint !== undefined) {
      const look = /`(keytool -list [^`]*)`/.exec(step.check)?.[1];
      expect(look === undefined ? output : this.run(look, run, step.text).output).toContain(fingerprint);
    }
  }

  /** What a step says of an alias that is taken, which is what may go wrong in a step. */
  private trustBesideAnother(step: ReadStep, run: string, output: string): string {
    expect({ step: step.text, output }).toMatchObject({ output: expect.stringContaining("already exists") });
    const look = /`(keytool -list [^`]*)`/.exec(step.check)?.[1] ?? "";
    const [fingerprint = "none"] = FINGERPRINT.exec(step.check) ?? [];
    if (this.run(look, run, step.text).output.includes(fingerprint)) return output;
    const rename = /`(keytool -changealias [^`]*)`/.exec(step.whole)?.[1] ?? "exit 1";
    expect(this.run(rename, run, step.text)).toMatchObject({ status: 0 });
    const again = this.run(step.command ?? "", run, step.text);
    expect(again).toMatchObject({ status: 0 });
    return again.output;
  }

  /** Exactly what is asked: what keytool has read of the rest is lost. A store that is new has its password asked twice. */
  private answersTo(command: string): string {
    const [, store = ""] = /-(?:dest)?keystore (\S+)/.exec(command.replace(/-srckeystore \S+/, "")) ?? [];
    const passwords = (command.includes("-importkeystore") ? 2 : 1) + (existsSync(store) ? 0 : 1);
    return `${`${this.props.password}\n`.repeat(passwords)}yes\n`;
  }

  private run(command: string, run: string, text: string): { status: number | null; output: string } {
    const { environment, directory } = this.props;
    const answers = text.includes("Send an event") ? "y\n" : this.answersTo(command);
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-ec", `${this.functions}\nTRUST_RUN=${run}\n${command}`],
      { cwd: directory, env: environment, input: answers, encoding: "utf8" },
    );
    return { status, output: stdout + stderr };
  }
}

function readChapter(section: string): ReadChapter {
  const [title = ""] = section.split("\n");
  const steps = section.split(/^\d+\. /m).slice(1);
  return { title, steps: steps.map(readStep) };
}

function readStep(whole: string): ReadStep {
  const [text = ""] = whole.split("\n");
  const [, indent = "", code] = /^( +)```sh\n([^]*?)^ +```$/m.exec(whole) ?? [];
  const check = /^ +Check: (.*)$/m.exec(whole)?.[1] ?? "";
  return {
    text,
    command: code?.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    check,
    whole,
  };
}
