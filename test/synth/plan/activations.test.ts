import type { TerraformStack } from "cdktf";
import {
  Activation,
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../../lib";
import { planOf } from "../../support/planOf";

const host = Host.ssh("app.example.com");
const password = Secret.env("STORE");

type Way = NonNullable<ConstructorParameters<typeof HttpsCallbackEndpoint>[2]["activation"]>;

function server(
  stack: TerraformStack,
  id: string,
  keystore: Keystore,
  activation: Way,
): HttpsCallbackEndpoint {
  return new HttpsCallbackEndpoint(stack, id, {
    names: [`${id}.example.com`],
    port: 8443 + id.length,
    identity: keystore.entry(id),
    certificate: Certificate.selfSigned(),
    activation,
  });
}

function store(stack: TerraformStack, id: string, activation?: Way): Keystore {
  return new Keystore(stack, id, {
    host,
    path: `/${id}.p12`,
    password,
    ...(activation === undefined ? {} : { activation }),
  });
}

const reload = Activation.run(["app", "reload"]);
const restart = Activation.run(["other", "restart"]);

describe("the activations of a stack", () => {
  test("of products that read one store are one, with each command once", () => {
    const { activations } = planOf((stack) => {
      const shared = store(stack, "Shared");
      server(stack, "a", shared, Activation.steps(reload, restart));
      server(stack, "bb", shared, restart);
      server(stack, "ccc", store(stack, "Own"), reload);
    });
    expect(activations).toMatchObject([
      {
        id: "stack/a",
        label: "stack/a and stack/bb",
        way: { steps: [...reload.steps, ...restart.steps] },
        storeIds: ["stack/Shared"],
        endpointIds: ["stack/a", "stack/bb"],
      },
      { id: "stack/ccc", storeIds: ["stack/Own"] },
    ]);
  });

  test("that a third one joins are one", () => {
    const { activations } = planOf((stack) => {
      const [one, other] = [store(stack, "One"), store(stack, "Other")];
      server(stack, "a", one, reload);
      server(stack, "bb", other, reload);
      const both = new HttpsCallbackEndpoint(stack, "ccc", {
        names: ["c.example.com"],
        port: 9443,
        identity: one.entry("ccc"),
        certificate: Certificate.selfSigned(),
        clientAuthentication: "request",
        truststore: other,
        activation: restart,
      });
      expect(both.endpointId).toBe("stack/ccc");
    });
    expect(activations?.map(({ id, storeIds }) => [id, storeIds])).toEqual([
      ["stack/a", ["stack/One", "stack/Other"]],
    ]);
  });

  test("that people do stay beside those that are run", () => {
    const { activations } = planOf((stack) => {
      const shared = store(stack, "Shared", Activation.manual("Restart it."));
      server(stack, "a", shared, reload);
    });
    expect(activations?.map(({ id, way }) => [id, way.kind])).toEqual([
      ["stack/Shared", "manual"],
      ["stack/a", "run"],
    ]);
  });

  test("of a store that gets nothing are none", () => {
    const { activations } = planOf((stack) => {
      const { endpointId } = server(stack, "a", store(stack, "Keys"), Activation.none("It looks by itself."));
      expect(endpointId).toBe("stack/a");
      store(stack, "Empty", reload);
    });
    expect(activations?.map(({ id }) => id)).toEqual(["stack/a"]);
  });

  test("of a store that only trusts are there, too", () => {
    const { activations } = planOf((stack) => {
      const trusts = server(stack, "a", store(stack, "Keys"), reload);
      new TruststoreEntry(stack, "Entry", { truststore: store(stack, "Trust", restart), alias: "a", trusts });
    });
    expect(activations?.map(({ id }) => id)).toEqual(["stack/a", "stack/Trust"]);
  });
});
