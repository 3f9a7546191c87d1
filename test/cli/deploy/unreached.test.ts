import { UnreachedHosts } from "../../../lib/cli/deploy/unreached";

const about = (host: string) =>
  `A machine was not reached: ${host} was not reached. Check its address. What the state has of it is kept.`;

describe("machines that were not reached", () => {
  test("each is told of once, and which stacks are on it afterwards", () => {
    const hosts = new UnreachedHosts();
    const other = "An entry is somebody else's by now: leave it";
    expect(hosts.newOf("a", [about("ssh://x:22"), other])).toEqual([about("ssh://x:22"), other]);
    expect(hosts.newOf("b", [about("ssh://x:22"), about("ssh://y:22"), other])).toEqual([
      about("ssh://y:22"),
      other,
    ]);
    expect(hosts.all).toEqual([
      { host: "ssh://x:22", stacks: ["a", "b"] },
      { host: "ssh://y:22", stacks: ["b"] },
    ]);
  });
});
