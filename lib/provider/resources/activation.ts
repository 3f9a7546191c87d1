import { isDeepStrictEqual } from "node:util";
import { openHost } from "../../hosts";
import { activate, type ActivationState, activationState } from "../activation/activate";
import {
  activationAttributes,
  checkActivation,
  declaredFiles,
  declaredProbes,
  declaredSteps,
  parseNeed,
} from "../activation/attributes";
import type { DeclaredActivation } from "../activation/declared";
import { isWritePlanned } from "../activation/memo";
import { providerConfiguration } from "../configuration";
import { checkEach, fileAttributes } from "../location";
import {
  type ApplyOf,
  computed,
  defineResource,
  isKnown,
  type PlanOf,
  required,
  type StateOf,
  Unknown,
} from "../protocol";
import { reachHost } from "../reachHost";

const attributes = {
  id: computed.string("Host and name."),
  host: fileAttributes.host,
  name: required.string(
    "What it is called in the records beside the files; one of a kind for its owner, without blanks.",
  ),
  ...activationAttributes,
  state: {
    ...computed.string(
      "`proven`: the product has read all that is delivered. `owed`: it has not yet. `deferred`: it waits for a key.",
    ),
    // Anything else that is read back shows as a change.
    default: "proven",
  },
  level: computed.string(
    "What the proof says: `served`, where probes saw it; `called`, where the steps ended with 0. Empty before the first one.",
  ),
  proven_at: computed.string("When it was proven last, ISO 8601; empty before."),
};

type State = StateOf<typeof attributes>;
type Declared = Pick<State, "host" | "name" | "files" | "needs" | "steps"> & {
  readonly probes: State["probes"] | Unknown;
};

/** What makes a product read its files again, and shows that it has. */
export const activationResource = defineResource({
  typeName: "trust_activation",
  description:
    "Makes a product read its files again, once an apply and only where something is owed, and looks at what it serves. " +
    "Where that fails, what was not proven is rolled back, the same is run again, and the apply fails.",
  version: 0,
  attributes,
  validate: (config) => [...checkEach(config, { host: openHost }), ...checkActivation(config)],

  plan: (planned, prior) => {
    const { host, name } = planned;
    const known = isKnown(host) && isKnown(name) ? { id: activationId(host, name) } : {};
    if (prior !== undefined && !isDue(planned, prior)) return known;
    return { ...known, state: Unknown.value, level: Unknown.value, proven_at: Unknown.value };
  },

  create: (planned, { signal }) => run(planned, signal),
  update: (planned, _prior, { signal }) => run(planned, signal),
  read: async (state) => ({ ...state, ...rowOf(await activationState(declared(state)), state) }),

  // The product runs on; what it has read is known in the records as long as anything there is this owner's.
  destroy: async () => undefined,
});

/** Whether anything may have to be run: it is owed, it is declared anew, or the same plan writes to one of the files. */
function isDue(planned: PlanOf<typeof attributes>, prior: State): boolean {
  const { host, name, files, needs, steps, probes } = planned;
  if (prior.state !== "proven") return true;
  const parts = { host, name, files, needs, steps, probes };
  if (Object.entries(parts).some(([part, value]) => !isDeepStrictEqual(value, prior[part as keyof State])))
    return true;
  const paths = prior.files.map(({ path }) => path);
  return isWritePlanned(prior.host, paths, (prior.needs ?? []).map(parseNeed));
}

async function run(planned: ApplyOf<typeof attributes>, signal: AbortSignal): Promise<State> {
  const probes = isKnown(planned.probes) ? planned.probes : [];
  const done = await activate(declared(planned), signal);
  const { host, name, files, needs, steps } = planned;
  return { host, name, files, needs, steps, probes, id: activationId(host, name), ...rowOf(done) };
}

function declared({ host, name, files, needs, steps, probes }: Declared): DeclaredActivation {
  return {
    owner: providerConfiguration().owner,
    name,
    address: host,
    host: reachHost(host),
    files: declaredFiles(files),
    needs: (needs ?? []).map(parseNeed),
    steps: declaredSteps(steps),
    probes: declaredProbes(isKnown(probes) ? probes : []),
  };
}

/** Before the first proof, a row goes on saying what it said. */
function rowOf(
  { state, level, at }: ActivationState,
  before?: Pick<State, "level" | "proven_at">,
): Pick<State, "state" | "level" | "proven_at"> {
  return { state, level: level || (before?.level ?? ""), proven_at: at || (before?.proven_at ?? "") };
}

function activationId(host: string, name: string): string {
  return `${host}:${name}`;
}
