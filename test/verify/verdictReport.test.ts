import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HopVerdict } from "../../lib/model";
import { reportVerdicts, type VerdictReport } from "../../lib/verify";
import { call, endpoint, plan } from "../check/plans";

const at = new Date("2026-11-29T22:00:00.250Z");
const green: HopVerdict = {
  hopId: call.id,
  ok: true,
  reason: "trusted through CN=Example Root",
  serves: "AA:BB",
  trustedThrough: "CC:DD",
  expires: "2027-01-31T12:00:00Z",
  findings: [],
};

const notCalled = new Map([[call.id, "nothing listens"]]);

function reportOf(verdict: HopVerdict, changes: Parameters<typeof plan>[0] = {}): VerdictReport | undefined {
  return reportVerdicts(plan(changes), [verdict], { source: "deployed", at })[0];
}

describe("a verdict for tools", () => {
  test("has what the plan says of its hop, in one order of members", () => {
    const report = reportOf(green);
    expect(report).toEqual({
      ...green,
      client: "Client",
      server: "server.example",
      address: "server.example:8443",
      source: "deployed",
      at: "2026-11-29T22:00:00Z",
    });
    expect(Object.keys(report ?? {}).join(" ")).toBe(
      "hopId client server address ok reason serves trustedThrough expires source at findings",
    );
  });

  test("calls a server by its system, and an IPv6 address as a URL does", () => {
    const systems = [
      { id: "shop", label: "Outer", product: "p", hostId: "server" },
      { id: "shop/Web", label: "Web shop", product: "nginx", hostId: "server" },
    ];
    const hops = [{ ...call, endpointId: "shop/Web/Endpoint", address: "2001:db8::1" }];
    const endpoints = [{ ...endpoint, id: "shop/Web/Endpoint" }];
    expect(reportOf(green, { systems, hops, endpoints })).toMatchObject({
      server: "Web shop",
      address: "[2001:db8::1]:8443",
    });
  });

  test("has the members that docs/deploy.md lists, and no others", () => {
    const full: HopVerdict = { ...green, refusedBy: "client", presents: "EE", clientTrustedThrough: "FF" };
    const page = readFileSync(join(__dirname, "../../docs/deploy.md"), "utf8");
    const [table = ""] = /^\| verdict [^]*?\n\n/m.exec(page) ?? [];
    const members = [...table.matchAll(/^\| (`[^|]+`)/gm)].flatMap(
      ([, names = ""]) => names.match(/\w+/g) ?? [],
    );
    const [report] = reportVerdicts(plan(), [full], { source: "live", at, filesOnly: notCalled });
    expect(members.sort()).toEqual(Object.keys(report ?? {}).sort());
  });

  test("rests on the files where the running server was not called, and says why", () => {
    const basis = { source: "live", at } as const;
    expect(reportVerdicts(plan(), [green], { ...basis, filesOnly: notCalled })).toMatchObject([
      { source: "deployed", filesOnly: "nothing listens" },
    ]);
    expect(reportVerdicts(plan(), [green], { ...basis, filesOnly: new Map() })).toMatchObject([
      { source: "live" },
    ]);
  });

  test("says nothing of a hop that is not declared", () => {
    expect(reportOf({ ...green, hopId: "other" })).toBeUndefined();
  });
});
