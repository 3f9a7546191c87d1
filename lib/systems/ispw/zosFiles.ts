import type { Construct } from "constructs";
import { type Call, type FingerprintText, type IHost, type ITrustable, TrustFile } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import { choice, object, optional, text } from "../../constructs/props";
import { type RunbookStep, nextPath } from "../../model";
import { pathComponent } from "../../text";
import { type RacfKeyring, keyringProp, racfAddJob, racfRemoveJob, racfUndoJob } from "./racfJobs";
import { trustAnchorsScript } from "./trustAnchorsScript";
import {
  addAgainStep,
  cacertsSteps,
  cacertsUnproven,
  keyringBack,
  keyringSteps,
  keyringUnproven,
  retireStep,
  transferSteps,
  type ZosRing,
  type ZosTransfer,
} from "./zosRunbook";

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

export const zosProp = object<IspwZosOptions>("what is known of CES on z/OS", {
  directory: text,
  encoding: optional(choice<"ebcdic" | "ascii">({ ebcdic: true, ascii: true })),
  stop: optional(text),
  start: optional(text),
  keyring: optional(keyringProp),
});

/** A certificate that CES is to trust, and the files that bring it. */
interface Delivered {
  readonly alias: string;
  readonly trusts: ITrustable;
  readonly der: TrustFile;
  readonly pem: TrustFile;
  /** The job that takes it out of the ring again; undefined where it is `cacerts`. */
  readonly removal: TrustFile | undefined;
}

/** What CES on z/OS is handed beside the overlay of its `cacerts`: certificates in DER and PEM, and a script or jobs. */
export class ZosFiles {
  private readonly trusted = new Map<string, Delivered>();
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
            this.job("RacfAddJob", "racf-add.jcl", () => racfAddJob(keyring, this.anchors)),
            this.job("RacfUndoJob", "racf-undo.jcl", () => racfUndoJob(keyring, this.anchors)),
          ];
  }

  /** Delivers what a call trusts; each alias once. */
  add({ trust }: Call): void {
    if (trust === undefined || this.trusted.has(trust.alias)) return;
    const { alias, trusts } = trust;
    const { keyring } = this.options;
    const file = (encoding: "der" | "pem", extension: string) =>
      new TrustFile(this.scope, `Anchor-${alias}-${encoding}`, {
        host: this.host,
        path: this.inDirectory(`${pathComponent(alias)}.${extension}`),
        content: { certificateOf: trusts, part: "anchor", encoding },
      });
    const removal =
      keyring === undefined
        ? undefined
        : this.job(`RacfRemoveJob-${alias}`, `${pathComponent(alias)}.remove.jcl`, () =>
            racfRemoveJob(
              keyring,
              this.anchors.filter((anchor) => anchor.alias === alias),
            ),
          );
    this.trusted.set(alias, { alias, trusts, der: file("der", "der"), pem: file("pem", "crt"), removal });
  }

  get steps(): RunbookStep[] {
    return [
      ...transferSteps({
        hostId: this.host.hostId,
        javaHome: this.javaHome,
        directory: this.options.directory,
        encoding: this.encoding,
        asTheyAre: [...this.certificates, ...this.ringAnchors],
        texts: this.allTexts.map(({ path }) => path),
        beside: this.beside,
      }),
      ...(this.ring === undefined ? cacertsSteps(this.first) : keyringSteps(this.ring)),
    ];
  }

  /** What comes before the files are as they were. */
  get back(): RunbookStep[] {
    return this.ring === undefined ? [] : keyringBack(this.ring);
  }

  /** What comes after the files are as they were. */
  get again(): RunbookStep[] {
    return this.ring === undefined ? [] : [addAgainStep(this.ring)];
  }

  /** What is left to do when CES has been restarted. */
  get later(): RunbookStep[] {
    return this.ring === undefined ? [] : [retireStep(this.ring)];
  }

  get unproven(): readonly string[] {
    return this.ring === undefined ? cacertsUnproven : keyringUnproven;
  }

  /** All that its steps put in place or change, the script's own notes included. */
  get paths(): string[] {
    const notes =
      this.options.keyring === undefined
        ? [...this.trusted.values()].flatMap(({ der }) =>
            [der.path, nextPath(der.path)].map((path) => `${path}.imported`),
          )
        : [];
    const { asTheyAre, texts } = this.beside;
    return [
      ...this.certificates,
      ...this.ringAnchors,
      ...this.allTexts.map(({ path }) => path),
      ...asTheyAre,
      ...texts,
      ...notes,
    ];
  }

  private get encoding(): "ebcdic" | "ascii" {
    return this.options.encoding ?? "ebcdic";
  }

  private get first(): string {
    return this.texts[0]?.path ?? "";
  }

  private get certificates(): string[] {
    return [...this.trusted.values()].flatMap(({ der, pem }) => [der.path, pem.path]);
  }

  /** What is there as well while a certificate is rotated: the next one, and the jobs that name it. */
  private get beside(): Pick<ZosTransfer, "asTheyAre" | "texts"> {
    return {
      asTheyAre: [...this.trusted.values()].map(({ der }) => nextPath(der.path)),
      texts: this.options.keyring === undefined ? [] : this.allTexts.map(({ path }) => nextPath(path)),
    };
  }

  /** The file that says what the ring is to hold. */
  private get ringAnchors(): string[] {
    return this.options.keyring === undefined ? [] : [keyringAnchorsPath(this.host, this.options)];
  }

  private get allTexts(): TrustFile[] {
    return [...this.texts, ...[...this.trusted.values()].flatMap(({ removal = [] }) => removal)];
  }

  private get ring(): ZosRing | undefined {
    const { keyring } = this.options;
    if (keyring === undefined) return undefined;
    return {
      name: `${keyring.owner}/${keyring.name}`,
      addJob: this.first,
      hasOwnLabels: keyring.labelSuffix !== undefined,
      certificates: [...this.trusted.values()].map(({ der, removal }) => ({
        base: der.path.slice(0, -".der".length),
        removal: removal?.path ?? "",
      })),
    };
  }

  private get anchors() {
    return [...this.trusted.values()].map(({ alias, der }, index) => ({
      alias,
      path: der.path,
      fingerprint: placeholder(index),
    }));
  }

  private job(id: string, name: string, text: () => string): TrustFile {
    return this.text(id, name, 0o644, text, () =>
      [...this.trusted.values()].map(({ trusts }, index) => ({
        placeholder: placeholder(index),
        of: trusts,
        part: "anchor" as const,
      })),
    );
  }

  private text(
    id: string,
    name: string,
    mode: number,
    text: () => string,
    fingerprints?: () => readonly FingerprintText[],
  ): TrustFile {
    return new TrustFile(this.scope, id, {
      host: this.host,
      path: this.inDirectory(name),
      mode,
      content: { text, ...(fingerprints === undefined ? {} : { fingerprints }) },
      unproven: "CES trusts these certificates only after somebody ran this",
    });
  }

  private inDirectory(name: string): string {
    return pathsOf(this.host).join(this.options.directory, name);
  }
}

/** Where what a ring is to hold is written down. */
export function keyringAnchorsPath(host: IHost, { directory }: IspwZosOptions): string {
  return pathsOf(host).join(directory, "keyring-anchors.crt");
}

/** Stands for the fingerprint of a certificate in the text of a job, and is as long. */
function placeholder(index: number): string {
  return `#SHA${String(index + 1).padStart(4, "0")}`;
}
