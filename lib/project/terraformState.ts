import { damagedFile } from "./errors";
import { type Shape, WrongShape, listOf, mapOf, object, optional, plainData, text } from "./shape";

/** One object in a state of Terraform. */
export interface StateRow {
  /** As Terraform's commands take it: `trust_key_entry.Server`, `module.x.trust_file.y["z"]`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** Whether it stands alone: neither in a module, nor one of several, nor a data source. */
  readonly isPlain: boolean;
  readonly id?: string;
  /** Address of the host, of rows of the provider `trust`. */
  readonly host?: string;
  readonly path?: string;
  readonly alias?: string;
  /** How the host is reached, in the provider's words; of rows of machines over SSH. */
  readonly ssh?: Readonly<Record<string, string>>;
  /** Id of the claim in the record on the host; empty where an earlier version wrote the row. */
  readonly claim?: string;
}

interface Resource {
  readonly module?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly instances: readonly Instance[];
}

interface Instance {
  readonly index_key?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const state = object<{ readonly resources: readonly Resource[] }>({
  resources: listOf(
    object<Resource>({
      module: optional(text),
      mode: text,
      type: text,
      name: text,
      instances: listOf(
        object<Instance>({ index_key: optional(plainData), attributes: optional(mapOf(plainData)) }),
      ),
    }),
  ),
});

/**
 * What a state holds, as `terraform state pull` prints it.
 *
 * @param source where the text is from, for messages
 * @throws ProjectError `damaged-file`
 */
export function readStateRows(source: string, stateText: string): StateRow[] {
  if (stateText.trim() === "") return [];
  return parsed(source, stateText, state).resources.flatMap(rowsOf);
}

function parsed<Value>(source: string, stateText: string, shape: Shape<Value>): Value {
  const remedy = "restore it from a backup of the backend";
  try {
    return shape(JSON.parse(stateText), []);
  } catch (error) {
    if (error instanceof WrongShape)
      throw damagedFile(source, error.place.join(" › "), error.message, remedy);
    // What JSON.parse says quotes the text around the place.
    if (error instanceof SyntaxError) throw damagedFile(source, "", "this is no JSON", remedy);
    throw error;
  }
}

function rowsOf({ module, mode, type, name, instances }: Resource): StateRow[] {
  const path = [...(module === undefined ? [] : [module]), ...(mode === "data" ? ["data"] : []), type, name];
  return instances.map(({ index_key: key, attributes = {} }) => ({
    address: path.join(".") + (key === undefined ? "" : `[${JSON.stringify(key)}]`),
    type,
    name,
    isPlain: module === undefined && mode === "managed" && key === undefined,
    ...textsOf(attributes),
    ...sshOf(attributes["ssh"]),
  }));
}

function sshOf(value: unknown): Pick<StateRow, "ssh"> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const settings = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return settings.length === 0 ? {} : { ssh: Object.fromEntries(settings) };
}

const ATTRIBUTES = ["id", "host", "path", "alias", "claim"] as const;

function textsOf(attributes: Readonly<Record<string, unknown>>): Partial<StateRow> {
  const texts = ATTRIBUTES.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries(texts);
}
