import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

interface Waiting {
  readonly answer: (line: string) => void;
  readonly fail: (error: Error) => void;
}

/** A Java that stays and answers in lines, so that a question costs no start of one. */
export class ResidentJava {
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private readonly waiting: Waiting[] = [];
  private end: Error | undefined;

  /** @param words options and program, as `javaProgram` gives them */
  constructor(java: string, words: readonly string[]) {
    this.child = spawn(java, words, { stdio: ["pipe", "pipe", "inherit"] });
    if (this.child.stdout === null) throw new Error("no output of Java");
    createInterface(this.child.stdout).on("line", (line) => {
      const next = this.waiting.shift();
      if (next === undefined) this.lines.push(line);
      else next.answer(line);
    });
    this.child.once("close", (code) => {
      const end = new Error(`Java has ended with ${code}`);
      this.end = end;
      for (const { fail } of this.waiting.splice(0)) fail(end);
    });
  }

  say(...lines: readonly string[]): void {
    this.child.stdin?.write(`${lines.join("\n")}\n`);
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const known = this.lines.shift();
    if (known !== undefined) return known;
    if (this.end !== undefined) throw this.end;
    return new Promise((answer, fail) => this.waiting.push({ answer, fail }));
  }

  stop(): void {
    this.child.kill();
  }
}
