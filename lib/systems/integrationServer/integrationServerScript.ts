import type {
  CertificateMappingConfiguration,
  ConsumerEndpointConfiguration,
  IntegrationServerConfiguration,
  PortConfiguration,
  StoreAliasConfiguration,
} from "./integrationServerConfiguration";
import { escapeFunction, hereDocumentText, posixQuote, posixScript, printableJson } from "../../text";

/** A password in a request: the name of the environment variable that holds it. */
interface PasswordVariable {
  readonly passwordVariable: string;
}

type RequestValue =
  | string
  | PasswordVariable
  | ShellVariable
  | readonly RequestValue[]
  | { readonly [key: string]: RequestValue };

/** A value that the script itself has computed. */
interface ShellVariable {
  readonly shellVariable: string;
}

/**
 * A POSIX shell script that tells an Integration Server its configuration through its admin services
 * (`WmRoot`, 9.12 and later), and that may run any number of times.
 *
 * Passwords come from environment variables and reach curl through its configuration on standard input, never
 * through arguments.
 */
export function adminServiceScript(
  configuration: IntegrationServerConfiguration,
  adminUrl: string,
  administrator: string,
): string {
  const variables = passwordVariables(configuration);
  return posixScript(
    [
      "Tells this Integration Server its stores, settings, ports, endpoint aliases and client certificates.",
      "May run any number of times. Needs these environment variables:",
      ...["IS_ADMIN_PASSWORD", ...variables].map((name) => `  ${name}`),
    ],
    [
      `IS_URL=\${IS_URL:-${posixQuote(adminUrl)}}`,
      `IS_ADMIN_USER=\${IS_ADMIN_USER:-${posixQuote(administrator)}}`,
      ...["IS_ADMIN_PASSWORD", ...variables].map((name) => `: "\${${name}:?set it to the password}"`),
      "",
      ...functions,
      ...configuration.stores.flatMap(storeCalls),
      ...settingCalls(configuration.settings),
      ...configuration.certificateMappings.flatMap(mappingCalls),
      ...configuration.consumerEndpoints.flatMap(consumerEndpointCalls),
      ...configuration.ports.flatMap(portCalls),
      "echo 'Integration Server has its configuration.'",
    ],
  );
}

/** Names of the environment variables that the script needs besides the administrator's password. */
export function passwordVariables(configuration: IntegrationServerConfiguration): string[] {
  return [
    ...new Set([
      ...configuration.stores.flatMap((store) => [
        store.passwordVariable,
        ...store.keys.map(({ passwordVariable }) => passwordVariable),
      ]),
      ...configuration.consumerEndpoints.flatMap(({ basic }) => basic?.passwordVariable ?? []),
    ]),
  ];
}

const functions = [
  "# Escapes a text for a JSON string or a line of curl's configuration.",
  ...escapeFunction,
  "",
  "# Calls the service $1 with the JSON on standard input and prints its answer.",
  "invoke() {",
  "  body=$(tr -d '\\n')",
  "  answer=$(curl --silent --show-error --fail --config - <<END_OF_CONFIGURATION",
  'url = "$(escape "$IS_URL/invoke/$1")"',
  'user = "$(escape "$IS_ADMIN_USER:$IS_ADMIN_PASSWORD")"',
  'header = "Content-Type: application/json"',
  'header = "Accept: application/json"',
  'data-raw = "$(escape "$body")"',
  "END_OF_CONFIGURATION",
  '  ) || { echo "$1 failed." >&2; return 1; }',
  `  if printf '%s' "$answer" | grep -Eq '"isError" *: *"?true'; then`,
  `    printf '%s refused: %s\\n' "$1" "$answer" >&2`,
  "    return 1",
  "  fi",
  `  printf '%s\\n' "$answer"`,
  "}",
  "",
  "# Whether the answer of the service $1 names $3, as JSON has it, as $2.",
  "has() {",
  '  known=$(invoke "$1" </dev/null)',
  `  printf '%s' "$known" | grep -Fq -e "\\"$2\\":\\"$3\\"" -e "\\"$2\\": \\"$3\\"" -e "\\"$2\\" : \\"$3\\""`,
  "}",
  "",
];

function storeCalls(store: StoreAliasConfiguration): string[] {
  const isKeystore = store.kind === "key";
  const list = isKeystore ? "listKeyStores" : "listTrustStores";
  const [edit, add] = isKeystore ? ["edit_edit", "edit_add"] : ["edit", "add"];
  return [
    `echo ${posixQuote(`${isKeystore ? "Keystore" : "Truststore"} alias ${store.alias}`)}`,
    `if has wm.server.security.keystore:${list} keyStoreName ${inJson(store.alias)}; then mode=${edit}; else mode=${add}; fi`,
    ...invoke("wm.server.security.keystore:createStore", {
      mode: { shellVariable: "mode" },
      type: store.kind,
      keyStoreName: store.alias,
      oldkeyStoreName: store.alias,
      keyStoreType: store.type,
      keyStoreProvider: store.type === "JKS" ? "SUN" : "SunJSSE",
      keyStoreLocation: store.path,
      keyStorePassword: { passwordVariable: store.passwordVariable },
      keyStorePasswordChanged: "true",
      ...(isKeystore
        ? {
            isHsm: "false",
            pkAliases: store.keys.map(({ alias }) => alias),
            pkPasswords: store.keys.map(({ passwordVariable }) => ({ passwordVariable })),
            // As WmRoot's page sends them: which passwords are new, and that none is empty.
            aliasarray: store.keys.map(({ alias }) => alias).join(","),
            bitarray: store.keys.map(() => "1").join(","),
            nullPKpasswds: store.keys.map(() => "false").join(","),
          }
        : {}),
    }),
    ...invoke("wm.server.security.keystore:refreshStore", { keyStoreName: store.alias, type: store.kind }),
    "",
  ];
}

function settingCalls(settings: IntegrationServerConfiguration["settings"]): string[] {
  if (settings.length === 0) return [];
  return [
    "echo 'Server settings'",
    ...invoke("wm.server.admin:setSettings", Object.fromEntries(settings)),
    ...invoke("wm.server.admin:clearSSLCache", {}),
    "",
  ];
}

/** A renewed certificate has to be mapped again, so what was mapped last is kept beside the file. */
function mappingCalls(mapping: CertificateMappingConfiguration): string[] {
  const file = posixQuote(mapping.path);
  const mapped = posixQuote(`${mapping.path}.mapped`);
  return [
    `echo ${posixQuote(`Client certificate of ${mapping.user}`)}`,
    `if ! cmp -s ${file} ${mapped} ||`,
    `  ! has wm.server.security.certificate:listMappings user ${inJson(mapping.user)}; then`,
    ...invoke("wm.server.security.certificate:importCertificate", {
      certificatePath: mapping.path,
      certificateUser: mapping.user,
      certificateUsage: mapping.usage,
    }),
    `  cp ${file} ${mapped}`,
    "fi",
    "",
  ];
}

function consumerEndpointCalls(endpoint: ConsumerEndpointConfiguration): string[] {
  return [
    `echo ${posixQuote(`Consumer endpoint alias ${endpoint.alias}`)}`,
    `if has wm.server.ws:listAllConsumerEndpoints alias ${inJson(endpoint.alias)}; then`,
    ...invoke("wm.server.ws:deleteConsumerEndpoint", { endpointName: endpoint.alias }),
    "fi",
    ...invoke("wm.server.ws:addConsumerEndpoint", {
      alias: endpoint.alias,
      type: "consumer",
      transportInfo: {
        transportType: "HTTPS",
        host: endpoint.host,
        port: String(endpoint.port),
        ...(endpoint.basic === undefined
          ? {}
          : {
              authType: "Basic",
              user: endpoint.basic.user,
              password: { passwordVariable: endpoint.basic.passwordVariable },
            }),
        ...(endpoint.identity === undefined
          ? {}
          : { keyStoreAlias: endpoint.identity.keyStoreAlias, keyAlias: endpoint.identity.keyAlias }),
      },
    }),
    "",
  ];
}

function portCalls(port: PortConfiguration): string[] {
  const listenerKey = `HTTPSListener@${port.port}`;
  return [
    `echo ${posixQuote(`HTTPS port ${port.port}`)}`,
    `if has wm.server.net.listeners:listListeners key ${inJson(listenerKey)}; then`,
    ...invoke("wm.server.net.listeners:disableListener", { listenerKey, pkg: port.package }),
    "  service=updateListener",
    "else",
    "  service=addListener",
    "fi",
    ...invoke('"wm.server.net.listeners:$service"', {
      listenerKey,
      pkg: port.package,
      factoryKey: "webMethods/HTTP",
      protocol: "HTTPS",
      ssl: "true",
      useJSSE: "yes",
      port: String(port.port),
      portAlias: port.portAlias,
      keyStore: port.keyStoreAlias,
      alias: port.keyAlias,
      ...(port.trustStoreAlias === undefined ? {} : { trustStore: port.trustStoreAlias }),
      clientAuth: port.clientAuthentication,
    }),
    ...invoke("wm.server.net.listeners:enableListener", { listenerKey, pkg: port.package }),
    "",
  ];
}

/** Lines that call a service; the request is a here-document, so that passwords are no one's arguments. */
function invoke(service: string, request: { readonly [key: string]: RequestValue }): string[] {
  return [`invoke ${service} <<END_OF_REQUEST >/dev/null`, json(request, ""), "END_OF_REQUEST"];
}

/** JSON inside a here-document that the shell expands. */
function json(value: RequestValue, indent: string): string {
  if (typeof value === "string") return hereDocumentText(printableJson(value));
  const inner = `${indent}  `;
  if (isList(value)) return `[${value.map((item) => json(item, inner)).join(", ")}]`;
  if (isPassword(value)) return `"$(escape "$${value.passwordVariable}")"`;
  if (isShellVariable(value)) return `"$${value.shellVariable}"`;
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${hereDocumentText(printableJson(key))}: ${json(member, inner)}`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** A text as it stands between a JSON string's quotes, as one word of the shell. */
function inJson(text: string): string {
  return posixQuote(printableJson(text).slice(1, -1));
}

function isList(value: RequestValue): value is readonly RequestValue[] {
  return Array.isArray(value);
}

function isPassword(value: RequestValue): value is PasswordVariable {
  return typeof value === "object" && "passwordVariable" in value;
}

function isShellVariable(value: RequestValue): value is ShellVariable {
  return typeof value === "object" && "shellVariable" in value;
}
