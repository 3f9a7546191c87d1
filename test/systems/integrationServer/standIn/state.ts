import type { Pipeline } from "./pipeline";

/** A keystore or truststore alias, as the server keeps it. */
export interface StoreState {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly storeType: string;
  readonly provider: string;
  readonly location: string;
  readonly password: string;
  /** Key aliases with the passwords that the server was told. */
  readonly keys: Readonly<Record<string, string>>;
  readonly isLoaded: boolean;
  /** Which contents of the file it has read. */
  readonly contents: string;
}

/** A store file on the server: what opens it, what is in it, and which contents it has. */
export interface StoreFile {
  readonly password: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly contents: string;
}

/** A port, with the fields that its page has. */
export interface ListenerState {
  readonly fields: Readonly<Record<string, string>>;
  readonly listening: boolean;
  /** Contents of the keystore that it serves. */
  readonly serves: string;
  /** `exclude` denies by default, `include` allows. */
  readonly access: "include" | "exclude";
}

export interface MappingState {
  readonly user: string;
  readonly usage: string;
  readonly issuer: string;
  readonly serialNum: string;
}

/** All that the stand-in keeps. */
export interface ServerState {
  readonly settings: Map<string, string>;
  readonly stores: Map<string, StoreState>;
  readonly listeners: Map<string, ListenerState>;
  /** Consumer endpoint aliases, each the record that was put there last. */
  readonly endpoints: Map<string, Pipeline>;
  readonly mappings: MappingState[];
  readonly users: Set<string>;
  /** Store files by location. */
  readonly files: Map<string, StoreFile>;
  /** Serial numbers are printed so. */
  serials: "decimal" | "hexadecimal";
}

/** A server as it is shipped, with what somebody else has set up on it. */
export function shippedState(): ServerState {
  return {
    settings: new Map([
      ["watt.security.trustStoreAlias", "COMPANY_TRUST"],
      ["watt.security.cert.wmChainVerifier.trustByDefault", "true"],
      ["watt.net.maxClientKeepaliveConns", "5"],
      ["watt.net.ssl.client.useJSSE", "false"],
      ["watt.security.ssl.client.ignoreEmptyAuthoritiesList", "false"],
    ]),
    stores: new Map([
      [
        "trust/COMPANY_TRUST",
        {
          type: "trust",
          name: "COMPANY_TRUST",
          description: "company wide",
          storeType: "JKS",
          provider: "SUN",
          location: "/opt/company.jks",
          password: "company",
          keys: {},
          isLoaded: true,
          contents: "company",
        },
      ],
    ]),
    listeners: new Map([
      [
        "HTTPListener@5555",
        {
          fields: {
            pkg: "WmRoot",
            port: "5555",
            protocol: "HTTP",
            portAlias: "DefaultPrimary",
            primary: "true",
          },
          listening: true,
          serves: "",
          access: "include",
        },
      ],
    ]),
    endpoints: new Map(),
    mappings: [],
    users: new Set(["Administrator", "partner7"]),
    files: new Map(),
    serials: "decimal",
  };
}

/** The state as plain data, to be compared. */
export function snapshot(state: ServerState): unknown {
  return structuredClone({
    settings: Object.fromEntries(state.settings),
    stores: Object.fromEntries(state.stores),
    listeners: Object.fromEntries(state.listeners),
    endpoints: Object.fromEntries(state.endpoints),
    mappings: state.mappings,
  });
}
