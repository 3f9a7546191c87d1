import { parseOwner } from "../../../lib/provider/claims/owner";

test("an owner of ours is project, environment and stack", () => {
  expect(parseOwner("trust/prod/web")).toEqual({ project: "trust", environment: "prod", stack: "web" });
  expect(parseOwner("team/trust/prod/web")).toEqual({
    project: "team/trust",
    environment: "prod",
    stack: "web",
  });
});

test.each(["", "web", "prod/web", "/builds/one/web", "trust/prod/", "trust/pr od/web", "v1"])(
  "%j is none",
  (owner) => {
    expect(parseOwner(owner)).toBeUndefined();
  },
);
