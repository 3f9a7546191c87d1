import { activationNotes, notesOfDestroy } from "../../../lib/cli/deploy/activationNotes";
import { changeLines } from "../../../lib/cli/deploy/changeLines";
import { changesIn } from "../../../lib/cli/deploy/changes";
import type { ValueChange } from "../../../lib/cli/deploy/planJson";
import { textOf } from "../../../lib/cli/screen";
import type { ActivationPlan, HostPlan } from "../../../lib/model";
import { plan } from "../../check/plans";

const machine: HostPlan = {
  kind: "ssh",
  id: "machine",
  platform: "posix",
  address: "ssh://machine.example.com",
  connection: {},
};
const folder: HostPlan = { kind: "local", id: "folder", platform: "posix", root: "hosts/folder" };

const row = {
  host: "ssh://machine.example.com",
  name: "Shop",
  files: [{ path: "/keys.p12", password: "env:STORE" }],
  needs: null,
  steps: [{ argv: ["sh", "-c", "stop; start"], on: "host", timeout_seconds: 60 }],
  probes: [
    {
      connect: "shop.example.com:8443",
      via: "host",
      server_name: "shop.example.com",
      sha256: "AA:BB",
      authorities: ["CN=alice"],
    },
  ],
};

function linesOf(change: ValueChange): string[] {
  const [type, name] = ["trust_activation", "Shop"];
  const json = {
    resource_changes: [{ address: `${type}.${name}`, mode: "managed" as const, type, name, change }],
  };
  return changeLines(changesIn(json, plan({ hosts: [machine] })), false).map(textOf);
}

describe("an activation in a plan", () => {
  test("has its exact command, where and how long it is run, and what is looked at", () => {
    expect(linesOf({ actions: ["create"], before: null, after: row })).toEqual([
      "  machine",
      "    activated  activation \"Shop\"  runs sh -c 'stop; start' (at most 60 s); then shop.example.com:8443, asked from " +
        "its machine, serves AA:BB, and accepts clients of CN=alice",
    ]);
  });

  test("is said to be owed where an earlier run has left it so, and to come before keys", () => {
    const before = { ...row, needs: ["/keys.p12#shop"], probes: null, state: "owed" };
    const [, text] = linesOf({ actions: ["update"], before, after: { ...before, state: null } });
    expect(text).toContain("once it is to trust, before a key changes; owed by an earlier deploy; runs sh");
  });

  test("that is declared no more runs nothing", () => {
    expect(linesOf({ actions: ["delete"], before: row, after: null })[1]).toBe(
      '    forgotten  activation "Shop"  nothing is run; the product keeps what it has read',
    );
  });

  test("runs here where it is the runner's", () => {
    const after = { ...row, steps: [{ argv: ["./restart"], on: "runner", timeout_seconds: 5 }], probes: [] };
    expect(linesOf({ actions: ["create"], before: null, after })[1]).toBe(
      '    activated  activation "Shop"  runs here ./restart (at most 5 s)',
    );
  });
});

describe("what is not run", () => {
  const activation = (label: string, way: ActivationPlan["way"], hostId = "folder"): ActivationPlan => ({
    id: `pair/${label}`,
    hostId,
    label,
    way,
    storeIds: [],
    fileIds: [`pair/${label}/File`],
    configFileIds: [],
    endpointIds: [],
  });
  const run = {
    kind: "run",
    steps: [{ argv: ["systemctl", "restart", "shop"], on: "host", timeoutSeconds: 120 }],
  } as const;
  const all = [
    activation("Folder", run),
    activation("Machine", run, "machine"),
    activation("People", { kind: "manual", text: "Restart it." }),
    activation("Others", { kind: "manual", text: "Ask them." }),
    activation("Nothing", { kind: "none", reason: "It looks by itself." }),
    activation("Unchanged", { kind: "manual", text: "Restart that." }),
  ];
  const declared = plan({
    hosts: [machine, folder],
    activations: all,
    files: all.map(({ hostId, label }) => ({
      id: `pair/${label}/File`,
      hostId,
      path: `/${label}`,
      mode: 0o644,
      content: { kind: "text", text: "" },
    })),
  });

  test("is a line a kind, of products whose files change", () => {
    const planned = all.slice(0, -1).map(({ hostId, label }) => ({
      address: label,
      change: "changed" as const,
      kind: "file",
      place: `${hostId}:/${label}`,
      details: [],
    }));
    expect(activationNotes(declared, planned)).toEqual([
      "not activated, because a folder stands for the machine: Folder",
      "people activate: People (Restart it.); Others (Ask them.)",
      "needs no activation: Nothing (It looks by itself.)",
    ]);
    expect(activationNotes(declared, [])).toEqual([]);
  });

  test("after a destroy is named with its commands", () => {
    expect(notesOfDestroy(declared)).toEqual([
      "Machine on machine goes on with what it has read: a destroy activates nothing; afterwards run systemctl restart shop",
    ]);
  });
});
