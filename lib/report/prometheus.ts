import type { PlacedCertificate } from "../check";
import type { RuleId } from "../rules";
import { terminalLine } from "../text";
import { commonNameOf } from "./commonName";
import type { EnvironmentReport, ReportedHop } from "./environmentReport";

/** What a file or store that was not read is told by. */
const READ_ERRORS: ReadonlySet<string> = new Set([
  "certificate-unreadable",
  "file-missing",
  "file-unreadable",
  "store-missing",
  "store-unreadable",
  "secret-missing",
  "host-unreachable",
] satisfies RuleId[]);

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

/**
 * A file for the textfile collector of node_exporter. Certificates have the names of x509-certificate-exporter, so that
 * alerts on those hold here too; hops have names of ours.
 */
export function prometheusText(report: EnvironmentReport): string {
  return [...certificateMetrics(report), ...hopMetrics(report)]
    .filter(({ samples }) => samples.length > 0)
    .map(textOf)
    .join("");
}

function certificateMetrics({ certificates, at, environment, hops }: EnvironmentReport): Metric[] {
  const placed = certificates.flatMap(({ certificate, place }) =>
    place === undefined ? [] : [{ certificate, labels: labelsOf(certificate, place) }],
  );
  const metric = (
    name: string,
    help: string,
    valueOf: (certificate: PlacedCertificate["certificate"]) => number,
  ): Metric => ({
    name,
    help,
    samples: placed.map(({ certificate, labels }) => ({ labels, value: valueOf(certificate) })),
  });
  const unread = hops
    .flatMap(({ findings }) => findings)
    .filter(({ rule }) => READ_ERRORS.has(rule))
    .map(({ rule, subject, message }) => JSON.stringify([rule, subject, message]));
  return [
    metric("x509_cert_not_after", "Indicates the certificate's not after timestamp", ({ notAfter }) =>
      secondsOf(notAfter),
    ),
    metric("x509_cert_not_before", "Indicates the certificate's not before timestamp", ({ notBefore }) =>
      secondsOf(notBefore),
    ),
    metric("x509_cert_expired", "Indicates if the certificate is expired", ({ notAfter }) =>
      new Date(notAfter) < at ? 1 : 0,
    ),
    {
      name: "x509_read_errors",
      help: "Indicates the number of files, stores and secrets that could not be read",
      samples: [{ labels: { environment }, value: new Set(unread).size }],
    },
  ];
}

function labelsOf(
  { subject, issuer, serialNumber }: PlacedCertificate["certificate"],
  { hostId, path, alias = "" }: NonNullable<PlacedCertificate["place"]>,
): Labels {
  return {
    subject_CN: commonNameOf(subject),
    issuer_CN: commonNameOf(issuer),
    // In decimal, as the exporter has it.
    serial_number: decimal(serialNumber),
    host: hostId,
    filepath: path,
    alias,
  };
}

/** Some serial numbers are negative, against RFC 5280. */
function decimal(hexadecimal: string): string {
  const digits = hexadecimal.replace(/^-/, "");
  return `${digits === hexadecimal ? "" : "-"}${BigInt(`0x${digits}`)}`;
}

function hopMetrics({ hops, environment, at }: EnvironmentReport): Metric[] {
  const labels = ({ stack, client, address, hopId }: ReportedHop): Labels => ({
    environment,
    stack,
    client,
    address,
    hop: hopId,
  });
  const proven = hops.filter(({ verdict }) => verdict !== "not proven");
  return [
    {
      name: "cdktf_trust_hop_ok",
      help: "Whether the call shakes hands, by the rules of both sides and a real handshake; missing where it is not proven",
      samples: proven.map((hop) => ({ labels: labels(hop), value: hop.verdict === "ok" ? 1 : 0 })),
    },
    {
      name: "cdktf_trust_hop_live",
      help: "Whether the running server was called, and not its files alone looked at",
      samples: proven.map((hop) => ({ labels: labels(hop), value: hop.proof === "live" ? 1 : 0 })),
    },
    {
      name: "cdktf_trust_hop_expires_timestamp_seconds",
      help: "When the first certificate ends that the call needs",
      samples: proven.flatMap((hop) =>
        hop.expires === undefined ? [] : [{ labels: labels(hop), value: secondsOf(hop.expires) }],
      ),
    },
    {
      name: "cdktf_trust_hops",
      help: "Calls by verdict",
      samples: (["ok", "FAILS", "not proven"] as const).map((verdict) => ({
        labels: { environment, verdict: VERDICTS[verdict] },
        value: hops.filter((hop) => hop.verdict === verdict).length,
      })),
    },
    {
      name: "cdktf_trust_verified_timestamp_seconds",
      help: "When this was found",
      samples: [{ labels: { environment }, value: Math.floor(at.getTime() / 1_000) }],
    },
  ];
}

const VERDICTS: Readonly<Record<ReportedHop["verdict"], string>> = {
  ok: "ok",
  FAILS: "fails",
  "not proven": "not_proven",
};

/** Samples with the same labels would make the collector refuse the whole file. */
function textOf({ name, help, samples }: Metric): string {
  const lines = new Map(
    samples.map(({ labels, value }) => {
      const shown = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`);
      return [shown.join(","), value];
    }),
  );
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...[...lines].map(([labels, value]) => `${name}{${labels}} ${value}`),
    "",
  ].join("\n");
}

function quoted(text: string): string {
  return terminalLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

function secondsOf(iso: string): number {
  return Math.floor(new Date(iso).getTime() / 1_000);
}
