import { App, TerraformStack } from "cdktf";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FingerprintPlan } from "../../../lib/model";
import { addFingerprintOutputs } from "../../../lib/synth/terraform/fingerprintOutputs";
import { plan } from "../../check/plans";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const root = makeAuthority(now, "Root");
const server = makeCertificate({ now, subject: "server", issuer: root });
const [leafJudge, rootJudge] = [server, root].map(({ der }) => new X509Certificate(der));

function outputsOf(fingerprints: readonly FingerprintPlan[]): unknown {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-outputs-"));
  try {
    const stack = new TerraformStack(new App({ outdir }), "pair");
    addFingerprintOutputs(stack, plan({ fingerprints }), (id) =>
      id === "identity" ? { chain: [server.der], anchor: root.der } : undefined,
    );
    return (stack.toTerraform() as { readonly output?: unknown }).output;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

describe("outputs of fingerprints", () => {
  const wanted = { id: "pair/Server/Sha256", identityId: "identity", part: "leaf" } as const;

  test.each([
    ["leaf", "sha256", "colons", leafJudge?.fingerprint256],
    ["leaf", "sha1", "plain", leafJudge?.fingerprint.replaceAll(":", "")],
    ["anchor", "sha256", "plain", rootJudge?.fingerprint256.replaceAll(":", "")],
    ["anchor", "sha1", "colons", rootJudge?.fingerprint],
  ] as const)("give the %s's %s in %s", (part, algorithm, notation, value) => {
    expect(outputsOf([{ ...wanted, part, algorithm, notation }])).toEqual({ Server_Sha256: { value } });
  });

  test("are left out where the lock does not hold the identity", () => {
    const unknown = { ...wanted, identityId: "unknown", algorithm: "sha256", notation: "colons" } as const;
    expect(outputsOf([unknown])).toBeUndefined();
  });
});
