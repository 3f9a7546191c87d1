import { anotherRun, applicationName, lockOptions, lostRace } from "../../../lib/cli/deploy/stateLock";

const stack = { name: "shop", workingDirectory: "cdktf.out/prod/stacks/shop" };

/** As Terraform 1.11 says it, with the local backend. */
const HELD = `
Error: Error acquiring the state lock

Error message: resource temporarily unavailable
Lock Info:
  ID:        9a6c5dd6-06c0-64d4-84d2-724223196589
  Path:      /states/prod/shop.tfstate
  Operation: OperationTypeApply
  Who:       deploy@runner-7
  Version:   1.11.4
  Created:   2026-11-30 09:47:12.975109704 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time. Please resolve the issue above and try
again.
`;

describe("a state that another run holds", () => {
  test("is told with its holder, and with the way out where that one is dead", () => {
    const error = anotherRun(stack, HELD);
    expect(error).toMatchObject({ code: "state-locked" });
    expect(error?.message).toBe(
      "another run holds the state of stack shop, so this one changed nothing there. Run it again once that one has ended.\n" +
        "It is held by deploy@runner-7 since 2026-11-30 09:47:12.975109704 +0000 UTC. If that run is dead, and only then: " +
        "terraform -chdir=cdktf.out/prod/stacks/shop force-unlock 9a6c5dd6-06c0-64d4-84d2-724223196589",
    );
  });

  test("in Terraform's frame it is told the same", () => {
    const framed = HELD.replaceAll(/^/gm, "│ ");
    expect(anotherRun(stack, framed)?.message).toBe(anotherRun(stack, HELD)?.message);
  });

  test("in PostgreSQL the holder is not the one whom Terraform names: that is the run that asks", () => {
    for (const said of [
      "Already locked for workspace creation: default",
      "Workspace is already locked: default",
    ]) {
      const error = anotherRun(stack, HELD.replace("resource temporarily unavailable", said));
      expect(error?.message).toContain("pg_stat_activity");
      expect(error?.message).not.toContain("runner-7");
    }
  });

  test("a plan that another run made stale is told so, and other failures are not taken for it", () => {
    expect(anotherRun(stack, "Error: Saved plan is stale\n\nThe given plan file")).toMatchObject({
      code: "plan-stale",
    });
    expect(anotherRun(stack, "Error: Cannot create trust_keystore")).toBeUndefined();
  });

  test("is waited for, unless somebody tells Terraform how long", () => {
    expect(lockOptions({})).toEqual(["-lock-timeout=300s"]);
    expect(lockOptions({ TF_CLI_ARGS_plan: "-lock-timeout=0s" })).toEqual([]);
  });

  test("PostgreSQL is told whose run it is, no longer than it keeps", () => {
    expect(applicationName("shop", "runner-7")).toEqual({ PGAPPNAME: "cdktf-trust shop runner-7" });
    expect(applicationName("s".repeat(80), "x")["PGAPPNAME"]).toHaveLength(63);
  });
});

test("an init that lost the race for a table of PostgreSQL's is known from one that fails for something else", () => {
  expect(
    lostRace('│ Error: pq: duplicate key value violates unique constraint "pg_class_relname_nsp_index"\n'),
  ).toBe(true);
  expect(lostRace('Error: pq: password authentication failed for user "terraform"')).toBe(false);
});
