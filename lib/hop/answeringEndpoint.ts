import { type EndpointPlan, type Finding, type HopPlan, type TrustPlan, planIndex } from "../model";
import { finding, refusal } from "../rules";
import { namedFor, serverNameOf } from "./serverName";

/** The endpoints on the port of one, the one that answers by default first; it alone where it shares its port with none. */
export function endpointsOnPort(plan: TrustPlan, endpoint: EndpointPlan): readonly EndpointPlan[] {
  const index = planIndex(plan);
  const byDefault = index.endpoint(endpoint.defaultEndpointId ?? endpoint.id) ?? endpoint;
  return [byDefault, ...index.endpointsBeside(byDefault.id)];
}

/** The endpoint whose identity a call gets: of several on one port the one that has the name which the client asks for. */
export function answeringEndpoint(
  plan: TrustPlan,
  endpoint: EndpointPlan,
  { address, runtime }: HopPlan,
): EndpointPlan {
  const endpoints = endpointsOnPort(plan, endpoint);
  if (endpoints.length < 2) return endpoint;
  return namedFor(endpoints, serverNameOf(address, runtime.kind)) ?? endpoints[0] ?? endpoint;
}

/** That a call gets another endpoint's identity than that of the one it is declared for. */
export function otherEndpointAnswers(
  { id, address, runtime }: HopPlan,
  called: EndpointPlan,
  answering: EndpointPlan,
): Finding {
  const serverName = serverNameOf(address, runtime.kind);
  const asked =
    serverName === undefined
      ? `a client that calls ${address} asks for no name`
      : `a client that calls ${address} asks for the name ${serverName}`;
  const names = called.names.filter(
    (name) => !name.startsWith("*.") && serverNameOf(name, runtime.kind) !== undefined,
  );
  const byName =
    names.length === 0
      ? "give the endpoint a name that this client can ask for"
      : `call it by ${names.join(" or ")}`;
  return finding(
    id,
    refusal(
      "other-identity-presented",
      `${asked}, so the server presents the identity of ${answering.id}, not that of ${called.id}`,
      `${byName}, or declare the call to ${answering.id}`,
    ),
    "error",
  );
}
