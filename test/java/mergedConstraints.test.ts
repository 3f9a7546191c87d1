import { mergeConstraints } from "../../lib/java/mergedConstraints";
import type { NameConstraint } from "../../lib/pki";

function dns(...values: readonly string[]): NameConstraint[] {
  return values.map((value) => ({ kind: "dns", value }));
}

function ip(...values: readonly string[]): NameConstraint[] {
  return values.map((value) => ({ kind: "ip", value }));
}

// As real Javas do: `npx jest test/java/hops/oddHops` asks them.
describe("name constraints of an authority and of one below it", () => {
  test.each<
    [
      upper: readonly NameConstraint[],
      lower: readonly NameConstraint[],
      merged: readonly NameConstraint[] | undefined,
    ]
  >([
    [dns("example"), [], dns("example")],
    [[], dns("example"), dns("example")],
    [dns("example"), dns("server.example"), dns("server.example")],
    [dns("server.example"), dns("example"), dns("server.example")],
    [dns("example"), ip("10.0.0.0/8"), [...dns("example"), ...ip("10.0.0.0/8")]],
    [dns("example"), dns("b.example", "server.example"), dns("b.example")],
    [dns("b.example", "server.example"), dns("example"), dns("b.example", "server.example")],
    [dns("example", "a.example"), dns("example"), dns("example")],
    [dns("internal", "example"), dns("server.example"), dns("server.example")],
    [dns("example", "internal"), dns("server.example"), undefined],
    [dns("example"), dns("internal"), undefined],
    [ip("10.0.0.0/8"), ip("10.1.0.0/16"), ip("10.1.0.0/16")],
    [ip("10.1.0.0/16"), ip("10.0.0.0/8"), ip("10.1.0.0/16")],
    [ip("10.0.0.0/8"), ip("192.168.0.0/16"), undefined],
    [ip("10.0.0.0/8"), ip("2001:db8::/32"), undefined],
  ])("%j above %j permit %j", (upper, lower, permitted) => {
    const merged = mergeConstraints({ permitted: upper, excluded: [] }, { permitted: lower, excluded: [] });
    expect(merged?.permitted).toEqual(permitted);
  });

  test("exclude what either excludes", () => {
    const [upper, lower] = [dns("a.example"), ip("10.0.0.0/8")].map((excluded) => ({
      permitted: [],
      excluded,
    }));
    expect(upper && lower && mergeConstraints(upper, lower)?.excluded).toEqual([
      ...dns("a.example"),
      ...ip("10.0.0.0/8"),
    ]);
  });
});
