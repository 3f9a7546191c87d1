import { Construct } from "constructs";
import {
  type CallOptions,
  type Certificate,
  ClientCertificateBinding,
  HttpsCallbackEndpoint,
  type IEndpoint,
  type IHost,
  type ITrustable,
  Keystore,
  type Secret,
  TruststoreEntry,
} from "../constructs";
import { pathsOf } from "../constructs/host";
import { contributes } from "../constructs/planContribution";
import type { ClientAuthentication, OnForeign, RunbookStep } from "../model";
import type { ICalledSystem } from "./calledSystem";

export interface CesServerProps {
  readonly host: IHost;
  /** Host names and addresses under which others call CES; the first is the canonical one. */
  readonly names: readonly string[];
  /** @default 48226 */
  readonly port?: number;
  /** Directory for the stores, absolute. */
  readonly directory: string;
  /** What CES presents. */
  readonly certificate: Certificate;
  /** @default "ces" */
  readonly alias?: string;
  /** Password of the stores in `directory`. */
  readonly password: Secret;
  /** Whether clients are asked for a certificate. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** What to do with a key of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

export interface CesWebhookProps extends CallOptions {
  /** The endpoint that the webhook calls. @default - one that is not declared here */
  readonly endpoint?: IEndpoint;
  readonly certificate: Certificate;
  /** What the called server's certificate leads to. @default - the endpoint's own anchor; needed without an endpoint */
  readonly trusts?: ITrustable;
  /** Account that the called system maps the certificate to. @default - none */
  readonly user?: string;
}

interface Webhook {
  readonly name: string;
  readonly pfx: Keystore;
  readonly truststore: Keystore;
  readonly binding: ClientCertificateBinding;
}

/** Compuware Enterprise Services on Windows or Linux: its web server on HTTPS, and its webhooks' client certificates. */
export class CesServer extends Construct implements ICalledSystem {
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
    const clientAuthentication = props.clientAuthentication ?? "none";
    const keystore = this.jks("Keystore", "ces-keystore.jks");
    this.clientTruststore =
      clientAuthentication === "none" ? undefined : this.jks("ClientTruststore", "ces-clients.jks");
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names: props.names,
      port: props.port ?? 48_226,
      keystore,
      alias: props.alias ?? "ces",
      certificate: props.certificate,
      clientAuthentication,
      ...(this.clientTruststore === undefined ? {} : { truststore: this.clientTruststore }),
      onForeign: props.onForeign ?? "refuse",
    });
    contributes(this, () => ({
      runbooks: [
        {
          id: this.node.path,
          hostId: props.host.hostId,
          title: `CES ${this.endpoint.names[0] ?? id}`,
          steps: [this.webServerStep(keystore), ...this.webhooks.map((webhook) => webhookStep(webhook))],
        },
      ],
    }));
  }

  /** A client certificate for webhooks: a PFX and a truststore of its own, as *Managing certificates* wants them. */
  webhook(name: string, props: CesWebhookProps): ClientCertificateBinding {
    const pfx = new Keystore(this, `Webhook-${name}-Pfx`, {
      host: this.props.host,
      path: this.inDirectory(`${name}.pfx`),
      password: this.props.password,
      profile: "compat",
    });
    const truststore = this.jks(`Webhook-${name}-Truststore`, `${name}-truststore.jks`);
    const trusts = props.trusts ?? props.endpoint;
    if (trusts !== undefined) {
      new TruststoreEntry(this, `Webhook-${name}-Trusts`, { truststore, alias: `${name}-server`, trusts });
    }
    const binding = new ClientCertificateBinding(this, `Webhook-${name}`, {
      ...props,
      keystore: pfx,
      alias: name,
      truststore,
      clientName: props.clientName ?? `CES webhook ${name}`,
    });
    this.webhooks.push({ name, pfx, truststore, binding });
    return binding;
  }

  private webServerStep(keystore: Keystore): RunbookStep {
    const { port } = this.endpoint;
    const name = this.endpoint.names[0] ?? "localhost";
    return {
      text:
        `In CES open Host / Web settings: switch HTTPS on, port ${port}, key store ${keystore.path} with its password` +
        (this.clientTruststore === undefined
          ? ""
          : `, trust store ${this.clientTruststore.path} for client certificates`) +
        ". Apply restarts the web server. CES, CMSC and its client product must all use HTTPS, on the same major version of Java.",
      command: `keytool -printcert -sslserver ${name}:${port}`,
      check: "The first certificate has this SHA-256 fingerprint:",
      shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
    };
  }

  private jks(id: string, name: string): Keystore {
    const { host, password } = this.props;
    return new Keystore(this, id, { host, path: this.inDirectory(name), password, profile: "jks" });
  }

  private inDirectory(name: string): string {
    return pathsOf(this.props.host).join(this.props.directory, name);
  }
}

function webhookStep({ name, pfx, truststore, binding }: Webhook): RunbookStep {
  return {
    text:
      `In CES open Managing certificates, add ${name}: upload ${pfx.path} with its password, and give the trust store ` +
      `${truststore.path} with its password (a path on the CES server). Attach ${name} to the webhooks that call with it.`,
    check: "The called system answers, and names this certificate; its SHA-256 fingerprint:",
    shows: { identityId: binding.identity.identityId, part: "leaf" },
  };
}
