import { writeFileSync } from "node:fs";
import { readLock, resolveIdentity } from "../../../lib/lock";
import { toPem } from "../../../lib/pki";
import { authority, daysLater, identity, issued, newLock, NOW, pin, selfSigned } from "../../lock/support";
import { LockProject } from "./lockProject";
import { slowly } from "../../support/tools";

describe("lock renew", () => {
  let project: LockProject;

  beforeEach(async () => {
    project = new LockProject();
    const { open, lock } = pin([selfSigned("gateway", { validityDays: 40 })], newLock());
    const { anchor, privateKey } = resolveIdentity(lock, "gateway", open);
    const certificate = toPem(anchor, "CERTIFICATE");
    writeFileSync(project.path("partner.crt"), certificate);
    writeFileSync(
      project.path("gateway.pem"),
      certificate + toPem(privateKey ?? Buffer.alloc(0), "PRIVATE KEY"),
    );
    project.declare({
      shop: [authority("ca"), issued("web", "ca", 40), issued("late", "ca", 200)],
      billing: [
        identity("partner", { kind: "certificate", file: "partner.crt" }),
        identity("gateway", { kind: "imported", file: "gateway.pem" }),
      ],
    });
    expect((await project.lock([])).exitCode).toBe(0);
  });

  afterEach(() => project.remove());

  function generations(): Record<string, number> {
    const { identities } = readLock(project.lockFile);
    return Object.fromEntries([...identities].map(([id, { generation }]) => [id, generation]));
  }

  test("makes anew what ends within the time, and says the way for what is not made here", async () => {
    const { exitCode, out } = await project.lock(["renew", "--within", "30d"], daysLater(20));
    expect(generations()).toEqual({ ca: 1, web: 2, late: 1, partner: 1, gateway: 1 });
    expect(exitCode).toBe(1);
    expect(out).toMatch(/web +renewed +2/);
    // One certificate that two declare is whose key is here.
    expect(out).toMatch(
      /not renewed: gateway, ends 2026-04-\d\d: .*imported from gateway\.pem: get the next one/,
    );
  });

  slowly("takes 30 days where nothing is said, and is done where nothing ends", async () => {
    expect((await project.lock(["renew"], NOW)).exitCode).toBe(0);
    expect((await project.lock(["renew"], daysLater(9))).exitCode).toBe(0);
    expect(generations()["web"]).toBe(1);
    expect((await project.lock(["renew"], daysLater(11))).exitCode).toBe(1);
    expect(generations()["web"]).toBe(2);
  });

  test("makes what is named anew, whenever it ends", async () => {
    const { exitCode, out } = await project.lock(["renew", "late"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/late +renewed +2 +\S+ +a new generation was asked for/);
    expect(generations()).toMatchObject({ late: 2, web: 1 });
  });

  test("says the way for what is named and somebody else's, and renews the rest", async () => {
    const { exitCode, data } = await project.lockJson(["renew", "web", "partner"]);
    expect(exitCode).toBe(1);
    expect(generations()).toMatchObject({ web: 2, partner: 1 });
    expect(data.changes).toMatchObject([{ id: "web", generation: 2 }]);
    expect(data.notRenewed).toEqual([
      {
        id: "partner",
        renewal: "partner",
        notAfter: expect.stringMatching(/^2026-04-/),
        remedy: expect.stringContaining("ask the partner"),
      },
    ]);
  });

  test.each([
    [
      "an identity that is not there",
      ["renew", "nobody"],
      /nobody: there is no such identity; there are: ca, web/,
    ],
    ["a time that is none", ["renew", "--within", "soon"], /whole days, such as 30d/],
  ])("refuses %s and changes nothing", async (_, words, message) => {
    const before = project.lockFile;
    const { exitCode, error } = await project.lock(words);
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
    expect(project.lockFile).toBe(before);
  });
});
