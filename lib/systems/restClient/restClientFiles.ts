import {
  curlCertificate,
  curlQuote,
  escapeFunction,
  hashComment,
  posixQuote,
  posixScript,
  printableJson,
} from "../../text";

/** What the clients' files need to know of a call. */
export interface RestCallFiles {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly anchorsPath: string | undefined;
  readonly passwordVariable: string;
}

/** A configuration for `curl --config`; without the password of the key, which curl otherwise asks for. */
export function curlConfiguration(call: RestCallFiles): string {
  return [
    hashComment(
      `Client certificate for https://${call.address}:${call.port}; curl asks for the password of the key.`,
    ),
    `cert = ${curlCertificate(call.certificatePath)}`,
    `key = ${curlQuote(call.keyPath)}`,
    ...(call.anchorsPath === undefined ? [] : [`cacert = ${curlQuote(call.anchorsPath)}`]),
    "",
  ].join("\n");
}

/**
 * Runs curl with a call's certificate; the password of the key comes from the environment. A curl on Schannel, as Windows
 * brings it, takes no key in a file (curl(1), `--cert`, `--key`), and would leave the certificate out; one with several
 * back ends names those that it does not use in parentheses.
 */
export function curlScript(configurationPath: string, passwordVariable: string): string {
  return posixScript(
    [
      "Runs curl with the client certificate. Takes curl's arguments; a body comes from a file, not from standard input.",
      `Needs the environment variable ${passwordVariable}.`,
    ],
    [
      `: "\${${passwordVariable}:?set it to the password of the key}"`,
      "case $(curl --version) in",
      '  *" Schannel"*)',
      '    echo "This curl uses Schannel, which takes no client key in PEM. Use one with OpenSSL, or set CURL_SSL_BACKEND=openssl where it has both." >&2',
      "    exit 1",
      "    ;;",
      "esac",
      ...escapeFunction,
      `curl --config ${posixQuote(configurationPath)} --config - "$@" <<END_OF_CONFIGURATION`,
      `pass = "$(escape "$${passwordVariable}")"`,
      "END_OF_CONFIGURATION",
    ],
  );
}

/** Newman's client-certificate list (`--ssl-client-cert-list`), without passphrases. */
export function newmanList(calls: readonly RestCallFiles[]): string {
  const list = calls.map((call) => ({
    name: call.name,
    matches: [`https://${call.address}:${call.port}/*`],
    key: { src: call.keyPath },
    cert: { src: call.certificatePath },
  }));
  return `${printableJson(list, 2)}\n`;
}

/**
 * Picks a Newman list's entries and adds their passphrases; runs in the Node that Newman runs in. Newman takes the
 * first entry that matches a URL, so of several for one address somebody has to choose.
 */
const pickEntries = [
  'const all = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));',
  "const variables = JSON.parse(process.argv[2]);",
  "const chosen = process.env.CLIENT;",
  "const list = chosen ? all.filter(({ name }) => name === chosen) : all;",
  "const fail = (message) => { console.error(message); process.exit(1); };",
  'const names = all.map(({ name }) => name).join(", ");',
  'if (chosen && list.length === 0) fail("There is no client " + chosen + "; there are " + names + ".");',
  'if (new Set(list.map(({ matches }) => matches[0])).size < list.length) fail("Several clients call one address: set CLIENT to one of " + names + ".");',
  "for (const entry of list) {",
  "  entry.passphrase = process.env[variables[entry.name]];",
  '  if (!entry.passphrase) fail("Set " + variables[entry.name] + " to the password of the key.");',
  "}",
  "process.stdout.write(JSON.stringify(list));",
].join("\n");

/** Runs Newman with the list; passphrases come from the environment and are in a file of mode 0600 meanwhile. */
export function newmanScript(listPath: string, calls: readonly RestCallFiles[]): string {
  const variables = [...new Set(calls.map(({ passwordVariable }) => passwordVariable))];
  const anchors = [...new Set(calls.flatMap(({ anchorsPath }) => anchorsPath ?? []))];
  const names = Object.fromEntries(calls.map((call) => [call.name, call.passwordVariable]));
  return posixScript(
    [
      "Runs newman with the client certificates. Takes the arguments of newman run.",
      "Where several clients call one address, CLIENT names the one that is meant.",
      "Needs the environment variables of those clients:",
      ...variables.map((variable) => `  ${variable}`),
    ],
    [
      `export CLIENT="\${CLIENT:-}" ${variables.map((variable) => `${variable}="\${${variable}:-}"`).join(" ")}`,
      "work=$(mktemp -d)",
      `trap 'rm -rf "$work"' EXIT`,
      "trap 'exit 1' HUP INT TERM",
      "umask 077",
      `node -e ${posixQuote(pickEntries)} ${posixQuote(listPath)} ${posixQuote(printableJson(names))} > "$work/list.json"`,
      ...(anchors.length === 0 ? [] : [`cat ${anchors.map(posixQuote).join(" ")} > "$work/anchors.pem"`]),
      [
        `newman run --ssl-client-cert-list "$work/list.json"`,
        ...(anchors.length === 0 ? [] : ['--ssl-extra-ca-certs "$work/anchors.pem"']),
        '"$@"',
      ].join(" "),
    ],
  );
}
