import { RootConstruct } from "constructs";
import { Environment, Secret } from "../../lib/constructs";

const machines = {
  plain: "ssh://u@h:22",
  way: { address: "ssh://h", jump: "gate", sudo: true },
  ces: { address: "ssh://w", user: "deploy", platform: "windows" },
  wrong: { address: "ssh://h", proxy: "gate" },
  amiga: { address: "ssh://h", platform: "amiga" },
  bare: { address: "h" },
};

const environments = {
  prod: {
    hosts: {
      flow: "manual:windows",
      ispw: "manual",
      here: "local:/",
      odd: "ftp://x",
      number: 7,
      ...machines,
    },
    secrets: { "flow-keystore": "env:FLOW_KEYSTORE", vault: "cmd:pass show vault", odd: "hunter2" },
  },
  local: { hosts: { flow: "local:mirror/flow" } },
  qa: {},
};

function scopeIn(environment?: unknown) {
  const root = new RootConstruct("stack");
  root.node.setContext("environments", environments);
  if (environment !== undefined) root.node.setContext("environment", environment);
  return root;
}

describe("an environment", () => {
  test("is local unless the context says otherwise", () => {
    expect(Environment.of(scopeIn()).name).toBe("local");
    expect(Environment.of(scopeIn("prod")).name).toBe("prod");
  });

  test.each([7, "", "../prod", "a b", "uat"])("cannot be %p", (name) => {
    expect(() => Environment.of(scopeIn(name))).toThrow("environment");
  });

  test.each([
    ["prod", "flow", { kind: "manual", id: "flow", platform: "windows" }],
    ["prod", "ispw", { kind: "manual", id: "ispw", platform: "posix" }],
    ["prod", "here", { kind: "local", id: "here", root: "/", platform: "posix" }],
    ["local", "flow", { kind: "local", id: "flow", root: "mirror/flow", platform: "posix" }],
    ["local", "other", { kind: "local", id: "other", root: ".local/hosts/other", platform: "posix" }],
    [
      "prod",
      "plain",
      { kind: "ssh", id: "plain", platform: "posix", address: "ssh://h:22", connection: { user: "u" } },
    ],
    [
      "prod",
      "way",
      {
        kind: "ssh",
        id: "way",
        platform: "posix",
        address: "ssh://h",
        connection: { jump: "gate", sudo: "root" },
      },
    ],
    [
      "prod",
      "ces",
      {
        kind: "ssh",
        id: "ces",
        platform: "windows",
        address: "ssh://w",
        connection: { user: "deploy" },
      },
    ],
  ])("of %s has the host %s", (environment, id, plan) => {
    expect(Environment.of(scopeIn(environment)).host(id).plan).toEqual(plan);
  });

  test("names the hosts that it declares where one is not among them", () => {
    expect(() => Environment.of(scopeIn("prod")).host("iswp")).toThrow(
      'the environment "prod" declares no host "iswp", only flow, ispw, here, odd, number, plain, way, ces, wrong, amiga, bare. Is "ispw" meant? Otherwise add it to environments.prod.hosts',
    );
    expect(() => Environment.of(scopeIn("qa")).host("flow")).toThrow("and no other");
    expect(() => Environment.of(scopeIn("prod")).host("constructor")).toThrow("declares no host");
  });

  test.each(["odd", "number", "wrong", "amiga", "bare"])(
    "refuses the host %s with what can be written",
    (id) => {
      expect(() => Environment.of(scopeIn("prod")).host(id)).toThrow(
        'give "local:DIRECTORY", "ssh://[user@]host[:port]", an object with such an address',
      );
    },
  );

  test("chooses among what is written for each", () => {
    const choices = { prod: 1, local: undefined };
    expect(Environment.of(scopeIn("prod")).choose(choices)).toBe(1);
    expect(Environment.of(scopeIn()).choose(choices)).toBeUndefined();
    expect(() => Environment.of(scopeIn("qa")).choose(choices)).toThrow(
      'nothing is chosen for the environment "qa", only for prod, local. Add "qa".',
    );
  });
});

describe("a named secret", () => {
  test("is found where the environment says", () => {
    const inProd = (name: string) => Secret.named(name).referenceIn(scopeIn("prod"));
    expect(inProd("flow-keystore")).toBe("env:FLOW_KEYSTORE");
    expect(inProd("vault")).toBe("cmd:pass show vault");
    expect(() => inProd("flow")).toThrow('declares no secret "flow", only flow-keystore, vault, odd');
    expect(Secret.named("flow-keystore").referenceIn(scopeIn())).toBe("file:.local/secrets/flow-keystore");
  });

  test("that stands in the context in the clear is refused and not repeated", () => {
    const find = () => Secret.named("odd").referenceIn(scopeIn("prod"));
    expect(find).toThrow("never the secret itself");
    expect(find).not.toThrow("hunter2");
  });
});
