/**
 * A request to an admin service. Of each line `name=value`, `$word` is a variable of the script that sends it, whose
 * text is percent-encoded; PowerShell and the shell write variables alike.
 */
export interface AdminRequest {
  readonly service: string;
  readonly encoding: "form" | "json";
  readonly lines: readonly string[];
}

const listener = ["listenerKey=$listener", "pkg=$package"];
const store = ["keyStoreName=$alias", "type=$kind"];
const createStore = [
  "mode=$mode",
  "type=$kind",
  "keyStoreName=$alias",
  "oldkeyStoreName=$alias",
  "keyStoreDescription=$description",
  "keyStoreType=$format",
  "keyStoreProvider=$provider",
  "keyStoreLocation=$location",
  "keyStorePassword=$encoded",
  "keyStorePasswordChanged=true",
];
const endpoint = ["alias=$alias", "transportType=$transport"];

/**
 * Every request that the set-up scripts make (WmRoot 9.12, as its pages make them), so that the one for the shell and
 * the one for PowerShell ask alike. Forms go to services that read arrays under `…List`, which only a form's repeated
 * fields become; JSON to those that take records. Some get further lines: what is declared, and what is there.
 */
export const REQUESTS = {
  getSettings: form("wm.server.query:getSettings"),
  setSettings: form("wm.server.admin:setSettings", "$name=$value"),
  clearSslCache: form("wm.server.admin:clearSSLCache"),

  listKeystores: form("wm.server.security.keystore:listKeyStores"),
  listTruststores: form("wm.server.security.keystore:listTrustStores"),
  getKeystore: form("wm.server.security.keystore:getKeyStore", "keyStoreName=$alias", "type=key"),
  createTruststore: form("wm.server.security.keystore:createStore", ...createStore),
  createKeystore: form(
    "wm.server.security.keystore:createStore",
    ...createStore,
    "isHsm=false",
    "configuredAliases=$remembered",
    "aliasarray=$names",
    "bitarray=$bits",
    "nullPKpasswds=$nulls",
  ),
  refreshStore: form("wm.server.security.keystore:refreshStore", ...store),
  deleteStore: form("wm.server.security.keystore:deleteStore", ...store),

  listMappings: form("wm.server.security.certificate:listMappings"),
  importCertificate: form(
    "wm.server.security.certificate:importCertificate",
    "certificatePath=$location",
    "certificateUser=$user",
    "certificateUsage=$usage",
  ),
  deleteMapping: form(
    "wm.server.security.certificate:deleteMapping",
    "issuer=$issuer",
    "serialNum=$number",
    "usage=$usage",
  ),

  listEndpoints: json("wm.server.ws:listAllConsumerEndpoints"),
  getEndpoint: json("wm.server.ws:getConsumerEndpoint", ...endpoint),
  addEndpoint: json("wm.server.ws:addConsumerEndpoint"),
  deleteEndpoint: json("wm.server.ws:deleteConsumerEndpoint", ...endpoint),

  listListeners: form("wm.server.ports:listListeners"),
  getListener: form("wm.server.net.listeners:getListener", ...listener),
  addListener: form("wm.server.net.listeners:addListener", "listenerKey=$listener", "enable=no"),
  updateListener: form("wm.server.net.listeners:updateListener", "listenerKey=$listener", "oldPkg=$package"),
  enableListener: form("wm.server.net.listeners:enableListener", ...listener),
  disableListener: form("wm.server.net.listeners:disableListener", ...listener),
  deleteListener: form("wm.server.net.listeners:deleteListener", ...listener),
  getPortAccess: form("wm.server.portAccess:getPort", "port=$listener"),
  allowPort: form("wm.server.portAccess:setType", "port=$listener", "type=include"),
} as const satisfies Readonly<Record<string, AdminRequest>>;

/** What `createKeystore` is told of each key. */
export const KEY_LINES = ["pkAliases=$key", "pkPasswords=$encoded"];

/** What an HTTPS port is, whatever was declared of it. */
export const HTTPS_LINES = ["factoryKey=webMethods/HTTP", "protocol=HTTPS", "ssl=true", "useJSSE=yes"];

/** A refusal that comes with HTTP 200, as an extended regular expression over the lines of an answer. */
export const REFUSAL =
  "^(isError=true|(status|result)=(failed|failure|error)|(errorMessage|%24error)=.+|#broken=.*)$";

/** Where an answer says what the service has to say, in the order in which they are looked for. */
export const WORDS = ["message", "errorMessage", "%24error", "error", "#broken"];

function form(service: string, ...lines: string[]): AdminRequest {
  return { service, encoding: "form", lines };
}

function json(service: string, ...lines: string[]): AdminRequest {
  return { service, encoding: "json", lines };
}
