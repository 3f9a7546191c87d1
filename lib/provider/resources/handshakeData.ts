import { openHost, parsePlannedPath, parseSecretReference } from "../../hosts";
import { isoSeconds } from "../../model/day";
import { type LiveHandshake, lineFromHere, lineThrough, shakeLive } from "../../verify";
import { readClient } from "../handshake/clientSide";
import { parseTarget } from "../handshake/target";
import { checkEach, oneOf } from "../location";
import { computed, type Diagnostic, defineDataSource, isKnown, optional, required } from "../protocol";
import { reachHost } from "../reachHost";

const THIS_MACHINE = "local:/";
const TIMEOUT_SECONDS = 10;

/** A live handshake with a server, with what its client has. */
export const handshakeDataSource = defineDataSource({
  typeName: "trust_handshake",
  description: "Shakes hands with a running server as a client would, and says whether that works.",
  attributes: {
    id: computed.string("`HOST:PORT`."),
    connect: required.string("`HOST:PORT` as the client calls it, an IPv6 address in brackets."),
    server_name: optional.string(
      "Name that is asked for (SNI). Default: what the client asks for at that address.",
    ),
    host: optional.string(
      "Address of the client's host: its stores are read there, and the connection starts there. `local:/` is this machine; " +
        "`ssh://[user@]host[:port]` is a machine over SSH; `local:DIRECTORY` is a directory that mirrors a host's absolute " +
        "paths, for which the connection starts on this machine. Default: `local:/`.",
    ),
    client: optional.string("Whose rules judge the server: `java` or `openssl`. Default: `java`."),
    truststore: optional.string("Absolute path of the client's truststore on its host."),
    truststore_password: optional.string(
      "Where its password is found: `env:NAME`, `file:PATH` or `cmd:COMMAND`.",
    ),
    anchors_pem: optional.listOfStrings(
      "Certificates in PEM that are trusted, one in each, in place of a truststore. Without either, the public roots are.",
    ),
    keystore: optional.string("Absolute path of the keystore from which the client presents a certificate."),
    keystore_password: optional.string("Where the password of it and of its key is found."),
    keystore_alias: optional.string("Alias that is presented. Default: that of the only key."),
    timeout_seconds: optional.number(
      `How long a connection and each answer is waited for. Default: ${TIMEOUT_SECONDS}.`,
    ),
    reached: computed.bool("Whether a connection came about."),
    ok: computed.bool("Whether the client can call the server."),
    rule: computed.string("The rule that refuses the call; empty where it works."),
    reason: computed.string(
      "In one line: through what the server is trusted, or what is wrong and what to do.",
    ),
    sha256: computed.string(
      "SHA-256 fingerprint of the certificate that is served; empty where there is none.",
    ),
    subject: computed.string("Its subject."),
    not_after: computed.string(
      "When the first certificate ends that the client needs; empty where there is none.",
    ),
    protocol: computed.string("For example `TLSv1.3`; empty where it does not come to TLS."),
    asks_for_certificate: computed.bool("Whether the server asks for a client certificate."),
    authorities: computed.listOfStrings(
      "Subjects of the authorities whose certificates it asks for; none means any.",
    ),
  },
  validate: (config) => [
    ...checkEach(config, {
      connect: parseTarget,
      host: openHost,
      client: oneOf(["java", "openssl"]),
      truststore: parsePlannedPath,
      truststore_password: parseSecretReference,
      keystore: parsePlannedPath,
      keystore_password: parseSecretReference,
    }),
    ...together(config, "truststore", "truststore_password"),
    ...together(config, "keystore", "keystore_password"),
    ...(isGiven(config.truststore) && isGiven(config.anchors_pem)
      ? [
          invalid(
            "anchors_pem",
            "Write truststore or anchors_pem, not both: what is trusted is in one place.",
          ),
        ]
      : []),
  ],
  read: async (config) => {
    const { connect, server_name, host, client, timeout_seconds } = config;
    const { host: address, port } = parseTarget(connect);
    const files = reachHost(host ?? THIS_MACHINE);
    const side = await readClient(files, {
      runtime: client === "openssl" ? "openssl" : "java",
      truststore: config.truststore,
      truststorePassword: config.truststore_password,
      anchorsPem: config.anchors_pem,
      keystore: config.keystore,
      keystorePassword: config.keystore_password,
      keystoreAlias: config.keystore_alias,
    });
    const live = await shakeLive({
      address,
      port,
      ...(server_name === null ? {} : { servername: server_name }),
      client: side,
      ...(side.identity === undefined ? {} : { presents: side.identity }),
      line: files.processes === undefined ? lineFromHere : lineThrough(host ?? THIS_MACHINE, files.processes),
      subject: connect,
      now: new Date(),
      timeoutMs: (timeout_seconds ?? TIMEOUT_SECONDS) * 1_000,
    });
    return { ...config, id: connect, ...resultOf(live) };
  },
});

/** What is computed. */
function resultOf(live: LiveHandshake) {
  if (!live.isReached) {
    return { ...NOTHING_SEEN, reached: false, ok: false, rule: live.rule, reason: live.why };
  }
  const { seen, findings, judgement } = live;
  const cause = findings.find(({ level }) => level === "error");
  const [leaf] = seen.chain;
  const anchor = judgement?.trust?.anchor;
  const needed = judgement?.trust?.path ?? judgement?.serves ?? [];
  const [first] = needed
    .map(({ notAfter }) => notAfter)
    .sort((one, other) => one.getTime() - other.getTime());
  return {
    reached: true,
    ok: cause === undefined,
    rule: cause?.rule ?? "",
    reason:
      cause === undefined
        ? `trusted through ${anchor?.toString() ?? "the server's own certificate"}`
        : `${cause.message}; ${cause.remedy}`,
    sha256: leaf?.sha256 ?? "",
    subject: leaf?.subject ?? "",
    not_after: first === undefined ? "" : isoSeconds(first),
    protocol: seen.protocol ?? "",
    asks_for_certificate: seen.asksForCertificate,
    authorities: seen.authorities,
  };
}

const NOTHING_SEEN = {
  sha256: "",
  subject: "",
  not_after: "",
  protocol: "",
  asks_for_certificate: false,
  authorities: [],
};

/** Two attributes of which one says nothing without the other. */
function together<Name extends string>(
  config: Readonly<Record<Name, unknown>>,
  one: Name,
  other: Name,
): Diagnostic[] {
  if (!isKnown(config[one]) || !isKnown(config[other])) return [];
  if (isGiven(config[one]) === isGiven(config[other])) return [];
  const [missing, given] = isGiven(config[one]) ? [other, one] : [one, other];
  return [invalid(missing, `Write ${missing} too: ${given} says nothing without it.`)];
}

function isGiven(value: unknown): boolean {
  return isKnown(value) && value !== null && value !== undefined;
}

function invalid(attribute: string, detail: string): Diagnostic {
  return { severity: "error", summary: `Invalid ${attribute}`, detail, attribute };
}
