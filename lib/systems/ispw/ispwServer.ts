import { Construct } from "constructs";
import { readStdenv } from "../../config";
import { readNamedFile } from "../../hosts";
import {
  Call,
  type CallProps,
  type Callee,
  type IHost,
  type IKeystore,
  Keystore,
  type Secret,
} from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { keyOf, planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import type { JavaRuntimePlan, RunbookStep } from "../../model";
import { missingJavaHome, unreadableStdenv } from "../errors";
import { posixQuote } from "../../text";
import { systemPlan } from "../systemPlan";

export interface IspwServerProps {
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
  /** Password of `lib/security/cacerts`; Java ships it as `changeit`. */
  readonly cacertsPassword: Secret;
  /** That Java's release and vendor, for example `Java.release(8, { vendor: "ibm" })`. @default - a current Java */
  readonly runtime?: JavaRuntimePlan;
}

/**
 * An ISPW server, whose callbacks are made by Compuware Enterprise Services (CES): what those trust is
 * `cacerts` of the Java that the STDENV DD statement names.
 */
export class IspwServer extends Construct {
  readonly host: IHost;
  readonly javaHome: string;
  /** The `cacerts` of the Java that CES runs on. */
  readonly cacerts: IKeystore;
  private readonly calling: Call[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IspwServerProps,
  ) {
    super(scope, id);
    this.host = props.host;
    this.javaHome = javaHomeOf(props, this.node.path);
    this.cacerts = new Keystore(this, "Cacerts", {
      host: props.host,
      path: pathsOf(props.host).join(this.javaHome, "lib", "security", "cacerts"),
      password: props.cacertsPassword,
      profile: "jks",
      ...(props.runtime === undefined ? {} : { reader: props.runtime }),
      ifMissing: "fail",
    });
    contributes(this, () => ({
      systems: [systemPlan(this, "ISPW", this.host.hostId)],
      runbooks: [
        {
          id: planIdOf(this),
          hostId: this.host.hostId,
          title: "ISPW: what CES trusts",
          steps: [...this.calling.flatMap((call) => this.listSteps(call)), restartStep],
        },
      ],
    }));
  }

  /** Calls a system back: CES trusts it; `cacerts` is left alone where it already does. */
  calls(callee: Callee, props: CallProps = {}): Call {
    const call = new Call(this, callee, props, {
      host: this.host,
      name: this.node.id,
      label: "ISPW (CES)",
      runtime: this.props.runtime ?? { kind: "java" },
      truststore: () => this.cacerts,
      trustKey: (_call, alias) => `${keyOf(this)}/CallsBack-${alias}`,
    });
    this.calling.push(call);
    return call;
  }

  private listSteps({ trust, listener }: Call): RunbookStep[] {
    if (trust === undefined) return [];
    const { alias, trusts } = trust;
    return [
      {
        text:
          `See that the cacerts of the JAVA_HOME in STDENV trusts ${listener.names[0] ?? "the endpoint"}. ` +
          "keytool asks for the password. An upgrade of Java replaces cacerts: do this again afterwards.",
        command: [
          `export JAVA_HOME=${posixQuote(this.javaHome)}`,
          'export PATH="$JAVA_HOME/bin:$PATH"',
          `keytool -list -v -alias ${posixQuote(alias)} -keystore "$JAVA_HOME/lib/security/cacerts"`,
        ].join("\n"),
        check:
          "A trustedCertEntry (none under this alias where another one already trusts it) with this SHA-256 fingerprint:",
        shows: { identityId: trusts.identity.identityId, part: "anchor" },
      },
    ];
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

const restartStep: RunbookStep = {
  text: "Restart CES: Java reads cacerts at start-up only.",
  check: "The next callback arrives in ElectricFlow; the CES log has no PKIX path building failed.",
};
