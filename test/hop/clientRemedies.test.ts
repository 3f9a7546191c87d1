import { judgeHop, type PresentedIdentity } from "../../lib/hop";
import type { Finding } from "../../lib/model";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now, withoutRoot } from "./materials";

const { root, server } = makeWorld();
const constrained = makeAuthority(now, "Constrained", { issuer: root, permittedDns: ["internal"] });

function errorsOf(findings: readonly Finding[]): { readonly rule: string; readonly remedy: string }[] {
  return findings.flatMap(({ level, rule, remedy }) => (level === "error" ? [{ rule, remedy }] : []));
}

describe("what helps against a client certificate that is not sent", () => {
  function judged(identity: PresentedIdentity, clientAnchors: readonly Buffer[]) {
    const { findings } = judgeHop(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "require", clientAnchors },
        client: { anchors: [root.der], identity },
      }),
    );
    return errorsOf(findings);
  }

  test("another key, where no handshake uses this one", () => {
    const odd = makeCertificate({ now, subject: "Partner Seven", issuer: root, key: "secp256k1" });

    expect(judged(identityOf(odd), [root.der])).toEqual([
      { rule: "client-certificate-not-sent", remedy: "take RSA 2048 or more, or EC P-256" },
    ]);
  });

  test("its issuer at the server, where it asks for none in the chain", () => {
    const partner = makeCertificate({ now, subject: "Partner Seven", issuer: root });
    const stranger = makeAuthority(now, "Stranger");

    expect(judged(identityOf(partner), [stranger.der])[0]?.remedy).toContain("put its issuer into");
  });
});

describe("what helps against a name outside the constraints", () => {
  function serverOf(options: Partial<MadeCertificateOptions>) {
    const made = makeCertificate({ now, subject: "web.example", issuer: constrained, ...options });
    return { identity: identityOf(made, withoutRoot(made)) };
  }

  function judgedServer(options: Partial<MadeCertificateOptions>, address: string) {
    return judgeHop(hop({ address, server: serverOf(options), client: { anchors: [root.der] } }));
  }

  test("an alternative name inside them, where a server has its name as common name only", () => {
    const [error] = errorsOf(judgedServer({}, "web.example").findings);

    expect(error?.rule).toBe("name-not-permitted");
    expect(error?.remedy).toBe(
      "issue the certificate with a subject alternative name inside the constraints",
    );
    expect(judgedServer({ names: ["DNS:web.internal"] }, "web.internal").accepted).toBe(true);
    // A common name with a space would pass the constraints, and be no name to call by.
    expect(judgedServer({ subject: "web server" }, "web.example").accepted).toBe(false);
  });

  test("other alternative names, where those are outside", () => {
    const [error] = errorsOf(judgedServer({ names: ["DNS:web.example"] }, "web.example").findings);

    expect(error?.remedy).toBe("issue the certificate with names inside the constraints only");
  });

  test("a common name that is no host name, where a client has one that is", () => {
    const client = (subject: string) => {
      const made = makeCertificate({ now, subject, issuer: constrained });
      return judgeHop(
        hop({
          server: {
            identity: identityOf(server),
            clientAuthentication: "require",
            clientAnchors: [root.der],
          },
          client: { anchors: [root.der], identity: identityOf(made, withoutRoot(made)) },
        }),
      );
    };
    expect(errorsOf(client("partner-7").findings)[0]?.remedy).toContain("a common name with a space in it");
    expect(client("partner 7").accepted).toBe(true);
  });
});
