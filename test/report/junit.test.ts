import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { junitXml } from "../../lib/report";
import { describeWith, tool } from "../support/tools";
import { ending, green, HOSTILE, red, reportOf, unproven } from "./reports";

describe("junitXml", () => {
  test("has a suite a stack, a case a hop, and what ends soon", () => {
    expect(junitXml(reportOf({ hops: [green, unproven] }))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cdktf-trust verify production" tests="3" failures="0" errors="0" skipped="1">
  <testsuite name="shop" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="shop" name="Shop → stock.example.com:8443" time="0"/>
  </testsuite>
  <testsuite name="bank" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase classname="bank" name="Shop → bank.example.com:443" time="0">
      <skipped message="the server is somebody else&apos;s"/>
    </testcase>
  </testsuite>
  <testsuite name="expiry" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="production.expiry" name="shop/Bank: CN=&quot;Example, bank&quot;" time="0">
      <system-out>the certificate of CN=bank.example.com expires on 2026-12-04, in 4 days; ask the partner for the next one</system-out>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });
});

/** What a program of others makes of a report: the counts of its cases, and the names that it reads. */
const READ = `
import sys
from junitparser import JUnitXml, Failure, Skipped
xml = JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in xml for case in suite]
kinds = lambda kind: sum(any(isinstance(result, kind) for result in case.result) for case in cases)
print(xml.tests, xml.failures, xml.skipped, len(cases), kinds(Failure), kinds(Skipped))
print([case.name for case in cases][0])
`;

describeWith(["junitparser", "xmllint", "debianPython"], "JUnit XML, read by junitparser", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-junit-"));
  const file = join(directory, "report.xml");

  afterAll(() => rmSync(directory, { recursive: true }));

  function read(text: string): {
    readonly counts: string;
    readonly first: string;
    readonly isGreen: boolean;
  } {
    writeFileSync(file, text);
    expect(spawnSync(tool("xmllint"), ["--noout", file], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const shown = spawnSync(tool("debianPython"), ["-c", READ, file], { encoding: "utf8" });
    expect(shown.stderr).toBe("");
    const [counts = "", ...first] = shown.stdout.trimEnd().split("\n");
    const verified = spawnSync(tool("junitparser"), ["verify", file]);
    return { counts, first: first.join("\n"), isGreen: verified.status === 0 };
  }

  test("a red hop fails the report, a hop that is not proven is skipped", () => {
    expect(read(junitXml(reportOf()))).toEqual({
      counts: "4 1 1 4 1 1",
      first: "Shop → stock.example.com:8443",
      isGreen: false,
    });
  });

  test("what ends soon fails it where it is to", () => {
    expect(read(junitXml(reportOf({ hops: [green] }))).isGreen).toBe(true);
    expect(read(junitXml(reportOf({ hops: [green], failsForExpiry: true }))).isGreen).toBe(false);
  });

  test("hostile names stay names", () => {
    const hop = {
      ...red,
      client: HOSTILE,
      reason: HOSTILE,
      findings: red.findings.map((one) => ({ ...one, message: HOSTILE })),
    };
    const report = reportOf({
      hops: [{ ...hop, stack: HOSTILE }],
      expiring: [{ ...ending, subject: HOSTILE }],
    });

    const { counts, first } = read(junitXml(report));

    expect(counts).toBe("2 1 0 2 1 0");
    expect(first).toContain("]]><failure/>\\u{0}\\u{1b}[2J\\u{202e}");
  });
});
