import { escapeFunction, hereDocumentText, javaArgumentQuote, posixScript } from "../../text";
import type { JavaTlsSettings } from "./javaTlsSettings";

/** Runs java (9 and later) with system properties in a private file of arguments, so that `ps` shows no password. */
export function javaOptionsScript(settings: JavaTlsSettings): string {
  const { keystore, truststore } = settings;
  const variables = [
    ...new Set([keystore.variable, ...(truststore === undefined ? [] : [truststore.variable])]),
  ];
  const property = (name: string, value: string) =>
    hereDocumentText(javaArgumentQuote(`-Djavax.net.ssl.${name}=${value}`));
  const password = (name: string, variable: string) => `"-Djavax.net.ssl.${name}=$(escape "$${variable}")"`;
  return posixScript(
    [
      "Runs java (9 and later) with this keystore and truststore. Takes java's arguments.",
      "Needs these environment variables:",
      ...variables.map((variable) => `  ${variable}`),
    ],
    [
      ...variables.map((variable) => `: "\${${variable}:?set it to the password of the store}"`),
      ...escapeFunction,
      "umask 077",
      "options=$(mktemp)",
      `trap 'rm -f "$options"' EXIT`,
      "trap 'exit 1' HUP INT TERM",
      'cat > "$options" <<END_OF_OPTIONS',
      property("keyStore", keystore.path),
      property("keyStoreType", keystore.type),
      password("keyStorePassword", keystore.variable),
      ...(truststore === undefined
        ? []
        : [
            property("trustStore", truststore.path),
            property("trustStoreType", truststore.type),
            password("trustStorePassword", truststore.variable),
          ]),
      "END_OF_OPTIONS",
      `java "@$options" "$@"`,
    ],
  );
}
