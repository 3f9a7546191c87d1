import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { withDirectory } from "../support/scripts";
import { serverOfBefore, setUpAsBefore } from "./standIn/before";
import type { IntegrationServerStandIn } from "./standIn/integrationServerStandIn";
import { preparedServer, setUp } from "./standIn/runs";

const PAGE = join(__dirname, "../../../docs/systems/integrationServer.md");
const TRUSTSTORE = "watt.security.trustStoreAlias";

/** What a script leaves on a server that is set up, refuses, and is set up again. */
interface Outcome {
  readonly truststore: string;
  readonly keys: string;
  readonly port: string;
  readonly changed: string;
  readonly second: string;
  readonly refused: string;
}

interface Script {
  readonly services: () => IntegrationServerStandIn;
  readonly run: (
    services: IntegrationServerStandIn,
    environment?: NodeJS.ProcessEnv,
  ) => Promise<{ readonly status: number | null }>;
}

async function outcomeOf({ services, run }: Script): Promise<Outcome> {
  const shared = services();
  await run(shared, { IS_REPLACE: undefined });
  const truststore = shared.state.settings.get(TRUSTSTORE) ?? "";

  const server = services();
  await run(server);
  const { stores, listeners, endpoints } = server.state;
  const port = listeners.get("HTTPSListener@5543");
  const keys = Object.keys(stores.get("key/PARTNER_KEYS")?.keys ?? {}).length;
  endpoints.set("PARTNER_A", { alias: "PARTNER_A", transportInfo: { transportType: "HTTPS" } });
  const changing = await run(server);
  const transport = Object(endpoints.get("PARTNER_A")?.["transportInfo"]);
  server.calls.length = 0;
  await run(server, { IS_REPLACE: undefined });

  const refusing = services();
  refusing.refusing = { service: "wm.server.security.keystore:createStore", kind: "message" };
  const { status } = await run(refusing);
  return {
    truststore: truststore === "COMPANY_TRUST" ? "stays, and the script stops" : `becomes ${truststore}`,
    keys: `${keys} of 2`,
    port: `${port?.listening === true ? "open" : "closed"}, ${port?.access === "include" ? "allows" : "denies everything"}`,
    changed: `exit ${changing.status}, ${"host" in transport ? "updated" : "not updated"}`,
    second: server.writes.length === 0 ? "writes nothing" : `writes ${server.writes.length} times`,
    refused: `exit ${status}`,
  };
}

const ROWS: readonly (readonly [keyof Outcome, string])[] = [
  ["truststore", "The company's global truststore, without `IS_REPLACE`"],
  ["keys", "Keys of the keystore that the server can use"],
  ["port", "A new HTTPS port"],
  ["changed", "An endpoint alias that somebody changed, with `IS_REPLACE=yes`"],
  ["second", "A second run"],
  ["refused", "`createStore` says no, with HTTP 200 and a message"],
];

describeWith(["curl", "openssl"], "the set-up script beside the one of before", () => {
  test("does on the same server what the page says", async () => {
    await withDirectory(async (directory) => {
      const before = await outcomeOf({ services: () => serverOfBefore(), run: setUpAsBefore });
      // Each server has a directory of its own, as it keeps there what was replaced.
      const directories = new Map<IntegrationServerStandIn, string>();
      const after = await outcomeOf({
        services: () => {
          const own = mkdtempSync(join(directory, "is-"));
          const services = preparedServer(own);
          directories.set(services, own);
          return services;
        },
        run: (services, environment = {}) =>
          setUp(services, directories.get(services) ?? directory, { environment }),
      });

      const cells = ROWS.map(([name, what]) => [what, before[name], after[name]]);
      const page = readFileSync(PAGE, "utf8").split("\n");
      const written = page.flatMap((line) => {
        const [, what = "", ...rest] = line.split("|").map((cell) => cell.trim());
        return ROWS.some(([, row]) => row === what) ? [[what, ...rest.slice(0, 2)]] : [];
      });
      expect(written).toEqual(cells);
    });
  });
});
