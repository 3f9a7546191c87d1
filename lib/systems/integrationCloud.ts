import { Construct } from "constructs";
import type { Certificate, IEndpoint, ITrustable, Secret } from "../constructs";
import { contributes } from "../constructs/planContribution";
import type { RunbookStep } from "../model";
import { duplicateCloudUser } from "./errors";
import type { RestCall, RestClient } from "./restClient/restClient";
import { posixQuote } from "../text";

export interface IntegrationCloudProps {
  /** Host name of the tenant, for example `mydomain.webmethodscloud.com`. */
  readonly address: string;
  /** Port that asks for client certificates. @default 8443 */
  readonly port?: number;
  /** A stand-in that is declared here, so that calls can be rehearsed. @default - none; the service is not ours */
  readonly standIn?: IEndpoint;
}

export interface IntegrationCloudUserProps {
  /** Where the user calls from. */
  readonly client: RestClient;
  /** Issued by your authority, self-signed, or the `<user>.txt` that *Generate* made (`Certificate.imported`). */
  readonly certificate: Certificate;
  readonly keyPassword: Secret;
  /** What the tenant's certificate leads to. @default - the stand-in's anchor, or the public roots */
  readonly trusts?: ITrustable | "public-roots";
  /**
   * Whether the certificate came from *Generate* in the service, so that it need not be uploaded.
   *
   * @default false
   */
  readonly generatedThere?: boolean;
}

/** webMethods Integration Cloud: a service whose users are known by their client certificates. */
export class IntegrationCloud extends Construct {
  private readonly users = new Map<string, IntegrationCloudUser>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IntegrationCloudProps,
  ) {
    super(scope, id);
    contributes(this, () => ({
      runbooks: [...this.users].map(([name, user]) => ({
        id: `${this.node.path}/${name}`,
        hostId: user.hostId,
        title: `Integration Cloud user ${name}`,
        steps: this.steps(name, user),
      })),
    }));
  }

  /**
   * Binds a user to a client certificate and declares the calls made as that user; the files are called after it.
   *
   * @throws SystemError `duplicate-user`: the service keeps one certificate a user
   */
  user(name: string, props: IntegrationCloudUserProps): RestCall {
    if (this.users.has(name)) throw duplicateCloudUser(name, this.node.path);
    const { standIn, address, port = 8443 } = this.props;
    const call = props.client.calls(name, {
      calls: standIn ?? { address, port },
      certificate: props.certificate,
      keyPassword: props.keyPassword,
      user: name,
      ...(standIn === undefined ? {} : { address }),
      ...(props.trusts === undefined ? {} : { trusts: props.trusts }),
    });
    this.users.set(name, {
      call,
      hostId: props.client.host.hostId,
      generatedThere: props.generatedThere ?? false,
    });
    return call;
  }

  private steps(name: string, { call, generatedThere }: IntegrationCloudUser): RunbookStep[] {
    const { address, port = 8443 } = this.props;
    const upload: RunbookStep = {
      text: `Log in to https://${address}, open Settings > Client Certificate, select the user ${name} (only active ones are listed), Browse to ${call.certificatePath} and upload it.`,
      check: "The certificate is listed with the user. Its SHA-256 fingerprint is",
      shows: { identityId: call.identity.identityId, part: "leaf" },
    };
    return [
      ...(generatedThere ? [] : [upload]),
      {
        text: "Select Enable Integration to be invoked over HTTP on the integration's Overview page, and call the URL it shows on this port.",
        command: [
          `printf 'password of the key: '; stty -echo; read -r ${call.passwordVariable}; stty echo; echo; export ${call.passwordVariable}`,
          `sh ${posixQuote(call.scriptPath)} --fail --request POST ${posixQuote(`https://${address}:${port}/YOUR-SERVICE-URL`)}`,
        ].join("\n"),
        check: "The integration answers. 401 means that the certificate is bound to no user.",
      },
    ];
  }
}

interface IntegrationCloudUser {
  readonly call: RestCall;
  readonly hostId: string;
  readonly generatedThere: boolean;
}
