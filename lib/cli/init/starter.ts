import type { LocalHosts } from "./localHosts";
import { type Draw, layCallbackStores, newPassword } from "./productStores";

/** What a project can begin with. */
export interface Starter {
  readonly name: StarterName;
  readonly summary: string;
  /** What `main.ts` has to say for the stack, where somebody has a `main.ts` already. */
  readonly mainLines: readonly string[];
  readonly stackFile: string;
  /** Ids of the hosts that the stack names. */
  readonly hosts: readonly string[];
  /** Names of the secrets that the stack names. */
  readonly secrets: readonly string[];
  /** Lays what the installers of the products leave on the machines. */
  readonly layDayOne: (hosts: LocalHosts, password: (secret: string) => string, draw: Draw) => void;
}

/** The names that `--stack` takes. */
export const STARTER_NAMES = ["generic", "electricflow-ispw"] as const;

export type StarterName = (typeof STARTER_NAMES)[number];

/** Each name's starter; its files are those of `starters/<name>`. */
export const STARTERS: Readonly<Record<StarterName, Starter>> = {
  generic: {
    name: "generic",
    summary: "a Java program calls a Java server, and both present certificates",
    mainLines: ['import { ShopStack } from "./stacks/shop";', 'new ShopStack(app, "shop");'],
    stackFile: "stacks/shop.ts",
    hosts: ["shop", "stock"],
    secrets: ["shop-stores", "stock-stores"],
    layDayOne: (hosts) => {
      for (const host of ["shop", "stock"]) hosts.folder(`.local/hosts/${host}/etc/${host}`);
    },
  },
  "electricflow-ispw": {
    name: "electricflow-ispw",
    summary: "ISPW calls ElectricFlow back",
    mainLines: [
      'import { CallbacksStack } from "./stacks/callbacks";',
      'new CallbacksStack(app, "callbacks");',
    ],
    stackFile: "stacks/callbacks.ts",
    hosts: ["electricflow", "ispw"],
    secrets: ["electricflow-keystore", "ispw-cacerts"],
    layDayOne: (hosts, password, draw) => {
      const electricFlow = { host: "electricflow", password: password("electricflow-keystore") };
      layCallbackStores(
        hosts,
        { electricFlow, ispw: { host: "ispw", password: password("ispw-cacerts") } },
        draw,
      );
    },
  },
};

/** Passwords of the environment `local`, one a secret, and the day-one state of its machines. */
export function layLocalEnvironment(starter: Starter, hosts: LocalHosts, draw: Draw): void {
  const password = (secret: string) => hosts.secretFile(`.local/secrets/${secret}`, newPassword(draw));
  const passwords = new Map(starter.secrets.map((secret) => [secret, password(secret)]));
  starter.layDayOne(hosts, (secret) => passwords.get(secret) ?? "", draw);
}
