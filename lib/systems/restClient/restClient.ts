import { Construct } from "constructs";
import {
  Activation,
  AnchorsFile,
  Call,
  type CallContext,
  type CallDetails,
  type Strictness,
  type Callee,
  type Certificate,
  type IHost,
  type ITruststore,
  PemFiles,
  type Secret,
  TrustFile,
} from "../../constructs";
import { activationProp } from "../../constructs/activation";
import { callShapes, callsOf } from "../../constructs/call";
import { hostProp, pathsOf } from "../../constructs/host";
import { keyOf, planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  leaf,
  optional,
  programs,
  requireProps,
  runtime,
  text,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { ActivationWay, ClientProgram, HostPlatform, RunbookStep, RuntimePlan } from "../../model";
import { missingKeyPassword } from "../errors";
import { pathComponent, shellQuote } from "../../text";
import { passwordVariable } from "../passwordVariable";
import { curlConfiguration, curlScript, newmanList, newmanScript } from "./restClientFiles";
import { declaredSteps } from "../../constructs/activationStep";
import { systemActivation } from "../activation";
import { environmentStep, passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";

export interface RestClientProps {
  /** The machine that the client runs on. */
  readonly host: IHost;
  /** Directory for the client's certificates and configuration, absolute. */
  readonly directory: string;
  /** Password of the private keys' files; every client here can ask for it. @default - each call says its own */
  readonly keyPassword?: Secret;
  /** Whose TLS the clients use, for example `Node.release(20)`. @default - a current OpenSSL */
  readonly runtime?: RuntimePlan;
  /**
   * The programs that make its calls, each of which must take what the server presents: they differ in names, and in
   * whether an intermediate may be trusted.
   *
   * @default - curl and Newman; with a Node for runtime Newman alone
   */
  readonly programs?: readonly ClientProgram[];
  /** What lets clients read their files again once they changed. @default - nothing: they read them at each call */
  readonly activation?: ActivationWay;
}

export interface RestCallDetails extends CallDetails {
  /** What the client presents: a certificate that is placed in the client's directory, or the files where one stands. */
  readonly as: Certificate | PemFiles;
  /** Password of the private key's file. @default - the client's */
  readonly keyPassword?: Secret;
}

export type RestCallProps = RestCallDetails & Strictness;

const shapes: PropShapes<RestClientProps> = {
  host: hostProp,
  directory: text,
  keyPassword: optional(secretProp),
  runtime: optional(runtime),
  programs: optional(programs),
  activation: optional(activationProp),
};

const restCallShapes: PropShapes<RestCallProps> = {
  ...callShapes,
  as: leaf<Certificate | PemFiles>(
    "a Certificate, or PemFiles.at(…)",
    (value) => typeof value === "object" && value !== null && ("bind" in value || value instanceof PemFiles),
  ),
  keyPassword: optional(secretProp),
};

/** A call that a REST client makes with a certificate: the files that curl, Newman and Postman want; its id names them. */
export class RestCall extends Call {
  readonly name: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Undefined where the public roots are trusted. */
  readonly anchorsPath: string | undefined;
  /** Environment variable that holds the password of the key. */
  readonly passwordVariable: string;
  /** Where the password of the key is found. */
  readonly keyPassword: Secret;
  /** Runs curl with the certificate. */
  readonly scriptPath: string;

  constructor(scope: Construct, client: RestClientProps, callee: Callee, props: RestCallProps) {
    requireProps(callsOf(scope), restCallShapes, props);
    const { keyPassword = client.keyPassword, ...call } = props;
    const { host, runtime, programs = runtime?.kind === "node" ? ["newman"] : ["curl", "newman"] } = client;
    const inDirectory = (name: string) => pathsOf(host).join(client.directory, name);
    const files = (name: string): PemFiles => {
      if (keyPassword === undefined) throw missingKeyPassword(scope.node.path, name);
      return PemFiles.at(host, {
        certificatePath: inDirectory(`${pathComponent(name)}.crt`),
        keyPath: inDirectory(`${pathComponent(name)}.key`),
        keyPassword,
      });
    };
    super(scope, callee, call, {
      host,
      name: scope.node.id,
      label: `REST client ${props.user ?? scope.node.id}`,
      ...(runtime === undefined ? {} : { runtime }),
      programs,
      truststore: (call) => anchorsOf(call, host, inDirectory),
      place: ({ id }) => files(id),
      bindingKey: ({ call, id }) => `${keyOf(call)}/${id}`,
    });
    const { id } = this.node;
    const placed = "hold" in props.as ? props.as : files(id);
    this.name = id;
    this.certificatePath = placed.certificatePath;
    this.keyPath = placed.keyPath;
    this.keyPassword = placed.keyPassword;
    this.passwordVariable = passwordVariable(this, placed.keyPassword, id);
    const truststore = this.trust?.truststore;
    this.anchorsPath = truststore instanceof AnchorsFile ? truststore.path : undefined;

    const configuration = new TrustFile(this, "CurlConfiguration", {
      host,
      path: inDirectory(`${pathComponent(id)}.curlrc`),
      content: { text: curlConfiguration(this) },
    });
    const script = new TrustFile(this, "CurlScript", {
      host,
      path: inDirectory(`${pathComponent(id)}-curl.sh`),
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
    requireProps(this.node.path, shapes, props);
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
      systems: [systemPlan(this, "REST client", host.hostId)],
      ...passwordSteps(
        this,
        host,
        this.calling.map(({ keyPath, keyPassword, name }) => ({
          path: keyPath,
          password: keyPassword,
          owner: name,
        })),
        (replacement) =>
          `${environmentStep("a client", "in the environment of its script", replacement)} In Postman enter it as the passphrase.`,
      ),
      ...systemActivation(this, host, props.activation ?? readAtEachCall, [...this.calling]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `REST clients in ${props.directory}`,
          steps: [
            ...this.calling.flatMap((call) => clientSteps(host.platform, call)),
            ...declaredSteps(host.platform, props.activation),
          ],
          back: {
            after: this.calling.map((call) => ({
              text: `In Postman: Settings > Certificates. Where the entry for host ${call.address}, port ${call.port} was added in this run, remove it; another one reads the files that are as before.`,
              check: `A request to \`https://${call.address}:${call.port}/\` is answered as it was before.`,
            })),
          },
          unproven: [
            "Postman's pages were not driven here; curl and Newman were run with these files.",
            ...(host.platform === "windows"
              ? [
                  "The curl of Windows (Schannel) takes no key from a PEM file: use one that was built with OpenSSL, for example that of Git Bash, in which the two scripts run, too.",
                ]
              : []),
          ],
        },
      ],
    }));
  }

  /** Calls a system with a certificate; the id of the call names its files. */
  calls(callee: Callee, props: RestCallProps): RestCall {
    const call = new RestCall(this, this.props, callee, props);
    this.calling.push(call);
    return call;
  }
}

const readAtEachCall = Activation.none("curl, Newman and Postman read their files at each call.");

function clientSteps(platform: HostPlatform, call: RestCall): RunbookStep[] {
  const url = `\`https://${call.address}:${call.port}/\``;
  const authorities =
    call.anchorsPath === undefined ? "" : ` Switch CA Certificates on and give \`${call.anchorsPath}\`.`;
  return [
    {
      text: `Look at the certificate that the clients present to ${url}.`,
      command: `openssl x509 -noout -fingerprint -sha256 -in ${shellQuote(platform, call.certificatePath)}`,
      check: "The SHA-256 fingerprint is",
      shows: { identityId: call.identity.identityId, part: "leaf" },
    },
    {
      text:
        `In Postman: Settings > Certificates. Where host ${call.address}, port ${call.port} is listed, look at its entry; otherwise Add Certificate. CRT file \`${call.certificatePath}\`, ` +
        `KEY file \`${call.keyPath}\`, and the key's passphrase.${authorities}`,
      check: `A request to ${url} is answered; the Postman console names the client certificate.`,
    },
  ];
}

/** A PEM file of its own for each call; where nothing else is known, the public roots that the clients bring. */
function anchorsOf(
  { call, id, listener: { presents } }: CallContext,
  host: IHost,
  inDirectory: (name: string) => string,
): ITruststore | "public-roots" {
  if (presents === undefined || presents === "public-roots") return "public-roots";
  return new AnchorsFile(call, "AnchorsFile", { host, path: inDirectory(`${id}-ca.crt`) });
}
