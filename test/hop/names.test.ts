import { refusedName } from "../../lib/hop/names";
import { parseCertificate } from "../../lib/pki";
import { makeCertificate } from "../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const named = (...names: string[]) => parseCertificate(makeCertificate({ now, subject: "leaf", names }).der);

describe("what helps against a name that is not covered", () => {
  test("the certificate with that name, or a name that it has", () => {
    expect(refusedName(named("DNS:a.example"), "b.example", "java")?.remedy).toBe(
      "issue the certificate with the subject alternative name DNS:b.example, or use a name it has",
    );
    expect(refusedName(named("DNS:a.example"), "10.1.2.3", "openssl")?.remedy).toContain("IP:10.1.2.3");
  });

  test("no certificate, where Java takes the name from none", () => {
    expect(refusedName(named("DNS:my_server.example"), "my_server.example", "java")?.remedy).toBe(
      "call the server by another name, which its certificate has: this one is refused whatever a certificate says",
    );
  });

  test("a subject alternative name, where the address is the common name only", () => {
    const certificate = parseCertificate(makeCertificate({ now, subject: "10.1.2.3" }).der);
    expect(refusedName(certificate, "10.1.2.3", "node")).toMatchObject({
      rule: "address-only-in-common-name",
      remedy: "issue it again with the subject alternative name IP:10.1.2.3",
    });
  });

  test.each(["openssl", "curl", "newman"] as const)("the words of %s, whose rules refused", (client) => {
    const [runtime, programs] =
      client === "openssl" ? (["openssl", []] as const) : (["openssl", [client]] as const);
    const reason = refusedName(named("DNS:a.example"), "b.example", runtime, programs);
    const words = {
      openssl: "hostname mismatch",
      curl: "no alternative certificate subject name",
      newman: "ERR_TLS",
    };
    expect(reason?.message).toContain(words[client]);
  });

  test("who takes the name, where the programs of a client differ", () => {
    const certificate = parseCertificate(makeCertificate({ now, subject: "10.1.2.3" }).der);
    const reason = refusedName(certificate, "10.1.2.3", "openssl", ["curl", "newman"]);
    expect(reason?.message).toMatch(/^Node, hence Newman, refuses what curl takes: .* though curl does$/);
    expect(refusedName(certificate, "10.1.2.3", "openssl", ["curl"])).toBeUndefined();
  });
});
