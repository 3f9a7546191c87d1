import { Construct } from "constructs";
import { readStdenv } from "../../config";
import { readNamedFile } from "../../hosts";
import {
  Activation,
  AnchorsFile,
  Call,
  type CallProps,
  type Callee,
  type IHost,
  type IKeystore,
  Keystore,
  type Secret,
} from "../../constructs";
import { hostProp, pathsOf } from "../../constructs/host";
import { keyOf, planIdOf } from "../../constructs/key";
import { activationProp } from "../../constructs/activation";
import { contributes } from "../../constructs/planContribution";
import { type PropShapes, javaRuntime, optional, requireProps, text } from "../../constructs/props";
import { secretProp } from "../../constructs/secret";
import { type ActivationWay, generalPasswordStep, type JavaRuntimePlan, type RunbookStep } from "../../model";
import { missingCacertsPassword, missingJavaHome, trustsByKeyring, unreadableStdenv } from "../errors";
import { shellQuote } from "../../text";
import { systemActivation } from "../activation";
import { passwordSteps } from "../passwordSteps";
import { systemPlan } from "../systemPlan";
import { type IspwZosOptions, keyringAnchorsPath, ZosFiles, zosProp } from "./zosFiles";
import { restartStep, restartText } from "./zosRunbook";

export interface IspwServerProps {
  /** The machine that CES runs on. */
  readonly host: IHost;
  /** `$JAVA_HOME` of Compuware Enterprise Services (CES). @default - the one in `stdenv` */
  readonly javaHome?: string;
  /**
   * A copy of the STDENV member (or of the job that holds it), relative to the project's root: `JAVA_HOME` is read
   * from it, so that stack and JCL cannot drift apart.
   *
   * @default - none; `javaHome` is given
   */
  readonly stdenv?: string;
  /** Password of `lib/security/cacerts`; Java ships it as `changeit`. @default - none; needed but for a key ring */
  readonly cacertsPassword?: Secret;
  /** That Java's release and vendor, for example `Java.release(8, { vendor: "ibm" })`. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
  /** CES as a started task on z/OS. @default - no files and steps of z/OS */
  readonly zos?: IspwZosOptions;
  /** What lets it read its stores and files again once they changed. @default - people restart CES */
  readonly activation?: ActivationWay;
}

const shapes: PropShapes<IspwServerProps> = {
  host: hostProp,
  javaHome: optional(text),
  stdenv: optional(text),
  cacertsPassword: optional(secretProp),
  runtime: optional(javaRuntime),
  zos: optional(zosProp),
  activation: optional(activationProp),
};

/**
 * An ISPW server, whose callbacks are made by Compuware Enterprise Services (CES): what those trust is
 * `cacerts` of the Java that the STDENV DD statement names.
 */
export class IspwServer extends Construct {
  readonly host: IHost;
  readonly javaHome: string;
  private readonly truststore: Keystore | AnchorsFile;
  private readonly zosFiles: ZosFiles | undefined;
  private readonly calling: Call[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IspwServerProps,
  ) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    this.host = props.host;
    this.javaHome = javaHomeOf(props, this.node.path);
    const { zos } = props;
    this.truststore =
      zos?.keyring === undefined
        ? this.cacertsStore(props)
        : // RACF holds the ring; this says what it is to hold, so that the calls can be proven.
          new AnchorsFile(this, "KeyringAnchors", {
            host: props.host,
            path: keyringAnchorsPath(props.host, zos),
          });
    this.zosFiles = zos === undefined ? undefined : new ZosFiles(this, props.host, this.javaHome, zos);
    const restart = props.activation ?? Activation.manual(restartText(zos?.stop, zos?.start));
    contributes(this, () => ({
      systems: [systemPlan(this, "ISPW", this.host.hostId)],
      ...passwordSteps(
        this,
        props.host,
        this.truststore instanceof Keystore ? [this.truststore] : [],
        (replacement) =>
          `${generalPasswordStep("CES", replacement)} Java reads cacerts without one, unless \`javax.net.ssl.trustStorePassword\` gives it.`,
      ),
      ...systemActivation(this, props.host, restart, [this.truststore]),
      runbooks: [
        {
          id: planIdOf(this),
          hostId: this.host.hostId,
          title: "ISPW: what CES trusts",
          steps: [
            ...(this.zosFiles?.steps ?? []),
            ...this.lookedAt(
              (trusted) =>
                `See that the cacerts of the JAVA_HOME in STDENV trusts ${trusted}. ` +
                "keytool asks for the password. An upgrade of Java replaces cacerts: follow this runbook again afterwards.",
              ({ trusts }) => ({
                check:
                  "A trustedCertEntry with the fingerprint below. Where another alias has trusted it before, nothing is there under this one.",
                shows: { identityId: trusts.identity.identityId, part: "anchor" },
              }),
            ),
            restartStep(props.host.platform, restart),
            ...(this.zosFiles?.later ?? []),
          ],
          back: {
            before: this.zosFiles?.back ?? [],
            after: [
              ...(this.zosFiles?.again ?? []),
              ...this.lookedAt(
                (trusted) => `See what cacerts has again for ${trusted}. keytool asks for the password.`,
                () => ({
                  check: "The certificate of before. Where there was none, the alias does not exist.",
                }),
              ),
              restartStep(
                props.host.platform,
                restart,
                "CES is up, and calls back whom it called back before this run.",
              ),
            ],
          },
          keytool: pathsOf(this.host).join(this.javaHome, "bin"),
          unproven: this.zosFiles?.unproven ?? [
            "CES was not run here: that it reads this cacerts is what KBEC-00377 says.",
          ],
          ...(this.zosFiles === undefined ? {} : { covers: [...this.ownStores, ...this.zosFiles.paths] }),
        },
      ],
    }));
  }

  /** The `cacerts` that its own script changes; a key ring is the jobs' matter. */
  private get ownStores(): string[] {
    return this.truststore instanceof Keystore ? [this.truststore.path] : [];
  }

  /**
   * The `cacerts` of the Java that CES runs on.
   *
   * @throws SystemError `trusts-by-keyring` where it trusts by a key ring
   */
  get cacerts(): IKeystore {
    if (this.truststore instanceof Keystore) return this.truststore;
    throw trustsByKeyring(this.node.path);
  }

  /** Calls a system back: CES trusts it; `cacerts` is left alone where it already does. */
  calls(callee: Callee, props: CallProps = {}): Call {
    const call = new Call(this, callee, props, {
      host: this.host,
      name: this.node.id,
      label: "ISPW (CES)",
      runtime: this.props.runtime ?? { kind: "java" },
      truststore: () => this.truststore,
      trustKey: (_call, alias) => `${keyOf(this)}/CallsBack-${alias}`,
    });
    this.calling.push(call);
    this.zosFiles?.add(call);
    return call;
  }

  private cacertsStore({ host, cacertsPassword, runtime }: IspwServerProps): Keystore {
    const path = pathsOf(host).join(this.javaHome, "lib", "security", "cacerts");
    if (cacertsPassword === undefined) throw missingCacertsPassword(this.node.path, path);
    return new Keystore(this, "Cacerts", {
      host,
      path,
      password: cacertsPassword,
      profile: "jks",
      ...(runtime === undefined ? {} : { reader: runtime }),
      ifMissing: "fail",
    });
  }

  /** A look at each anchor in `cacerts`; what is in a key ring its job lists. */
  private lookedAt(
    text: (trusted: string) => string,
    expected: (trust: NonNullable<Call["trust"]>) => Pick<RunbookStep, "check" | "shows">,
  ): RunbookStep[] {
    const { truststore } = this;
    if (!(truststore instanceof Keystore)) return [];
    const word = (name: string) => shellQuote(this.host.platform, name);
    return this.calling.flatMap(({ trust, listener }): RunbookStep[] =>
      trust === undefined
        ? []
        : [
            {
              text: text(listener.names[0] ?? "the endpoint"),
              command: `keytool -list -v -alias ${word(trust.alias)} -keystore ${word(truststore.path)}`,
              ...expected(trust),
            },
          ],
    );
  }
}

function javaHomeOf({ javaHome, stdenv }: IspwServerProps, constructPath: string): string {
  if (javaHome !== undefined && stdenv === undefined) return javaHome;
  if (javaHome !== undefined || stdenv === undefined) throw missingJavaHome(constructPath);
  try {
    return readStdenv(readNamedFile(stdenv).bytes.toString("utf8")).javaHome;
  } catch (error) {
    throw unreadableStdenv(stdenv, error);
  }
}
