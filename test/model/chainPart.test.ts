import { certificateAt } from "../../lib/model";

describe("a part of a chain", () => {
  test.each([
    ["leaf", ["leaf", "issuing"], "leaf"],
    ["issuer", ["leaf", "issuing"], "issuing"],
    ["anchor", ["leaf", "issuing"], "root"],
    ["issuer", ["leaf"], "root"],
    ["leaf", [], "root"],
  ] as const)("%s of %j is %s", (part, chain, expected) => {
    expect(certificateAt({ chain, anchor: "root" }, part)).toBe(expected);
  });
});
