import { claimIdOfVersion1, fileModeFor, findClaim, hashOf, parseFileMode } from "../../hosts";
import { modeText } from "../../model/modeText";
import { certificatesIn, holdsPlainPrivateKey } from "../../pki";
import { foreseeArtifact, readArtifact } from "../artifact";
import { refuseOtherEnvironment } from "../claims/environment";
import {
  checkGeneration,
  generationAttribute,
  refuseOlderGeneration,
  UNKNOWN_GENERATION,
  UNKNOWN_IDENTITY,
} from "../claims/generation";
import {
  claimantOf,
  claimAttributes,
  claimChecks,
  claimedRow,
  importedRow,
  plannedContent,
  refreshedOwner,
  upgradedRow,
} from "../claims/row";
import { relocate } from "../configuration";
import { artifactStale, ResourceError } from "../errors";
import { deliverFile, judgeNewFile, judgeUpdatedFile } from "../files/deliver";
import { checkHash, isEncryptedPrivateKey, likeness, plainHash } from "../files/contentHash";
import { readHeldFile } from "../files/heldFile";
import { importFileAsIs } from "../files/importFile";
import { takeAwayFile } from "../files/takeAway";
import { goneAlready, tellRemoval } from "../files/tellRemoval";
import { checkEach, fileAttributes, fileChecks, formatId, oneOf, parseImportId } from "../location";
import {
  changesInPhases,
  checkRelying,
  foreseeTrust,
  relyingAttributes,
  type Replacement,
  requireTrust,
} from "../relying";
import {
  type ApplyOf,
  computed,
  defaulted,
  defineResource,
  isKnown,
  required,
  type StateOf,
  type Unknown,
} from "../protocol";
import { foreseeWritable } from "../writable";
import { refusalsOf } from "./fileRefusals";
import { reachHost } from "../reachHost";

const typeName = "trust_file";

const attributes = {
  id: computed.string("Host and path."),
  ...fileAttributes,
  artifact: required.string("File to deliver, relative to Terraform's working directory.", { quiet: true }),
  sha256: required.string(
    "SHA-256 of the content, hexadecimal with or without colons; of an encrypted private key, the fingerprint " +
      "of its certificate.",
  ),
  mode: defaulted.string(
    "0644",
    "Permissions, four octal digits: no set-id bits, not writable for everybody; a private key that is not encrypted is its owner's alone.",
  ),
  on_foreign: defaulted.string(
    "refuse",
    "What to do with somebody else's file: `refuse`, or `replace` it and put it back on destroy.",
    { quiet: true },
  ),
  ...generationAttribute,
  ...claimAttributes,
  ...relyingAttributes,
};

type State = StateOf<typeof attributes>;
type Planned = ApplyOf<typeof attributes>;

/** A file that is ours from the first byte to the last. */
export const fileResource = defineResource({
  typeName,
  description: "Delivers a file to a host, and sees when somebody changes it.",
  version: 1,
  attributes,

  validate: (config) => [
    ...checkEach(config, {
      ...fileChecks,
      ...claimChecks,
      mode: parseFileMode,
      sha256: checkHash,
      on_foreign: oneOf(["refuse", "replace"]),
    }),
    ...checkRelying(config.relying),
    ...checkGeneration(config),
  ],

  upgrade: (state) => {
    const host = relocate(state.host ?? "");
    const path = state.path ?? "";
    return {
      ...upgradedRow(claimIdOfVersion1({ kind: "file" })),
      id: formatId(host, path),
      host,
      path,
      artifact: state.artifact ?? "",
      sha256: state.sha256 ?? "",
      mode: state.mode ?? "0644",
      on_foreign: state.on_foreign ?? "refuse",
      relying: [],
      phased: false,
      generation: state.generation ?? UNKNOWN_GENERATION,
      other_generation: state.other_generation ?? UNKNOWN_GENERATION,
      identity: state.identity ?? UNKNOWN_IDENTITY,
    };
  },

  plan: async (planned, prior) => {
    const { host, path, artifact, sha256 } = planned;
    const isSame = prior !== undefined && sha256 === prior.sha256;
    return {
      ...(isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),
      content: plannedContent(prior, await deliveredHash(artifact, sha256), isSame),
    };
  },

  foresee: async (planned, prior, context) => {
    const { host: address, path, mode, content, artifact, sha256, relying } = planned;
    if (!isKnown(address) || !isKnown(path)) return;
    const claimant = claimantOf(typeName, prior?.claim ?? "", planned);
    const host = reachHost(address);
    const held = await readHeldFile(host, path);
    refuseOlderGeneration(path, claimant, { row: prior, ownership: held.ownership });
    await foreseeArtifact(planned.artifact);
    await foreseeWritable(planned);
    if (!isKnown(content) || !isKnown(mode)) return;
    const wanted = { hash: content, mode: Number.parseInt(mode, 8) };
    // What the same owner has claimed another resource of this apply may be about to give up.
    const refusals = { ...refusalsOf(typeName, planned), onLost: leftToApply, onDrift: leftToApply };
    try {
      if (prior === undefined) judgeNewFile(held, wanted, claimant, refusals);
      else judgeUpdatedFile(held, wanted, claimant, prior, refusals);
    } catch (error) {
      if (!(error instanceof LeftToApply)) throw error;
    }
    if (!isKnown(artifact) || !isKnown(sha256)) return;
    const { identity, phased } = planned;
    const known = { path, artifact, sha256, relying, identity, phased };
    await foreseeTrust(replacementOf(known, prior), context);
  },

  foreseeDestroy: foreseeWritable,
  create: (planned) => deliver(planned, undefined),
  update: async (planned, prior) => {
    await requireTrust(replacementOf(planned, prior));
    return deliver(planned, prior);
  },

  read: async (state) => {
    const held = await readHeldFile(reachHost(state.host), state.path);
    const claim = findClaim(held.ownership, state.claim);
    const owner = refreshedOwner(state);
    if (held.file === undefined || held.hash === undefined) {
      // Taken out by hand, or by a destroy that was killed; the record, and what was displaced, are still there.
      return claim === undefined ? undefined : { ...state, owner, sha256: "", content: "" };
    }
    const { hash } = held;
    const isOurs = state.content === "" ? claim?.content === hash : state.content === hash;
    return {
      ...state,
      owner,
      content: hash,
      sha256: isOurs ? state.sha256 : likeness(hash, state.sha256),
      mode: held.file.mode === undefined ? state.mode : modeText(held.file.mode),
    };
  },

  destroy: (state, context) => {
    const host = reachHost(state.host);
    return host
      .exclusively(state.path, async () => {
        const held = await readHeldFile(host, state.path);
        const isForGood = state.on_destroy === "remove";
        tellRemoval(await takeAwayFile(host, state.path, held, state.claim, isForGood), state, context);
      })
      .catch(goneAlready(state, context));
  },

  import: async (id) => {
    const { host: address, path } = parseImportId(id, "HOST:PATH");
    const row = importedRow();
    const host = reachHost(address);
    const sha256 = await host.exclusively(path, () =>
      importFileAsIs(host, path, claimantOf(typeName, row.claim), refuseOtherEnvironment),
    );
    return {
      ...row,
      id: formatId(address, path),
      host: address,
      path,
      artifact: "",
      sha256,
      content: sha256,
      mode: "0644",
      on_foreign: "refuse",
      relying: [],
      phased: false,
      generation: UNKNOWN_GENERATION,
      other_generation: UNKNOWN_GENERATION,
      identity: UNKNOWN_IDENTITY,
    };
  },
});

/** Writes the artifact to the host, unless it is there. */
async function deliver(planned: Planned, prior: State | undefined): Promise<State> {
  const { path } = planned;
  const bytes = await readArtifact(planned.artifact);
  const content = hashOf(bytes);
  if (!isEncryptedPrivateKey(bytes) && plainHash(planned.sha256) !== content) {
    throw artifactStale(planned.artifact, "SHA-256", planned.sha256, likeness(content, planned.sha256));
  }
  if (isKnown(planned.content) && planned.content !== "" && planned.content !== content) {
    throw artifactStale(planned.artifact, "content", planned.content, content);
  }
  const mode = isKnown(planned.mode) ? planned.mode : "0644";
  const row = claimedRow(planned, content);
  const claimant = claimantOf(typeName, row.claim, planned);
  const bits = fileModeFor(mode, { path, holdsPlainKey: holdsPlainPrivateKey(bytes) });
  const wanted = { bytes, hash: content, mode: bits };
  const refusals = refusalsOf(typeName, planned);
  const host = reachHost(planned.host);
  await host.exclusively(path, async () => {
    const held = await readHeldFile(host, path);
    refuseOlderGeneration(path, claimant, { row: prior, ownership: held.ownership });
    const decision =
      prior === undefined
        ? judgeNewFile(held, wanted, claimant, refusals)
        : judgeUpdatedFile(held, wanted, claimant, prior, refusals);
    await deliverFile(host, path, held, wanted, decision);
  });
  return {
    ...planned,
    ...row,
    id: formatId(planned.host, path),
    mode,
    on_foreign: isKnown(planned.on_foreign) ? planned.on_foreign : "refuse",
    relying: isKnown(planned.relying) ? planned.relying : [],
    phased: isKnown(planned.phased) && planned.phased,
    generation: isKnown(planned.generation) ? planned.generation : UNKNOWN_GENERATION,
    other_generation: isKnown(planned.other_generation) ? planned.other_generation : UNKNOWN_GENERATION,
    identity: isKnown(planned.identity) ? planned.identity : UNKNOWN_IDENTITY,
  };
}

function replacementOf(
  planned: Pick<Planned, "path" | "artifact" | "sha256" | "relying" | "identity" | "phased">,
  prior: Pick<State, "sha256"> | undefined,
): Replacement {
  const { path, artifact, sha256, relying } = planned;
  return {
    what: path,
    prior: prior?.sha256,
    next: sha256,
    relying,
    ...changesInPhases(planned),
    delivered: async () => certificatesIn(await readArtifact(artifact)),
  };
}

class LeftToApply extends Error {}

function leftToApply(): never {
  throw new LeftToApply();
}

/** Hash of what will be delivered, where the artifact is at hand at plan and what is declared. */
async function deliveredHash(
  artifact: string | Unknown,
  sha256: string | Unknown,
): Promise<string | undefined> {
  if (!isKnown(artifact) || !isKnown(sha256) || artifact === "") return undefined;
  try {
    const bytes = await readArtifact(artifact);
    const hash = hashOf(bytes);
    return isEncryptedPrivateKey(bytes) || plainHash(sha256) === hash ? hash : undefined;
  } catch (error) {
    if (error instanceof ResourceError) return undefined;
    throw error;
  }
}
