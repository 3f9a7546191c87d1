import { Construct } from "constructs";
import {
  type Acceptance,
  type Client,
  type ICallee,
  type IListener,
  type ITrustable,
  Partner,
} from "../constructs";
import { planIdOf } from "../constructs/key";
import { contributes } from "../constructs/planContribution";
import type { RunbookStep } from "../model";
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
}

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
    const { address, port = 8443, presents = "public-roots", standIn } = props;
    this.address = address;
    const partner = Partner.at(`https://${address}:${port}`, { presents, asks: "require" });
    this.endpoint = standIn?.endpoint ?? partner.listenerFor(this);
    contributes(this, () => ({
      hosts: [{ kind: "outside", id: partner.address, platform: "posix" }],
      systems: [systemPlan(this, "webMethods Integration Cloud", partner.address)],
      runbooks: [...this.users].map(([name, client]) => ({
        id: `${planIdOf(this)}/${name}`,
        hostId: client.host.hostId,
        title: `Integration Cloud user ${name}`,
        steps: this.steps(name, client),
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

  private steps(name: string, { call, presents }: Client): RunbookStep[] {
    const { address, generatedUsers = [] } = this.props;
    const rest = call instanceof RestCall ? call : undefined;
    const file = rest === undefined ? "the certificate that the client presents" : rest.certificatePath;
    const upload: RunbookStep = {
      text: `Log in to https://${address}, open Settings > Client Certificate, select the user ${name} (only active ones are listed), Browse to ${file} and upload it.`,
      check: "The certificate is listed with the user. Its SHA-256 fingerprint is",
      shows: { identityId: presents.identity.identityId, part: "leaf" },
    };
    return [
      ...(generatedUsers.includes(name) ? [] : [upload]),
      {
        text: "Select Enable Integration to be invoked over HTTP on the integration's Overview page, and call the URL it shows on this port.",
        ...(rest === undefined ? {} : { command: this.command(rest) }),
        check: "The integration answers. 401 means that the certificate is bound to no user.",
      },
    ];
  }

  private command({ passwordVariable, scriptPath }: RestCall): string {
    const { address, port = 8443 } = this.props;
    return [
      `printf 'password of the key: '; stty -echo; read -r ${passwordVariable}; stty echo; echo; export ${passwordVariable}`,
      `sh ${posixQuote(scriptPath)} --fail --request POST https://${address}:${port}/YOUR-SERVICE-URL`,
    ].join("\n");
  }
}
