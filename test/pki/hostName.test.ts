import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { checkServerIdentity } from "node:tls";
import fc from "fast-check";
import type { SubjectAltName } from "../../lib/model";
import { matchesHostName, toPem, type Certificate } from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import { askJava, hostQuestion } from "./support/javaJudge";
import { makeIdentity, withDirectory } from "./support/material";

/** Names of a certificate as `dns:a.example`; without a kind it is the common name. */
function certificateWith(...names: string[]): Certificate {
  const commonName = names.find((name) => !/^(dns|ip|email|uri):/.test(name)) ?? "Common Name";
  const alternatives = names.flatMap((name): SubjectAltName[] => {
    const [, kind, value = ""] = /^(dns|ip|email|uri):(.*)$/.exec(name) ?? [];
    return kind === "dns" || kind === "ip" || kind === "email" || kind === "uri" ? [{ kind, value }] : [];
  });
  return makeIdentity(commonName, { names: alternatives }).certificate;
}

describe("matchesHostName", () => {
  test("gives the reason with what was asked for and what the certificate has", () => {
    const certificate = certificateWith("dns:api.example", "dns:*.apps.example", "ip:10.0.0.1");
    const bare = certificateWith("old.example");

    expect(matchesHostName(certificate, "x.apps.example", "java")).toEqual({
      matches: true,
      reason: '"*.apps.example" of the certificate covers "x.apps.example"',
    });
    expect(matchesHostName(certificate, "web.example", "java").reason).toBe(
      '"web.example" was asked for, the certificate has the DNS names "api.example", "*.apps.example"',
    );
    expect(matchesHostName(certificate, "10.0.0.2", "java").reason).toBe(
      '"10.0.0.2" is an address: only IP names count, the certificate has the IP addresses "10.0.0.1"',
    );
    expect(matchesHostName(bare, "10.0.0.2", "rfc6125").reason).toBe(
      '"10.0.0.2" is an address: only IP names count, the certificate has no IP addresses',
    );
    expect(matchesHostName(bare, "new.example", "rfc6125").reason).toBe(
      '"new.example" was asked for, the certificate has no DNS names and the common name "old.example"',
    );
    expect(matchesHostName(certificate, "my_host", "java").reason).toContain("no underscores");
  });

  test("a long list of names is cut", () => {
    const names = Array.from({ length: 12 }, (_, index) => `dns:host-${index}.example`);
    expect(matchesHostName(certificateWith(...names), "x.example", "java").reason).toMatch(
      /"host-9.example" and 2 more$/,
    );
  });

  test.each([
    [["dns:a.example"], "A.EXAMPLE", true],
    [["dns:a.example"], "a.example.", true],
    [["dns:*.example.com"], "a.example.com", true],
    [["dns:*.example.com"], "a.b.example.com", false],
    [["dns:*.example.com"], "example.com", false],
    [["dns:*.example"], "a.example", false],
    [["dns:a*.example.com"], "ab.example.com", false],
    [["dns:*.*.example.com"], "a.b.example.com", false],
    [["a.example"], "a.example", true],
    [["a.example", "dns:b.example"], "a.example", false],
    [["a.example", "ip:10.0.0.1"], "a.example", false],
    [["a.example", "email:x@y.example"], "a.example", true],
    [["10.0.0.1"], "10.0.0.1", false],
    [["ip:2001:db8::1"], "[2001:0db8:0:0::1]", true],
    [["dns:xn--bcher-kva.example"], "bücher.example", true],
    [["dns:a.example"], "", false],
    [["dns:a.example"], "a..example", false],
  ])("by RFC 6125 %j covers %s: %s", (names, asked, matches) => {
    expect(matchesHostName(certificateWith(...names), asked, "rfc6125").matches).toBe(matches);
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
  const javaRelease = java === "java" ? 17 : 25;
  const answers = askJava(
    java,
    cases.map(([certificate, , asked]) => hostQuestion(certificate.der, asked)),
  );
  // A judge that refuses everything judges nothing.
  expect(answers.filter((answer) => answer === "ok").length).toBeGreaterThan(cases.length / 100);
  return cases.flatMap(([certificate, names, asked], index) => {
    const expected = answers[index] === "ok";
    const { matches } = matchesHostName(certificate, asked, "java", { javaRelease });
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

describeWith("openssl", "RFC 6125, before OpenSSL and Node", () => {
  test("what we accept, both accept", async () => {
    // GIVEN
    const label = fc.constantFrom("a", "b", "*", "a*", "example", "com", "x_y", "xn--bcher-kva");
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    const samples = fc.sample(
      fc.record({
        names: fc.oneof(
          fc.array(
            name.map((text) => `dns:${text}`),
            { minLength: 1, maxLength: 2 },
          ),
          name.map((n) => [n]),
        ),
        asked: fc.array(
          name.filter((text) => !text.includes("*")),
          { minLength: 10, maxLength: 20 },
        ),
      }),
      { numRuns: process.env.SLOW === "1" ? 500 : 60, seed: 11 },
    );
    const accepted = samples.flatMap(({ names, asked }) => {
      const certificate = certificateWith(...names);
      const concrete = names.map((text) => text.replace(/^dns:/, "").replaceAll("*", "b"));
      return [...asked, ...concrete]
        .filter((text) => matchesHostName(certificate, text, "rfc6125").matches)
        .map((text) => ({ certificate, names, text }));
    });
    expect(accepted.length).toBeGreaterThan(20);

    // THEN
    const refusedByNode = accepted.filter(
      ({ certificate, text }) =>
        checkServerIdentity(text, new X509Certificate(certificate.der).toLegacyObject()) !== undefined,
    );
    expect(refusedByNode.map(({ names, text }) => `${names.join(" ")} / ${text}`)).toEqual([]);

    const refusedByOpenssl = await withDirectory((write) =>
      accepted.filter(({ certificate, text }) => {
        const path = write("certificate.pem", toPem(certificate.der, "CERTIFICATE"));
        const options = ["x509", "-in", path, "-noout", "-checkhost", text];
        return spawnSync(tool("openssl"), options, { encoding: "utf8" }).stdout.includes("does NOT match");
      }),
    );
    expect(refusedByOpenssl.map(({ names, text }) => `${names.join(" ")} / ${text}`)).toEqual([]);
  });
});
