import { editConfig, previousValues, settingsToRestore } from "../../lib/config";
import type { ConfigSetting } from "../../lib/model";

const timeout: ConfigSetting = { kind: "property", key: "timeout", value: "5" };
const added: ConfigSetting = { kind: "property", key: "added", value: "new" };
const line: ConfigSetting = { kind: "line", pattern: "^# by", value: "# by us" };
const settings = [timeout, added, line];
const before = Buffer.from("timeout : 1\r\n# by them\r\n");

it("takes everything back, byte for byte", () => {
  // GIVEN
  const kept = previousValues(before, settings);
  expect(kept).toEqual({ "property timeout": "1", "property added": null, "line ^# by": "# by them" });
  // WHEN
  const edited = editConfig(before, settings);
  // THEN
  expect(editConfig(edited, settingsToRestore(edited, settings, kept))).toEqual(before);
});

it("keeps the first values, and takes those of new settings from the file", () => {
  const kept = previousValues(before, [timeout]);
  const edited = editConfig(before, [timeout]);
  const changed = [{ ...timeout, value: "6" }, added];
  expect(previousValues(edited, changed, kept)).toEqual({ "property timeout": "1", "property added": null });
  expect(previousValues(edited, [added], { "property added": null })).toEqual({ "property added": null });
});

it("leaves alone what somebody changed since, and what nothing is known of", () => {
  const kept = previousValues(before, [timeout, added]);
  const edited = editConfig(editConfig(before, settings), [{ ...timeout, value: "7" }]);
  expect(settingsToRestore(edited, settings, kept)).toEqual([{ ...added, value: null }]);
});

it("leaves what was there already when it is taken back", () => {
  const adopted = { ...timeout, value: "1" };
  const kept = previousValues(before, [adopted]);
  expect(editConfig(before, settingsToRestore(before, [adopted], kept))).toEqual(before);
});
