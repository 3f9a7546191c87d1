import { isIP } from "node:net";
import {
  type ActivationPlan,
  type ActivationStepPlan,
  type EndpointPlan,
  type HostPlan,
  type PlanIndex,
  certificateAt,
} from "../../model";
import type { PinnedCertificates } from "./pinnedCertificates";

/** A host, and the commands that are run for it. */
export interface CommandedHost {
  readonly host: HostPlan;
  readonly steps: readonly ActivationStepPlan[];
}

/** What is to be seen at an endpoint after an activation, as `trust_activation` calls it. */
export interface Probe {
  readonly connect: string;
  readonly via: "runner" | "host";
  readonly server_name?: string;
  readonly sha256?: string;
  readonly authorities?: readonly string[];
  readonly timeout_seconds: number;
}

/** What an activation is proven by: what its endpoints serve then. */
export class ActivationProbes {
  constructor(
    private readonly index: PlanIndex,
    private readonly certificates: PinnedCertificates,
  ) {}

  /** @param withKey whether the pinned certificate is in place by now; before, another may be served */
  of({ endpointIds }: ActivationPlan, { host, steps }: CommandedHost, withKey: boolean): Probe[] {
    const timeout = Math.max(...steps.map(({ timeoutSeconds }) => timeoutSeconds));
    return endpointIds
      .flatMap((id) => this.index.endpoint(id) ?? [])
      .map((endpoint): Probe => {
        const [name = "localhost"] = endpoint.names;
        const sha256 = this.index.identity(endpoint.identityId)?.pinned?.chain[0]?.sha256;
        const authorities = this.authoritiesOf(endpoint);
        return {
          connect: `${isIP(name) === 6 ? `[${name}]` : name}:${endpoint.port}`,
          // A machine that is reached over SSH may let nobody but its own clients to the port.
          via: host.kind === "ssh" ? "host" : "runner",
          ...(isIP(name) === 0 ? { server_name: name } : {}),
          ...(withKey && sha256 !== undefined ? { sha256 } : {}),
          ...(authorities.length === 0 ? {} : { authorities }),
          timeout_seconds: timeout,
        };
      });
  }

  /** Subjects of what a server accepts, which it names to those whom it asks for a certificate. */
  private authoritiesOf({ clientAuthentication, clientAnchors }: EndpointPlan): string[] {
    if (clientAuthentication === "none" || clientAnchors === undefined) return [];
    const subjects = new Set<string>();
    if (clientAnchors.kind === "store") {
      for (const entry of this.index.entriesOf(clientAnchors.storeId)) {
        const certificate = entry.kind === "anchor" ? this.certificates.certificateOf(entry) : undefined;
        if (certificate !== undefined) subjects.add(certificate.subject);
      }
    }
    const content = clientAnchors.kind === "pem" ? this.index.file(clientAnchors.fileId)?.content : undefined;
    if (content?.kind === "anchors") {
      for (const { identityId, part } of content.anchors) {
        const pinned = this.index.identity(identityId)?.pinned;
        if (pinned !== undefined) subjects.add(certificateAt(pinned, part).subject);
      }
    }
    return [...subjects];
  }
}
