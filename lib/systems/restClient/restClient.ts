import { Construct } from "constructs";
import {
  type CallOptions,
  type Certificate,
  type IEndpoint,
  type IHost,
  type IIdentity,
  type ITrustable,
  PemClientBinding,
  type Secret,
  TrustFile,
} from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { contributes } from "../../constructs/planContribution";
import { pathComponent } from "../../text";
import type { PartnerAddress } from "../calledSystem";
import { passwordVariable } from "../passwordVariable";
import { curlConfiguration, curlScript, newmanList, newmanScript } from "./restClientFiles";

export interface RestClientProps {
  readonly host: IHost;
  /** Directory for the client's certificates and configuration, absolute. */
  readonly directory: string;
}

export interface RestCallProps extends CallOptions {
  /** Whom the client calls: an endpoint, or a server that is not declared here. */
  readonly calls: IEndpoint | PartnerAddress;
  readonly certificate: Certificate;
  /** Password of the private key's file; every client here can ask for it. */
  readonly keyPassword: Secret;
  /** What the server's certificate leads to. @default - the endpoint's own anchor, or the public roots */
  readonly trusts?: ITrustable | "public-roots";
  /** Account that the server maps the certificate to. @default - none */
  readonly user?: string;
}

/** A call that a REST client makes with a certificate: the files that curl, Newman and Postman want. */
export class RestCall extends Construct implements ITrustable {
  readonly identity: IIdentity;
  readonly bindingId: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Undefined where the public roots are trusted. */
  readonly anchorsPath: string | undefined;
  /** Environment variable that holds the password of the key. */
  readonly passwordVariable: string;
  /** Runs curl with the certificate. */
  readonly scriptPath: string;

  constructor(scope: Construct, id: string, client: RestClientProps, props: RestCallProps) {
    super(scope, id);
    const { calls } = props;
    const { host } = client;
    const inDirectory = (name: string) => pathsOf(host).join(client.directory, name);
    const fileName = pathComponent(id);
    const endpoint = "endpointId" in calls ? calls : undefined;
    this.name = id;
    this.address = "address" in calls ? calls.address : (props.address ?? calls.names[0] ?? "");
    this.port = calls.port;
    this.certificatePath = inDirectory(`${fileName}.crt`);
    this.keyPath = inDirectory(`${fileName}.key`);
    this.passwordVariable = passwordVariable(props.keyPassword, id);

    const trusted = props.trusts ?? endpoint ?? "public-roots";
    const anchors =
      trusted === "public-roots"
        ? undefined
        : new TrustFile(this, "AnchorsFile", {
            host,
            path: inDirectory(`${fileName}-ca.crt`),
            content: { certificateOf: trusted, part: "anchor" },
          });
    this.anchorsPath = anchors?.path;
    const binding = new PemClientBinding(this, id, {
      ...props,
      host,
      certificatePath: this.certificatePath,
      keyPath: this.keyPath,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(anchors === undefined ? {} : { anchors: { kind: "pem", fileId: anchors.fileId } }),
      clientName: props.clientName ?? `REST client ${id}`,
    });
    this.identity = binding.identity;
    this.bindingId = binding.bindingId;

    const configuration = new TrustFile(this, "CurlConfiguration", {
      host,
      path: inDirectory(`${fileName}.curlrc`),
      content: { text: curlConfiguration(this) },
    });
    const script = new TrustFile(this, "CurlScript", {
      host,
      path: inDirectory(`${fileName}-curl.sh`),
      mode: 0o755,
      content: { text: curlScript(configuration.path, this.passwordVariable) },
    });
    this.scriptPath = script.path;
  }
}

/** REST clients of one machine (curl, Newman, Postman) that present certificates. */
export class RestClient extends Construct {
  readonly host: IHost;
  private readonly calling: RestCall[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RestClientProps,
  ) {
    super(scope, id);
    const { host } = props;
    this.host = host;
    const inDirectory = (name: string) => pathsOf(host).join(props.directory, name);
    const list = new TrustFile(this, "NewmanList", {
      host,
      path: inDirectory("newman-client-certificates.json"),
      content: { text: () => newmanList(this.calling) },
    });
    new TrustFile(this, "NewmanScript", {
      host,
      path: inDirectory("newman-run.sh"),
      mode: 0o755,
      content: { text: () => newmanScript(list.path, this.calling) },
    });
    contributes(this, () => ({
      runbooks: [
        {
          id: this.node.path,
          hostId: host.hostId,
          title: `REST clients in ${props.directory}`,
          steps: this.calling.map((call) => ({
            text:
              `In Postman: Settings > Certificates > Add Certificate. Host ${call.address}, port ${call.port}, CRT file ${call.certificatePath}, ` +
              `KEY file ${call.keyPath}, and the key's passphrase.` +
              (call.anchorsPath === undefined
                ? ""
                : ` Switch CA Certificates on and give ${call.anchorsPath}.`),
            check: `A request to https://${call.address}:${call.port}/ is answered; the Postman console names the client certificate.`,
          })),
        },
      ],
    }));
  }

  /** A call with a certificate; `id` names its files. */
  calls(id: string, props: RestCallProps): RestCall {
    const call = new RestCall(this, id, this.props, props);
    this.calling.push(call);
    return call;
  }
}
