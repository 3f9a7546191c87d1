import { readNamedFile } from "../hosts/namedFile";
import type { ClientAuthentication } from "../model";
import { unusablePlan } from "./errors";
import { subjectAltName } from "./names";

/** Format versions of `trust-plan.json` that a partner's may have. */
const READABLE_VERSION = 2;

/** What another repository's plan says of one of its listeners. */
export interface PlannedListener {
  readonly name: string;
  readonly port: number;
  readonly asks: ClientAuthentication;
  /** PEM of what its certificate leads to. */
  readonly anchorPem: string;
  /** PEM of what client certificates must lead to; undefined where the plan does not say. */
  readonly acceptsPem: readonly string[] | undefined;
}

/**
 * Reads a listener from the `trust-plan.json` of somebody else's repository.
 *
 * @param endpoint id, key or name of the listener; needed where the plan has several
 * @throws DeclarationError `unusable-plan` naming the file, and what to do
 */
export function readPlannedListener(path: string, endpoint: string | undefined): PlannedListener {
  const plan = new PlanReader(path, readJson(path));
  const chosen = plan.endpoint(endpoint);
  return {
    name: plan.nameOf(chosen),
    port: plan.portOf(chosen),
    asks: plan.asksOf(chosen),
    anchorPem: plan.anchorOf(chosen["identityId"]),
    acceptsPem: plan.acceptsOf(chosen["clientAnchors"]),
  };
}

type Json = Readonly<Record<string, unknown>>;

class PlanReader {
  constructor(
    private readonly path: string,
    private readonly plan: Json,
  ) {
    const version = plan["formatVersion"];
    if (version !== READABLE_VERSION)
      throw this.unusable(
        `it has format version ${JSON.stringify(version)}, this version reads ${READABLE_VERSION}: ask for one that is synthesised anew`,
      );
  }

  endpoint(wanted: string | undefined): Json {
    const endpoints = this.list("endpoints").filter(({ identityId }) => typeof identityId === "string");
    const found = wanted === undefined ? endpoints : endpoints.filter((one) => answersTo(one, wanted));
    const [chosen, ...others] = found;
    if (chosen !== undefined && others.length === 0) return chosen;
    const known = endpoints.map(({ id }) => JSON.stringify(id)).join(", ");
    throw this.unusable(
      chosen === undefined
        ? `it has no endpoint ${wanted === undefined ? "at all" : JSON.stringify(wanted)}${known === "" ? "" : `, only ${known}`}`
        : `it has several endpoints (${known}): say which one by \`endpoint\``,
    );
  }

  nameOf({ names }: Json): string {
    const name: unknown = Array.isArray(names) ? names[0] : undefined;
    if (typeof name !== "string") throw this.unusable("an endpoint has no name");
    subjectAltName(name);
    return name;
  }

  portOf({ port }: Json): number {
    if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    throw this.unusable(`${JSON.stringify(port)} is no port`);
  }

  asksOf({ clientAuthentication: asks }: Json): ClientAuthentication {
    if (asks === "none" || asks === "request" || asks === "require") return asks;
    throw this.unusable(`${JSON.stringify(asks)} is no way to ask for a client certificate`);
  }

  /** The anchor of an identity as the plan pins it. */
  anchorOf(identityId: unknown): string {
    const identity = this.list("identities").find(({ id }) => id === identityId);
    const pinned = identity?.["pinned"];
    const pem = isRecord(pinned) ? pinned["anchorPem"] : undefined;
    if (typeof pem === "string" && pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
    throw this.unusable(
      `it does not hold the certificate that ${JSON.stringify(identityId)} leads to: ask for one that is synthesised with its lock`,
    );
  }

  /** The anchors in the store or file of what client certificates must lead to. */
  acceptsOf(clientAnchors: unknown): string[] | undefined {
    if (!isRecord(clientAnchors)) return undefined;
    const { storeId, fileId } = clientAnchors;
    const file = this.list("files").find(({ id }) => id === fileId)?.["content"];
    const anchors =
      storeId === undefined
        ? isRecord(file)
          ? records(file["anchors"])
          : []
        : this.list("entries").filter((entry) => entry["kind"] === "anchor" && entry["storeId"] === storeId);
    return [
      ...new Set(
        anchors.filter(({ part }) => part === "anchor").map(({ identityId }) => this.anchorOf(identityId)),
      ),
    ];
  }

  private list(part: string): Json[] {
    return records(this.plan[part]);
  }

  private unusable(reason: string): Error {
    return unusablePlan(this.path, reason);
  }
}

function answersTo({ id, names }: Json, wanted: string): boolean {
  return (
    id === wanted ||
    (typeof id === "string" && id.slice(id.indexOf("/") + 1) === wanted) ||
    (Array.isArray(names) && names.includes(wanted))
  );
}

function readJson(path: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(readNamedFile(path).bytes.toString("utf8"));
  } catch (error) {
    throw unusablePlan(path, error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(value)) throw unusablePlan(path, "it is no trust-plan.json");
  return value;
}

function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
