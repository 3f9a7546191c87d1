import { setTimeout as sleep } from "node:timers/promises";
import { describeWith, slowly } from "../../support/tools";
import { Fleet } from "./fleet";

/** What `revoke --json` says of calls. */
interface Said {
  readonly hops: readonly {
    readonly call: string;
    readonly fails: boolean;
    readonly until: readonly string[];
  }[];
  readonly exposed: readonly object[];
}

describeWith(["terraform", "java", "javac"], "Java processes whose server's key is in other hands", () => {
  slowly(
    "fail exactly the calls that were said to fail, until people have done what was said",
    async () => {
      const fleet = await Fleet.begin(
        {
          servers: [
            { name: "s1", certificate: "self-signed", calls: [] },
            { name: "s2", certificate: "self-signed", calls: ["s1"] },
          ],
          clients: [
            { name: "c1", calls: ["s1", "s2"] },
            { name: "people", calls: ["s1", "s2"], byPeople: true },
          ],
        },
        100,
      );
      try {
        const since = Date.now();
        const [before = ""] = fleet.servedBy("s1", 0).slice(-1);

        // WHEN
        const said = JSON.parse(
          fleet.succeeds("revoke", "fleet/s1/Endpoint/Certificate", "--json").stdout,
        ) as Said;
        fleet.succeeds("deploy", "--auto-approve");
        const deployed = Date.now();
        await sleep(3_000);

        // THEN of all calls to it, those of whom no deploy restarts fail, and no other at any time
        const failing = said.hops.filter(({ fails }) => fails);
        expect(said.hops).toHaveLength(3);
        expect(failing.map(({ until }) => until)).toEqual([["people: Restart people."]]);
        expect(failing[0]?.call).toMatch(/^people → localhost:/);
        expect(said.exposed).toEqual([]);
        const failed = fleet.failures(since);
        expect([...new Set(failed.map(({ caller, target }) => `${caller} ${target}`))]).toEqual([
          `people ${(failing[0]?.call ?? "").split(" → ")[1]}`,
        ]);
        const later = fleet.calls(deployed + 500).filter(({ target }) => failed[0]?.target === target);
        expect(later.filter(({ caller, ok }) => ok === (caller === "people"))).toEqual([]);
        const served = fleet.servedBy("s1", deployed);
        expect(served).toHaveLength(1);
        expect(served).not.toContain(before);

        // WHEN people have done it
        await fleet.restart("people");

        // THEN every call comes through
        const restarted = Date.now();
        await fleet.settle();
        expect(fleet.failures(restarted)).toEqual([]);
      } finally {
        await fleet.end();
      }
    },
    600_000,
  );
});
