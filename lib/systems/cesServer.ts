import { Construct } from "constructs";
import {
  type Acceptance,
  Activation,
  Call,
  type CallDetails,
  type Strictness,
  type Callee,
  type Certificate,
  type Client,
  HttpsCallbackEndpoint,
  type ICallee,
  type IEndpoint,
  type IHost,
  type IIdentity,
  type ITrustable,
  Keystore,
  type Secret,
} from "../constructs";
import { acceptanceOf } from "../constructs/acceptance";
import { callShapes, callsOf } from "../constructs/call";
import { activationProp } from "../constructs/activation";
import { certificateProp } from "../constructs/certificate";
import { hostProp, pathsOf } from "../constructs/host";
import { keyOf, planIdOf } from "../constructs/key";
import { contributes } from "../constructs/planContribution";
import {
  type PropShapes,
  clientAuthentication,
  javaRuntime,
  number,
  onForeign,
  optional,
  requireProps,
  text,
  textList,
} from "../constructs/props";
import { secretProp } from "../constructs/secret";
import type {
  ActivationWay,
  ClientAuthentication,
  JavaRuntimePlan,
  OnForeign,
  RunbookStep,
  StoreProfile,
} from "../model";
import { shellQuote } from "../text";
import { declaredSteps } from "../constructs/activationStep";
import { systemActivation } from "./activation";
import { passwordSteps } from "./passwordSteps";
import { systemPlan } from "./systemPlan";

export interface CesServerProps {
  /** The machine that CES runs on. */
  readonly host: IHost;
  /** Host names and addresses under which others call CES; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port of the web server on HTTPS. @default 48226 */
  readonly port?: number;
  /** Directory for the stores, absolute. */
  readonly directory: string;
  /** What CES presents. */
  readonly certificate: Certificate;
  /** Alias of its identity in the keystore. @default "ces" */
  readonly alias?: string;
  /** Password of the stores in `directory`. */
  readonly password: Secret;
  /** Whether clients are asked for a certificate. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
  /** The Java that CES runs on. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
  /** What lets it read its stores and files again once they changed. @default - people do it on its pages, as its runbook says */
  readonly activation?: ActivationWay;
}

export interface CesCallDetails extends CallDetails {
  /** What the webhooks present. */
  readonly as: Certificate;
}

export type CesCallProps = CesCallDetails & Strictness;

const shapes: PropShapes<CesServerProps> = {
  host: hostProp,
  names: textList,
  port: optional(number),
  directory: text,
  certificate: certificateProp,
  alias: optional(text),
  password: secretProp,
  clientAuthentication: optional(clientAuthentication),
  onForeign: optional(onForeign),
  runtime: optional(javaRuntime),
  activation: optional(activationProp),
};

const cesCallShapes: PropShapes<CesCallProps> = { ...callShapes, as: certificateProp };

interface Webhook {
  readonly call: Call;
  readonly pfx: Keystore;
  readonly truststore: Keystore;
}

/** Compuware Enterprise Services on Windows or Linux: its web server on HTTPS, and its webhooks' client certificates. */
export class CesServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: IEndpoint;
  /** Which client certificates the web server accepts; undefined where it asks for none. */
  readonly clientTruststore: Keystore | undefined;
  private readonly webhooks: Webhook[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CesServerProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const clientAuthentication = props.clientAuthentication ?? "none";
    const keystore = this.store("Keystore", "ces-keystore.jks", "jks");
    this.clientTruststore =
      clientAuthentication === "none" ? undefined : this.store("ClientTruststore", "ces-clients.jks", "jks");
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names: props.names,
      port: props.port ?? 48_226,
      identity: keystore.entry(props.alias ?? "ces", { onForeign: props.onForeign ?? "refuse" }),
      certificate: props.certificate,
      clientAuthentication,
      ...(this.clientTruststore === undefined ? {} : { truststore: this.clientTruststore }),
      ...(props.runtime === undefined ? {} : { runtime: props.runtime }),
    });
    contributes(this, () => ({
      systems: [systemPlan(this, "CES", props.host.hostId)],
      ...passwordSteps(
        this,
        props.host,
        [
          keystore,
          this.clientTruststore,
          ...this.webhooks.flatMap(({ pfx, truststore }) => [pfx, truststore]),
        ],
        ({ files, from, to }) =>
          `Wherever a page of CES asks for the password of ${files}, enter that of \`${to}\`, no more that of \`${from}\`: CES keeps the former one until somebody has.`,
      ),
      ...systemActivation(this, props.host, props.activation ?? onItsPages, [
        keystore,
        this.clientTruststore,
        this.endpoint,
        ...this.webhooks.flatMap(({ pfx, truststore }) => [pfx, truststore]),
      ]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: props.host.hostId,
          title: `CES ${this.endpoint.names[0] ?? id}`,
          steps: [
            ...this.webServerSteps(keystore),
            ...this.webhooks.map((webhook) => webhookStep(webhook)),
            ...declaredSteps(props.host.platform, props.activation),
          ],
          back: {
            after: [this.webServerBack(), ...this.webhooks.map(({ call }) => webhookBack(call.node.id))],
          },
          unproven: [
            "CES was not run here: its pages follow BMC's documentation (CES 24.02), and what they are called may differ by release.",
          ],
        },
      ],
    }));
  }

  get identity(): IIdentity {
    return this.endpoint.identity;
  }

  /**
   * Calls a system by webhooks: a PFX and a truststore of their own, as *Managing certificates* wants them. The id of
   * the call names their files.
   */
  calls(callee: Callee, props: CesCallProps): Call {
    requireProps(callsOf(this), cesCallShapes, props);
    const { host, runtime } = this.props;
    const stores: { pfx?: Keystore; truststore?: Keystore } = {};
    const key = (id: string) => `${keyOf(this)}/Webhook-${id}`;
    const call = new Call(this, callee, props, {
      host,
      name: this.node.id,
      label: "CES webhooks",
      runtime: runtime ?? { kind: "java" },
      truststore: ({ id }) =>
        (stores.truststore = this.store(`Webhook-${id}-Truststore`, `${id}-truststore.jks`, "jks")),
      place: ({ id, alias }) =>
        (stores.pfx = this.store(`Webhook-${id}-Pfx`, `${id}.pfx`, "compat")).entry(alias),
      trustKey: ({ id }) => `${key(id)}-Trusts`,
      bindingKey: ({ id }) => key(id),
    });
    const { pfx, truststore } = stores;
    if (pfx !== undefined && truststore !== undefined) this.webhooks.push({ call, pfx, truststore });
    return call;
  }

  accepts(client: Client): Acceptance | undefined {
    return this.clientTruststore === undefined
      ? undefined
      : acceptanceOf(this, this.clientTruststore, client);
  }

  private webServerSteps(keystore: Keystore): RunbookStep[] {
    const { port } = this.endpoint;
    const clients =
      this.clientTruststore === undefined
        ? ""
        : `, trust store \`${this.clientTruststore.path}\` for client certificates`;
    return [
      {
        text: "In CES open Host / Web settings, and note what it shows for HTTPS: on or off, port, key store, trust store. It is the way back.",
        check: "You have it in writing.",
      },
      {
        text: `There switch HTTPS on, with port ${port}, key store \`${keystore.path}\` and its password${clients}, and Apply, which restarts the web server. CES, CMSC and its client product must all use HTTPS, on the same major version of Java.`,
        command: this.presented(),
        check: "The first certificate has this SHA-256 fingerprint:",
        shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
      },
    ];
  }

  private webServerBack(): RunbookStep {
    return {
      text: "In CES open Host / Web settings, give it what you noted, and Apply, even where nothing is to be changed: the web server reads its stores then.",
      command: this.presented(),
      check: "The first certificate is the one of before. Where HTTPS was off, nothing answers.",
    };
  }

  private presented(): string {
    const { names, port } = this.endpoint;
    return `keytool -printcert -sslserver ${shellQuote(this.props.host.platform, `${names[0] ?? "localhost"}:${port}`)}`;
  }

  private store(id: string, name: string, profile: StoreProfile): Keystore {
    const { host, password, runtime } = this.props;
    return new Keystore(this, id, {
      host,
      path: this.inDirectory(name),
      password,
      profile,
      ...(runtime === undefined ? {} : { reader: runtime }),
    });
  }

  private inDirectory(name: string): string {
    return pathsOf(this.props.host).join(this.props.directory, name);
  }
}

const onItsPages = Activation.manual(
  "In CES open Host / Web settings and Apply, which restarts the web server, and under Managing certificates replace the files of the webhooks.",
);

function webhookStep({ call, pfx, truststore }: Webhook): RunbookStep {
  const name = call.node.id;
  return {
    text:
      `In CES open Managing certificates and upload \`${pfx.path}\` with its password as ${name}: add it where it is not listed, replace its file where it is. Give the trust store ` +
      `\`${truststore.path}\` with its password (a path on the CES server), and attach ${name} to the webhooks that call with it.`,
    check: "The called system answers, and names this certificate; its SHA-256 fingerprint:",
    shows: { identityId: call.identity.identityId, part: "leaf" },
  };
}

function webhookBack(name: string): RunbookStep {
  return {
    text: `In CES open Managing certificates and upload the file of before as ${name}. Where there was none before this run, detach ${name} from its webhooks and remove it.`,
    check: "The called system answers as it did before.",
  };
}
