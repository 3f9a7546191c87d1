import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { checkServerIdentity } from "node:tls";
import fc from "fast-check";
import { matchesHostName, toPem } from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import { withDirectory } from "./support/material";
import { certificateWith } from "./support/namedCertificate";

describe("matchesHostName", () => {
  test("gives the reason with what was asked for and what the certificate has", () => {
    const certificate = certificateWith("dns:api.example", "dns:*.apps.example", "ip:10.0.0.1");
    const bare = certificateWith("old.example");

    expect(matchesHostName(certificate, "x.apps.example")).toEqual({
      matches: true,
      reason: '"*.apps.example" of the certificate covers "x.apps.example"',
    });
    expect(matchesHostName(certificate, "web.example").reason).toBe(
      '"web.example" was asked for, the certificate has the DNS names "api.example", "*.apps.example"',
    );
    expect(matchesHostName(certificate, "10.0.0.2").reason).toBe(
      '"10.0.0.2" is an address: only IP names count, the certificate has the IP addresses "10.0.0.1"',
    );
    expect(matchesHostName(bare, "10.0.0.2").reason).toBe(
      '"10.0.0.2" is an address: only IP names count, the certificate has no IP addresses',
    );
    expect(matchesHostName(bare, "new.example").reason).toBe(
      '"new.example" was asked for, the certificate has no DNS names and the common name "old.example"',
    );
    expect(matchesHostName(certificate, "a..example").reason).toBe('"a..example" is no host name');
  });

  test("a long list of names is cut", () => {
    const names = Array.from({ length: 12 }, (_, index) => `dns:host-${index}.example`);
    expect(matchesHostName(certificateWith(...names), "x.example").reason).toMatch(
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
    expect(matchesHostName(certificateWith(...names), asked).matches).toBe(matches);
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
        .filter((text) => matchesHostName(certificate, text).matches)
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
