import { spawnSync } from "node:child_process";

import { SHELL_LIBRARY } from "../../../lib/hosts/ssh/library";
import { describeWith, tool } from "../../support/tools";

describeWith("shellcheck", "the library that machines are taught", () => {
  it("is POSIX sh without a fault that ShellCheck knows", () => {
    // Words are split where that is meant, variables come from requests, and a format is made of octal numbers only.
    const meant = "SC2034,SC2059,SC2086,SC2154";
    const words = ["-s", "sh", "-S", "info", "-e", meant, "-"];
    const { stdout } = spawnSync(tool("shellcheck"), words, { input: SHELL_LIBRARY, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("holds no byte that a code page could turn into another character", () => {
    expect(SHELL_LIBRARY).toMatch(/^[\n\x20-\x7e]*$/);
  });
});
