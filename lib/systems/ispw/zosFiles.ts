import type { Construct } from "constructs";
import { type Call, type IHost, TrustFile } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import type { RunbookStep } from "../../model";
import { pathComponent } from "../../text";
import { type RacfKeyring, racfAddJob, racfUndoJob } from "./racfJobs";
import { trustAnchorsScript } from "./trustAnchorsScript";
import { cacertsSteps, keyringSteps, transferSteps } from "./zosRunbook";

/** CES as a started task on z/OS. */
export interface IspwZosOptions {
  /** Directory of z/OS UNIX for the certificates, the script and the jobs, absolute. */
  readonly directory: string;
  /** What the shell reads: EBCDIC (IBM-1047), or ASCII that is tagged as ISO8859-1. @default "ebcdic" */
  readonly encoding?: "ebcdic" | "ascii";
  /** Operator command that stops CES, for example `P CES`. @default - not named in the runbook */
  readonly stop?: string;
  /** Operator command that starts CES, for example `S CES`. @default - not named in the runbook */
  readonly start?: string;
  /** The ring that CES's Java trusts by. @default - none: it is `cacerts` */
  readonly keyring?: RacfKeyring;
}

/** What CES on z/OS is handed beside the overlay of its `cacerts`: certificates in DER and PEM, and a script or jobs. */
export class ZosFiles {
  private readonly trusted = new Map<string, { readonly der: TrustFile; readonly pem: TrustFile }>();
  private readonly texts: readonly TrustFile[];

  constructor(
    private readonly scope: Construct,
    private readonly host: IHost,
    private readonly javaHome: string,
    private readonly options: IspwZosOptions,
  ) {
    const { keyring } = options;
    this.texts =
      keyring === undefined
        ? [
            this.text("TrustAnchorsScript", "trust-anchors.sh", 0o755, () =>
              trustAnchorsScript({ javaHome, encoding: this.encoding, anchors: this.anchors }),
            ),
          ]
        : [
            this.text("RacfAddJob", "racf-add.jcl", 0o644, () => racfAddJob(keyring, this.anchors)),
            this.text("RacfUndoJob", "racf-undo.jcl", 0o644, () => racfUndoJob(keyring, this.anchors)),
          ];
  }

  /** Delivers what a call trusts; each alias once. */
  add({ trust }: Call): void {
    if (trust === undefined || this.trusted.has(trust.alias)) return;
    const { alias, trusts } = trust;
    const file = (encoding: "der" | "pem", extension: string) =>
      new TrustFile(this.scope, `Anchor-${alias}-${encoding}`, {
        host: this.host,
        path: this.inDirectory(`${pathComponent(alias)}.${extension}`),
        content: { certificateOf: trusts, part: "anchor", encoding },
      });
    this.trusted.set(alias, { der: file("der", "der"), pem: file("pem", "crt") });
  }

  get steps(): RunbookStep[] {
    const { keyring, directory } = this.options;
    const [first, second] = this.texts.map(({ path }) => path);
    return [
      ...transferSteps({
        hostId: this.host.hostId,
        javaHome: this.javaHome,
        directory,
        encoding: this.encoding,
        certificates: [...this.trusted.values()].flatMap(({ der, pem }) => [der.path, pem.path]),
        texts: this.texts.map(({ path }) => path),
      }),
      ...(keyring === undefined
        ? cacertsSteps(first ?? "")
        : keyringSteps({ add: first ?? "", undo: second ?? "" }, `${keyring.owner}/${keyring.name}`)),
    ];
  }

  /** All that its steps put in place. */
  get paths(): string[] {
    const certificates = [...this.trusted.values()].flatMap(({ der, pem }) => [der.path, pem.path]);
    return [...certificates, ...this.texts.map(({ path }) => path)];
  }

  private get encoding(): "ebcdic" | "ascii" {
    return this.options.encoding ?? "ebcdic";
  }

  private get anchors() {
    return [...this.trusted].map(([alias, { der }]) => ({ alias, path: der.path }));
  }

  private text(id: string, name: string, mode: number, text: () => string): TrustFile {
    return new TrustFile(this.scope, id, {
      host: this.host,
      path: this.inDirectory(name),
      mode,
      content: { text },
      unproven: "CES trusts these certificates only after somebody ran this",
    });
  }

  private inDirectory(name: string): string {
    return pathsOf(this.host).join(this.options.directory, name);
  }
}
