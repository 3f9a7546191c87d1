import { object, optional, text, textList } from "../../constructs/props";
import { dataSetName, jclCards, racfName, tsoQuote } from "../../text";

/** A key ring of RACF in place of `cacerts`. */
export interface RacfKeyring {
  /** User that CES's started task runs under, and that owns the ring. */
  readonly owner: string;
  /** Name of the ring. */
  readonly name: string;
  /** Prefix of the data sets that carry the certificates to RACF, for example `CES.TRUST`. */
  readonly dataSets: string;
  /**
   * What follows an alias in the label of its certificate, where the labels are the site's own; a renewal needs another
   * one, because the older certificate stays in the ring beside the new one.
   *
   * @default - `-` and the first eight digits of the certificate's SHA-256, after as much of the alias as has room
   */
  readonly labelSuffix?: string;
  /**
   * The site's own job card.
   *
   * @default `//CDKTRUST JOB (ACCT),'TRUST',CLASS=A,MSGCLASS=H,NOTIFY=&SYSUID`
   */
  readonly jobCard?: readonly string[];
}

export const keyringProp = object<RacfKeyring>("a key ring: { owner, name, dataSets }", {
  owner: text,
  name: text,
  dataSets: text,
  labelSuffix: optional(text),
  jobCard: optional(textList),
});

/** A certificate that goes into the ring. */
export interface RingCertificate {
  readonly alias: string;
  /** The certificate in DER, in z/OS UNIX. */
  readonly path: string;
  /** First eight digits of its SHA-256, or what stands for them. */
  readonly fingerprint: string;
}

interface Prepared {
  readonly label: string;
  readonly dataSet: string;
  readonly path: string;
}

/** Longest path that one card of the copying command holds; a label of RACF has at most 32 characters. */
const LONGEST_PATH = 58;
const LONGEST_LABEL = 32;

/**
 * Adds the certificates as authorities, connects them to the ring and lists it. Nothing is taken out of the ring: what
 * is there already makes RACDCERT say so, and changes nothing (z/OS Security Server, *RACDCERT*).
 */
export function racfAddJob(ring: RacfKeyring, certificates: readonly RingCertificate[]): string {
  const [owner, name] = ownerAndName(ring);
  const all = prepared(ring, certificates);
  return jclCards([
    ...jobCard(ring),
    "//* Lets CES trust what it calls back: adds, connects, refreshes.",
    "//* A certificate or a ring that is there already is said so; go on.",
    "//ALLOC    EXEC PGM=IEFBR14",
    ...all.flatMap(({ dataSet }, index) => [
      `//D${String(index + 1).padEnd(8)} DD DSN=${dataSet},`,
      "//            DISP=(MOD,CATLG),UNIT=SYSALLDA,SPACE=(TRK,(1,1)),",
      "//            DCB=(DSORG=PS,RECFM=VB,LRECL=256,BLKSIZE=0)",
    ]),
    ...tso(
      "COPY",
      "IKJEFT1B",
      all.flatMap(({ path, dataSet }) => [
        "  OGET -",
        `    ${tsoQuote(path, LONGEST_PATH)} -`,
        `    '${dataSet}' BINARY`,
      ]),
    ),
    ...tso("RING", "IKJEFT01", [`  RACDCERT ID(${owner}) -`, `    ADDRING(${name})`], "COPY"),
    ...tso(
      "ADD",
      "IKJEFT01",
      [
        ...all.flatMap(({ dataSet, label }) => [
          `  RACDCERT CERTAUTH ADD('${dataSet}') -`,
          `    WITHLABEL(${label}) TRUST`,
          `  RACDCERT ID(${owner}) CONNECT(CERTAUTH -`,
          `    LABEL(${label}) -`,
          `    RING(${name}) -`,
          "    USAGE(CERTAUTH))",
        ]),
        ...refreshed(owner, name),
      ],
      "COPY",
    ),
  ]);
}

/**
 * Takes certificates out of the ring that the other job connected. They stay in RACF, because another ring may hold
 * them, too, and `DELETE` would take them out of that one.
 */
export function racfRemoveJob(ring: RacfKeyring, certificates: readonly RingCertificate[]): string {
  const [owner, name] = ownerAndName(ring);
  return jclCards([
    ...jobCard(ring),
    "//* Takes out of the ring what the job that adds has connected. Run it",
    "//* only where nothing is called that presents these certificates.",
    "//* They stay in RACF: the list shows which rings still hold them.",
    ...tso("REMOVE", "IKJEFT01", [
      ...prepared(ring, certificates).flatMap(({ label }) => [
        ...disconnected(owner, name, label),
        "  RACDCERT CERTAUTH LIST( -",
        `    LABEL(${label}))`,
      ]),
      ...refreshed(owner, name),
    ]),
  ]);
}

/** Takes certificates out of the ring, and then out of RACF and every other ring. The ring itself stays. */
export function racfUndoJob(ring: RacfKeyring, certificates: readonly RingCertificate[]): string {
  const [owner, name] = ownerAndName(ring);
  return jclCards([
    ...jobCard(ring),
    "//* Takes back for good what the job that adds has brought: out of",
    "//* RACF, and so out of every ring. Run it only where nothing is called",
    "//* any more that presents these certificates.",
    ...tso("UNDO", "IKJEFT01", [
      ...prepared(ring, certificates).flatMap(({ label }) => [
        ...disconnected(owner, name, label),
        "  RACDCERT CERTAUTH DELETE( -",
        `    LABEL(${label}))`,
      ]),
      ...refreshed(owner, name),
    ]),
  ]);
}

function disconnected(owner: string, name: string, label: string): string[] {
  return [`  RACDCERT ID(${owner}) REMOVE(CERTAUTH -`, `    LABEL(${label}) -`, `    RING(${name}))`];
}

function ownerAndName({ owner, name }: RacfKeyring): [string, string] {
  return [racfName(owner, 8), racfName(name, 50)];
}

function prepared(
  { dataSets, labelSuffix }: RacfKeyring,
  certificates: readonly RingCertificate[],
): Prepared[] {
  return certificates.map(({ alias, path, fingerprint }, index) => ({
    label: tsoQuote(
      labelSuffix === undefined ? ownLabel(alias, fingerprint) : `${alias}${labelSuffix}`,
      LONGEST_LABEL,
    ),
    dataSet: dataSetName(`${dataSets}.CERT${index + 1}`),
    path,
  }));
}

/** A label that tells the generations of a certificate apart; the fingerprint alone makes it unique. */
function ownLabel(alias: string, fingerprint: string): string {
  const end = `-${fingerprint}`;
  return `${alias.slice(0, LONGEST_LABEL - end.length)}${end}`;
}

function jobCard({ jobCard: own }: RacfKeyring): readonly string[] {
  return own ?? ["//CDKTRUST JOB (ACCT),'TRUST',CLASS=A,MSGCLASS=H,", "//            NOTIFY=&SYSUID"];
}

function refreshed(owner: string, name: string): string[] {
  return [
    "  SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH",
    `  RACDCERT ID(${owner}) -`,
    `    LISTRING(${name})`,
  ];
}

/** A step of TSO commands; `after` names the step without which it is not run. */
function tso(step: string, program: string, commands: readonly string[], after?: string): string[] {
  const condition = after === undefined ? "" : `,COND=(0,NE,${after})`;
  return [
    `//${step.padEnd(8)} EXEC PGM=${program}${condition}`,
    "//SYSTSPRT DD SYSOUT=*",
    "//SYSTSIN  DD *",
    ...commands,
    "/*",
  ];
}
