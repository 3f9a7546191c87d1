import { strFromU8, unzipSync } from "fflate";
import type { ResolvedIdentity } from "../../../lib/lock";
import type { HostPlan, TrustPlan } from "../../../lib/model";
import { bundleManualHosts } from "../../../lib/synth/artifacts/bundle";
import { materialise } from "../../../lib/synth/artifacts/materialise";
import { PlanCertificates } from "../../../lib/synth/plan/planCertificates";
import { plan } from "../../check/plans";
import { makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const server = makeCertificate({ now, subject: "server.example" });
const whole: ResolvedIdentity = { chain: server.chain, anchor: server.der, privateKey: server.pkcs8 };
const identity = (id: string) => (id === "identity" ? whole : undefined);
const [localServer, localClient] = plan().hosts;
if (localServer === undefined || localClient === undefined) throw new Error("two hosts are expected");
const manual = (id: string, platform: HostPlan["platform"] = "posix"): HostPlan => ({
  kind: "manual",
  id,
  platform,
});

function bundled(declared: TrustPlan) {
  const artifacts = materialise({
    plan: declared,
    identity,
    secret: (reference) => `value of ${reference}`,
    readFile: () => undefined,
  });
  return bundleManualHosts({
    plan: declared,
    artifacts,
    identity,
    certificates: new PlanCertificates(identity),
  });
}

const pathsOf = (declared: TrustPlan) => bundled(declared).map(({ path }) => path);

describe("the bundles of hosts that nobody logs in to", () => {
  test("minimal: there is none where every host is delivered to", () => {
    expect(pathsOf(plan())).toEqual([
      "artifacts/server/opt/server/keystore",
      "artifacts/client/opt/client/truststore",
    ]);
  });

  test("full: one archive a host, with overlay, certificates and runbook, and nothing of other hosts", () => {
    // WHEN
    const declared = plan({ hosts: [localServer, manual("client")] });
    const artifacts = bundled(declared);

    // THEN
    expect(artifacts.map(({ path }) => path)).toEqual([
      "artifacts/server/opt/server/keystore",
      "artifacts/client.zip",
    ]);
    const contents = unzipSync(artifacts[1]?.bytes ?? new Uint8Array());
    const fingerprint = new PlanCertificates(identity).certificateOf(declared.entries[1] ?? fail())?.sha256;
    const short = (fingerprint ?? "").replaceAll(":", "").slice(0, 8).toLowerCase();
    expect(Object.keys(contents).sort()).toEqual([
      "RUNBOOK.md",
      `certificates/server-${short}.crt`,
      "files/opt/client/truststore",
    ]);
    expect(strFromU8(contents[`certificates/server-${short}.crt`] ?? new Uint8Array())).toContain(
      "-----BEGIN CERTIFICATE-----",
    );
    expect(strFromU8(contents["RUNBOOK.md"] ?? new Uint8Array())).toContain(
      `keytool -importcert -trustcacerts -alias server -file certificates/server-${short}.crt -keystore /opt/client/truststore -storetype JKS`,
    );
  });

  test("are the same bytes from run to run, readable by their owner alone", () => {
    const declared = plan({ hosts: [manual("server"), localClient] });
    const [, bundle] = bundled(declared);
    expect(bundled(declared)[1]).toEqual(bundle);
    // The central directory's record of the keystore ends its external attributes with 0600.
    const bytes = Buffer.from(bundle?.bytes ?? []);
    const record = bytes.lastIndexOf(
      "PK\u0001\u0002",
      bytes.lastIndexOf("files/opt/server/keystore"),
      "latin1",
    );
    expect(bytes.readUInt32LE(record + 38) >>> 16).toBe(0o100600);
  });

  test("name paths as Windows does on its hosts", () => {
    const windows = plan({ hosts: [manual("server", "windows"), localClient] });
    const stores = windows.stores.map((store) => ({ ...store, path: "C:\\app\\keys.jks" }));
    const declared = { ...windows, stores: stores.slice(0, 1), entries: windows.entries.slice(0, 1) };
    const [bundle] = bundled(declared);
    const runbook = strFromU8(unzipSync(bundle?.bytes ?? new Uint8Array())["RUNBOOK.md"] ?? new Uint8Array());
    expect(runbook).toContain("keytool -importkeystore -srckeystore files\\C\\app\\keys.jks");
  });

  test("leave out what the host trusts already", () => {
    const declared = plan({ hosts: [localServer, manual("client")] });
    const entries = declared.entries.map((entry) =>
      entry.kind === "anchor" ? { ...entry, unlessAlreadyTrusted: true, leftOut: true as const } : entry,
    );
    const bundle = bundled({ ...declared, entries }).at(-1);
    expect(Object.keys(unzipSync(bundle?.bytes ?? new Uint8Array()))).toEqual(["RUNBOOK.md"]);
  });
});

function fail(): never {
  throw new Error("a truststore entry is expected");
}
