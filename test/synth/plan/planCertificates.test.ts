import { X509Certificate, createHash } from "node:crypto";
import type { EntryPlan, FileContent, FilePlan } from "../../../lib/model";
import { PlanCertificates } from "../../../lib/synth/plan/planCertificates";
import { plan } from "../../check/plans";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const root = makeAuthority(now, "Root");
const server = makeCertificate({ now, subject: "server", issuer: root });
const certificates = new PlanCertificates((id) =>
  id === "identity" ? { chain: [server.der], anchor: root.der } : undefined,
);
const sha256Of = (der: Uint8Array) => new X509Certificate(der).fingerprint256;

describe("the certificates of a plan", () => {
  test("are, without any key, the leaf of a key entry and the declared part of an anchor", () => {
    const shown = plan().entries.map((entry) => certificates.certificateOf(entry));
    expect(shown.map((certificate) => [certificate?.subject, certificate?.sha256])).toEqual([
      ["CN=server", sha256Of(server.der)],
      ["CN=Root", sha256Of(root.der)],
    ]);
  });

  test.each<[string, Partial<EntryPlan>]>([
    ["is not in the lock", { identityId: "unknown" }],
    ["is left out", { leftOut: true }],
  ])("lack one that %s", (_title, change) => {
    const [, anchor] = plan().entries;
    expect(certificates.certificateOf({ ...anchor, ...change } as EntryPlan)).toBeUndefined();
  });

  const sha256OfFile = (content: FileContent) =>
    certificates.sha256OfFile({
      id: "file",
      hostId: "server",
      path: "/f",
      mode: 0o600,
      content,
    } satisfies FilePlan);

  test("a file is known by its bytes, a private key's by its certificate", () => {
    const textSha256 = createHash("sha256").update("hello").digest("hex").toUpperCase();
    expect(sha256OfFile({ kind: "text", text: "hello" })?.replaceAll(":", "")).toBe(textSha256);
    const named = { placeholder: "#SHA0001", identityId: "identity", part: "leaf" } as const;
    const digits = sha256Of(server.der).replaceAll(":", "").slice(0, 8).toLowerCase();
    expect(sha256OfFile({ kind: "text", text: "#SHA0001", fingerprints: [named] })?.replaceAll(":", "")).toBe(
      createHash("sha256").update(digits).digest("hex").toUpperCase(),
    );
    expect(sha256OfFile({ kind: "certificate", identityId: "identity", part: "leaf", encoding: "der" })).toBe(
      sha256Of(server.der),
    );
    expect(sha256OfFile({ kind: "private-key", identityId: "identity", password: "env:KEY" })).toBe(
      sha256Of(server.der),
    );
  });

  test.each<FileContent>([
    { kind: "private-key", identityId: "unknown", password: "env:KEY" },
    { kind: "anchors", anchors: [{ identityId: "unknown", part: "anchor" }] },
    {
      kind: "text",
      text: "#SHA0001",
      fingerprints: [{ placeholder: "#SHA0001", identityId: "unknown", part: "leaf" }],
    },
  ])("a file of what is not in the lock is unknown: $kind", (content) => {
    expect(sha256OfFile(content)).toBeUndefined();
  });
});
