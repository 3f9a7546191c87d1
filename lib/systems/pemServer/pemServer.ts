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
import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { hostProp, pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  clientAuthentication,
  number,
  optional,
  requireProps,
  runtime,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { ActivationWay, ChainPart, ClientAuthentication, Runbook, RuntimePlan } from "../../model";
import { asksNoClient } from "../errors";
import { nginxConfiguration } from "./nginxConfiguration";
import { pathComponent } from "../../text";
import { systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { nginxReload, pemServerRunbook, type ServedPem } from "./pemServerRunbook";

export interface PemServerProps {
  /** The machine that the server runs on. */
  readonly host: IHost;
  /** Host names and addresses under which clients call it; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port that it listens on, 1 to 65535. */
  readonly port: number;
  /** Directory for certificate, key and configuration, absolute. */
  readonly directory: string;
  /** What the server presents. */
  readonly certificate: Certificate;
  /** Password of the delivered keys. */
  readonly keyPassword: Secret;
  /**
   * File on the host from whose first line the server reads the password of the key. It is the site's own, for
   * example of systemd's credentials, because a password is never delivered in the clear.
   *
   * @default `<directory>/server.password`
   */
  readonly passwordFile?: string;
  /**
   * File of nginx's that has, or includes, the site's own `server` blocks, in which a person includes what is written
   * here; the runbook copies it before it is changed.
   *
   * @default "/etc/nginx/nginx.conf", on Windows "C:\\nginx\\conf\\nginx.conf"
   */
  readonly serverBlockFile?: string;
  /** Whether clients are asked for a certificate; whose are accepted is what calls it. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** The OpenSSL that it runs on, for example `OpenSsl.release("3.0")`. @default - a current OpenSSL */
  readonly runtime?: RuntimePlan;
  /**
   * Intermediates that a client's chain may have (`ssl_verify_depth`); a client whose chain has more is refused. With an
   * OpenSSL before 1.1 the root counts, too.
   *
   * @default 5
   */
  readonly verifyDepth?: number;
  /** What lets it read its stores and files again once they changed. @default - `nginx -t`, and a reload where it is right */
  readonly activation?: ActivationWay;
}

const VERIFY_DEPTH = 5;

/** @see https://nginx.org/en/docs/beginners_guide.html, and https://nginx.org/en/docs/windows.html */
const SERVER_BLOCK_FILES = {
  posix: "/etc/nginx/nginx.conf",
  windows: "C:\\nginx\\conf\\nginx.conf",
} as const;

/** Another certificate of a PEM server. */
export interface NamedPemProps {
  /** Host names under which clients get it; they ask for them (SNI). */
  readonly names: readonly string[];
  /** Its key is encrypted under the server's password. */
  readonly certificate: Certificate;
}

const shapes: PropShapes<PemServerProps> = {
  host: hostProp,
  names: textList,
  port: number,
  directory: text,
  certificate: certificateProp,
  keyPassword: secretProp,
  passwordFile: optional(text),
  serverBlockFile: optional(text),
  clientAuthentication: optional(clientAuthentication),
  runtime: optional(runtime),
  verifyDepth: optional(number),
  activation: optional(activationProp),
};

const namedShapes: PropShapes<NamedPemProps> = { names: textList, certificate: certificateProp };

/** A server that reads PEM files: nginx, and what is configured alike. */
export class PemServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: HttpsCallbackEndpoint;
  /** The directives for nginx, to be included in a `server` block. */
  readonly nginxFile: TrustFile;
  private readonly clientAnchors: AnchorsFile | undefined;
  private readonly passwordFile: string;
  private readonly besides: ServedPem[] = [];
  private readonly keyPaths: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PemServerProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { host, clientAuthentication = "none" } = props;
    this.clientAnchors =
      clientAuthentication === "none"
        ? undefined
        : new AnchorsFile(this, "ClientAnchors", { host, path: this.inDirectory("clients-ca.crt") });
    this.passwordFile = props.passwordFile ?? this.inDirectory("server.password");
    const { endpoint, nginxFile } = this.serve(props, { id: "Endpoint", file: "server", nginxId: "Nginx" });
    this.endpoint = endpoint;
    this.nginxFile = nginxFile;
    contributes(this, () => ({
      systems: [systemPlan(this, "nginx", host.hostId)],
      runbooks: [this.runbook()],
      ...passwordSteps(
        this,
        host,
        this.keyPaths.map((path) => ({ path, password: props.keyPassword })),
        ({ files, to }) =>
          `Put the password of \`${to}\`, which ${files} is under from then on, on a line of its own into \`${this.passwordFile}\`; the former one stays below it until nginx runs with the new one: it tries each line.`,
      ),
      ...systemActivation(this, host, this.activation, [
        this.clientAnchors,
        ...this.served.flatMap((one) => [one.endpoint, one.nginxFile]),
      ]),
    }));
  }

  /**
   * Presents another certificate to clients that ask for one of its names (SNI); all others get the server's own. Its
   * files are `<id>.crt`, `<id>.key` and `nginx-tls-<id>.conf`, the id in lower case, and go into a `server` block of
   * their own.
   *
   * @throws DeclarationError `repeated-name`, `unusable-certificate` where its files are another's
   */
  alsoServes(id: string, props: NamedPemProps): HttpsCallbackEndpoint {
    requireProps(`${this.node.path}, alsoServes("${id}", …)`, namedShapes, props);
    const file = pathComponent(id.toLowerCase());
    const served = this.serve(props, { id, file, nginxId: `Nginx-${id}` });
    this.besides.push(served);
    return served.endpoint;
  }

  private serve(
    { names, certificate }: NamedPemProps,
    { id, file, nginxId }: { readonly id: string; readonly file: string; readonly nginxId: string },
  ): ServedPem {
    const { host, port, keyPassword, clientAuthentication = "none", runtime } = this.props;
    const { verifyDepth = VERIFY_DEPTH } = this.props;
    const isFirst = id === "Endpoint";
    const files = {
      certificatePath: this.inDirectory(`${file}.crt`),
      keyPath: this.inDirectory(`${file}.key`),
    };
    this.keyPaths.push(files.keyPath);
    const endpoint = new HttpsCallbackEndpoint(this, id, {
      names,
      port,
      identity: PemFiles.at(host, { ...files, keyPassword }),
      certificate,
      clientAuthentication,
      ...(this.clientAnchors === undefined ? {} : { truststore: this.clientAnchors, verifyDepth }),
      ...(runtime === undefined ? {} : { runtime }),
      ...(isFirst ? {} : { besides: this.endpoint }),
    });
    const nginxFile = new TrustFile(this, nginxId, {
      host,
      path: this.inDirectory(isFirst ? "nginx-tls.conf" : `nginx-tls-${file}.conf`),
      content: {
        text: () =>
          nginxConfiguration({
            ...files,
            names,
            port,
            isDefault: isFirst && this.besides.length > 0,
            passwordFile: this.passwordFile,
            clientAuthentication,
            ...(this.clientAnchors === undefined
              ? {}
              : { clients: { anchorsPath: this.clientAnchors.path, verifyDepth } }),
          }),
      },
    });
    return { endpoint, nginxFile };
  }

  private runbook(): Runbook {
    const { host, port } = this.props;
    return pemServerRunbook(planIdOf(this), {
      host,
      port,
      passwordFile: this.passwordFile,
      serverBlockFile: this.props.serverBlockFile ?? SERVER_BLOCK_FILES[host.platform],
      activation: this.activation,
      served: this.served,
    });
  }

  private get activation(): ActivationWay {
    return this.props.activation ?? nginxReload;
  }

  private get served(): [ServedPem, ...ServedPem[]] {
    return [{ endpoint: this.endpoint, nginxFile: this.nginxFile }, ...this.besides];
  }

  private inDirectory(name: string): string {
    return pathsOf(this.props.host).join(this.props.directory, name);
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
