import type { WriteStream } from "node:tty";
import stringWidth from "string-width";
import type { Output } from "../io";
import { seconds } from "./seconds";

/** What a terminal has that does not say how wide it is. */
const USUAL_COLUMNS = 80;

/** Takes away what stands in the last line, which a status may. */
export const CLEARED_LINE = "\r\u001B[K";

/** How often the time that something takes is written anew. */
const REDRAWN_EACH_MS = 1000;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The streams of the process as commands print to them: what is under way stands in the last line of standard error,
 * and both print above it.
 *
 * @param environment `NO_COLOR` (no-color.org) and `TERM=dumb` turn colours off
 */
export function outputsOf(
  { stdout, stderr }: { readonly stdout: WriteStream; readonly stderr: WriteStream },
  environment: Variables,
): { readonly stdout: Output; readonly stderr: Output } {
  const status = new StatusLine(stderr);
  return { stdout: outputOf(stdout, environment, status), stderr: outputOf(stderr, environment, status) };
}

function outputOf(stream: WriteStream, environment: Variables, status: StatusLine): Output {
  if (!stream.isTTY) return { write: (text) => stream.write(text) };
  const write = (text: string) => status.above(() => stream.write(text));
  const isDumb = environment["TERM"] === "dumb";
  return {
    write,
    columns: columnsOf(stream),
    hasColours: !isDumb && !environment["NO_COLOR"],
    ...(isDumb ? {} : { status: (text) => status.show(text) }),
  };
}

function columnsOf({ columns }: WriteStream): number {
  return columns > 0 ? columns : USUAL_COLUMNS;
}

/** The last line of a terminal, which says what is under way and for how long, and leaves no trace. */
class StatusLine {
  #timer: NodeJS.Timeout | undefined;
  #text = "";

  constructor(private readonly stream: WriteStream) {}

  show(text: string | undefined): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.draw(text ?? "");
    if (text === undefined) return;
    const started = performance.now();
    this.#timer = setInterval(
      () => this.draw(`${text} ${seconds(performance.now() - started)}`),
      REDRAWN_EACH_MS,
    ).unref();
  }

  /** Prints lines, which the status then stands below. */
  above<Result>(print: () => Result): Result {
    const text = this.#text;
    if (text !== "") this.draw("");
    const result = print();
    if (text !== "") this.draw(text);
    return result;
  }

  private draw(text: string): void {
    this.#text = text;
    let fitting = text;
    while (stringWidth(fitting) >= columnsOf(this.stream)) fitting = fitting.slice(0, -1);
    this.stream.write(`${CLEARED_LINE}${fitting}`);
  }
}
