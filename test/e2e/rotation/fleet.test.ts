import { describeWith } from "../../support/tools";
import { Fleet } from "./fleet";

describeWith(["terraform", "java", "javac"], "six processes in a rotation", () => {
  test("fail no call while a self-signed identity changes", async () => {
    const fleet = await Fleet.begin(
      {
        servers: [
          { name: "s1", certificate: "self-signed", calls: ["s2"] },
          { name: "s2", certificate: "root", calls: ["s1"] },
        ],
        clients: [
          { name: "c1", calls: ["s1", "s2"] },
          { name: "c2", calls: ["s1"] },
          { name: "c3", calls: ["s1", "s2"] },
          { name: "c4", calls: ["s2"] },
        ],
      },
      150,
    );
    const since = Date.now();
    const id = "fleet/s1/Endpoint/Certificate";
    try {
      const [before] = fleet.servedBy("s1", 0).slice(-1);
      fleet.succeeds("rotate", id);

      // Nothing has restarted by now.
      expect(fleet.project.cli("rotate", id, "--advance").status).toBe(1);
      fleet.succeeds("deploy", "--auto-approve");
      fleet.succeeds("rotate", id, "--advance");
      fleet.succeeds("deploy", "--auto-approve");
      await fleet.settle();
      const switched = Date.now();
      fleet.succeeds("rotate", id, "--advance");
      fleet.succeeds("deploy", "--auto-approve");
      await fleet.settle();

      const served = fleet.servedBy("s1", switched);
      expect(served).toHaveLength(1);
      expect(served).not.toContain(before);
      expect(fleet.failures(since)).toEqual([]);
      expect(fleet.calls(since).length).toBeGreaterThan(100);
    } finally {
      await fleet.end();
    }
  }, 900_000);
});
