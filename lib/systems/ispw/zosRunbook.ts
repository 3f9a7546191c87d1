import type { RunbookStep } from "../../model";
import { posixQuote } from "../../text";

export interface ZosRunbook {
  readonly hostId: string;
  readonly javaHome: string;
  /** Directory of z/OS UNIX for certificates, script and jobs. */
  readonly directory: string;
  readonly encoding: "ebcdic" | "ascii";
  /** Files by how they are brought over: certificates as they are, text in the encoding of the shell. */
  readonly certificates: readonly string[];
  readonly texts: readonly string[];
}

/** From the archive to files that z/OS UNIX reads. */
export function transferSteps(runbook: ZosRunbook): RunbookStep[] {
  const { hostId, javaHome, directory } = runbook;
  const archive = posixQuote(`${hostId}.zip`);
  return [
    {
      text: `Transfer \`${hostId}.zip\` to z/OS UNIX in binary (\`sftp\`, or \`binary\` before \`put\` in \`ftp\`) and unpack it with \`jar\`, because z/OS UNIX rarely has unzip.`,
      command: [
        `export JAVA_HOME=${posixQuote(javaHome)}`,
        'export PATH="$JAVA_HOME/bin:$PATH"',
        `jar xf ${archive}`,
      ].join("\n"),
      check:
        "`ls files` shows folders. An archive that was transferred as text does not unpack: transfer it again.",
    },
    {
      text: `Put the certificates in place as they are, and text in ${runbook.encoding === "ebcdic" ? "EBCDIC (IBM-1047)" : "ASCII, tagged as ISO8859-1"}.`,
      command: [
        `mkdir -p ${posixQuote(directory)}`,
        ...runbook.certificates.map((path) => `cp ${posixQuote(`files${path}`)} ${posixQuote(path)}`),
        ...runbook.texts.flatMap((path) => asText(path, runbook.encoding)),
      ].join("\n"),
      check: "`cat` shows each script or job as text.",
    },
  ];
}

function asText(path: string, encoding: ZosRunbook["encoding"]): string[] {
  const [from, to] = [posixQuote(`files${path}`), posixQuote(path)];
  return encoding === "ebcdic"
    ? [`iconv -f UTF-8 -t IBM-1047 ${from} > ${to}`]
    : [`cp ${from} ${to}`, `chtag -t -c ISO8859-1 ${to}`];
}

/** The script for `cacerts`, and the way back. */
export function cacertsSteps(script: string): RunbookStep[] {
  return [
    {
      text:
        "Let the Java of CES trust what it calls back. The script asks for the password of cacerts, copies cacerts before it changes it, and renames an older certificate to `<alias>-previous`, so that it stays trusted. " +
        `To go back, run it with the argument \`undo\` and restart CES. An upgrade of Java replaces cacerts: run it again afterwards.`,
      command: `sh ${posixQuote(script)}`,
      check: "Each alias is said to be trusted, or to be trusted already, with its fingerprint.",
    },
  ];
}

/** The job for RACF, and the way back. */
export function keyringSteps(
  jobs: { readonly add: string; readonly undo: string },
  ring: string,
): RunbookStep[] {
  return [
    {
      text:
        "Add the certificates to RACF and connect them to the ring; somebody who may use RACDCERT for certificate authorities submits the job. Nothing is taken out of the ring. " +
        `To go back, submit \`${jobs.undo}\` and restart CES.`,
      command: `submit ${posixQuote(jobs.add)}`,
      check:
        "The list at the end of the job's output shows each label with usage CERTAUTH. That a ring or a certificate is there already is no error; a label that is taken by another certificate is one: declare a labelSuffix.",
    },
    {
      text:
        "See that CES's Java takes its anchors from the ring (IBM's Java 8; for the whole JVM): " +
        `\`-Djava.protocol.handler.pkgs=com.ibm.crypto.provider\`, \`-Djavax.net.ssl.trustStoreType=JCERACFKS\` and \`-Djavax.net.ssl.trustStore=safkeyring://${ring}\` in \`IBM_JAVA_OPTIONS\` of STDENV; keep a copy of the member before you change it, which is the way back. From Java 11 on the handler is that of the provider IBMZSecurity.`,
      check: "STDENV has the three options.",
    },
  ];
}

/** Operator commands, where they are named. */
export function restartStep(stop: string | undefined, start: string | undefined): RunbookStep {
  const named = stop !== undefined && start !== undefined;
  return {
    text: named
      ? `Restart CES: Java reads what it trusts at start-up only. On the operator's console: \`${stop}\`, and when it has ended, \`${start}\`.`
      : "Restart CES: Java reads what it trusts at start-up only.",
    check: "The next callback arrives in ElectricFlow; the CES log has no PKIX path building failed.",
  };
}
