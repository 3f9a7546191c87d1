import { createStore } from "../../lib/keystore";
import {
  type ActivationRecord,
  type OwnershipRecord,
  createSecretResolver,
  openHost,
  writeOwnership,
} from "../../lib/hosts";
import { owedActivations } from "../../lib/verify";
import { keystore } from "../check/plans";
import { LiveHosts, mutualPlan, withAnchors } from "./live/liveWorld";

const OWNER = "test/test/shop";
const KEY = "key server";

let hosts: LiveHosts;

beforeEach(() => {
  hosts = new LiveHosts();
});

afterEach(() => hosts.remove());

/** A plan whose activation is a stack's own. */
function plan() {
  const declared = mutualPlan(8443);
  return {
    ...declared,
    activations: declared.activations?.map((activation) => ({ ...activation, id: "shop/Web" })) ?? [],
  };
}

async function recorded(activations: Readonly<Record<string, ActivationRecord>>): Promise<void> {
  const record: OwnershipRecord = {
    created: true,
    claims: {
      "00112233445566778899aabbccddeeff": {
        owner: OWNER,
        declaredAt: "trust_key_entry server",
        kind: "key",
        at: "server",
        content: "second",
        origin: "created",
      },
    },
    activations,
  };
  await writeOwnership(openHost(`local:${hosts.project}/hosts/server`), keystore.path, record);
}

async function owed() {
  return await owedActivations(plan(), {
    projectDirectory: hosts.project,
    openHost,
    resolveSecret: createSecretResolver({ environment: {} }),
  });
}

const proven: ActivationRecord = {
  proven: { [KEY]: "second" },
  unproven: [],
  steps: "ab",
  level: "served",
  at: "2026-11-30T12:00:00Z",
};
const before: ActivationRecord = { ...proven, proven: { [KEY]: "first" } };

describe("what products have still to read", () => {
  test("is what was written since the last proof, with what to do", async () => {
    await recorded({ [`${OWNER} web`]: before });

    expect(await owed()).toEqual({
      owed: [
        {
          activationId: "shop/Web",
          label: "The product",
          hostId: "server",
          places: ["server:/opt/server/keystore"],
          remedy: "deploy again, or activate The product on server: run `systemctl restart 'the product'`",
        },
      ],
      unread: [],
    });
  });

  test("is nothing once it was proven, also by another activation that runs the same", async () => {
    await recorded({ [`${OWNER} web`]: proven });
    expect((await owed()).owed).toEqual([]);

    await recorded({ [`${OWNER} web`]: proven, [`${OWNER} web_trust`]: before });
    expect((await owed()).owed).toEqual([]);
  });

  test("is nothing of another owner's, and nothing where there is no record", async () => {
    expect(await owed()).toEqual({ owed: [], unread: [] });

    await recorded({ "test/test/other web": before });
    expect((await owed()).owed).toEqual([]);
  });

  test("a record that cannot be read is told", async () => {
    hosts.write("server", "/opt/server/.keystore.cdktf-trust.json", withAnchors(createStore("jks")));

    const { unread } = await owed();

    expect(unread).toHaveLength(1);
    expect(unread[0]).toContain("server:/opt/server/keystore: ");
  });
});
