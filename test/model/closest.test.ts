import { closest } from "../../lib/model/closest";

describe("the word that a misspelt one is likely to mean", () => {
  test.each([
    ["keystorePth", "keystorePath"],
    ["keyStorePath", "keystorePath"],
    ["prot", "port"],
    ["truststorepassword", "truststorePassword"],
  ])("of %j is %j", (word, meant) => {
    expect(closest(word, ["port", "keystorePath", "truststorePassword"])).toBe(meant);
  });

  test.each(["colour", "", "x".repeat(10_000)])("of %j is none", (word) => {
    expect(closest(word, ["port", "keystorePath", "names"])).toBeUndefined();
  });
});
