import fc from "fast-check";
import { javaRules, matchesJavaHostName } from "../../lib/java";
import type { Certificate } from "../../lib/pki";
import { askJava, hostQuestion } from "../pki/support/javaJudge";
import { certificateWith } from "../pki/support/namedCertificate";
import { describeWith } from "../support/tools";

describe("matchesJavaHostName", () => {
  test("gives the reason with what was asked for and what the certificate has", () => {
    const certificate = certificateWith("dns:api.example", "dns:*.apps.example", "ip:10.0.0.1");

    expect(matchesJavaHostName(certificate, "x.apps.example")).toEqual({
      matches: true,
      reason: '"*.apps.example" of the certificate covers "x.apps.example"',
    });
    expect(matchesJavaHostName(certificate, "web.example").reason).toBe(
      '"web.example" was asked for, the certificate has the DNS names "api.example", "*.apps.example"',
    );
    expect(matchesJavaHostName(certificate, "10.0.0.2").reason).toBe(
      '"10.0.0.2" is an address: only IP names count, the certificate has the IP addresses "10.0.0.1"',
    );
    expect(matchesJavaHostName(certificate, "my_host").reason).toBe(
      '"my_host" is no host name to Java: letters, digits and inner hyphens are allowed, no underscores',
    );
  });
});

const javaCases: [names: string[], asked: string[]][] = [
  [
    ["ip:10.20.30.40"],
    ["10.20.30.40", "010.20.30.40", "10.20.7720", "::ffff:10.20.30.40", "10.20.30.41", "10.20.30"],
  ],
  [
    ["ip:2001:db8::7"],
    ["2001:db8::7", "[2001:db8::7]", "2001:0DB8:0:0:0:0:0:7", "2001:db8::8", "2001:db8::0007"],
  ],
  [["ip:::ffff:10.1.2.3"], ["10.1.2.3", "::ffff:10.1.2.3", "::ffff:0a01:0203"]],
  [["10.0.0.1", "dns:10.0.0.1"], ["10.0.0.1"]],
  [
    ["a.example", "ip:10.0.0.1", "email:x@y.example", "uri:http://b.example/"],
    ["a.example", "b.example"],
  ],
  [
    ["a.example", "dns:b.example"],
    ["a.example", "b.example"],
  ],
  [["*.apps.example"], ["x.apps.example", "apps.example"]],
  [["dns:app*.example"], ["app1.example", "app.example", "1app.example"]],
  [["dns:a*7.example"], ["a7.example", "ab7.example", "ab78.example"]],
  [["dns:a*p*.example"], ["ap.example", "axpy.example", "axy.example"]],
  [
    ["dns:*.internal", "dns:*.co.uk"],
    ["x.internal", "x.co.uk", "internal"],
  ],
  [["dns:*"], ["localhost", "a.example"]],
  [["dns:*com"], ["xcom"]],
  [["dns:app.*.example"], ["app.x.example", "app.example"]],
  [["dns:*.*.example"], ["a.b.example"]],
  [["dns:*.xn--bcher-kva.example"], ["a.bücher.example", "a.xn--bcher-kva.example"]],
  [["dns:xn--b*-kva.example"], ["xn--bcher-kva.example", "bücher.example"]],
  [["dns:b*.example"], ["bücher.example", "xn--bcher-kva.example"]],
  [["dns:xn--bcher-kva.example"], ["bücher.example", "BÜCHER.example", "XN--BCHER-KVA.example"]],
  [["bücher.example"], ["xn--bcher-kva.example", "bücher.example"]],
  [["dns:strasse.example"], ["straße.example", "xn--strae-oqa.example"]],
  [["dns:xn--strae-oqa.example"], ["straße.example", "xn--strae-oqa.example"]],
  [
    ["dns:my_host.example", "dns:good.example"],
    ["my_host.example", "good.example"],
  ],
  [
    ["dns:*_x.example", "dns:bad-.example"],
    ["a_x.example", "bad-.example", "-bad.example"],
  ],
  [["dns:a.example."], ["a.example", "a.example."]],
  [
    ["dns:a.example"],
    ["a.example.", "A.Example", "a.example..", ".a.example", "a..example", "", ".", "a。example"],
  ],
  [
    ["dns:localhost", "ip:127.0.0.1"],
    ["localhost", "127.0.0.1", "127.1", "2130706433", "localhost."],
  ],
  [["fullwidth．example"], ["fullwidth.example"]],
  [["ﬁle.example"], ["file.example"]],
  [["Ä.example"], ["ä.example"]],
];

/** Where the two disagree: each as `JDK: names / asked`. */
function disagreements(
  java: "java" | "java25",
  cases: readonly (readonly [certificate: Certificate, names: readonly string[], asked: string])[],
): string[] {
  const rules = javaRules({ kind: "java", release: java === "java" ? 17 : 25 });
  const answers = askJava(
    java,
    cases.map(([certificate, , asked]) => hostQuestion(certificate.der, asked)),
  );
  // A judge that refuses everything judges nothing.
  expect(answers.filter((answer) => answer === "ok").length).toBeGreaterThan(cases.length / 100);
  return cases.flatMap(([certificate, names, asked], index) => {
    const expected = answers[index] === "ok";
    const { matches } = matchesJavaHostName(certificate, asked, rules);
    return matches === expected
      ? []
      : [`${java}: ${names.join(" ")} / ${asked}: ${answers[index]}, we ${matches}`];
  });
}

describe.each(["java", "java25"] as const)("Java's rules, judged by %s", (java) => {
  describeWith(java, "JSSE", () => {
    test("on every kind of name that is known to matter", () => {
      const cases = javaCases.flatMap(([names, asked]) => {
        const certificate = certificateWith(...names);
        return asked.map((name) => [certificate, names, name] as const);
      });
      expect(disagreements(java, cases)).toEqual([]);
    });

    test("on names made up from the pieces that matter", () => {
      const piece = fc.constantFrom(
        "a",
        "b",
        "ab",
        "*",
        "a*",
        "*b",
        "a*b",
        "-",
        "_",
        "xn--",
        "ü",
        "1",
        "10",
        "255",
        "",
      );
      const label = fc.array(piece, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(""));
      const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
      const ascii = name.filter((text) => text !== "" && !text.includes("ü"));
      const samples = fc.sample(
        fc.record({
          names: fc.oneof(
            fc.array(
              ascii.map((text) => `dns:${text}`),
              { minLength: 1, maxLength: 2 },
            ),
            name.filter((text) => text !== "").map((text) => [text]),
          ),
          asked: fc.array(name, { minLength: 5, maxLength: 15 }),
        }),
        { numRuns: process.env.SLOW === "1" ? 3000 : 150, seed: 7 },
      );
      const cases = samples.flatMap(({ names, asked }) => {
        const certificate = certificateWith(...names);
        const concrete = names.map((text) => text.replace(/^dns:/, "").replaceAll("*", "b"));
        return [...asked, ...concrete].map((text) => [certificate, names, text] as const);
      });
      expect(disagreements(java, cases)).toEqual([]);
    });
  });
});
