import { githubAnnotations } from "../../lib/report";
import { ending, green, HOSTILE, red, reportOf } from "./reports";

const files = { project: "deploy/cdktf.json", lock: "deploy/trust.lock.production.json" };

/** As the runner reads a command: `::name key=value,key=value::message`, with its own escapes. */
function read(line: string) {
  const [, level, properties = "", message = ""] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const plain = (text: string) =>
    text
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%25", "%");
  const pairs = properties.split(",").map((pair) => pair.split("=", 2).map(plain));
  return { level, ...Object.fromEntries(pairs), message: plain(message) };
}

describe("githubAnnotations", () => {
  test("hops that fail are errors at the project, what ends soon is a warning at the lock", () => {
    expect(githubAnnotations(reportOf(), files).map(read)).toEqual([
      {
        level: "error",
        file: "deploy/cdktf.json",
        title: "production: Other → stock.example.com:8443 fails",
        message: "the chain was cut; deploy again",
      },
      {
        level: "warning",
        file: "deploy/trust.lock.production.json",
        title: "production: shop/Bank expires soon",
        message: `${ending.message}; ${ending.remedy}`,
      },
    ]);
  });

  test("what ends soon is an error where it fails the command", () => {
    const [line = ""] = githubAnnotations(reportOf({ hops: [green], failsForExpiry: true }), files);
    expect(line.startsWith("::error ")).toBe(true);
  });

  test("no text of others ends a command, or begins another", () => {
    const [line = "", ...more] = githubAnnotations(
      reportOf({ hops: [{ ...red, client: HOSTILE, reason: HOSTILE }], expiring: [] }),
      files,
    );
    expect(more).toEqual([]);
    expect(line).not.toMatch(/[\r\n]/);
    expect(read(line)).toMatchObject({ level: "error", file: "deploy/cdktf.json" });
    expect(read(line).message).toContain("%0A,a=b:c");
  });

  test("the last of ten says how many there are more, because GitHub drops them without a word", () => {
    const lines = githubAnnotations(
      reportOf({ hops: Array.from({ length: 12 }, () => red), expiring: [] }),
      files,
    );
    expect(lines).toHaveLength(10);
    expect(read(lines.at(-1) ?? "").message).toContain("and 3 more, which GitHub does not show here");
  });
});
