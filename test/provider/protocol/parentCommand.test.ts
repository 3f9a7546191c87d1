import { isAboutToApply, isDestroying } from "../../../lib/provider/protocol/parentCommand";

test.each([
  ["terraform\0destroy\0-auto-approve\0", true],
  ["terraform\0-chdir=x\0plan\0-destroy\0", true],
  ["terraform\0apply\0-destroy=true\0", true],
  ["terraform\0apply\0-auto-approve\0", false],
  ["terraform\0apply\0-target=trust_file.destroy\0", false],
])("tells from Terraform's own command whether it destroys: %j", (command, expected) => {
  expect(isDestroying({}, () => command)).toBe(expected);
});

test("does not know where the system does not tell", () => {
  const fail = () => {
    throw new Error("no such file");
  };
  expect(isDestroying({}, fail)).toBeUndefined();
});

test.each([
  ["1", true],
  ["0", false],
])("believes our own command: %s", (told, expected) => {
  expect(isDestroying({ CDKTF_TRUST_DESTROYING: told }, () => "terraform\0plan\0")).toBe(expected);
});

test.each([
  ["terraform\0-chdir=x\0apply\0-auto-approve\0", true],
  ["terraform\0destroy\0", true],
  ["terraform\0plan\0-destroy\0", false],
  ["terraform\0plan\0-out=apply\0", false],
  ["terraform\0show\0apply\0", false],
])("tells from Terraform's own command whether it applies: %j", (command, expected) => {
  expect(isAboutToApply({}, () => command)).toBe(expected);
});

test.each([
  [{ CDKTF_TRUST_DESTROYING: "0" }, false],
  [{ CDKTF_TRUST_DESTROYING: "0", CDKTF_TRUST_REFUSE_AT_PLAN: "1" }, true],
  [{ CDKTF_TRUST_DESTROYING: "1" }, true],
])("believes our own command of what comes next: %j", (told, expected) => {
  expect(isAboutToApply(told, () => "terraform\0apply\0")).toBe(expected);
});
