import type { DeployOrder, StackLink } from "../../../lib/cli/deploy/deployOrder";
import { type Pass, deployPasses, destroyPasses, stagesOf } from "../../../lib/cli/deploy/stages";

interface Named {
  readonly name: string;
}

/** An order of stacks; `a>b` says that a comes before b, `a>>b` that its anchors alone do. */
function order(names: string, ...links: readonly string[]): DeployOrder<Named> {
  const stacks = names.split(" ").map((name) => ({ name }));
  const parsed = links.map((text): StackLink => {
    const [before = "", after = ""] = text.split(/>+/);
    return { before, after, hops: [], isDependency: false, isTrustOnly: text.includes(">>") };
  });
  const late = new Set(parsed.flatMap(({ before, isTrustOnly }) => (isTrustOnly ? [before] : [])));
  return { stacks, trustFirst: stacks.filter(({ name }) => late.has(name)), links: parsed };
}

function shown(passes: readonly Pass<Named>[]): string[] {
  const nameOf = ({ stack, kind }: Pass<Named>) => (kind === "trust-first" ? `${stack.name}!` : stack.name);
  return passes.map((pass) => [nameOf(pass), ...pass.after.map(nameOf)].join(" "));
}

describe("the stages of a deploy", () => {
  const fleet = order("client right left server alone", "client>server", "right>left", "left>>right");

  test("stacks that nobody has to wait for are in one stage, and anchors of circles in one before", () => {
    expect(stagesOf(fleet, fleet.stacks)).toEqual([
      { stage: 1, kind: "trust-first", stacks: ["left"] },
      { stage: 2, kind: "deploy", stacks: ["client", "right", "alone"] },
      { stage: 3, kind: "deploy", stacks: ["left", "server"] },
    ]);
  });

  test("without a circle there is no stage for it, and without stacks none at all", () => {
    const chosen = fleet.stacks.filter(({ name }) => ["client", "server"].includes(name));
    expect(stagesOf(fleet, chosen)).toEqual([
      { stage: 1, kind: "deploy", stacks: ["client"] },
      { stage: 2, kind: "deploy", stacks: ["server"] },
    ]);
    expect(stagesOf(fleet, [])).toEqual([]);
  });

  test("of those that are chosen, one waits for another also by way of one that is not", () => {
    const chain = order("a b c", "a>b", "b>c");
    const chosen = chain.stacks.filter(({ name }) => name !== "b");
    expect(shown(deployPasses(chain, chosen))).toEqual(["a", "c a"]);
  });

  test("a deploy waits for the anchors that have to be there before its keys, and for its own first pass", () => {
    expect(shown(deployPasses(fleet, fleet.stacks))).toEqual([
      "left!",
      "client",
      "right left!",
      "left left! right",
      "server client",
      "alone",
    ]);
  });

  test("a destroy goes the other way", () => {
    expect(shown(destroyPasses(fleet, fleet.stacks))).toEqual([
      "alone",
      "server",
      "left",
      "right left",
      "client server",
    ]);
  });
});
