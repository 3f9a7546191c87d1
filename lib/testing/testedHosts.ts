import { strFromU8, unzipSync } from "fflate";
import { readStore } from "../keystore";
import { type HostPlan, type SecretReference, type TrustPlan, planIndex } from "../model";
import { parseCertificate, summarise } from "../pki";
import type { Artifact } from "../synth/artifacts/artifactFolder";
import { ARTIFACTS_DIRECTORY, artifactPath } from "../synth/artifacts/artifactPath";
import type { TestedEntry, TestedFile, TestedStore } from "./testSynthesis";

/** One stack's plan and what was made of it. */
export interface MadeStack {
  readonly plan: TrustPlan;
  readonly artifacts: readonly Artifact[];
}

/** Opens each store as its readers would, so that a test sees what is delivered and not what was meant. */
export function testedStores(
  { plan, artifacts }: MadeStack,
  secret: (reference: SecretReference) => string,
): TestedStore[] {
  return plan.stores.flatMap(({ hostId, path, password }) => {
    const bytes = artifactAt({ plan, artifacts }, hostId, path);
    if (bytes === undefined) return [];
    const { format, entries } = readStore(bytes, secret(password));
    return [
      {
        host: hostId,
        path,
        type: format === "pkcs12" ? "PKCS12" : "JKS",
        entries: entries.flatMap((entry): TestedEntry[] => {
          if (entry.kind !== "anchor" && entry.kind !== "identity") return [];
          const der = entry.kind === "anchor" ? entry.certificate : entry.chain[0];
          if (der === undefined) return [];
          return [
            {
              alias: entry.alias,
              kind: entry.kind === "anchor" ? "anchor" : "key",
              certificate: summarise(parseCertificate(der)),
            },
          ];
        }),
      },
    ];
  });
}

/** The files of our own, and what is set in those of the products. */
export function testedFiles({ plan, artifacts }: MadeStack): TestedFile[] {
  const places = [
    ...plan.files,
    ...plan.configFiles.map(({ source, hostId, path }) => ({
      hostId,
      path: source === undefined ? `${path}.settings` : path,
    })),
  ];
  return places.flatMap(({ hostId, path }) => {
    const bytes = artifactAt({ plan, artifacts }, hostId, path);
    return bytes === undefined
      ? []
      : [{ host: hostId, path, bytes, text: Buffer.from(bytes).toString("utf8") }];
  });
}

/** The runbooks of hosts that nobody may log in to, out of their bundles, by the host's id. */
export function testedRunbooks(plan: TrustPlan, written: readonly Artifact[]): [string, string][] {
  return plan.hosts
    .filter(({ kind }) => kind === "manual")
    .flatMap(({ id }: HostPlan): [string, string][] => {
      const bundle = written.find(({ path }) => path === `${ARTIFACTS_DIRECTORY}/${id}.zip`);
      const text = bundle === undefined ? undefined : unzipSync(bundle.bytes)["RUNBOOK.md"];
      return text === undefined ? [] : [[id, strFromU8(text)]];
    });
}

function artifactAt({ plan, artifacts }: MadeStack, hostId: string, path: string): Uint8Array | undefined {
  const host = planIndex(plan).host(hostId);
  const place = host === undefined ? undefined : artifactPath(host, path);
  return artifacts.find((artifact) => artifact.path === place)?.bytes;
}
