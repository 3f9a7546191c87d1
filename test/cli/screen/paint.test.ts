import { inertIo, type CliIo } from "../../../lib/cli/io";
import { line, painted, printStyled, seconds, shown } from "../../../lib/cli/screen";

describe("what is printed in colours", () => {
  test("has them, and nothing that somebody else's text asks for", () => {
    expect(painted(line(shown("bad", "FAILS"), " CN=\u001B[32mok"))).toBe(
      "\u001B[31mFAILS\u001B[39m CN=\\u{1b}[32mok",
    );
  });

  test.each([
    [true, "\u001B[32mok\u001B[39m hop\n"],
    [false, "ok hop\n"],
  ])("has them only where the output has (%s)", (hasColours, expected) => {
    let text = "";
    const output = { write: (more: string) => (text += more), columns: 80, hasColours };
    const io = inertIo({ stdout: output, stderr: output } as unknown as CliIo);
    printStyled(io.stdout, [line(shown("good", "ok"), " hop")]);
    expect(text).toBe(expected);
  });
});

test.each([
  [0, "0.0 s"],
  [412, "0.4 s"],
  [9949, "9.9 s"],
  [9960, "10 s"],
  [59_400, "59 s"],
  [125_000, "2 min 5 s"],
])("%d ms are %s", (milliseconds, expected) => expect(seconds(milliseconds)).toBe(expected));
