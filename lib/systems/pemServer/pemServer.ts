import { Construct } from "constructs";
import {
  type Acceptance,
  AnchorsFile,
  type Certificate,
  type Client,
  HttpsCallbackEndpoint,
  type ICallee,
  type IHost,
  type IIdentity,
  type ITrustable,
  PemFiles,
  type Secret,
  TrustFile,
} from "../../constructs";
import { acceptanceOf } from "../../constructs/acceptance";
import { pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import type { ChainPart, ClientAuthentication, RuntimePlan } from "../../model";
import { asksNoClient } from "../errors";
import { nginxConfiguration } from "./nginxConfiguration";
import { posixQuote } from "../../text";
import { systemPlan } from "../systemPlan";

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
  /** Whether clients are asked for a certificate; whose are accepted is what calls it. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** The OpenSSL that it runs on, for example `OpenSsl.release("3.0")`. @default - a current OpenSSL */
  readonly runtime?: RuntimePlan;
  /**
   * Intermediates that a client's chain may have (`ssl_verify_depth`); a client whose chain has more is refused.
   *
   * @default 5
   */
  readonly verifyDepth?: number;
}

const VERIFY_DEPTH = 5;

/** A server that reads PEM files: nginx, and what is configured alike. */
export class PemServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: HttpsCallbackEndpoint;
  /** The directives for nginx, to be included in a `server` block. */
  readonly nginxFile: TrustFile;
  private readonly clientAnchors: AnchorsFile | undefined;

  constructor(scope: Construct, id: string, props: PemServerProps) {
    super(scope, id);
    const { host, names, port, certificate, keyPassword, clientAuthentication = "none", runtime } = props;
    const { verifyDepth = VERIFY_DEPTH } = props;
    const inDirectory = (name: string) => pathsOf(host).join(props.directory, name);
    this.clientAnchors =
      clientAuthentication === "none"
        ? undefined
        : new AnchorsFile(this, "ClientAnchors", { host, path: inDirectory("clients-ca.crt") });
    const files = { certificatePath: inDirectory("server.crt"), keyPath: inDirectory("server.key") };
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names,
      port,
      identity: PemFiles.at(host, { ...files, keyPassword }),
      certificate,
      clientAuthentication,
      ...(this.clientAnchors === undefined ? {} : { truststore: this.clientAnchors, verifyDepth }),
      ...(runtime === undefined ? {} : { runtime }),
    });
    const passwordFile = props.passwordFile ?? inDirectory("server.password");
    this.nginxFile = new TrustFile(this, "Nginx", {
      host,
      path: inDirectory("nginx-tls.conf"),
      content: {
        text: nginxConfiguration({
          ...files,
          names,
          port,
          passwordFile,
          clientAuthentication,
          ...(this.clientAnchors === undefined
            ? {}
            : { clients: { anchorsPath: this.clientAnchors.path, verifyDepth } }),
        }),
      },
    });
    contributes(this, () => ({
      systems: [systemPlan(this, "nginx", host.hostId)],
      runbooks: [
        {
          id: planIdOf(this),
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

  get identity(): IIdentity {
    return this.endpoint.identity;
  }

  /**
   * Accepts clients without a call: those whose certificates lead to an authority, or a partner's.
   *
   * @throws SystemError `asks-no-client` where clients are not asked for a certificate
   */
  trusts(trusted: ITrustable, part: ChainPart = "anchor"): this {
    if (this.clientAnchors === undefined) throw asksNoClient(this.node.path);
    this.clientAnchors.trusts(trusted, part);
    return this;
  }

  accepts(client: Client): Acceptance | undefined {
    return this.clientAnchors === undefined ? undefined : acceptanceOf(this, this.clientAnchors, client);
  }
}
