import { textOf } from "../../../lib/cli/screen";
import { warningLines, warningsOfSynth } from "../../../lib/cli/deploy/warnings";

function linesOf(...warnings: readonly string[]): string[] {
  return warningLines(warningsOfSynth([{ warnings }])).map(textOf);
}

describe("what synth warned of", () => {
  test("is one line a kind, with a count and the places", () => {
    expect(
      linesOf(
        "shop/A [weak-password]: it is weak; change it",
        "shop/Hop [not-rehearsed]: no handshake",
        "shop/B [weak-password]: it is weak; change it",
      ),
    ).toEqual([
      "2 × weak-password: shop/A, shop/B: it is weak; change it",
      "shop/Hop [not-rehearsed]: no handshake",
    ]);
  });

  test("keeps what differs between places of one kind, and says where the rest is", () => {
    const many = Array.from(
      { length: 5 },
      (_each, index) => `shop/${index} [expires-soon]: in ${index} days`,
    );
    expect(linesOf(...many)).toEqual([
      "5 × expires-soon: shop/0: in 0 days; shop/1: in 1 days; shop/2: in 2 days; and 2 more, with words of their own (cdktf-trust synth --json has all)",
    ]);
    const places = Array.from({ length: 10 }, (_each, index) => `shop/${index} [weak-password]: it is weak`);
    expect(linesOf(...places)[0]).toContain(
      "shop/7 and 2 more (cdktf-trust synth --json has all): it is weak",
    );
  });

  test("is shown as it is where it names no rule", () => {
    expect(linesOf("something of another library")).toEqual(["something of another library"]);
  });
});
