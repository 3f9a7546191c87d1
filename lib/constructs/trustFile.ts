import { Construct, type IConstruct } from "constructs";
import type { ChainPart } from "../model";
import { type IHost, absolutePath, hostProp } from "./host";
import type { ITrustable } from "./identity";
import { planIdOf, stateKey } from "./key";
import { contributes } from "./planContribution";
import { type PropShapes, leaf, number, optional, requireProps, text } from "./props";
import type { Secret } from "./secret";

/** What stands in a text for the first eight digits of a certificate's SHA-256, and is as long. */
export interface FingerprintText {
  /** Text of eight characters that the digits take the place of. */
  readonly placeholder: string;
  /** Whose certificate. */
  readonly of: ITrustable;
  /** Which certificate of the chain. */
  readonly part: ChainPart;
}

/** What a delivered file holds. */
export type TrustFileContent =
  | {
      /** Text, or what makes it at synth, when everything is declared. */
      readonly text: string | (() => string);
      /** Which certificates are named in the text by a fingerprint, known when all is declared. @default - none */
      readonly fingerprints?: () => readonly FingerprintText[];
    }
  /** Certificates; `chain` is all of them, leaf first. */
  | {
      /** Whose certificate. */
      readonly certificateOf: ITrustable;
      /** Which certificates of its chain. */
      readonly part: ChainPart | "chain";
      /** How they are written; DER holds one. @default "pem" */
      readonly encoding?: "pem" | "der";
    }
  /** The private key as PKCS#8 PEM, encrypted under a password. */
  | {
      /** Whose key. */
      readonly privateKeyOf: ITrustable;
      /** Where the password that the key is encrypted under is found. */
      readonly password: Secret;
    };

export interface TrustFileProps {
  /** The machine that it lies on. */
  readonly host: IHost;
  /** Absolute path, as the real machine has it. */
  readonly path: string;
  /** Text, certificates or a private key. */
  readonly content: TrustFileContent;
  /** Permission bits. @default 0o644, and 0o600 for a private key */
  readonly mode?: number;
  /** What the file's presence does not prove, for example that somebody ran it. @default - nothing */
  readonly unproven?: string;
  /** What people do before it is taken away, for example that they run it with `undo`. @default - nothing */
  readonly beforeDestroy?: string;
  /** Key in the plan and in Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

const shapes: PropShapes<TrustFileProps> = {
  host: hostProp,
  path: text,
  content: leaf<TrustFileContent>(
    "{ text }, { certificateOf, part } or { privateKeyOf, password }",
    (value) =>
      typeof value === "object" &&
      value !== null &&
      ["text", "certificateOf", "privateKeyOf"].some((name) => name in value),
  ),
  mode: optional(number),
  unproven: optional(text),
  beforeDestroy: optional(text),
  key: optional(text),
};

/** A file that is ours from the first byte to the last: a certificate, a script, a client's configuration. */
export class TrustFile extends Construct {
  readonly fileId: string;
  readonly host: IHost;
  readonly path: string;

  constructor(scope: Construct, id: string, props: TrustFileProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    this.fileId = planIdOf(this);
    this.host = props.host;
    this.path = absolutePath(props.host, props.path);
    const { content } = props;
    contributes(this, () => ({
      hosts: [this.host.plan],
      identities: identitiesOf(content)
        .flatMap((identity) => [identity, ...identity.authorities])
        .map(({ plan }) => plan),
      files: [
        {
          id: this.fileId,
          hostId: this.host.hostId,
          path: this.path,
          mode: props.mode ?? ("privateKeyOf" in content ? 0o600 : 0o644),
          content: toPlan(this, content),
          ...(props.unproven === undefined ? {} : { unproven: props.unproven }),
          ...(props.beforeDestroy === undefined ? {} : { beforeDestroy: props.beforeDestroy }),
        },
      ],
    }));
  }
}

function identitiesOf(content: TrustFileContent) {
  if ("certificateOf" in content) return [content.certificateOf.identity];
  if ("privateKeyOf" in content) return [content.privateKeyOf.identity];
  if (content.fingerprints !== undefined) return content.fingerprints().map(({ of }) => of.identity);
  return [];
}

function toPlan(scope: IConstruct, content: TrustFileContent) {
  if ("text" in content)
    return {
      kind: "text",
      text: typeof content.text === "string" ? content.text : content.text(),
      ...(content.fingerprints === undefined
        ? {}
        : {
            fingerprints: content.fingerprints().map(({ placeholder, of, part }) => ({
              placeholder,
              identityId: of.identity.identityId,
              part,
            })),
          }),
    } as const;
  if ("certificateOf" in content) {
    return {
      kind: "certificate",
      identityId: content.certificateOf.identity.identityId,
      part: content.part,
      encoding: content.encoding ?? "pem",
    } as const;
  }
  return {
    kind: "private-key",
    identityId: content.privateKeyOf.identity.identityId,
    password: content.password.referenceIn(scope),
  } as const;
}
