import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { activation, type Declared, Deployment, PASSWORD, scratchForEachTest } from "./deployment";

describe("the steps of an activation", () => {
  let root: string;
  let folder: string;
  let web: Deployment;

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    web = new Deployment("p/e/web", root);
    writeFileSync(join(folder, "product.properties"), "port=80\n");
  });

  const config: Declared = {
    type: "trust_config_file",
    name: "config",
    config: {
      host: "local:host",
      path: "/opt/product.properties",
      settings: [
        {
          kind: "property",
          element: null,
          attribute: null,
          key: "port",
          pattern: null,
          value: "443",
          on_foreign: null,
        },
      ],
    },
  };
  const files = [{ path: "/opt/product.properties" }];
  const run = (...argv: readonly (readonly string[])[]) =>
    activation("true", files, {
      steps: argv.map((words) => ({ argv: words, on: "runner", timeout_seconds: 20 })),
    });

  test("end at the first that fails, which is named with its place and what it printed", async () => {
    const marker = join(root, "third");
    const errors = await web.apply(
      config,
      run(
        ["true"],
        ["sh", "-c", "echo 'java.io.IOException: keystore password was incorrect'; exit 4"],
        ["touch", marker],
      ),
    );
    expect(errors["product"]).toContain("step 2 of 3, sh -c");
    expect(errors["product"]).toContain("ended with status 4");
    expect(errors["product"]).toContain("java.io.IOException: keystore password was incorrect");
    expect(errors["product"]).toContain("That means: ");
    expect(() => web.row("product")).not.toThrow();
    expect(web.row("product")).toBeUndefined();
  });

  test("are not run by a shell", async () => {
    const errors = await web.apply(config, run(["test", "$HOME; true", "=", "$HOME; true"]));
    expect(errors).toEqual({});
  });

  test("are told where there is no such program", async () => {
    const errors = await web.apply(config, run(["no-such-program-here"]));
    expect(errors["product"]).toContain("ended with status 127");
  });

  test("show nothing that steers a terminal", async () => {
    const errors = await web.apply(config, run(["sh", "-c", String.raw`printf '\033[31mred\007'; exit 1`]));
    expect(errors["product"]).toContain(String.raw`\u{1b}[31mred\u{7}`);
  });

  test("show what they print as it comes where they are asked to, but no secret", async () => {
    const shown: string[] = [];
    const spy = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      shown.push(String(text));
      return true;
    });
    process.env["CDKTF_TRUST_LIVE"] = "1";
    try {
      const store = { path: "/opt/store.p12", password: "env:ACTIVATION_PASSWORD" };
      writeFileSync(join(root, "said"), `one\ntwo ${PASSWORD}\nthree`);
      const made: Declared = {
        type: "trust_keystore",
        name: "store",
        config: { host: "local:host", path: store.path, password: store.password, profile: "modern" },
      };
      const says = activation(`cat ${root}/said`, [...files, store]);
      expect(await web.apply(made, config, says)).toEqual({});
    } finally {
      spy.mockRestore();
      delete process.env["CDKTF_TRUST_LIVE"];
    }
    expect(shown.filter((line) => line.startsWith("activation "))).toEqual([
      "activation product: one\n",
      "activation product: two [secret]\n",
      "activation product: three\n",
    ]);
  });

  test.each([
    ["no step", { steps: [] }, "at least one command"],
    ["an empty command", { steps: [{ argv: [], on: "runner", timeout_seconds: null }] }, "is no command"],
    [
      "another place",
      { steps: [{ argv: ["a"], on: "moon", timeout_seconds: null }] },
      "not one of host, runner",
    ],
    [
      "a folder that is to run it",
      { steps: [{ argv: ["a"], on: null, timeout_seconds: null }] },
      "stands for a machine",
    ],
    ["no time", { steps: [{ argv: ["a"], on: "runner", timeout_seconds: 0 }] }, "whole seconds"],
    ["no file", { files: [] }, "at least one file"],
    [
      "a file twice",
      {
        files: [
          { path: "/a", password: null },
          { path: "/a", password: null },
        ],
      },
      "declared twice",
    ],
    ["a literal password", { files: [{ path: "/a", password: "changeit" }] }, "given by reference"],
    ["a blank in its name", { name: "a b" }, "without blanks"],
    ["a need in no file", { needs: ["/elsewhere#x"] }, "in none of the files"],
    ["a need without an alias", { needs: ["/opt/product.properties#"] }, "names no alias"],
    ["a probe of no port", { probes: [probe({ connect: "localhost" })] }, "is not HOST:PORT"],
    ["a probe of another hash", { probes: [probe({ sha256: "ab" })] }, "not a SHA-256 fingerprint"],
    ["a probe from a folder", { probes: [probe({ via: "host" })] }, "stands for a machine"],
  ])("are refused at plan with %s", async (_, more, message) => {
    await expect(web.plan(activation("true", files, more))).rejects.toThrow(message);
  });
});

function probe(more: object): object {
  return {
    connect: "localhost:443",
    via: null,
    server_name: null,
    sha256: null,
    authorities: null,
    timeout_seconds: null,
    ...more,
  };
}
