import { CertificateAuthority, Host, Secret, TrustFile } from "../../lib";
import { planOf } from "../support/planOf";

const host = Host.local("app");

describe("TrustFile", () => {
  test("holds a text, a certificate or an encrypted private key", () => {
    const plan = planOf((stack) => {
      const authority = new CertificateAuthority(stack, "Authority", { commonName: "Root" });
      new TrustFile(stack, "Text", {
        host,
        path: "/a.txt",
        content: { text: "hello\n" },
        unproven: "nobody ran it",
      });
      new TrustFile(stack, "Root", {
        host,
        path: "/a.crt",
        content: { certificateOf: authority, part: "anchor" },
      });
      new TrustFile(stack, "Der", {
        host,
        path: "/a.der",
        content: { certificateOf: authority, part: "leaf", encoding: "der" },
        mode: 0o640,
      });
      new TrustFile(stack, "Key", {
        host,
        path: "/a.key",
        content: { privateKeyOf: authority, password: Secret.env("KEY") },
      });
    });
    expect(plan.files).toEqual([
      {
        id: "stack/Text",
        hostId: "app",
        path: "/a.txt",
        mode: 0o644,
        content: { kind: "text", text: "hello\n" },
        unproven: "nobody ran it",
      },
      {
        id: "stack/Root",
        hostId: "app",
        path: "/a.crt",
        mode: 0o644,
        content: { kind: "certificate", identityId: "stack/Authority", part: "anchor", encoding: "pem" },
      },
      {
        id: "stack/Der",
        hostId: "app",
        path: "/a.der",
        mode: 0o640,
        content: { kind: "certificate", identityId: "stack/Authority", part: "leaf", encoding: "der" },
      },
      {
        id: "stack/Key",
        hostId: "app",
        path: "/a.key",
        mode: 0o600,
        content: { kind: "private-key", identityId: "stack/Authority", password: "env:KEY" },
      },
    ]);
  });

  test("makes its text when everything is declared", () => {
    const plan = planOf((stack) => {
      const lines: string[] = [];
      new TrustFile(stack, "File", { host, path: "/list.txt", content: { text: () => lines.join("\n") } });
      lines.push("declared", "later");
    });
    expect(plan.files[0]?.content).toEqual({ kind: "text", text: "declared\nlater" });
  });
});
