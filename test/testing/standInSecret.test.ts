import { isWeakPassword } from "../../lib/check";
import { standInSecrets } from "../../lib/testing/standInSecret";

describe("what stands for secrets", () => {
  const secret = standInSecrets({ "env:FIXTURE": "known" });

  test("is one for each reference, and the same on every run", () => {
    expect(secret("env:A")).toBe(standInSecrets({})("env:A"));
    expect(secret("env:A")).not.toBe(secret("env:B"));
  });

  test("says nothing of the reference and is not weak", () => {
    expect(secret("cmd:pass show changeit")).not.toContain("changeit");
    expect(isWeakPassword(secret("env:A"))).toBe(false);
  });

  test("is not the variable's value, and what the test says where it says it", () => {
    process.env["CDKTF_TRUST_STAND_IN"] = "the real one";
    expect(secret("env:CDKTF_TRUST_STAND_IN")).not.toContain("the real one");
    delete process.env["CDKTF_TRUST_STAND_IN"];
    expect(secret("env:FIXTURE")).toBe("known");
  });
});
