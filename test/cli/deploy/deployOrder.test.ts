import { type OrderedStack, deployOrder } from "../../../lib/cli/deploy/deployOrder";
import type { TrustPlan } from "../../../lib/model";
import { plan as pairOf } from "../../check/plans";

/** A stack that serves an endpoint and calls those of others, with or without a certificate of its own. */
function stack(
  name: string,
  calls: readonly string[],
  options: { binding?: boolean; asks?: boolean; dependencies?: readonly string[] } = {},
): OrderedStack {
  const pair = pairOf();
  const [endpoint] = pair.endpoints;
  const [hop] = pair.hops;
  if (endpoint === undefined || hop === undefined) throw new Error("a pair has both");
  const { bindingId: _, ...bare } = hop;
  const plan: TrustPlan = {
    ...pair,
    stack: name,
    endpoints: [
      { ...endpoint, id: `${name}/Server`, clientAuthentication: options.asks === true ? "require" : "none" },
    ],
    hops: calls.map((called) => ({
      ...bare,
      id: `${name}/Calls-${called}`,
      endpointId: `${called}/Server`,
      ...(options.binding === true ? { bindingId: `${name}/Client` } : {}),
    })),
  };
  return { name, dependencies: options.dependencies ?? [], plan };
}

function namesOf(stacks: readonly OrderedStack[]): { stacks: string[]; trustFirst: string[] } {
  const order = deployOrder(stacks);
  const names = (list: readonly OrderedStack[]) => list.map(({ name }) => name);
  return { stacks: names(order.stacks), trustFirst: names(order.trustFirst) };
}

describe("the order in which stacks are applied", () => {
  test("relying ones come before those they call, whatever their names", () => {
    expect(
      namesOf([stack("a-server", []), stack("b-middle", ["a-server"]), stack("c-client", ["b-middle"])]),
    ).toEqual({
      stacks: ["c-client", "b-middle", "a-server"],
      trustFirst: [],
    });
  });

  test("what CDKTF says comes first stays first", () => {
    const stacks = [stack("client", ["server"], { dependencies: ["server"] }), stack("server", [])];
    expect(namesOf(stacks)).toEqual({ stacks: ["server", "client"], trustFirst: ["client"] });
  });

  test("two that call each other: one puts its anchors in place before any key changes", () => {
    expect(namesOf([stack("left", ["right"]), stack("right", ["left"])])).toEqual({
      stacks: ["right", "left"],
      trustFirst: ["left"],
    });
  });

  test("a client certificate has to be trusted before it is presented", () => {
    const stacks = [stack("client", ["server"], { binding: true }), stack("server", [], { asks: true })];
    expect(namesOf(stacks)).toEqual({ stacks: ["server", "client"], trustFirst: ["client"] });
    const [, unasked] = [stacks[1], stack("server", [])];
    expect(namesOf([stack("client", ["server"], { binding: true }), unasked])).toEqual({
      stacks: ["client", "server"],
      trustFirst: [],
    });
  });

  test("why one comes before another is told: its calls, what CDKTF says, and whether its anchors alone do", () => {
    const { links } = deployOrder([
      stack("left", ["right"], { dependencies: ["base"] }),
      stack("right", ["left"]),
      stack("base", []),
    ]);
    expect(links).toEqual([
      { before: "left", after: "right", hops: ["left/Calls-right"], isDependency: false, isTrustOnly: true },
      { before: "base", after: "left", hops: [], isDependency: true, isTrustOnly: false },
      { before: "right", after: "left", hops: ["right/Calls-left"], isDependency: false, isTrustOnly: false },
    ]);
  });
});
