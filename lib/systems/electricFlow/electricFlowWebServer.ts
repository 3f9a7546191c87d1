import { Construct } from "constructs";
import {
  type Certificate,
  HttpsCallbackEndpoint,
  type ICallee,
  type IHost,
  type IIdentity,
  type ITrustable,
  PemFiles,
  type Secret,
} from "../../constructs";
import { activationProp } from "../../constructs/activation";
import { certificateProp } from "../../constructs/certificate";
import { hostProp, pathsOf } from "../../constructs/host";
import { planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import {
  type PropShapes,
  number,
  optional,
  requireProps,
  runtime as runtimeProp,
  text,
  textList,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import type { ActivationWay, RunbookStep, RuntimePlan } from "../../model";
import { shellQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";
import { initScriptRestart, systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { type ElectricFlowInstallation, foldersOf, installationProp } from "./installation";

export interface ElectricFlowWebServerProps {
  /** The machine that the web server runs on. */
  readonly host: IHost;
  /** Host names and addresses under which people and tools call it; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port of the web server on HTTPS. @default 443 */
  readonly port?: number;
  /** What the web server presents. */
  readonly certificate: Certificate;
  /** Password of the delivered key. */
  readonly keyPassword: Secret;
  /** Whose folders the installation has. @default "electric-cloud" */
  readonly installation?: ElectricFlowInstallation;
  /** Apache's `conf`, absolute. @default `apache/conf` of the installation's data */
  readonly apacheConfDirectory?: string;
  /**
   * Program on the host that prints the password of the key (mod_ssl, `SSLPassPhraseDialog exec:`). It is the site's
   * own, because a password is never delivered in the clear.
   *
   * @default `key-password.sh`, on Windows `key-password.bat`, in Apache's `conf`
   */
  readonly passwordProgram?: string;
  /** The OpenSSL of the product's Apache. @default - a current OpenSSL */
  readonly runtime?: RuntimePlan;
  /** What lets it read its stores and files again once they changed. @default - a restart of its service */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<ElectricFlowWebServerProps> = {
  host: hostProp,
  names: textList,
  port: optional(number),
  certificate: certificateProp,
  keyPassword: secretProp,
  installation: optional(installationProp),
  apacheConfDirectory: optional(text),
  passwordProgram: optional(text),
  runtime: optional(runtimeProp),
  activation: optional(activationProp),
};

/** The web server of ElectricFlow, an Apache of its own: not the server's `jetty`, and with another certificate. */
export class ElectricFlowWebServer extends Construct implements ICallee, ITrustable {
  readonly endpoint: HttpsCallbackEndpoint;

  constructor(scope: Construct, id: string, props: ElectricFlowWebServerProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    const { host, names, port = 443, certificate, keyPassword, runtime } = props;
    const paths = pathsOf(host);
    const conf =
      props.apacheConfDirectory ??
      paths.join(foldersOf(host.platform, props.installation).data, "apache", "conf");
    const files = {
      certificatePath: paths.join(conf, "electricflow-web.crt"),
      keyPath: paths.join(conf, "electricflow-web.key"),
    };
    this.endpoint = new HttpsCallbackEndpoint(this, "Endpoint", {
      names,
      port,
      identity: PemFiles.at(host, { ...files, keyPassword }),
      certificate,
      ...(runtime === undefined ? {} : { runtime }),
    });
    const program =
      props.passwordProgram ??
      paths.join(conf, host.platform === "windows" ? "key-password.bat" : "key-password.sh");
    const sslConf = paths.join(conf, "ssl.conf");
    const presented = `keytool -printcert -sslserver ${shellQuote(host.platform, `${names[0] ?? "localhost"}:${port}`)}`;
    const activation =
      props.activation ??
      initScriptRestart(host.platform, { posix: "commanderApache", windows: "CommanderApache" });
    contributes(this, () => ({
      systems: [systemPlan(this, "ElectricFlow web server", host.hostId)],
      ...passwordSteps(
        this,
        host,
        [{ path: files.keyPath, password: keyPassword }],
        ({ files: key, from, to }) =>
          `Let \`${program}\` print the password of \`${to}\` in the place of that of \`${from}\`: ${key} is under it from then on.`,
      ),
      ...systemActivation(this, host, activation, [this.endpoint]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: host.hostId,
          title: `ElectricFlow web server ${names[0] ?? id}`,
          steps: [
            ...configureSteps(host, sslConf, { ...files, program }),
            restartStep(host, activation),
            {
              text: "See what the web server presents.",
              command: presented,
              check: "The first certificate has this SHA-256 fingerprint:",
              shows: { identityId: this.endpoint.identity.identityId, part: "leaf" },
            },
          ],
          covers: [sslConf],
          back: {
            after: [
              restartStep(host, activation),
              {
                text: "See what the web server presents.",
                command: presented,
                check: `It answers, with the certificate that \`SSLCertificateFile\` in \`${sslConf}\` names again.`,
              },
            ],
          },
          unproven: [
            "The lines of `ssl.conf`, the password program and the restart were not run in the product's own Apache.",
          ],
        },
      ],
    }));
  }

  get identity(): IIdentity {
    return this.endpoint.identity;
  }
}

function configureSteps(
  host: IHost,
  sslConf: string,
  { certificatePath, keyPath, program }: Readonly<Record<"certificatePath" | "keyPath" | "program", string>>,
): RunbookStep[] {
  // Apache takes slashes on Windows, too; a backslash would be an escape there.
  const path = (text: string) => (host.platform === "windows" ? text.replaceAll("\\", "/") : text);
  return [
    {
      text:
        `Set in \`${sslConf}\`, in the virtual host, \`SSLCertificateFile "${path(certificatePath)}"\` and \`SSLCertificateKeyFile "${path(keyPath)}"\`, ` +
        `and outside of it \`SSLPassPhraseDialog "exec:${path(program)}"\`. That program is yours: it prints the key's password and is readable by the web server's account alone.`,
      check: "Each of the three stands in the file once, outside comments.",
    },
  ];
}

function restartStep({ platform }: IHost, activation: ActivationWay): RunbookStep {
  return activationStep(platform, activation, {
    text: "Restart the web server.",
    check:
      "The web interface answers, and since the restart its error log has no AH02577 (the password program failed).",
  });
}
