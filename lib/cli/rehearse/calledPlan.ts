import { basename } from "node:path";

import {
  TRUST_PLAN_FORMAT_VERSION,
  type AnchorsLocation,
  type FilePlan,
  type IdentityLocation,
  type SecretReference,
  type StorePlan,
  type TrustPlan,
} from "../../model";
import type { AnchorFiles, Call, IdentityFiles } from "./ends";

/** Ends of the call, which are the hosts of its plan, so that findings say whose file they mean. */
export type Side = "server" | "client";

/** The aliases that are presented, by side. */
export type PresentedAliases = Readonly<Partial<Record<Side, string>>>;

/** A call as a plan of one hop, and what its stores and files are on this machine. */
export interface CalledPlan {
  readonly plan: TrustPlan;
  /** Paths by the ids of stores. */
  readonly stores: ReadonlyMap<string, { readonly file: string; readonly password?: SecretReference }>;
  /** Paths by the ids of files. */
  readonly files: ReadonlyMap<string, string>;
}

/** Nothing in this plan is delivered or opened by this reference: anchors are read without a password too. */
const NO_PASSWORD: SecretReference = "env:NONE";

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
  const none = { systems: [], identities: [], entries: [], configFiles: [], runbooks: [], fingerprints: [] };
  return {
    plan: {
      formatVersion: TRUST_PLAN_FORMAT_VERSION,
      toolVersion: "",
      project: "rehearse",
      environment: "rehearse",
      stack: "rehearse",
      hosts: (["server", "client"] as const).map((id) => ({ id, kind: "manual", platform: "posix" })),
      ...none,
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
    stores: new Map([...stores].map(([id, { given }]) => [id, given])),
    files: new Map([...files].map(([id, { file }]) => [id, file])),
  };
}

class Parts {
  readonly stores = new Map<
    string,
    {
      readonly plan: StorePlan;
      readonly given: { readonly file: string; readonly password?: SecretReference };
    }
  >();
  readonly files = new Map<string, { readonly plan: FilePlan; readonly file: string }>();

  constructor(private readonly isPem: (file: string) => boolean) {}

  identity(side: Side, given: IdentityFiles, alias = ""): IdentityLocation {
    const opening = given.keyPassword === undefined ? {} : { keyPassword: given.keyPassword };
    if (given.kind === "pem")
      return {
        kind: "pem",
        certificateFileId: this.file(side, given.certificateFile),
        keyFileId: this.file(side, given.keyFile),
        ...opening,
      };
    return {
      kind: "store",
      storeId: this.store(side, given),
      alias,
      ...opening,
      chosenBy: given.alias === undefined ? "java" : "product",
    };
  }

  anchors(side: Side, given: AnchorFiles | undefined): AnchorsLocation {
    if (given === undefined) return { kind: "public-roots" };
    return this.isPem(given.file)
      ? { kind: "pem", fileId: this.file(side, given.file) }
      : { kind: "store", storeId: this.store(side, given) };
  }

  private store(side: Side, { file, password }: AnchorFiles): string {
    const id = `${side}:${file}`;
    const given = { file, ...(password === undefined ? {} : { password }) };
    const known = this.stores.get(id);
    // One file may be keystore and truststore; either option may have its password.
    if (known !== undefined && known.given.password !== undefined) return id;
    this.stores.set(id, {
      given,
      plan: {
        id,
        hostId: side,
        path: basename(file),
        profile: "modern",
        password: password ?? NO_PASSWORD,
        ifMissing: "fail",
      },
    });
    return id;
  }

  private file(side: Side, file: string): string {
    const id = `${side}:${file}`;
    const content = { kind: "text", text: "" } as const;
    this.files.set(id, { file, plan: { id, hostId: side, path: basename(file), mode: 0o600, content } });
    return id;
  }
}
