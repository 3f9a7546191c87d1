import { existsSync } from "node:fs";
import { join } from "node:path";
import type { IntegrationServerConfiguration } from "../../../lib/systems/integrationServer/integrationServerConfiguration";
import { describeWith, slowly } from "../../support/tools";
import { withDirectory } from "../support/scripts";
import type { RefusalKind } from "./standIn/integrationServerStandIn";
import { only, setUpByOthers } from "./standIn/others";
import { preparedServer, setUp } from "./standIn/runs";

const SAID: readonly RefusalKind[] = ["isError", "failed", "FAILURE", "exception", "forbidden"];
/** Those whose only sign is that nothing has come of it. */
const ALL: readonly RefusalKind[] = [...SAID, "message", "echo"];
/** What stands for all: a refusal that says so, or whose only sign is that nothing has come of it. */
const SAYS: readonly RefusalKind[] = ["failed"];
const SHOWS_NOTHING: readonly RefusalKind[] = ["message"];

type Part = keyof IntegrationServerConfiguration;

/**
 * One function of the script reads all answers: it meets every kind from a service that is sent a form and from one
 * that is sent JSON, and the others' as SLOW=1 tries them.
 */
const SERVICES: readonly (readonly [
  service: string,
  parts: readonly Part[],
  kinds: readonly RefusalKind[],
  slowKinds: readonly RefusalKind[],
])[] = [
  ["security.keystore:createStore", ["stores"], SHOWS_NOTHING, ALL],
  ["security.keystore:refreshStore", ["stores"], SAYS, SAID],
  ["admin:setSettings", ["settings"], ALL, ALL],
  ["admin:clearSSLCache", ["settings"], SAYS, SAID],
  ["security.certificate:importCertificate", ["certificateMappings"], SHOWS_NOTHING, ALL],
  ["ws:addConsumerEndpoint", ["consumerEndpoints"], ["FAILURE", "message", "exception"], ALL],
  ["net.listeners:addListener", ["stores", "ports"], SHOWS_NOTHING, ALL],
  ["portAccess:setType", ["stores", "ports"], SHOWS_NOTHING, ALL],
  ["net.listeners:enableListener", ["stores", "ports"], SHOWS_NOTHING, ALL],
];

/** Services of the undo in its order, each refused before the next. */
const UNDOING: readonly (readonly [service: string, kind: RefusalKind])[] = [
  ["net.listeners:disableListener", "failed"],
  ["net.listeners:disableListener", "message"],
  ["net.listeners:deleteListener", "message"],
  ["ws:deleteConsumerEndpoint", "failed"],
  ["ws:deleteConsumerEndpoint", "message"],
  ["security.certificate:deleteMapping", "message"],
  ["security.keystore:deleteStore", "message"],
];

describeWith(["curl", "openssl"], "a refusal of a service of Integration Server", () => {
  test.each(SERVICES)(
    "stops the script with the service's words: %s",
    async (service, parts, kinds, slowKinds) => {
      for (const kind of process.env["SLOW"] === "1" ? slowKinds : kinds) {
        await withDirectory(async (directory) => {
          const services = preparedServer(directory);
          services.refusing = { service: `wm.server.${service}`, kind };
          const refused = await setUp(services, directory, { configuration: only(directory, ...parts) });
          expect({ kind, ...refused }).toMatchObject({
            kind,
            status: 1,
            stdout: expect.not.stringContaining("Changed:"),
            stderr: expect.stringMatching(new RegExp(`${service}.*no such luck`)),
          });
          expect(refused.stderr + refused.stdout).not.toMatch(/CANARY|[^\n\x20-\x7E]/);
        });
      }
    },
  );

  test("leaves a new port closed until its access mode is set, and the next run finishes it", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      services.refusing = { service: "wm.server.portAccess:setType", kind: "message" };
      await setUp(services, directory);
      const stopped = services.state.listeners.get("HTTPSListener@5543");

      // WHEN
      services.refusing = undefined;
      const next = await setUp(services, directory, { environment: { IS_REPLACE: undefined } });

      // THEN
      expect(stopped).toMatchObject({ listening: false, access: "exclude" });
      expect(next).toMatchObject({ status: 0, stderr: "" });
      expect(services.state.listeners.get("HTTPSListener@5543")).toMatchObject({
        listening: true,
        access: "include",
      });
    });
  });

  slowly("leaves a port that is refused its update open as it was", async () => {
    for (const kind of ["failed", "message"] as const) {
      await withDirectory(async (directory) => {
        const services = preparedServer(directory);
        setUpByOthers(services, directory);
        const found = services.state.listeners.get("HTTPSListener@5543");
        services.refusing = { service: "wm.server.net.listeners:updateListener", kind };
        const refused = await setUp(services, directory, {
          configuration: only(directory, "stores", "ports"),
        });
        expect({ kind, ...refused }).toMatchObject({
          kind,
          status: 1,
          stderr: expect.stringContaining("luck"),
        });
        expect(services.state.listeners.get("HTTPSListener@5543")).toEqual(found);
      });
    }
  });

  slowly("stops the undo, which goes on at its next run", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      const found = services.snapshot;
      await setUp(services, directory);

      for (const [service, kind] of UNDOING) {
        // WHEN
        services.refusing = { service: `wm.server.${service}`, kind };
        const refused = await setUp(services, directory, { arguments: ["undo"] });

        // THEN
        expect({ service, ...refused }).toMatchObject({
          service,
          status: 1,
          stderr: expect.stringContaining("no such luck"),
        });
        expect(existsSync(join(directory, "trust-setup.kept"))).toBe(true);
      }
      services.refusing = undefined;
      expect(await setUp(services, directory, { arguments: ["undo"] })).toMatchObject({
        status: 0,
        stderr: "",
      });
      expect(services.snapshot).toEqual(found);
    });
  });
});
