import { createHash } from "node:crypto";
import {
  fileModeFor,
  type HostFile,
  type HostFiles,
  keepBackup,
  keepOriginal,
  openHost,
  type OwnedFile,
  parseFileMode,
  readOwnership,
  restoreOriginal,
  writeOwnership,
} from "../../hosts";
import { holdsPlainPrivateKey } from "../../pki";
import { readArtifact } from "../artifact";
import { artifactStale, foreignFile } from "../errors";
import { checkEach, fileAttributes, fileChecks, formatId, oneOf, parseImportId } from "../location";
import {
  type ApplyOf,
  type CallContext,
  computed,
  defaulted,
  defineResource,
  isKnown,
  required,
  type StateOf,
} from "../protocol";
import { runId } from "../run";

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
    "What to do with somebody else's file: `refuse`, or `replace` it, keep it as `.orig` and put it back on destroy.",
    { quiet: true },
  ),
};

type State = StateOf<typeof attributes>;

/** A file that is ours from the first byte to the last. */
export const fileResource = defineResource({
  typeName: "trust_file",
  description: "Delivers a file to a host, and sees when somebody changes it.",
  version: 0,
  attributes,

  validate: (config) =>
    checkEach(config, {
      ...fileChecks,
      mode: parseFileMode,
      sha256: checkHash,
      on_foreign: oneOf(["refuse", "replace"]),
    }),

  plan: ({ host, path }) => (isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),

  create: (planned) => deliver(planned, { replacesForeign: planned.on_foreign === "replace" }),

  // What a person changed by hand was in the plan, so that it may be replaced.
  update: (planned) => deliver(planned, { replacesForeign: true }),

  read: async (state) => {
    const host = openHost(state.host);
    const file = await host.readFile(state.path);
    if (file === undefined) return undefined;
    const { file: owned } = await readOwnership(host, state.path);
    const content = hashOf(file.bytes);
    return {
      ...state,
      sha256: owned?.content === content ? owned.sha256 : likeness(content, state.sha256),
      mode: formatMode(file.mode),
    };
  },

  destroy: (state, context) =>
    openHost(state.host)
      .withLock(state.path, () => takeAway(state, context))
      .catch(goneAlready(state, context)),

  import: async (id) => {
    const { host: address, path } = parseImportId(id, "HOST:PATH");
    const host = openHost(address);
    const sha256 = await host.withLock(path, async () => {
      const file = await host.readFile(path);
      if (file === undefined) return "";
      const content = hashOf(file.bytes);
      const ownership = await readOwnership(host, path);
      await keepOriginal(host, path);
      await writeOwnership(host, path, { ...ownership, file: { content, sha256: content } });
      return content;
    });
    return {
      id: formatId(address, path),
      host: address,
      path,
      artifact: "",
      sha256,
      mode: "0644",
      on_foreign: "refuse",
    };
  },
});

type Planned = ApplyOf<typeof attributes>;

/** Writes the artifact to the host, unless it is there. */
async function deliver(planned: Planned, options: { readonly replacesForeign: boolean }): Promise<State> {
  const bytes = await readArtifact(planned.artifact);
  const content = hashOf(bytes);
  if (!isPrivateKey(bytes) && plainHash(planned.sha256) !== content) {
    throw artifactStale(planned.artifact, "SHA-256", planned.sha256, likeness(content, planned.sha256));
  }
  const mode = isKnown(planned.mode) ? planned.mode : "0644";
  const bits = fileModeFor(mode, { path: planned.path, holdsPlainKey: holdsPlainPrivateKey(bytes) });
  const host = openHost(planned.host);
  await host.withLock(planned.path, async () => {
    const file = await host.readFile(planned.path);
    const ownership = await readOwnership(host, planned.path);
    const same = file?.bytes.equals(bytes) === true;
    const foreign = file !== undefined && !same && !isOurs(file, ownership.file);
    if (foreign && !options.replacesForeign) throw foreignFile(planned.path);

    const displaced = ownership.file?.displaced === true || (foreign && ownership.file === undefined);
    if (displaced) await keepOriginal(host, planned.path);
    if (!same) await keepBackup(host, planned.path, runId);
    const owned: OwnedFile = { content, sha256: planned.sha256, ...(displaced ? { displaced } : {}) };
    await writeOwnership(host, planned.path, { ...ownership, file: owned });
    if (!same || formatMode(file.mode) !== mode) {
      await host.replaceFile(planned.path, bytes, { mode: bits });
    }
  });
  return {
    ...planned,
    id: formatId(planned.host, planned.path),
    mode,
    on_foreign: isKnown(planned.on_foreign) ? planned.on_foreign : "refuse",
  };
}

async function takeAway(state: State, context: CallContext): Promise<void> {
  const host: HostFiles = openHost(state.host);
  const file = await host.readFile(state.path);
  const { file: owned, ...ownership } = await readOwnership(host, state.path);
  if (file === undefined) {
    context.warn(`${state.path} was gone already`, "There was nothing to remove.");
  } else if (!isOurs(file, owned)) {
    context.warn(
      `${state.path} was left in place`,
      "Somebody has changed it since it was delivered. Remove it by hand if nobody needs it.",
    );
  } else if (owned?.displaced !== true || !(await restoreOriginal(host, state.path))) {
    await host.removeFile(state.path);
  }
  await writeOwnership(host, state.path, ownership);
}

/** A host that has vanished holds nothing of ours any more. */
function goneAlready(state: State, context: CallContext): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && "code" in error && error.code === "parent-missing")) throw error;
    context.warn(
      `${state.path} was gone already`,
      "Its directory does not exist any more; there was nothing to remove.",
    );
  };
}

function isOurs(file: HostFile, owned: OwnedFile | undefined): boolean {
  return owned !== undefined && owned.content === hashOf(file.bytes);
}

function isPrivateKey(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).includes("-----BEGIN ENCRYPTED PRIVATE KEY-----");
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function plainHash(hash: string): string {
  return hash.replaceAll(":", "").toLowerCase();
}

/** A hash in the spelling that the configuration uses, so that only a real difference shows. */
function likeness(hash: string, model: string): string {
  return model.includes(":") ? (hash.toUpperCase().match(/../g) ?? []).join(":") : hash;
}

function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function checkHash(hash: string): void {
  if (!/^[0-9a-f]{64}$/.test(hash) && !/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(hash)) {
    throw new RangeError(`"${hash}" is not a SHA-256: 64 hexadecimal digits, or AB:CD:… in capitals.`);
  }
}
