import { describeWith, slowly } from "../../support/tools";
import { Fleet } from "./fleet";
import type { FleetMembers } from "./fleetStack";

const SIX: FleetMembers = {
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
};

/** Each kind of identity, and two that call each other with their own. */
const TWENTY: FleetMembers = {
  servers: [
    { name: "s1", certificate: "self-signed", calls: ["s3"] },
    { name: "s2", certificate: "self-signed", calls: ["s1"] },
    { name: "s3", certificate: "root", calls: ["s5"] },
    { name: "s4", certificate: "root", calls: ["s1", "s3"] },
    { name: "s5", certificate: "intermediate", calls: ["s3"] },
    { name: "s6", certificate: "intermediate", calls: ["s2"] },
    { name: "s7", certificate: "root", asks: true, calls: ["s8"] },
    { name: "s8", certificate: "root", asks: true, calls: ["s7"] },
    { name: "s9", certificate: "self-signed", asks: true, calls: [] },
    { name: "s10", certificate: "self-signed", calls: ["s5", "s6"] },
  ],
  clients: [
    { name: "c1", calls: ["s1", "s7"], presentsTo: "s7" },
    { name: "c2", calls: ["s2", "s9"], presentsTo: "s9" },
    { name: "c3", calls: ["s3", "s8"], presentsTo: "s8" },
    { name: "c4", calls: ["s4", "s1"] },
    { name: "c5", calls: ["s5", "s3"] },
    { name: "c6", calls: ["s6", "s10"] },
    { name: "c7", calls: ["s1", "s2"] },
    { name: "c8", calls: ["s3", "s4"] },
    { name: "c9", calls: ["s5", "s6"] },
    { name: "c10", calls: ["s10", "s1"] },
  ],
};

const SELF_SIGNED = "fleet/s1/Endpoint/Certificate";

/** What happens between two steps of a rotation. @default - nothing */
type Between = (fleet: Fleet) => void;

/** Takes an identity through its phases, each deployed. */
async function rotate(fleet: Fleet, id: string, before: Between = () => undefined): Promise<void> {
  const step = (...words: readonly string[]): void => {
    before(fleet);
    fleet.succeeds(...words);
  };
  fleet.succeeds("rotate", id);
  for (const _ of ["switch", "retire"]) {
    step("deploy", "--auto-approve");
    step("rotate", id, "--advance");
  }
  step("deploy", "--auto-approve");
  await fleet.settle();
}

describeWith(["terraform", "java", "javac"], "Java processes that call each other through a rotation", () => {
  slowly(
    "fail no call: six, and a self-signed identity",
    async () => {
      const fleet = await Fleet.begin(SIX, 150);
      try {
        const since = Date.now();
        const [before] = fleet.servedBy("s1", 0).slice(-1);
        fleet.succeeds("rotate", SELF_SIGNED);
        // Nothing has restarted by now.
        expect(fleet.project.cli("rotate", SELF_SIGNED, "--advance").status).toBe(1);
        fleet.succeeds("deploy", "--auto-approve");
        fleet.succeeds("rotate", SELF_SIGNED, "--advance");
        fleet.succeeds("deploy", "--auto-approve");
        await fleet.settle();
        const switched = Date.now();
        fleet.succeeds("rotate", SELF_SIGNED, "--advance");
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
    },
    1_800_000,
  );

  slowly(
    "fail no call: twenty, and a self-signed identity, a root, an intermediate and a client's",
    async () => {
      const fleet = await Fleet.begin(TWENTY, 300);
      try {
        const since = Date.now();
        expect(fleet.size).toBe(20);
        const [client = ""] = fleet.identities().filter((id) => id.startsWith("fleet/c2/"));
        for (const id of [SELF_SIGNED, "fleet/Root", "fleet/Intermediate", client]) {
          await rotate(fleet, id);
          expect([id, ...fleet.failures(since)]).toEqual([id]);
        }
        expect(fleet.calls(since).length).toBeGreaterThan(2_000);
      } finally {
        await fleet.end();
      }
    },
    7_200_000,
  );

  slowly(
    "fail no call where deploys and steps are killed, and where somebody says what is not so",
    async () => {
      const fleet = await Fleet.begin(SIX, 150);
      try {
        const since = Date.now();
        let kills = 0;
        await rotate(fleet, "fleet/Root", (one) => {
          for (const seconds of [1, 3, 6])
            one.killed(seconds + (kills++ % 3) / 2, "deploy", "--auto-approve");
        });
        expect(fleet.failures(since)).toEqual([]);

        // WHEN those who trust it are said to have been restarted, and nothing was deployed
        fleet.succeeds("rotate", SELF_SIGNED);
        for (const host of ["c1", "c2", "c3", "s2"])
          fleet.succeeds("lock", "acknowledge", host, "--reason", "not true");
        fleet.succeeds("rotate", SELF_SIGNED, "--advance");
        const refused = fleet.project.cli("deploy", "--auto-approve");

        // THEN the deploy is refused, and the step taken back
        expect(refused.status).toBe(2);
        expect(refused.stderr.replace(/\s+/g, " ")).toContain("this deploy would skip a step of a rotation");
        fleet.succeeds("rotate", SELF_SIGNED, "--back");
        fleet.succeeds("deploy", "--auto-approve");
        await fleet.settle();
        expect(fleet.failures(since)).toEqual([]);
      } finally {
        await fleet.end();
      }
    },
    7_200_000,
  );
});
