import { terminalText, xmlAttribute, xmlText } from "../text";
import type { Finding } from "../model";
import { groupBy } from "../model/groupBy";
import { sentenceOf } from "../rules";
import type { EnvironmentReport, ReportedHop } from "./environmentReport";

/**
 * JUnit XML, as Jenkins, GitLab and others read it: a suite a stack with a case a hop, and one of what ends soon. A hop
 * that is not proven is skipped, with the reason.
 */
export function junitXml(report: EnvironmentReport): string {
  const suites = [...groupBy(report.hops, ({ stack }) => stack)].map(([stack, hops]) =>
    suiteOf(stack, hops.map(caseOfHop)),
  );
  const ends = report.expiring.map((expiry) =>
    caseOf(
      { name: `${expiry.identityId}: ${expiry.subject}`, classname: `${report.environment}.expiry` },
      report.failsForExpiry
        ? { kind: "failure", type: expiry.rule, message: sentenceOf(expiry) }
        : { kind: "noted", message: sentenceOf(expiry) },
    ),
  );
  const all = [...suites, ...(ends.length === 0 ? [] : [suiteOf("expiry", ends)])];
  const name = attribute("name", `cdktf-trust verify ${report.environment}`);
  const counts = countsOf(all.flatMap(({ cases }) => cases));
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${name}${counts}>`,
    ...all.map(({ text }) => text),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Case {
  readonly kind: Outcome["kind"];
  readonly text: string;
}

type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "noted"; readonly message: string }
  | { readonly kind: "skipped"; readonly message: string }
  | {
      readonly kind: "failure";
      readonly type: string;
      readonly message: string;
      readonly findings?: readonly Finding[];
    };

function suiteOf(
  name: string,
  cases: readonly Case[],
): { readonly text: string; readonly cases: readonly Case[] } {
  const text = [
    `  <testsuite${attribute("name", name)}${countsOf(cases)} time="0">`,
    ...cases.map((one) => one.text),
    "  </testsuite>",
  ].join("\n");
  return { text, cases };
}

function caseOfHop(hop: ReportedHop): Case {
  const named = { name: `${hop.client} → ${hop.address}`, classname: hop.stack };
  switch (hop.verdict) {
    case "not proven":
      return caseOf(named, { kind: "skipped", message: hop.reason });
    case "FAILS": {
      const { reason: message, findings } = hop;
      const type = findings.find(({ level }) => level === "error")?.rule ?? "hop";
      return caseOf(named, { kind: "failure", type, message, findings });
    }
    case "ok":
      return caseOf(
        named,
        hop.findings.length === 0 ? { kind: "passed" } : { kind: "noted", message: linesOf(hop.findings) },
      );
  }
}

function caseOf(
  { name, classname }: { readonly name: string; readonly classname: string },
  outcome: Outcome,
): Case {
  const inside = insideOf(outcome);
  const opening = `    <testcase${attribute("classname", classname)}${attribute("name", name)} time="0"`;
  const text = inside === "" ? `${opening}/>` : `${opening}>\n      ${inside}\n    </testcase>`;
  return { kind: outcome.kind, text };
}

function insideOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "passed":
      return "";
    case "noted":
      return `<system-out>${content(outcome.message)}</system-out>`;
    case "skipped":
      return `<skipped${attribute("message", outcome.message)}/>`;
    case "failure": {
      const { type, message, findings = [] } = outcome;
      const text = findings.length === 0 ? message : linesOf(findings);
      return `<failure${attribute("type", type)}${attribute("message", message)}>${content(text)}</failure>`;
    }
  }
}

function linesOf(findings: readonly Finding[]): string {
  return findings.map((one) => `${one.level}: ${one.subject} [${one.rule}]: ${sentenceOf(one)}`).join("\n");
}

function countsOf(cases: readonly Case[]): string {
  const count = (wanted: Outcome["kind"]) => cases.filter(({ kind }) => kind === wanted).length;
  return ` tests="${cases.length}" failures="${count("failure")}" errors="0" skipped="${count("skipped")}"`;
}

/** Somebody else's text may hold what XML cannot. */
function attribute(name: string, value: string): string {
  return ` ${name}="${xmlAttribute(terminalText(value))}"`;
}

function content(text: string): string {
  return xmlText(terminalText(text));
}
