import {
  type AnchorsLocation,
  type ClientAuthentication,
  type EndpointPlan,
  type TrustPlan,
  planIndex,
} from "../model";
import { readTrustPlan } from "../project";
import { unusablePlan } from "./errors";
import { subjectAltName } from "./names";

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
 * @param wanted id, key or name of the listener; needed where the plan has several
 * @throws ProjectError where the file is missing, damaged or of another version
 * @throws DeclarationError `unusable-plan` where it does not say what must be known of the listener
 */
export function readPlannedListener(path: string, wanted: string | undefined): PlannedListener {
  const plan = readTrustPlan(path, "ask its team for one that is synthesised anew");
  const { names, port, clientAuthentication, identityId, clientAnchors } = chooseEndpoint(path, plan, wanted);
  const anchorOf = (id: string | undefined) => anchorPem(path, plan, id);
  return {
    name: checkedName(path, names),
    port: checkedPort(path, port),
    asks: clientAuthentication,
    anchorPem: anchorOf(identityId),
    acceptsPem:
      clientAnchors === undefined
        ? undefined
        : [...new Set(acceptedIdentities(plan, clientAnchors).map(anchorOf))],
  };
}

function chooseEndpoint(path: string, { endpoints }: TrustPlan, wanted: string | undefined): EndpointPlan {
  const own = endpoints.filter(({ identityId }) => identityId !== undefined);
  const [chosen, ...others] = wanted === undefined ? own : own.filter((one) => answersTo(one, wanted));
  if (chosen !== undefined && others.length === 0) return chosen;
  const known = own.map(({ id }) => JSON.stringify(id)).join(", ");
  throw unusablePlan(
    path,
    chosen === undefined
      ? `it has no endpoint ${wanted === undefined ? "at all" : JSON.stringify(wanted)}${known === "" ? "" : `, only ${known}`}`
      : `it has several endpoints (${known}): say which one by \`endpoint\``,
  );
}

function answersTo({ id, names }: EndpointPlan, wanted: string): boolean {
  return id === wanted || id.slice(id.indexOf("/") + 1) === wanted || names.includes(wanted);
}

function checkedName(path: string, [name]: readonly string[]): string {
  if (name === undefined) throw unusablePlan(path, "the endpoint has no name");
  subjectAltName(name);
  return name;
}

function checkedPort(path: string, port: number): number {
  if (port >= 1 && port <= 65_535) return port;
  throw unusablePlan(path, `${port} is no port`);
}

/** The certificate that an identity leads to, as the plan pins it. */
function anchorPem(path: string, plan: TrustPlan, identityId: string | undefined): string {
  const pem = planIndex(plan).identity(identityId)?.pinned?.anchorPem;
  if (pem?.includes("-----BEGIN CERTIFICATE-----") === true) return pem;
  throw unusablePlan(
    path,
    `it does not hold the certificate that ${JSON.stringify(identityId)} leads to: ask for one that is synthesised with its lock`,
  );
}

/** Whose anchors stand in the store or file of what client certificates must lead to. */
function acceptedIdentities(plan: TrustPlan, location: AnchorsLocation): string[] {
  const index = planIndex(plan);
  switch (location.kind) {
    case "store":
      return index
        .entriesOf(location.storeId)
        .flatMap((entry) => (entry.kind === "anchor" && entry.part === "anchor" ? [entry.identityId] : []));
    case "pem": {
      const content = index.file(location.fileId)?.content;
      return content?.kind === "anchors"
        ? content.anchors.flatMap(({ part, identityId }) => (part === "anchor" ? [identityId] : []))
        : [];
    }
    case "outside":
      return location.accepts.flatMap(({ part, identityId }) => (part === "anchor" ? [identityId] : []));
    case "public-roots":
      return [];
    default:
      return location satisfies never;
  }
}
