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

/**
 * A stream of the process as commands print to it.
 *
 * @param environment `NO_COLOR` (no-color.org) and `TERM=dumb` turn colours off
 */
export function outputOf(
  stream: WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
): Output {
  const write = (text: string) => stream.write(text);
  if (!stream.isTTY) return { write };
  const isDumb = environment["TERM"] === "dumb";
  const status = new StatusLine(stream);
  return {
    write,
    columns: stream.columns > 0 ? stream.columns : USUAL_COLUMNS,
    hasColours: !isDumb && !environment["NO_COLOR"],
    ...(isDumb ? {} : { status: (text) => status.show(text) }),
  };
}

/** The last line of a terminal, which says what is under way and for how long, and leaves no trace. */
class StatusLine {
  #timer: NodeJS.Timeout | undefined;

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

  private draw(text: string): void {
    let fitting = text;
    while (stringWidth(fitting) >= this.stream.columns) fitting = fitting.slice(0, -1);
    this.stream.write(`${CLEARED_LINE}${fitting}`);
  }
}
