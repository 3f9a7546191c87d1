import { Construct } from "constructs";
import type { AnchorPlan, AnchorsLocation, ChainPart } from "../model";
import { type IHost, absolutePath, hostProp } from "./host";
import type { ITrustable } from "./identity";
import { planIdOf, stateKey } from "./key";
import { contributes } from "./planContribution";
import { type PropShapes, optional, requireProps, text } from "./props";
import type { ITruststore, Reliance } from "./truststore";

export interface AnchorsFileProps {
  /** The machine that it lies on. */
  readonly host: IHost;
  /** Absolute path, as the real machine has it. */
  readonly path: string;
  /** Key in the plan and in Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

const shapes: PropShapes<AnchorsFileProps> = { host: hostProp, path: text, key: optional(text) };

/** A PEM file with the certificates that nginx, curl, Node and their like trust: their truststore. */
export class AnchorsFile extends Construct implements ITruststore {
  readonly fileId: string;
  readonly host: IHost;
  readonly path: string;
  readonly anchors: AnchorsLocation;
  private readonly trusted: { readonly trusts: ITrustable; readonly part: ChainPart }[] = [];

  constructor(scope: Construct, id: string, props: AnchorsFileProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    this.fileId = planIdOf(this);
    this.host = props.host;
    this.path = absolutePath(props.host, props.path);
    this.anchors = { kind: "pem", fileId: this.fileId };
    contributes(this, () => ({
      hosts: [this.host.plan],
      identities: this.trusted
        .flatMap(({ trusts }) => [trusts.identity, ...trusts.identity.authorities])
        .map(({ plan }) => plan),
      files: [
        {
          id: this.fileId,
          hostId: this.host.hostId,
          path: this.path,
          mode: 0o644,
          content: { kind: "anchors", anchors: this.held },
        },
      ],
    }));
  }

  /** Whether nothing is declared that it holds. */
  get isEmpty(): boolean {
    return this.trusted.length === 0;
  }

  /** Trusts whatever has a certificate: an authority, a client, a partner. */
  trusts(trusts: ITrustable, part: ChainPart = "anchor"): this {
    this.trusted.push({ trusts, part });
    return this;
  }

  reliesOn({ trusts, part }: Reliance): void {
    this.trusts(trusts, part);
  }

  private get held(): AnchorPlan[] {
    const all = this.trusted.map(({ trusts, part }) => ({ identityId: trusts.identity.identityId, part }));
    return [...new Map(all.map((anchor) => [JSON.stringify(anchor), anchor])).values()];
  }
}
