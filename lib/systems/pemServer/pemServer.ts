import { Construct } from "constructs";
import {
  type Certificate,
  type IEndpoint,
  type IHost,
  type ITrustable,
  PemEndpoint,
  type Secret,
  TrustFile,
} from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { contributes } from "../../constructs/planContribution";
import type { ClientAuthentication } from "../../model";
import type { ICalledSystem } from "../calledSystem";
import { nginxConfiguration } from "./nginxConfiguration";
import { posixQuote } from "../../text";

export interface PemServerProps {
  readonly host: IHost;
  /** Host names and addresses under which clients call it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  /** Directory for certificate, key and configuration, absolute. */
  readonly directory: string;
  readonly certificate: Certificate;
  readonly keyPassword: Secret;
  /**
   * File on the host from whose first line the server reads the password of the key. It is the site's own, for
   * example of systemd's credentials, because a password is never delivered in the clear.
   *
   * @default `<directory>/server.password`
   */
  readonly passwordFile?: string;
  /** @default "require" where `trustsClientsOf` is given, else "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** Whose certificates are accepted: the authority or partner that client certificates lead to. @default - nobody's */
  readonly trustsClientsOf?: ITrustable;
}

/** A server that reads PEM files: nginx, and what is configured alike. */
export class PemServer extends Construct implements ICalledSystem {
  readonly endpoint: IEndpoint;
  /** The directives for nginx, to be included in a `server` block. */
  readonly nginxFile: TrustFile;

  constructor(scope: Construct, id: string, props: PemServerProps) {
    super(scope, id);
    const { host, trustsClientsOf } = props;
    const inDirectory = (name: string) => pathsOf(host).join(props.directory, name);
    const clientAuthentication =
      props.clientAuthentication ?? (trustsClientsOf === undefined ? "none" : "require");
    const clientAnchors =
      trustsClientsOf === undefined
        ? undefined
        : new TrustFile(this, "ClientAnchors", {
            host,
            path: inDirectory("clients-ca.crt"),
            content: { certificateOf: trustsClientsOf, part: "anchor" },
          });
    const files = { certificatePath: inDirectory("server.crt"), keyPath: inDirectory("server.key") };
    this.endpoint = new PemEndpoint(this, "Endpoint", {
      ...props,
      ...files,
      clientAuthentication,
      ...(clientAnchors === undefined ? {} : { clientAnchors }),
    });
    const passwordFile = props.passwordFile ?? inDirectory("server.password");
    this.nginxFile = new TrustFile(this, "Nginx", {
      host,
      path: inDirectory("nginx-tls.conf"),
      content: {
        text: nginxConfiguration({
          ...files,
          names: props.names,
          port: props.port,
          passwordFile,
          clientAuthentication,
          ...(clientAnchors === undefined ? {} : { clientAnchorsPath: clientAnchors.path }),
        }),
      },
    });
    contributes(this, () => ({
      runbooks: [
        {
          id: this.node.path,
          hostId: host.hostId,
          title: `nginx ${props.names[0] ?? id}`,
          steps: [
            {
              text: `Put the password of the key on the first line of ${passwordFile}, readable by root alone, and include ${this.nginxFile.path} in the server block. Then let nginx test and read its configuration.`,
              command: "nginx -t && nginx -s reload",
              check: "The test is successful.",
            },
            {
              text: "See what the server presents.",
              command: `openssl s_client -connect ${posixQuote(`${props.names[0] ?? "localhost"}:${props.port}`)} </dev/null | openssl x509 -noout -fingerprint -sha256`,
              check: "The SHA-256 fingerprint is",
              shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
            },
          ],
        },
      ],
    }));
  }
}
