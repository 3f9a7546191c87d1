import { readFileSync } from "node:fs";
import { Construct } from "constructs";
import { readStdenv } from "../config";
import {
  type CallOptions,
  type IEndpoint,
  type IHost,
  type IKeystore,
  Keystore,
  type Secret,
  TruststoreEntry,
} from "../constructs";
import { pathsOf } from "../constructs/host";
import { contributes } from "../constructs/planContribution";
import type { RunbookStep } from "../model";
import type { ICalledSystem } from "./calledSystem";
import { missingJavaHome, unreadableStdenv } from "./errors";
import { posixQuote } from "../text";

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
}

export interface IspwCallbackTrustOptions extends CallOptions {
  /** @default "electricflow" */
  readonly alias?: string;
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
  private readonly trusted: { readonly alias: string; readonly endpoint: IEndpoint }[] = [];

  constructor(scope: Construct, id: string, props: IspwServerProps) {
    super(scope, id);
    this.host = props.host;
    this.javaHome = javaHomeOf(props, this.node.path);
    this.cacerts = new Keystore(this, "Cacerts", {
      host: props.host,
      path: pathsOf(props.host).join(this.javaHome, "lib", "security", "cacerts"),
      password: props.cacertsPassword,
      profile: "jks",
      ifMissing: "fail",
    });
    contributes(this, () => ({
      runbooks: [
        {
          id: this.node.path,
          hostId: this.host.hostId,
          title: "ISPW: what CES trusts",
          steps: [...this.trusted.map(({ alias, endpoint }) => this.listStep(alias, endpoint)), restartStep],
        },
      ],
    }));
  }

  /** Makes CES trust the system that it calls back; leaves `cacerts` alone where it already does. */
  callsBack(called: ICalledSystem, options: IspwCallbackTrustOptions = {}): TruststoreEntry {
    const alias = options.alias ?? "electricflow";
    this.trusted.push({ alias, endpoint: called.endpoint });
    return new TruststoreEntry(this, `CallsBack-${alias}`, {
      clientName: "ISPW (CES)",
      ...options,
      truststore: this.cacerts,
      alias,
      trusts: called.endpoint,
      unlessAlreadyTrusted: true,
    });
  }

  private listStep(alias: string, endpoint: IEndpoint): RunbookStep {
    return {
      text:
        `See that the cacerts of the JAVA_HOME in STDENV trusts ${endpoint.names[0] ?? "the endpoint"}. ` +
        "keytool asks for the password. An upgrade of Java replaces cacerts: do this again afterwards.",
      command: [
        `export JAVA_HOME=${posixQuote(this.javaHome)}`,
        'export PATH="$JAVA_HOME/bin:$PATH"',
        `keytool -list -v -alias ${posixQuote(alias)} -keystore "$JAVA_HOME/lib/security/cacerts"`,
      ].join("\n"),
      check:
        "A trustedCertEntry (none under this alias where another one already trusts it) with this SHA-256 fingerprint:",
      shows: { identityId: endpoint.identity.identityId, part: "anchor" },
    };
  }
}

function javaHomeOf({ javaHome, stdenv }: IspwServerProps, constructPath: string): string {
  if (javaHome !== undefined && stdenv === undefined) return javaHome;
  if (javaHome !== undefined || stdenv === undefined) throw missingJavaHome(constructPath);
  try {
    return readStdenv(readFileSync(stdenv, "utf8")).javaHome;
  } catch (error) {
    throw unreadableStdenv(stdenv, error);
  }
}

const restartStep: RunbookStep = {
  text: "Restart CES: Java reads cacerts at start-up only.",
  check: "The next callback arrives in ElectricFlow; the CES log has no PKIX path building failed.",
};
