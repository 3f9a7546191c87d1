import {
  type EndpointPlan,
  type Finding,
  type HopPlan,
  type RuntimePlan,
  type TrustPlan,
  planIndex,
} from "../model";
import { answeringEndpoint, endpointsOnPort, otherEndpointAnswers } from "./answeringEndpoint";
import type { ClientSide, HopMaterial, ServerSide, TrustedAnchors } from "./hopMaterial";
import { refusedHost } from "./hostCheck";
import type { HopSource } from "./hopSource";
import { judgeHop } from "./judgeHop";
import type { HopJudgement } from "./judgement";
import { opensslPolicy } from "./opensslPolicy";
import { type Read, found, missed } from "./read";
import { AnchorReader } from "./readAnchors";
import { IdentityReader, type LocatedIdentity } from "./readIdentity";
import { UnseenReader } from "./readUnseen";

/** What one hop is made of, and what does not agree with the plan. */
export interface ReadHop {
  /** Absent where some part of it is not there, cannot be opened, or is not known yet. */
  readonly material?: HopMaterial;
  readonly findings: readonly Finding[];
  /** What the client trusts and presents, also where the server's side is not known; absent where some part is not. */
  readonly client?: ClientSide;
  /** What somebody else's server says to the client by the rules, as far as is known whom it accepts. */
  readonly byPartner?: HopJudgement;
}

/** Reads the hops of a plan from one source, whatever that is: each store, key and file once. */
export class HopReader {
  private readonly identities: IdentityReader;
  private readonly anchors: AnchorReader;
  private readonly unseen: UnseenReader;

  /** @param now the time at which certificates must be valid */
  constructor(
    private readonly plan: TrustPlan,
    source: HopSource,
    private readonly now: Date,
  ) {
    this.identities = new IdentityReader(plan, source);
    this.anchors = new AnchorReader(plan, source);
    this.unseen = new UnseenReader(plan, source);
  }

  read(hop: HopPlan): ReadHop {
    const endpoint = planIndex(this.plan).endpoint(hop.endpointId);
    if (endpoint === undefined) {
      return missed(found("not-declared", hop.id, `the endpoint ${hop.endpointId} is not declared`));
    }
    const answering = answeringEndpoint(this.plan, endpoint, hop);
    const served = this.identities.identityOf(answering, answering.runtime);
    const anchors = this.anchors.anchorsAt(hop.anchors, endpoint.identityId);
    const client = this.clientOf(hop);
    const clientAnchors = this.clientAnchorsOf(answering, hop);
    const findings = [
      ...(answering === endpoint ? [] : [otherEndpointAnswers(hop, endpoint, answering)]),
      ...[served, anchors, client, clientAnchors].flatMap((part) => part.findings),
      ...this.unseen.of(hop, endpoint),
    ];
    const side = clientSideOf(hop, anchors.value, client.value);
    const known = side === undefined ? {} : { client: side };
    if (endpoint.identity.kind === "outside") {
      const byPartner = this.judgedByPartner(hop, endpoint, client.value, clientAnchors.value);
      return byPartner === undefined
        ? { findings, ...known }
        : { findings: [...findings, ...byPartner.findings], ...known, byPartner };
    }
    if (served.value === undefined || side === undefined || clientAnchors.value === undefined) {
      return { findings, ...known };
    }
    const { clientAuthentication, runtime, port, verifyDepth } = answering;
    const host = refusedHost(hop, answering, served.value.identity);
    return {
      findings: [...findings, ...(host === undefined ? [] : [host])],
      client: side,
      material: {
        hopId: hop.id,
        address: hop.address,
        port,
        server: {
          ...runtimeOf(runtime),
          ...served.value,
          ...this.byName(answering),
          clientAuthentication,
          clientAnchors: clientAnchors.value,
          ...(verifyDepth === undefined ? {} : { verifyDepth }),
        },
        client: side,
        ...letPass(hop),
        now: this.now,
      },
    };
  }

  /** What a server on one port presents by name, as far as it is known. */
  private byName(endpoint: EndpointPlan): Pick<ServerSide, "byName"> {
    const [byDefault, ...others] = endpointsOnPort(this.plan, endpoint);
    if (byDefault === undefined || others.length === 0) return {};
    const identityOf = (one: EndpointPlan) => this.identities.identityOf(one, one.runtime).value?.identity;
    const otherwise = identityOf(byDefault);
    if (otherwise === undefined) return {};
    const named = [byDefault, ...others].flatMap((one) => {
      const identity = identityOf(one);
      return identity === undefined ? [] : [{ names: one.names, identity }];
    });
    return { byName: { otherwise, named } };
  }

  /** Undefined where nobody knows whom it accepts, or it asks for nothing. */
  private judgedByPartner(
    hop: HopPlan,
    { clientAuthentication, clientAnchors, runtime, port }: EndpointPlan,
    client: LocatedIdentity | Record<string, never> | undefined,
    accepted: TrustedAnchors | undefined,
  ): HopJudgement | undefined {
    if (clientAuthentication === "none" || client === undefined || accepted === undefined) return undefined;
    if (hop.bindingId !== undefined && clientAnchors === undefined) return undefined;
    return judgeHop({
      hopId: hop.id,
      address: hop.address,
      port,
      // It presents nothing here, so that the client's half alone is judged.
      server: {
        ...runtimeOf(runtime),
        identity: { chain: [] },
        clientAuthentication,
        clientAnchors: accepted,
      },
      client: { ...runtimeOf(hop.runtime), anchors: [], verifiesName: hop.verifiesName, ...client },
      ...letPass(hop),
      now: this.now,
    });
  }

  private clientOf({ id, bindingId, runtime }: HopPlan): Read<LocatedIdentity | Record<string, never>> {
    if (bindingId === undefined) return { value: {}, findings: [] };
    const binding = planIndex(this.plan).binding(bindingId);
    return binding === undefined
      ? missed(found("not-declared", id, `the binding ${bindingId} is not declared`))
      : this.identities.identityOf(binding, runtime);
  }

  private clientAnchorsOf(
    { clientAuthentication, clientAnchors }: EndpointPlan,
    { bindingId }: HopPlan,
  ): Read<TrustedAnchors> {
    if (clientAuthentication === "none" || clientAnchors === undefined) return { value: [], findings: [] };
    return this.anchors.anchorsAt(clientAnchors, planIndex(this.plan).binding(bindingId)?.identityId);
  }
}

/** What decides on a side's TLS. */
function runtimeOf(runtime: RuntimePlan): Pick<ServerSide, "runtime" | "java" | "opensslPolicy"> {
  if (runtime.kind === "java") return { runtime: "java", java: runtime };
  const policy = opensslPolicy(runtime);
  return { runtime: runtime.kind, ...(policy === undefined ? {} : { opensslPolicy: policy }) };
}

function clientSideOf(
  hop: HopPlan,
  anchors: TrustedAnchors | undefined,
  located: LocatedIdentity | Record<string, never> | undefined,
): ClientSide | undefined {
  if (anchors === undefined || located === undefined) return undefined;
  const { runtime, verifiesName } = hop;
  return { ...runtimeOf(runtime), ...programsOf(hop), anchors, verifiesName, ...located };
}

function programsOf({ programs }: HopPlan): Pick<ClientSide, "programs"> {
  return programs === undefined ? {} : { programs };
}

function letPass({ letPassBecause }: HopPlan): Pick<HopMaterial, "letPassBecause"> {
  return letPassBecause === undefined ? {} : { letPassBecause };
}

/** Stores and files that the hops of a plan are read from, for a source that has to fetch them first. */
export function placesOfHops(plan: TrustPlan): {
  readonly storeIds: ReadonlySet<string>;
  readonly fileIds: ReadonlySet<string>;
} {
  const index = planIndex(plan);
  const called = new Set(plan.hops.flatMap(({ endpointId }) => index.endpoint(endpointId) ?? []));
  const endpoints = [...new Set([...called].flatMap((endpoint) => endpointsOnPort(plan, endpoint)))];
  const bindings = plan.hops.flatMap(({ bindingId }) => index.binding(bindingId) ?? []);
  const storeIds = new Set<string>();
  const fileIds = new Set<string>();
  for (const { identity } of [...endpoints, ...bindings]) {
    if (identity.kind === "store") storeIds.add(identity.storeId);
    if (identity.kind === "pem") fileIds.add(identity.certificateFileId).add(identity.keyFileId);
  }
  const asked = endpoints.filter(({ clientAuthentication }) => clientAuthentication !== "none");
  for (const location of [...plan.hops.map(({ anchors }) => anchors), ...asked.map((e) => e.clientAnchors)]) {
    if (location?.kind === "store") storeIds.add(location.storeId);
    if (location?.kind === "pem") fileIds.add(location.fileId);
  }
  return { storeIds, fileIds };
}
