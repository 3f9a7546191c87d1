import type { TrustPlan } from "../../model";
import type { Call } from "./ends";
import { type CalledFiles, Parts, planOfFiles, type Side } from "./parts";

/** The aliases that are presented, by side. */
export type PresentedAliases = Readonly<Partial<Record<Side, string>>>;

/** A call as a plan of one hop, and what its stores and files are on this machine. */
export interface CalledPlan extends CalledFiles {
  readonly plan: TrustPlan;
}

/**
 * The plan of a call.
 *
 * @param aliases of stores: what is presented, or taken to be
 * @param isPem whether a file that is trusted holds PEM
 */
export function calledPlan(
  call: Call,
  aliases: PresentedAliases,
  isPem: (file: string) => boolean,
): CalledPlan {
  const parts = new Parts(isPem);
  const { server, client } = call;
  const served = parts.identity("server", server.identity, aliases.server);
  const presented =
    client.identity === undefined || (client.identity.kind === "store" && aliases.client === undefined)
      ? undefined
      : parts.identity("client", client.identity, aliases.client);
  const anchors = parts.anchors("client", client.anchors);
  const clientAnchors = parts.anchors("server", server.anchors);
  const { stores, files } = parts;
  return {
    plan: {
      ...planOfFiles("rehearse"),
      stores: [...stores.values()].map(({ plan }) => plan),
      files: [...files.values()].map(({ plan }) => plan),
      endpoints: [
        {
          id: "server",
          hostId: "server",
          names: [call.address],
          port: 443,
          identity: served,
          clientAuthentication: call.clientAuthentication,
          clientAnchors,
          runtime: server.runtime,
          afterDeploy: [],
        },
      ],
      bindings: presented === undefined ? [] : [{ id: "client", identityId: "client", identity: presented }],
      hops: [
        {
          id: "call",
          endpointId: "server",
          address: call.address,
          clientHostId: "client",
          clientName: "client",
          anchors,
          runtime: client.runtime,
          verifiesName: call.verifiesName,
          ...(call.programs === undefined ? {} : { programs: call.programs }),
          ...(presented === undefined ? {} : { bindingId: "client" }),
        },
      ],
    },
    stores: parts.storeFiles,
    files: parts.otherFiles,
  };
}
