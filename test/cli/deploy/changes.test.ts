import { changeLines } from "../../../lib/cli/deploy/changeLines";
import { changesIn } from "../../../lib/cli/deploy/changes";
import { passwordNotes } from "../../../lib/cli/deploy/passwordNotes";
import type { PlanJson, ResourceChange, ValueChange } from "../../../lib/cli/deploy/planJson";
import { textOf } from "../../../lib/cli/screen";
import { plan } from "../../check/plans";

function resource(address: string, change: ValueChange, more: Partial<ResourceChange> = {}): ResourceChange {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name, change, ...more };
}

function linesOf(json: PlanJson): string[] {
  return changeLines(changesIn(json, plan()), false).map(textOf);
}

const ANCHOR = { host: "local:hosts/client", path: "/opt/client/truststore", alias: "server" };
const OLD = { ...ANCHOR, sha256: "AA", not_after: "2027-01-31T00:00:00Z", subject: "CN=server" };
const NEW = { ...ANCHOR, sha256: "BB", not_after: "2028-01-31T00:00:00Z", subject: "CN=server" };

describe("what a plan changes", () => {
  test("a trusted certificate that is renewed is one line, though Terraform makes one and destroys another", () => {
    const changes = [
      resource("trust_truststore_entry.Trust_2", { actions: ["create"], before: null, after: NEW }),
      resource("trust_truststore_entry.Trust_1", { actions: ["delete"], before: OLD, after: null }),
    ];
    expect(linesOf({ resource_changes: changes })).toEqual([
      "  client:/opt/client/truststore",
      '    replaced   trusts "server"  AA → BB; until 2027-01-31 → 2028-01-31; CN=server',
    ]);
  });

  test("a store that gets another password is re-keyed, in words, and people are told what they do first", () => {
    // GIVEN
    const { stores } = plan();
    const rekeyed = plan({
      stores: stores.map((store) =>
        store.id === "truststore" ? { ...store, formerPassword: "env:FORMER" } : store,
      ),
      passwordSteps: [
        {
          id: "client",
          hostId: "client",
          label: "Client",
          paths: ["/opt/client/truststore"],
          text: "Give it `NEXT`.",
        },
      ],
    });
    const change = (row: object): ValueChange => ({
      actions: ["update"],
      before: { ...row, password: "env:FORMER" },
      after: { ...row, password: "env:NEXT" },
    });
    const { host, path } = ANCHOR;
    const json = {
      resource_changes: [
        resource("trust_keystore.Store", change({ host, path, profile: "jks" })),
        resource("trust_truststore_entry.Trust", change(OLD)),
      ],
    };

    // WHEN
    const changes = changesIn(json, rekeyed);

    // THEN
    expect(changeLines(changes, false).map(textOf)).toEqual([
      "  client:/opt/client/truststore",
      "    changed    store  re-keyed with all keys that the former password opens: env:FORMER → env:NEXT",
      '    changed    trusts "server"  AA; until 2027-01-31; CN=server; re-keyed with its store',
    ]);
    expect(passwordNotes(rekeyed, changes)).toEqual(["people give Client the new password: Give it `NEXT`."]);
    // Where another reference has the same password, nothing is known of a new one.
    const [store, trust] = changesIn(json, plan());
    expect([store?.details, trust?.details]).toEqual([
      ["password: env:FORMER → env:NEXT"],
      ["password: env:FORMER → env:NEXT"],
    ]);
    // Another change of it later on is none of its password.
    const renewed = {
      resource_changes: [
        resource("trust_truststore_entry.Trust", { actions: ["update"], before: OLD, after: NEW }),
      ],
    };
    expect(passwordNotes(rekeyed, changesIn(renewed, rekeyed))).toEqual([]);
  });

  test("what somebody changed on the host, or took away, is said to be so", () => {
    const drifted = resource("trust_truststore_entry.Trust_1", {
      actions: ["update"],
      before: OLD,
      after: NEW,
    });
    const json = (change: ValueChange): PlanJson => ({
      resource_changes: [resource("trust_truststore_entry.Trust_1", change)],
      resource_drift: [drifted],
    });
    expect(linesOf(json({ actions: ["update"], before: NEW, after: OLD }))[1]).toMatch(
      /; was changed on the host$/,
    );
    expect(linesOf(json({ actions: ["create"], before: null, after: OLD }))[1]).toMatch(
      /; is gone from the host$/,
    );
  });

  test("a value that Terraform knows as sensitive is shown nowhere, nor one whose setting speaks of a password", () => {
    // GIVEN
    const other: ValueChange = {
      actions: ["update"],
      before: { login: { user: "a", key: "s3cret-1" }, token: "s3cret-2", tags: ["x", "s3cret-3"] },
      after: { login: { user: "b", key: "s3cret-4" }, token: "s3cret-5", tags: ["y", "s3cret-6"] },
      before_sensitive: { login: { key: true }, token: true, tags: [false, true] },
      after_sensitive: { login: { key: true }, token: true, tags: [false, true] },
    };
    const setting = (value: string) => ({
      host: "local:hosts/server",
      path: "/opt/app.properties",
      settings: [{ kind: "property", key: "store.password", value }],
    });
    const output: ValueChange = {
      actions: ["update"],
      before: "s3cret-7",
      after: "s3cret-8",
      before_sensitive: true,
      after_sensitive: true,
    };

    // WHEN
    const lines = linesOf({
      resource_changes: [
        resource("vault_secret.Other", other),
        resource("trust_config_file.App", {
          actions: ["update"],
          before: setting("s3cret-9"),
          after: setting("s3cret-10"),
        }),
      ],
      output_changes: { Password: output },
    });

    // THEN
    expect(lines.join("\n")).not.toContain("s3cret");
    expect(lines).toContain("    changed    settings  store.password: (not shown) → (not shown)");
    expect(lines).toContain("    changed    output Password  (secret) → (secret)");
    expect(lines.find((each) => each.includes("vault_secret"))).toContain('"user":"a"');
  });

  test("a resource of another provider has a line, and what it runs", () => {
    const hook = resource("null_resource.Hook", { actions: ["create"], before: null, after: {} });
    const command = { constant_value: "systemctl restart server" };
    expect(
      linesOf({
        resource_changes: [
          hook,
          resource("null_resource.Same", { actions: ["no-op"], before: {}, after: {} }),
        ],
        configuration: {
          root_module: {
            resources: [{ address: "null_resource.Hook", provisioners: [{ expressions: { command } }] }],
          },
        },
      }),
    ).toEqual(["  besides", "    added      null_resource.Hook  runs systemctl restart server"]);
  });
});
