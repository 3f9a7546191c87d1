import { Host } from "../../lib";
import { absolutePath } from "../../lib/constructs/host";

const refused = expect.objectContaining({ code: "invalid-host-id" });

describe("the id of a host", () => {
  test.each([
    "../../etc",
    "..",
    ".hidden",
    "a/b",
    "a\\b",
    "C:",
    "",
    " ",
    "a b",
    "a\nb",
    "a\u001bb",
    "a\u202eb",
    "host.",
    "CON",
    "nul.txt",
    "lpt1",
    "a".repeat(201),
  ])("is refused where it is no name of a folder: %j", (id) => {
    expect(() => Host.local(id)).toThrow(refused);
    expect(() => Host.manual(id, { platform: "windows" })).toThrow(refused);
  });

  test.each(["ia01", "ia01.example.com", "IS_2-prod", "1and1", "console", "a".repeat(200)])(
    "is taken where it is one: %s",
    (id) => {
      expect(Host.manual(id).hostId).toBe(id);
    },
  );
});

test.each(["/etc/a\nb", "/etc/a\rb", "/etc/\u001b[2J", "/etc/a\u2028b", "/etc/a\u0000"])(
  "a path with a control character is refused where it is declared: %j",
  (path) => {
    expect(() => absolutePath(Host.local("app"), path)).toThrow(
      expect.objectContaining({ code: "invalid-path" }),
    );
  },
);
