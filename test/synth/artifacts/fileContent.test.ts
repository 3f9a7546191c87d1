import { createPrivateKey, X509Certificate } from "node:crypto";
import type { FileContent } from "../../../lib/model";
import { toPem } from "../../../lib/pki";
import type { ResolvedIdentity } from "../../../lib/lock";
import { fileContent } from "../../../lib/synth/artifacts/fileContent";
import { type MadeIdentity, makeAuthority, makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const root = makeAuthority(now, "Root");
const issuing = makeAuthority(now, "Issuing", { issuer: root });
const server = makeCertificate({ now, subject: "server", issuer: issuing });
const other = makeCertificate({ now, subject: "other", issuer: root });

function resolved({ chain, pkcs8 }: MadeIdentity): ResolvedIdentity {
  return { chain: chain.slice(0, -1), anchor: root.der, privateKey: pkcs8 };
}
const identities = new Map<string, ResolvedIdentity>([
  ["server", resolved(server)],
  ["other", resolved(other)],
  ["elsewhere", { chain: [server.der], anchor: root.der }],
]);

function contentOf(content: FileContent, secret: (reference: string) => string = () => "secret") {
  return fileContent(content, (id) => identities.get(id), secret);
}
const pem = ({ der }: MadeIdentity) => toPem(der, "CERTIFICATE");

describe("the content of a file", () => {
  test("of text is its UTF-8", () => {
    expect(contentOf({ kind: "text", text: "Zürich\r\n" })).toEqual(Buffer.from("Zürich\r\n", "utf8"));
  });

  test("of text names certificates by what the lock knows of them", () => {
    const text = "LABEL('flow-#SHA0001') LABEL('root-#SHA0002') LABEL('flow-#SHA0001')";
    const fingerprints = [
      { placeholder: "#SHA0001", identityId: "server", part: "leaf" },
      { placeholder: "#SHA0002", identityId: "server", part: "anchor" },
    ] as const;
    const [leaf, anchor] = [server, root].map(({ der }) =>
      new X509Certificate(der).fingerprint256.replaceAll(":", "").slice(0, 8).toLowerCase(),
    );
    expect(contentOf({ kind: "text", text, fingerprints })?.toString()).toBe(
      `LABEL('flow-${leaf}') LABEL('root-${anchor}') LABEL('flow-${leaf}')`,
    );
    const unknown = [{ placeholder: "#SHA0001", identityId: "unknown", part: "leaf" }] as const;
    expect(contentOf({ kind: "text", text, fingerprints: unknown })).toBeUndefined();
  });

  test.each([
    ["leaf", [server]],
    ["issuer", [issuing]],
    ["anchor", [root]],
    ["chain", [server, issuing]],
  ] as const)("of a certificate's %s in PEM", (part, expected) => {
    const content = contentOf({ kind: "certificate", identityId: "server", part, encoding: "pem" });
    expect(content?.toString("utf8")).toBe(expected.map(pem).join(""));
  });

  test.each([
    ["leaf", server],
    ["issuer", issuing],
    ["anchor", root],
    ["chain", server],
  ] as const)("of a certificate's %s in DER is one certificate", (part, expected) => {
    const content = contentOf({ kind: "certificate", identityId: "server", part, encoding: "der" });
    expect(content).toEqual(expected.der);
  });

  test("of anchors holds each certificate once, in the declared order", () => {
    const content = contentOf({
      kind: "anchors",
      anchors: [
        { identityId: "other", part: "leaf" },
        { identityId: "server", part: "anchor" },
        { identityId: "other", part: "anchor" },
      ],
    });
    expect(content?.toString("utf8")).toBe(`${pem(other)}${pem(root)}`);
  });

  test("of a private key is encrypted under its password, and OpenSSL's library opens it", () => {
    const references: string[] = [];
    const content = contentOf(
      { kind: "private-key", identityId: "server", password: "env:KEY" },
      (reference) => {
        references.push(reference);
        return "pass phrase";
      },
    );
    const text = content?.toString("utf8") ?? "";
    expect(text).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect(references).toEqual(["env:KEY"]);
    const opened = createPrivateKey({ key: text, passphrase: "pass phrase" });
    expect(opened.export({ format: "der", type: "pkcs8" })).toEqual(server.pkcs8);
    expect(() => createPrivateKey({ key: text, passphrase: "another" })).toThrow("bad decrypt");
  });

  test.each<[string, FileContent]>([
    ["a certificate", { kind: "certificate", identityId: "unknown", part: "leaf", encoding: "pem" }],
    [
      "one of the anchors",
      {
        kind: "anchors",
        anchors: [
          { identityId: "server", part: "anchor" },
          { identityId: "unknown", part: "anchor" },
        ],
      },
    ],
    ["an identity", { kind: "private-key", identityId: "unknown", password: "env:KEY" }],
    ["a private key", { kind: "private-key", identityId: "elsewhere", password: "env:KEY" }],
  ])("is unknown where %s is not at hand, and no secret is asked for", (_title, content) => {
    const secret = () => {
      throw new Error("a secret was asked for");
    };
    expect(contentOf(content, secret)).toBeUndefined();
  });
});
