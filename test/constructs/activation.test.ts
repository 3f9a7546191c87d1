import {
  Activation,
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  type IHost,
  Keystore,
  PemFiles,
  Secret,
} from "../../lib";
import { planOf } from "../support/planOf";

const password = Secret.env("STORE");

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "taken";
}

describe("an activation", () => {
  test("is commands with what is said of them", () => {
    expect(Activation.run(["systemctl", "restart", "app"])).toEqual({
      kind: "run",
      steps: [{ argv: ["systemctl", "restart", "app"], on: "host", timeoutSeconds: 120 }],
    });
    const both = Activation.steps(
      Activation.run(["app", "check"]),
      Activation.run(["./reload", "app"], { on: "runner", timeoutSeconds: 5 }),
    );
    expect(both.steps).toEqual([
      { argv: ["app", "check"], on: "host", timeoutSeconds: 120 },
      { argv: ["./reload", "app"], on: "runner", timeoutSeconds: 5 },
    ]);
  });

  test("is what people do, or nothing, with the reason", () => {
    expect(Activation.manual("Restart it.")).toEqual({ kind: "manual", text: "Restart it." });
    expect(Activation.none("It reads its files at each call.")).toEqual({
      kind: "none",
      reason: "It reads its files at each call.",
    });
  });

  test.each([
    [() => Activation.run([]), "[] is no command. Give the program and its arguments as a list of texts"],
    [() => Activation.run([" "]), '[" "] is no command.'],
    [() => Activation.run(["a", "b\0"]), String.raw`["a","b\u0000"] is no command.`],
    [
      () => Activation.run("systemctl restart app" as never),
      'argv is "systemctl restart app". Give a list of texts.',
    ],
    [
      () => Activation.run(["a"], { timeoutSeconds: 0 }),
      "timeoutSeconds is 0. Give whole seconds from 1 to 3600.",
    ],
    [() => Activation.run(["a"], { timeoutSeconds: 1.5 }), "timeoutSeconds is 1.5."],
    [() => Activation.run(["a"], { on: "runer" as never }), 'on is "runer". Give "host" or "runner".'],
    [
      () => Activation.steps(),
      "Activation.steps(…): nothing is given. Give at least one Activation.run([…]).",
    ],
    [() => Activation.steps(Activation.none("no") as never), "Give Activation.run([…])."],
    [() => Activation.manual(" "), "Activation.manual(…): nothing is given."],
    [() => Activation.none(""), "Activation.none(…): nothing is given. Give the reason, in a sentence."],
  ])("is refused with what is allowed: %#", (make, said) => {
    expect(refusal(make)).toContain(said);
  });

  test("of a noun is refused where it is none", () => {
    const make = () =>
      planOf((stack) => {
        new Keystore(stack, "Keys", {
          host: Host.local("app"),
          path: "/keys.p12",
          password,
          activation: "restart" as never,
        });
      });
    expect(refusal(make)).toContain('activation is "restart". Give an activation: Activation.run([');
  });
});

describe("what reads", () => {
  const restart = Activation.run(["systemctl", "restart", "app"]);
  const server = (stack: Parameters<Parameters<typeof planOf>[0]>[0], host: IHost) => {
    const keystore = new Keystore(stack, "Keys", { host, path: "/keys.p12", password });
    const truststore = new Keystore(stack, "Trust", { host, path: "/trust.p12", password });
    return new HttpsCallbackEndpoint(stack, "Server", {
      names: ["app.example.com"],
      port: 8443,
      identity: keystore.entry("server"),
      certificate: Certificate.selfSigned(),
      clientAuthentication: "require",
      truststore,
      activation: restart,
    });
  };

  test("an endpoint's stores is its server, which is looked at there", () => {
    const plan = planOf((stack) => void server(stack, Host.ssh("app.example.com")));
    expect(plan.activations).toEqual([
      {
        id: "stack/Server",
        hostId: "app.example.com",
        label: "stack/Server",
        way: restart,
        storeIds: ["stack/Keys", "stack/Trust"],
        fileIds: [],
        configFileIds: [],
        endpointIds: ["stack/Server"],
      },
    ]);
    expect(plan.runbooks).toEqual([]);
  });

  test("PEM files is the server that presents them", () => {
    const plan = planOf((stack) => {
      new HttpsCallbackEndpoint(stack, "Server", {
        names: ["app.example.com"],
        port: 8443,
        identity: PemFiles.at(Host.ssh("app"), {
          certificatePath: "/a.crt",
          keyPath: "/a.key",
          keyPassword: password,
        }),
        certificate: Certificate.selfSigned(),
        activation: restart,
      });
    });
    expect(plan.activations).toMatchObject([
      { fileIds: ["stack/Server/CertificateFile", "stack/Server/KeyFile"], storeIds: [] },
    ]);
  });

  test("a store on a machine that nobody may log in to is told to people", () => {
    const plan = planOf((stack) => void server(stack, Host.manual("app")));
    expect(plan.activations).toBeUndefined();
    expect(plan.runbooks).toEqual([
      {
        id: "stack/Server",
        hostId: "app",
        title: "stack/Server",
        steps: [{ text: "Let the product read its files again.", command: "systemctl restart app" }],
      },
    ]);
  });
});
