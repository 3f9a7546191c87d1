import { type ActivationWay, type HostPlatform, type RunbookStep, nextPath } from "../../model";
import { copyOfRun, posixQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";

export interface ZosTransfer {
  readonly hostId: string;
  readonly javaHome: string;
  /** Directory of z/OS UNIX for certificates, script and jobs. */
  readonly directory: string;
  readonly encoding: "ebcdic" | "ascii";
  /** Files by how they are brought over: certificates as they are, text in the encoding of the shell. */
  readonly asTheyAre: readonly string[];
  readonly texts: readonly string[];
  /** The same of files that are there only while a certificate is rotated. */
  readonly beside: Pick<ZosTransfer, "asTheyAre" | "texts">;
}

/** A ring of RACF, and what goes into it. */
export interface ZosRing {
  /** `<owner>/<ring>` */
  readonly name: string;
  readonly addJob: string;
  /** Whether the site names the labels, so that two generations would have one. */
  readonly hasOwnLabels: boolean;
  readonly certificates: readonly RingFiles[];
}

export interface RingFiles {
  /** Path of the certificate without `.der`. */
  readonly base: string;
  /** The job that takes it out of the ring. */
  readonly removal: string;
}

/** From the archive to files that z/OS UNIX reads. */
export function transferSteps(transfer: ZosTransfer): RunbookStep[] {
  const { hostId, javaHome, directory, encoding } = transfer;
  const archive = posixQuote(`${hostId}.zip`);
  return [
    {
      text: `Transfer \`${hostId}.zip\` to z/OS UNIX in binary (\`sftp\`, or \`binary\` before \`put\` in \`ftp\`) and unpack it with \`jar\`, because z/OS UNIX rarely has unzip.`,
      command: [...javaCommands(javaHome), `jar xf ${archive}`].join("\n"),
      check:
        "`ls files` shows folders. An archive that was transferred as text does not unpack: transfer it again.",
    },
    {
      text: `Put the certificates in place as they are, and text in ${encoding === "ebcdic" ? "EBCDIC (IBM-1047)" : "ASCII, tagged as ISO8859-1"}. What has \`-next\` in its name is there only while a certificate is rotated, and goes afterwards.`,
      command: [
        `mkdir -p ${posixQuote(directory)}`,
        ...transfer.asTheyAre.map(asItIs),
        ...transfer.texts.flatMap((path) => asText(path, encoding)),
        ...transfer.beside.asTheyAre.map((path) => whileThere(path, [asItIs(path)])),
        ...transfer.beside.texts.map((path) => whileThere(path, asText(path, encoding))),
      ].join("\n"),
      check: "`cat` shows each script or job as text.",
    },
  ];
}

/** Commands that put the Java of CES first. */
export function javaCommands(javaHome: string): string[] {
  return [`JAVA_HOME=${posixQuote(javaHome)}; export JAVA_HOME`, 'PATH="$JAVA_HOME/bin:$PATH"; export PATH'];
}

function asItIs(path: string): string {
  return `cp ${posixQuote(`files${path}`)} ${posixQuote(path)}`;
}

function whileThere(path: string, commands: readonly string[]): string {
  const present = `test -e ${posixQuote(`files${path}`)}`;
  return `if ${present}; then ${commands.join("; ")}; else rm -f ${posixQuote(path)}; fi`;
}

function asText(path: string, encoding: ZosTransfer["encoding"]): string[] {
  const [from, to] = [posixQuote(`files${path}`), posixQuote(path)];
  return encoding === "ebcdic"
    ? [`iconv -f UTF-8 -t IBM-1047 ${from} > ${to}`]
    : [`cp ${from} ${to}`, `chtag -t -c ISO8859-1 ${to}`];
}

/** The script for `cacerts`. */
export function cacertsSteps(script: string): RunbookStep[] {
  return [
    {
      text:
        "Let the Java of CES trust what it calls back. The script asks for the password of cacerts, copies cacerts before it changes it, and renames an older certificate to `<alias>-previous`, so that it stays trusted. While a certificate is rotated, the next one has the alias already. " +
        "An upgrade of Java replaces cacerts: run it again afterwards.",
      command: `sh ${posixQuote(script)}`,
      check: "Each alias is said to be trusted, or to be trusted already, with its fingerprint.",
    },
  ];
}

const SAME_LABEL =
  "The labels here are the site's own, and the next certificate would have that of the one before, which RACF refuses: give it another label in the second job, and in the job that takes it out, before you submit them.";

/** The job for RACF, what was trusted before, and the options of Java. */
export function keyringSteps({ name, addJob, hasOwnLabels, certificates }: ZosRing): RunbookStep[] {
  return [
    {
      text: "Set aside the jobs that take older certificates out of the ring: there is something to do where a certificate was renewed, or where a next one is not to come any more.",
      command: [
        renewedFunction,
        ...certificates.flatMap((files) => [setAsideRenewed(files), setAsideDropped(files)]),
      ].join("\n"),
      check: "It prints nothing.",
    },
    {
      text:
        "Add the certificates to RACF and connect them to the ring; somebody who may use RACDCERT for certificate authorities submits the job. Each certificate has a label of its own, which ends in the first digits of its fingerprint: an older one stays in the ring beside it, and nothing is taken out. While a certificate is rotated, a second job adds the next one." +
        (hasOwnLabels ? ` ${SAME_LABEL}` : ""),
      command: [`submit ${posixQuote(addJob)}`, submitIfThere(nextPath(addJob))].join("\n"),
      check:
        "The list at the end of the job's output shows each label that the job names, with usage CERTAUTH. That a ring or a certificate is there already is no error: RACF then says under which label, and the list shows that one.",
    },
    {
      text:
        "See that CES's Java takes its anchors from the ring (IBM's Java 8; for the whole JVM): " +
        `\`-Djava.protocol.handler.pkgs=com.ibm.crypto.provider\`, \`-Djavax.net.ssl.trustStoreType=JCERACFKS\` and \`-Djavax.net.ssl.trustStore=safkeyring://${name}\` in \`IBM_JAVA_OPTIONS\` of STDENV; copy the member to one whose name you note, before you change it. From Java 11 on the handler is that of the provider IBMZSecurity.`,
      check: "STDENV has the three options.",
    },
  ];
}

/** After the restart: older certificates leave the ring, once nobody presents them. */
export function retireStep({ certificates }: ZosRing): RunbookStep {
  return {
    text: "Later, when every server that CES calls back presents its new certificate and a callback has arrived: take the older certificates out of the ring. The command submits the jobs that were set aside, of every run, each once; it does nothing where there is none. They stay in RACF, where another ring may hold them; what no ring holds may be deleted as is usual at the site. CES needs no restart for this.",
    command: certificates
      .flatMap(withNext)
      .map(
        ({ base }) =>
          `for job in ${posixQuote(base)}.retire-*.jcl; do test ! -e "$job" || { submit "$job" && mv "$job" "$job.done"; }; done`,
      )
      .join("\n"),
    check: "The list of the ring at the end of each job's output shows the labels of now, and no older one.",
  };
}

/** Takes out of the ring what this run has brought; what was in it before stays. */
export function keyringBack({ certificates }: ZosRing): RunbookStep[] {
  return [
    {
      text: "Take out of the ring what this run has brought: a certificate that was not here before, or that was renewed. What was in the ring before is in it still. A label that RACF does not find was not added.",
      command: [
        renewedFunction,
        ...certificates.flatMap(withNext).map(({ base, removal }) => {
          const mark = copyOfRun("posix", `${base}.der`, "absent");
          const job = posixQuote(removal);
          return `if test -e ${job} && { test -e ${mark} || renewed ${posixQuote(base)}; }; then submit ${job}; fi`;
        }),
        ...certificates.flatMap(withNext).map(({ base }) => `rm -f ${retirement(base)}`),
      ].join("\n"),
      check: "The list at the end of each job's output shows what the ring held before.",
    },
    {
      text: "If STDENV was changed in this run, copy the member that you noted back over it.",
      check: "STDENV is as before.",
    },
  ];
}

/** Brings back what was taken out of the ring since, with the job of the bundle before. */
export function addAgainStep({ addJob }: ZosRing): RunbookStep {
  return {
    text: "Submit the jobs of the bundle before, if there were any: older certificates that were taken out of the ring since come back, and what is in it already is said so.",
    command: [addJob, nextPath(addJob)].map(submitIfThere).join("\n"),
    check: "The list at the end of the job's output shows what the ring held before this run.",
  };
}

function submitIfThere(job: string): string {
  return `if test -e ${posixQuote(job)}; then submit ${posixQuote(job)}; fi`;
}

/** The files of a certificate, and those of the next one while it is rotated. */
function withNext({ base, removal }: RingFiles): readonly RingFiles[] {
  return [
    { base, removal },
    { base: nextBase(base), removal: nextPath(removal) },
  ];
}

function nextBase(base: string): string {
  return nextPath(`${base}.der`).slice(0, -".der".length);
}

function setAsideRenewed({ base, removal }: RingFiles): string {
  const job = copyOfRun("posix", removal);
  return `if renewed ${posixQuote(base)} && test -e ${job}; then cp -p ${job} ${retirement(base)}; fi`;
}

/** A next certificate that came in by an earlier bundle, and neither is one now nor has taken its place. */
function setAsideDropped({ base, removal }: RingFiles): string {
  const next = nextBase(base);
  const [job, copy] = [copyOfRun("posix", nextPath(removal)), copyOfRun("posix", `${next}.der`)];
  const [current, nextNow] = [posixQuote(`${base}.der`), posixQuote(`${next}.der`)];
  return `if test -e ${job} && ! cmp -s ${copy} ${nextNow} && ! cmp -s ${copy} ${current}; then cp -p ${job} ${retirement(next)}; fi`;
}

/** Whether a certificate is another one than before this run. */
const renewedFunction =
  'renewed() { test -e "$1.der.before-$TRUST_RUN" && ! cmp -s "$1.der" "$1.der.before-$TRUST_RUN"; }';

/** The job that takes out what a run has replaced, as a word of a command. */
function retirement(base: string): string {
  return `${posixQuote(`${base}.retire-`)}"$TRUST_RUN".jcl`;
}

/** Operator commands, where they are named. */
export function restartText(stop: string | undefined, start: string | undefined): string {
  const why = "Restart CES: Java reads what it trusts at start-up only.";
  if (stop === undefined || start === undefined) return why;
  return `${why} On the operator's console: \`${stop}\`, and when it has ended, \`${start}\`.`;
}

export function restartStep(
  platform: HostPlatform,
  restart: ActivationWay,
  check = "The next callback arrives in ElectricFlow; since the restart the CES log has no `PKIX path building failed`.",
): RunbookStep {
  return activationStep(platform, restart, { text: "Restart CES.", check });
}

export const cacertsUnproven: readonly string[] = [
  "`chtag`, IBM's `keytool` and the restart were not run on a z/OS; the transfer and the script were run on Linux, with the `keytool` of Java 8 and 25.",
];

export const keyringUnproven: readonly string[] = [
  "The jobs (`RACDCERT`, `OGET`), `submit`, `chtag` and the options of Java were not run on a z/OS; they follow IBM's manuals. Have somebody who knows the site read the jobs first.",
  "That RACF takes a self-signed certificate of a server as an authority is not proven either.",
];
