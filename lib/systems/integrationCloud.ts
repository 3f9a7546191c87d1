import { Construct } from "constructs";
import {
  type Acceptance,
  type Client,
  type ICallee,
  type IListener,
  type ITrustable,
  Partner,
} from "../constructs";
import { trustableProp } from "../constructs/identity";
import { planIdOf } from "../constructs/key";
import { contributes } from "../constructs/planContribution";
import {
  type PropShapes,
  choice,
  either,
  made,
  number,
  optional,
  publicRoots,
  requireProps,
  text,
  textList,
} from "../constructs/props";
import type { FilePlan, RunbookBack, RunbookStep } from "../model";
import { duplicateCloudUser } from "./errors";
import { RestCall } from "./restClient/restClient";
import { posixQuote } from "../text";
import { systemPlan } from "./systemPlan";

export interface IntegrationCloudProps {
  /** Host name of the tenant, for example `mydomain.webmethodscloud.com`. */
  readonly address: string;
  /** Port that asks for client certificates. @default 8443 */
  readonly port?: number;
  /** What the tenant's certificate leads to. @default "public-roots" */
  readonly presents?: ITrustable | "public-roots";
  /** A stand-in that is declared here, so that calls can be rehearsed. @default - none; the service is not ours */
  readonly standIn?: ICallee;
  /**
   * Users whose certificate came from *Generate* in the service, so that it need not be uploaded.
   *
   * @default - none
   */
  readonly generatedUsers?: readonly string[];
  /**
   * What is uploaded for a user of a `RestClient`: the certificate with its intermediates, or the certificate alone, in
   * a file of its own. The service's pages do not say which of them it takes.
   *
   * @default "chain"
   */
  readonly upload?: "chain" | "leaf";
}

const shapes: PropShapes<IntegrationCloudProps> = {
  address: text,
  port: optional(number),
  presents: optional(either(trustableProp, publicRoots)),
  standIn: optional(made<ICallee>("a system that is declared here", "endpoint", "node")),
  generatedUsers: optional(textList),
  upload: optional(choice<"chain" | "leaf">({ chain: true, leaf: true })),
};

/** webMethods Integration Cloud: a service whose users are known by their client certificates. */
export class IntegrationCloud extends Construct implements ICallee {
  readonly address: string;
  readonly endpoint: IListener;
  private readonly users = new Map<string, Client>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IntegrationCloudProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { address, port = 8443, presents = "public-roots", standIn } = props;
    this.address = address;
    const partner = Partner.at(`https://${address}:${port}`, { presents, asks: "require" });
    this.endpoint = standIn?.endpoint ?? partner.listenerFor(this);
    contributes(this, () => ({
      hosts: [{ kind: "outside", id: partner.address, platform: "posix" }],
      systems: [systemPlan(this, "webMethods Integration Cloud", partner.address)],
      files: [...this.users].flatMap(([name, client]) => this.leafFile(name, client) ?? []),
      runbooks: [...this.users].map(([name, client]) => ({
        id: `${planIdOf(this)}/${name}`,
        hostId: client.host.hostId,
        title: `Integration Cloud user ${name}`,
        steps: this.steps(name, client),
        back: this.back(name),
        unproven,
      })),
    }));
  }

  /**
   * Binds a user to the certificate of a call.
   *
   * @throws SystemError `duplicate-user`: the service keeps one certificate a user
   */
  accepts(client: Client): Acceptance | undefined {
    const { user } = client;
    if (user !== undefined) {
      if (this.users.has(user)) throw duplicateCloudUser(user, this.node.path);
      this.users.set(user, client);
    }
    const { standIn } = this.props;
    if (standIn === undefined) return user === undefined ? undefined : { accepts: client.presents };
    return standIn.accepts === undefined ? standIn.endpoint.accepts(client) : standIn.accepts(client);
  }

  private isGenerated(name: string): boolean {
    return this.props.generatedUsers?.includes(name) ?? false;
  }

  /** The user's certificate without its intermediates; undefined where it is not uploaded so. */
  private leafFile(name: string, { call, host, presents }: Client): FilePlan | undefined {
    if (this.props.upload !== "leaf" || this.isGenerated(name) || !(call instanceof RestCall))
      return undefined;
    return {
      id: `${planIdOf(this)}/${name}-leaf`,
      hostId: host.hostId,
      path: call.certificatePath.replace(/(?:\.crt)?$/, "-leaf.crt"),
      mode: 0o644,
      content: {
        kind: "certificate",
        identityId: presents.identity.identityId,
        part: "leaf",
        encoding: "pem",
      },
    };
  }

  private steps(name: string, client: Client): RunbookStep[] {
    const { call, presents } = client;
    const rest = call instanceof RestCall ? call : undefined;
    const file = this.leafFile(name, client)?.path ?? rest?.certificatePath;
    const shows = { identityId: presents.identity.identityId, part: "leaf" } as const;
    const page = this.page(name);
    const upload: readonly RunbookStep[] = [
      {
        text: `${page} Where a certificate is listed with the user, download it and keep it: it is the way back.`,
        check: "You have the file, or none was listed.",
      },
      {
        text: `There Browse to ${file === undefined ? "the certificate that the client presents" : `\`${file}\``} and upload it. From then on the service takes no older one of this user.`,
        check: "The certificate is listed with the user. Its SHA-256 fingerprint is",
        shows,
      },
    ];
    return [
      ...(this.isGenerated(name) ? [] : upload),
      {
        text: "See that `Enable Integration to be invoked over HTTP` is selected on the integration's Overview page, and note the URL that it shows.",
        check: "The URL names this port.",
      },
      ...(rest === undefined ? [] : this.callSteps(rest)),
    ];
  }

  private page(name: string): string {
    return `Log in to \`https://${this.props.address}\`, open Settings > Client Certificate, and select the user \`${name.replaceAll("`", "'")}\` (only active ones are listed).`;
  }

  /** The first asks for the password, and so stands alone. */
  private callSteps({ passwordVariable, scriptPath }: RestCall): RunbookStep[] {
    const { address, port = 8443 } = this.props;
    return [
      {
        text: "Enter the password of the key.",
        command: `printf 'password of the key: '; stty -echo; read -r ${passwordVariable}; stty echo; echo; export ${passwordVariable}`,
      },
      {
        text: "Call the integration, with what follows the port in its URL in place of `YOUR-SERVICE-URL`.",
        command: `sh ${posixQuote(scriptPath)} --fail --request POST https://${address}:${port}/YOUR-SERVICE-URL`,
        check: "The integration answers. 401 means that the certificate is bound to no user.",
      },
    ];
  }

  private back(name: string): RunbookBack {
    const after: RunbookStep = this.isGenerated(name)
      ? {
          text: "Nothing was changed in the service.",
        }
      : {
          text: `${this.page(name)} Upload the certificate that you kept; where none was listed, remove the one of this run.`,
          check: "The user has the certificate of before, and a client that presents it is answered.",
        };
    return { after: [after] };
  }
}

const unproven: readonly string[] = [
  "The service was not seen here: its pages, and which encodings it takes, follow its documentation.",
  "That it takes a self-signed certificate, or one with its intermediates, is not proven. `upload` of the construct chooses what is uploaded.",
];
