import { MarkedOutput } from "../../../lib/hosts/ssh/markedOutput";

const mark = "0a0a0b.";

/** What is handed on, and what the mark says, of a stream in pieces of so many bytes. */
function read(stream: string, size: number): { readonly text: string; readonly said: string | undefined } {
  let text = "";
  const output = new MarkedOutput(mark, (piece) => (text += piece.toString("latin1")));
  const bytes = Buffer.from(stream, "latin1");
  for (let start = 0; start < bytes.length; start += size) {
    const said = output.push(bytes.subarray(start, start + size));
    if (said !== undefined) return { text, said };
  }
  return { text, said: undefined };
}

it.each([1, 2, 3, 5, 8, 1_000])(
  "finds the mark in pieces of %d bytes, and hands on what is before it",
  (size) => {
    const { text, said } = read(`one\n0a0a0a 0a\xff\n${mark}ended 3 \nwhat a daemon prints\n`, size);
    expect(text).toBe("one\n0a0a0a 0a\xff\n");
    expect(said).toBe("ended 3");
  },
);

it("hands on all that cannot be the mark's beginning at once", () => {
  expect(read("still running\n", 1_000)).toEqual({ text: "still running\n", said: undefined });
  expect(read("still running 0a0a", 1_000)).toEqual({ text: "still running ", said: undefined });
  expect(read(`${mark}ended 0`, 1_000)).toEqual({ text: "", said: undefined });
});
