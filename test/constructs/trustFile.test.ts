import { Host, TrustFile } from "../../lib/constructs";
import { declare, textOf } from "../systems/support/declaration";

describe("TrustFile", () => {
  test("makes its text when everything is declared", () => {
    // WHEN
    const declared = declare((scope) => {
      const lines: string[] = [];
      new TrustFile(scope, "File", {
        host: Host.local("app"),
        path: "/etc/app/list.txt",
        content: { text: () => lines.join("\n") },
      });
      lines.push("declared", "later");
    });

    // THEN
    expect(textOf(declared, "list.txt")).toBe("declared\nlater");
  });
});
