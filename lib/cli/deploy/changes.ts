import { type FilePlan, type TrustPlan, certificateAt, hostAddress, placeOf, planIndex } from "../../model";
import { groupBy } from "../../model/groupBy";
import { type PlanJson, type ResourceChange, type Row, rowAfter, rowBefore } from "./planJson";
import { activationChange } from "./activationChange";
import { attributeChanges, awaited, certificateOf, shortly, valuesOf } from "./changeValues";
import { wordFor } from "./changeWord";
import { outputChanges } from "./outputChanges";
import type { ChangeWord, PlannedChange } from "./plannedChange";
import { settingChanges } from "./settingChanges";

/** What a plan of Terraform changes, as people approve it, by place. */
export function changesIn(json: PlanJson, plan: TrustPlan): PlannedChange[] {
  const reader = new ChangeReader(json, plan);
  const changes = (json.resource_changes ?? []).flatMap((each) => reader.read(each) ?? []);
  return [...withReplacements(changes), ...outputChanges(json)].sort(byPlace);
}

class ChangeReader {
  private readonly hosts: ReadonlyMap<string, string>;
  private readonly files: ReadonlyMap<string, FilePlan>;
  private readonly drift: ReadonlyMap<string, ResourceChange>;
  private readonly commands: ReadonlyMap<string, readonly string[]>;
  /** Places of the stores that get another password. */
  private readonly rekeyed: ReadonlySet<string>;

  constructor(
    json: PlanJson,
    private readonly plan: TrustPlan,
  ) {
    this.hosts = new Map(plan.hosts.map((host) => [hostAddress(host, ".") ?? "", host.id]));
    this.rekeyed = new Set(
      plan.stores.flatMap(({ hostId, path, formerPassword }) =>
        formerPassword === undefined ? [] : [placeOf(hostId, path)],
      ),
    );
    this.files = new Map(plan.files.map((file) => [placeOf(file.hostId, file.path), file]));
    this.drift = new Map((json.resource_drift ?? []).map((each) => [each.address, each]));
    const configured = json.configuration?.root_module?.resources ?? [];
    this.commands = new Map(
      configured.map(({ address, provisioners = [] }) => [
        address,
        provisioners.map(({ expressions }) => commandText(expressions?.command?.constant_value)),
      ]),
    );
  }

  /** Undefined where nothing happens to it. */
  read(resource: ResourceChange): PlannedChange | undefined {
    const word = wordFor(resource);
    if (word === undefined) return undefined;
    const [before, after] = [rowBefore(resource.change), rowAfter(resource.change)];
    const row = after ?? before ?? {};
    const known = { address: resource.address, change: word };
    if (resource.type === "trust_activation")
      return {
        address: resource.address,
        ...activationChange(this.plan, this.hostOf(row), resource.change, before, after),
      };
    const reasons = this.reasonsFor(resource, before, after);
    if (!resource.type.startsWith("trust_") || typeof row["path"] !== "string")
      return {
        ...awaited(before, after),
        ...known,
        kind: resource.type,
        details: [...this.detailsOfOther(resource), ...reasons],
      };
    const place = this.placeOf(row);
    switch (resource.type) {
      case "trust_key_entry":
      case "trust_truststore_entry":
        return {
          ...known,
          kind: resource.type === "trust_key_entry" ? "key" : "trusts",
          place,
          ...(typeof row["alias"] === "string" ? { alias: row["alias"] } : {}),
          ...certificateOf(before, after),
          details: reasons,
        };
      case "trust_keystore":
        return {
          ...known,
          kind: "store",
          place,
          ...(this.isRekeyed(before, after) ? { isRekeyed: true } : {}),
          details: [...detailsOfStore(word, row), ...reasons],
        };
      case "trust_config_file":
        return {
          ...known,
          kind: "settings",
          place,
          details: [...settingChanges(before?.["settings"], after?.["settings"]), ...reasons],
        };
      default:
        return { ...known, place, ...this.detailsOfFile(place, before, after, reasons) };
    }
  }

  private isRekeyed(before: Row | undefined, after: Row | undefined): boolean {
    if (before === undefined || after === undefined || before["password"] === after["password"]) return false;
    return this.rekeyed.has(this.placeOf(after));
  }

  private placeOf(row: Row): string {
    return placeOf(this.hostOf(row), String(row["path"]));
  }

  private hostOf({ host }: Row): string {
    const address = String(host);
    return this.hosts.get(address) ?? address;
  }

  /** Of a file that is declared, what it holds is known; of another, its hash. */
  private detailsOfFile(
    place: string,
    before: Row | undefined,
    after: Row | undefined,
    reasons: readonly string[],
  ): Pick<PlannedChange, "kind" | "fingerprint" | "expires" | "subject" | "details"> {
    const mode = before === undefined && typeof after?.["mode"] === "string" ? [`mode ${after["mode"]}`] : [];
    const content = after === undefined ? undefined : this.files.get(place)?.content;
    const fingerprint = valuesOf(before, after, "sha256");
    const plain = { kind: "file", fingerprint, details: [...mode, ...reasons] };
    if (content?.kind !== "certificate" && content?.kind !== "private-key") return plain;
    const pinned = planIndex(this.plan).identity(content.identityId)?.pinned;
    if (pinned === undefined) return plain;
    const part = content.kind === "private-key" || content.part === "chain" ? "leaf" : content.part;
    const { subject, notAfter, sha256 } = certificateAt(pinned, part);
    return {
      kind: content.kind === "private-key" ? "key file" : "certificate file",
      fingerprint: { after: sha256 },
      expires: { after: notAfter },
      subject: { after: subject },
      details: [...mode, ...reasons],
    };
  }

  private detailsOfOther({ address, type, name }: ResourceChange): string[] {
    const commands = (this.commands.get(address) ?? []).map((command) => `runs ${command}`);
    return type === "null_resource" && name.endsWith(BARRIER_SUFFIX)
      ? ["trust before the key", ...commands]
      : commands;
  }

  /** Why it happens, and which of its attributes change, where nothing else says so. */
  private reasonsFor(resource: ResourceChange, before: Row | undefined, after: Row | undefined): string[] {
    const drift = this.drift.get(resource.address);
    const found =
      drift === undefined
        ? []
        : [after === undefined || before !== undefined ? "was changed on the host" : "is gone from the host"];
    const tainted =
      resource.action_reason === "replace_because_tainted" ? ["an earlier deploy left it unfinished"] : [];
    const moved = resource.previous_address === undefined ? [] : [`was ${resource.previous_address}`];
    return [
      ...this.passwordChange(resource.type, before, after),
      ...attributeChanges(before, after),
      ...found,
      ...tainted,
      ...moved,
    ];
  }

  /** A store is put under another password as a whole; of another reference alone nothing more is known. */
  private passwordChange(type: string, before: Row | undefined, after: Row | undefined): string[] {
    const [from, to] = [before?.["password"], after?.["password"]];
    if (from === undefined || to === undefined || from === to) return [];
    if (!this.isRekeyed(before, after)) return [`password: ${shortly(from)} → ${shortly(to)}`];
    return type === "trust_keystore"
      ? [`re-keyed with all keys that the former password opens: ${shortly(from)} → ${shortly(to)}`]
      : ["re-keyed with its store"];
  }
}

/** A command that is made of other values is not known here. */
function commandText(command: unknown): string {
  return typeof command === "string" ? command : "a command";
}

/** Of the resource that an endpoint's key waits for. */
const BARRIER_SUFFIX = "_TrustFirst";

function detailsOfStore(word: ChangeWord, { profile, created }: Row): string[] {
  const format = profile === "jks" ? "JKS" : `PKCS12 ${String(profile)}`;
  if (word === "withdrawn") return [format, "it stays, with what is not ours"];
  if (word === "removed") return [format, "unless something that is not ours is left in it"];
  if (word !== "added") return [];
  return [
    format,
    created === false ? "is there already, and what else is in it stays" : "is made where it is missing",
  ];
}

/** A trusted certificate that is renewed is another resource, which is made before the old one goes: one line of both. */
function withReplacements(changes: readonly PlannedChange[]): PlannedChange[] {
  const groups = groupBy(changes, ({ kind, place, alias, address }) =>
    place === undefined || alias === undefined || kind === "activation"
      ? address
      : JSON.stringify([kind, place, alias]),
  );
  return [...groups.values()].flatMap((group) => {
    const added = group.find(({ change }) => change === "added");
    const removed = group.find(({ change }) => change === "removed");
    if (group.length !== 2 || added === undefined || removed === undefined) return group;
    return [
      {
        ...added,
        change: "replaced",
        fingerprint: { ...removed.fingerprint, ...added.fingerprint },
        expires: { ...removed.expires, ...added.expires },
        subject: { ...removed.subject, ...added.subject },
      },
    ];
  });
}

const KINDS = ["store", "key", "trusts"];

/** Places first, each with its store, keys and certificates; then activations, and the rest, as Terraform has it. */
function byPlace(a: PlannedChange, b: PlannedChange): number {
  const [first, second] = [a, b].map(({ place, kind, alias = "" }) => [
    place === undefined ? 2 : kind === "activation" ? 1 : 0,
    place ?? "",
    (KINDS.indexOf(kind) + 1 || KINDS.length + 1) + (kind === "output" ? 1 : 0),
    alias,
  ]);
  for (const [index, value] of (first ?? []).entries()) {
    const other = second?.[index] ?? "";
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
