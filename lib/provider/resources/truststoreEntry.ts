import { summarise } from "../../pki";
import { checkGeneration } from "../claims/generation";
import { contradictedPem } from "../errors";
import { checkEach } from "../location";
import {
  type ApplyOf,
  defineResource,
  type Diagnostic,
  discovered,
  isKnown,
  type PlanOf,
  type StateOf,
  Unknown,
} from "../protocol";
import { certificateFromPem } from "./certificatePem";
import { deliverEntry, destroyEntry, importEntry, refreshEntry } from "./entry";
import { foreseeEntry, foreseeEntryDestroy, planEntry } from "./entryPlan";
import { entryAttributes, entryChecks, type EntryKind, type EntryState, upgradeEntry } from "./entryRow";

const attributes = {
  ...entryAttributes,
  certificate_pem: discovered.stringOrNull(
    "The certificate itself, in PEM: one, and no key. Text around it, blanks and line ends are no change. Either this or " +
      "`artifact`.",
    { quiet: true },
  ),
  artifact: discovered.stringOrNull(
    "Store that holds the certificate under the alias, relative to Terraform's working directory, under the same password. " +
      "Another path alone is no change.",
    { quiet: true },
  ),
  sha256: discovered.string(
    "SHA-256 fingerprint of the certificate, as keytool prints it. With `certificate_pem` it may be left out.",
  ),
};

const anchor: EntryKind = { kind: "anchor", typeName: "trust_truststore_entry" };

/** A certificate that a store's reader trusts. */
export const truststoreEntryResource = defineResource({
  typeName: anchor.typeName,
  description:
    "Puts a certificate that is to be trusted into a store. With create_before_destroy, both the old and the new " +
    "one are trusted until everything has moved to the new one.",
  version: 1,
  attributes,
  validate: (config) => [
    ...checkEach(config, { ...entryChecks, certificate_pem: certificateFromPem }),
    ...checkGeneration(config),
    ...checkSource(config),
  ],
  upgrade: (state) => ({ ...upgradeEntry(state, "anchor"), certificate_pem: null }),
  plan: (planned, prior, config) => {
    const sources = {
      certificate_pem: source(config.certificate_pem, prior?.certificate_pem),
      artifact: source(config.artifact, prior?.artifact),
    };
    return planCertificate({ ...planned, ...sources }, prior, config);
  },
  foresee: (planned, prior) => foreseeEntry(planned, prior, anchor),
  foreseeDestroy: foreseeEntryDestroy,
  create: (planned) => deliver(planned, undefined),
  read: (state, context) => refreshEntry(state, "anchor", context),
  update: (planned, prior) => deliver(planned, prior),
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword: _, ...state } = await importEntry(id, anchor);
    return { ...state, certificate_pem: IMPORTED, artifact: IMPORTED };
  },
});

/** Stands in an imported row, which cannot know how the configuration says it, and is as good as what it says. */
const IMPORTED = "";

function source(
  configured: string | Unknown | null,
  prior: string | null | undefined,
): string | Unknown | null {
  return configured === null && prior === IMPORTED ? IMPORTED : configured;
}

type Planned = PlanOf<typeof attributes>;

/** What is given in PEM is known with all that is said of it. */
async function planCertificate(
  planned: Planned,
  prior: StateOf<typeof attributes> | undefined,
  config: Planned,
): Promise<Partial<Planned>> {
  const { certificate_pem: pem, artifact } = planned;
  if (pem === null || pem === IMPORTED) {
    return { certificate_pem: pem, artifact, ...(await planEntry(planned, prior, config)) };
  }
  const declared = isKnown(pem) ? summarise(certificateFromPem(pem)) : undefined;
  const known = {
    sha256: config.sha256 ?? declared?.sha256 ?? Unknown.value,
    subject: config.subject ?? declared?.subject ?? Unknown.value,
    not_after: config.not_after ?? declared?.notAfter ?? Unknown.value,
  };
  return {
    certificate_pem: pem,
    artifact,
    ...(await planEntry({ ...planned, ...known }, prior, config)),
    ...known,
  };
}

async function deliver(
  planned: ApplyOf<typeof attributes>,
  prior: EntryState | undefined,
): Promise<StateOf<typeof attributes>> {
  const given = (value: string | Unknown | null) => (isKnown(value) ? value : null);
  const sources = { certificate_pem: given(planned.certificate_pem), artifact: given(planned.artifact) };
  const { certificate_pem: pem } = sources;
  const sha256 = isKnown(planned.sha256) ? planned.sha256 : summarise(certificateFromPem(pem ?? "")).sha256;
  if (pem !== null && pem !== IMPORTED) requireFingerprint(pem, sha256);
  return { ...(await deliverEntry({ ...planned, ...sources, sha256 }, prior, anchor)), ...sources };
}

/** @throws ResourceError `certificate-pem` */
function requireFingerprint(pem: string, sha256: string): void {
  const found = summarise(certificateFromPem(pem)).sha256;
  if (found !== sha256) throw contradictedPem(found, sha256);
}

/** One way or the other, and no fingerprint that contradicts it. */
function checkSource({ certificate_pem: pem, artifact, sha256 }: Planned): Diagnostic[] {
  const wrong = (attribute: string, detail: string): Diagnostic[] => [
    { severity: "error", summary: `Invalid ${attribute}`, detail, attribute },
  ];
  if (pem !== null && artifact !== null)
    return wrong("certificate_pem", "Give artifact or certificate_pem, not both.");
  if (pem === null && artifact === null)
    return wrong("certificate_pem", "Give certificate_pem, or artifact with sha256.");
  if (pem === null && sha256 === null)
    return wrong("sha256", "Give sha256, because the artifact may be missing when a plan is made.");
  if (pem === null || !isKnown(pem) || !isKnown(sha256) || sha256 === null) return [];
  return checkEach({ certificate_pem: pem }, { certificate_pem: (text) => requireFingerprint(text, sha256) });
}
