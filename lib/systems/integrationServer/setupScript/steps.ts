import { nextPath } from "../../../model";
import type {
  CertificateMappingConfiguration,
  ConsumerEndpointConfiguration,
  IntegrationServerConfiguration,
  PortConfiguration,
  StoreAliasConfiguration,
} from "../integrationServerConfiguration";
import { percentEncodedLines } from "./percent";

/** One thing that the server is to have, as a function of the set-up script and its words. */
export interface SetupStep {
  readonly task: "store" | "setting" | "mapping" | "endpoint" | "port";
  readonly words: readonly SetupWord[];
}

export type SetupWord =
  /** A text of the declaration; the script gets it percent-encoded. */
  | { readonly text: string }
  /** A name in which a slash is no step of a path. */
  | { readonly name: string }
  /** A file that the script itself reads. */
  | { readonly file: string }
  /** Lines `path=value`, the values percent-encoded. */
  | { readonly lines: readonly string[] }
  /** An environment variable whose value is a password. */
  | { readonly passwordVariable: string };

/** What a set-up script does, in its order: each is used by those after it. */
export function setupSteps(configuration: IntegrationServerConfiguration): readonly SetupStep[] {
  const { stores, settings, certificateMappings, consumerEndpoints, ports } = configuration;
  return [
    ...stores.map(storeStep),
    ...settings.map(([name, value]): SetupStep => ({ task: "setting", words: [{ name }, { text: value }] })),
    ...certificateMappings.map(mappingStep),
    ...consumerEndpoints.map(endpointStep),
    ...ports.map(portStep),
  ];
}

/** Names of the environment variables that the steps need. */
export function passwordVariables(configuration: IntegrationServerConfiguration): string[] {
  const words = setupSteps(configuration).flatMap((step) => step.words);
  return [...new Set(words.flatMap((word) => ("passwordVariable" in word ? [word.passwordVariable] : [])))];
}

function storeStep(store: StoreAliasConfiguration): SetupStep {
  const { kind, alias, path, type, existing, passwordVariable, keys } = store;
  // An alias that is there already keeps its location, format and provider, whatever they are.
  const own = existing === true ? ["", "", ""] : [path, type, type === "JKS" ? "SUN" : "SunJSSE"];
  return {
    task: "store",
    words: [
      { text: kind },
      { text: alias },
      ...own.map((text) => ({ text })),
      { file: path },
      { passwordVariable },
      ...keys.flatMap((key) => [{ text: key.alias }, { passwordVariable: key.passwordVariable }]),
    ],
  };
}

/** The file of the next generation is there as long as a rotation lasts; the script looks. */
function mappingStep({ user, usage, path }: CertificateMappingConfiguration): SetupStep {
  const files = [path, nextPath(path)].flatMap((file): SetupWord[] => [{ text: file }, { file }]);
  return { task: "mapping", words: [{ text: user }, { text: usage }, ...files] };
}

function endpointStep({ alias, host, port, basic, identity }: ConsumerEndpointConfiguration): SetupStep {
  // What is empty here is taken away: an alias has a user or a key, not what it had before.
  const lines = percentEncodedLines({
    alias,
    "transportInfo/transportType": "HTTPS",
    "transportInfo/host": host,
    "transportInfo/port": String(port),
    "transportInfo/authType": basic === undefined ? "" : "Basic",
    "transportInfo/user": basic?.user ?? "",
    "transportInfo/keyStoreAlias": identity?.keyStoreAlias ?? "",
    "transportInfo/keyAlias": identity?.keyAlias ?? "",
  });
  const password = basic === undefined ? { text: "" } : { passwordVariable: basic.passwordVariable };
  return { task: "endpoint", words: [{ text: alias }, { lines }, password] };
}

function portStep(port: PortConfiguration): SetupStep {
  const lines = percentEncodedLines({
    port: String(port.port),
    portAlias: port.portAlias,
    pkg: port.package,
    keyStore: port.keyStoreAlias,
    alias: port.keyAlias,
    trustStore: port.trustStoreAlias ?? "",
    clientAuth: port.clientAuthentication,
  });
  const listener = { text: `HTTPSListener@${port.port}` };
  return { task: "port", words: [listener, { text: port.package }, { text: port.keyStoreAlias }, { lines }] };
}
