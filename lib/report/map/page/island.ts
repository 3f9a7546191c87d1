import { day, isoSeconds } from "../../../model/day";
import type { HopState, MapData, MapHop } from "../data/mapData";
import { EXPLAIN, environmentOption } from "../data/hopCommand";
import { STATE_WORDS } from "../drawing/marks";
import type { MapNumbers } from "../numbers";

/** What the script needs beside the page: lists of lists, because names of members would outweigh what they name. */
export function islandOf({ hops, now, environment }: MapData, numbers: MapNumbers): unknown {
  return {
    at: isoSeconds(now),
    command: EXPLAIN,
    options: environmentOption(environment),
    states: STATE_WORDS satisfies Record<HopState, string>,
    certificates: numbers.certificates.map(({ name, notAfter, sha256 }) => [name, day(notAfter), sha256]),
    callers: numbers.callers.map(({ label }) => label),
    endpoints: numbers.endpoints.map(({ name, port, chain }) => [
      `${name}:${port}`,
      chain.map((certificate) => numbers.certificate(certificate)),
    ]),
    hops: hops.map((hop) => hopData(hop, numbers)),
  };
}

function hopData(hop: MapHop, numbers: MapNumbers): unknown {
  const { id, caller, endpoint, address, state, isMutual, change, findings } = hop;
  const { trustedThrough, clientTrustedThrough, clientChain, needs } = hop;
  const of = (certificate: typeof trustedThrough) =>
    certificate === undefined ? -1 : numbers.certificate(certificate);
  const usual = `${endpoint.name}:${endpoint.port}`;
  return [
    id,
    numbers.caller(caller),
    numbers.endpoint(endpoint),
    address === usual ? 0 : address,
    state,
    Number(isMutual),
    Number(change !== undefined),
    of(trustedThrough),
    of(clientTrustedThrough),
    clientChain.map(of),
    needs.map(of),
    findings.map(({ rule, message, remedy }) => [rule, message, remedy]),
    ...(hop.anchorsAt === undefined ? [] : [hop.anchorsAt]),
  ];
}
