import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith, slowly } from "../../support/tools";
import { withDirectory } from "../support/scripts";
import type { IntegrationServerStandIn } from "./standIn/integrationServerStandIn";
import { only, setUpByOthers } from "./standIn/others";
import { fullConfiguration, preparedServer, setUp, writeDer } from "./standIn/runs";

describeWith(["curl", "openssl"], "the set-up script in a runbook's run, which has a name", () => {
  const named = (run: string, environment: NodeJS.ProcessEnv = {}) => ({
    environment: { TRUST_RUN: run, ...environment },
  });
  const undo = (services: IntegrationServerStandIn, directory: string, run: string) =>
    setUp(services, directory, { arguments: ["undo"], ...named(run) });
  const record = (directory: string) =>
    readFileSync(join(directory, "trust-setup.kept"), "utf8").split("\n").sort();

  /** The full configuration, after somebody has declared some of it otherwise; passwords of endpoints are not kept. */
  function later(directory: string) {
    const full = fullConfiguration(directory);
    return {
      ...full,
      settings: [...full.settings.slice(0, 1), ["watt.net.maxClientKeepaliveConns", "1"]] as const,
      ports: full.ports.map((port) => ({ ...port, package: "Default" })),
      consumerEndpoints: full.consumerEndpoints.map((endpoint) =>
        endpoint.basic === undefined ? { ...endpoint, port: 9443 } : endpoint,
      ),
    };
  }

  test("gives back what that run replaced and no more, each run after the other", async () => {
    await withDirectory(async (directory) => {
      // GIVEN two runs, the second with another declaration and a renewed certificate of a user
      const services = preparedServer(directory);
      setUpByOthers(services, directory);
      const found = services.snapshot;
      await setUp(services, directory, named("1"));
      const [first, kept] = [services.snapshot, record(directory)];
      const der = readFileSync(join(directory, "partner7.der"));
      writeDer(join(directory, "partner7.der"));
      const second = await setUp(services, directory, {
        configuration: later(directory),
        ...named("2", { IS_REPLACE: undefined }),
      });
      expect(second).toMatchObject({
        status: 0,
        stderr: "",
        stdout: expect.stringContaining("Changed: 4."),
      });

      // WHEN the second is undone, twice
      const undone = await undo(services, directory, "2");
      const again = await undo(services, directory, "2");

      // THEN
      expect(undone).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("Changed: 4.") });
      expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing to undo") });
      expect(services.snapshot).toEqual(first);
      expect(record(directory)).toEqual(kept);
      expect(existsSync(join(directory, "trust-setup.kept-2"))).toBe(false);

      // WHEN the file is as before, what is there since the first run is still known as ours, and that run is undone
      writeFileSync(join(directory, "partner7.der"), der);
      const third = await setUp(services, directory, {
        configuration: later(directory),
        ...named("3", { IS_REPLACE: undefined }),
      });
      await undo(services, directory, "3");
      await undo(services, directory, "1");

      // THEN
      expect(third).toMatchObject({ status: 0, stderr: "" });
      expect(services.snapshot).toEqual(found);
      expect(existsSync(join(directory, "trust-setup.kept"))).toBe(false);
    });
  });

  slowly("keeps what was there before it, however often its steps are repeated", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const found = services.snapshot;
      await setUp(services, directory, named("1"));
      await setUp(services, directory, { configuration: later(directory), ...named("1") });
      await setUp(services, directory, named("1"));
      const nothing = await undo(services, directory, "2");
      expect(nothing.stdout).toContain("Nothing is kept of this run");
      await undo(services, directory, "1");
      expect(services.snapshot).toEqual(found);
    });
  });

  test("leaves alone what a later run has made of it, and what that run knows", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      await setUp(services, directory, named("1"));
      await setUp(services, directory, { configuration: later(directory), ...named("2") });
      const kept = record(directory).filter((line) => line.startsWith("setting\twatt.net"));
      const undone = await undo(services, directory, "1");
      expect(undone.stdout).toContain("watt.net.maxClientKeepaliveConns was changed since");
      expect(services.state.settings.get("watt.net.maxClientKeepaliveConns")).toBe("1");
      expect(record(directory)).toEqual(expect.arrayContaining(kept));
    });
  });

  slowly("goes back to before the first run where it is undone without a name", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const found = services.snapshot;
      await setUp(services, directory, named("1"));
      await setUp(services, directory, { configuration: later(directory), ...named("2") });
      await setUp(services, directory, { arguments: ["undo"] });
      expect(services.snapshot).toEqual(found);
    });
  });

  test.each(["decimal", "hexadecimal"] as const)(
    "maps both certificates of a rotation, and names the former when it is retired, in %s",
    async (serials) => {
      await withDirectory(async (directory) => {
        // GIVEN a mapped certificate
        const services = preparedServer(directory);
        services.state.serials = serials;
        const run = { configuration: only(directory, "certificateMappings") };
        const [current, next] = ["partner7.der", "partner7-next.der"].map((name) => join(directory, name));
        if (current === undefined || next === undefined) throw new Error("two files were expected");
        await setUp(services, directory, run);
        const [former] = services.state.mappings;

        // WHEN the next one is announced
        writeDer(next);
        const announced = await setUp(services, directory, run);
        const again = await setUp(services, directory, run);

        // THEN
        expect(announced.stdout).toContain(`${next} stands for partner7 in SSL Authentication.`);
        expect(announced.stdout).not.toContain("Also mapped");
        expect(again).toEqual({ status: 0, stdout: "Nothing to change.\n", stderr: "" });
        expect(services.state.mappings.map(({ user }) => user)).toEqual(["partner7", "partner7"]);

        // WHEN the former is retired
        renameSync(next, current);
        const retired = await setUp(services, directory, run);

        // THEN nothing is mapped anew, and people are told what to remove
        expect(retired.stdout).toContain(`the certificate with the serial number ${former?.serialNum}, of`);
        expect(retired.stdout).toContain("Nothing to change.");
        expect(services.state.mappings).toHaveLength(2);
      });
    },
  );

  test("undoes what it mapped of a rotation, and no more, in the run that mapped it", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const configuration = only(directory, "certificateMappings");
      await setUp(services, directory, { configuration, ...named("1") });
      const found = services.snapshot;
      writeDer(join(directory, "partner7-next.der"));
      await setUp(services, directory, { configuration, ...named("2") });
      expect(services.state.mappings).toHaveLength(2);
      await setUp(services, directory, { configuration, arguments: ["undo"], ...named("2") });
      expect(services.snapshot).toEqual(found);
    });
  });

  test.each(["decimal", "hexadecimal"] as const)(
    "names the older certificates of a user by serial number, in %s",
    async (serials) => {
      await withDirectory(async (directory) => {
        const services = preparedServer(directory);
        services.state.serials = serials;
        const run = { configuration: only(directory, "certificateMappings") };
        const first = await setUp(services, directory, run);
        expect(first.stdout).not.toContain("Also mapped");
        const [older] = services.state.mappings;
        writeDer(join(directory, "partner7.der"));
        for (const { stdout } of [
          await setUp(services, directory, run),
          await setUp(services, directory, run),
        ])
          expect(stdout).toContain(
            `Also mapped to partner7 in SSL Authentication: the certificate with the serial number ${older?.serialNum}, of ${older?.issuer}.`,
          );
      });
    },
  );
});
