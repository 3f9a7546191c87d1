import { isWeakPassword } from "../../lib/check";

describe("weak passwords", () => {
  test.each(["changeit", "Changeit", "abcdef", "alarmpoint", "manage", "password", "passkey", "", "x1Y#z"])(
    "%j is weak",
    (password) => expect(isWeakPassword(password)).toBe(true),
  );

  test.each(["correct horse battery", "tV9-qL2.mX"])("%j is not", (password) =>
    expect(isWeakPassword(password)).toBe(false),
  );
});
