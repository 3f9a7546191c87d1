import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { REPOSITORY } from "../docs/markdown";
import { describeWith, slowly } from "../support/tools";
import { PackedProject, hasRegistry, pack, pinned } from "./packedProject";

const page = readFileSync(join(REPOSITORY, "docs/use.md"), "utf8");

/** The commands of the page's first section, as it writes them. */
const commands = (/^## Begin$[^]*?```sh\n([^]*?)```/m.exec(page)?.[1] ?? "").trim().split("\n");

/** A stack and an app under the strictest settings that users have. */
const CONSUMER = `
import { App } from "cdktf";
import { Construct } from "constructs";
import {
  type CallProps, Certificate, type DistinguishedName, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack,
} from "cdktf-trust";
const subject: DistinguishedName = { commonName: "orders" };
export class OrdersStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const store = new Keystore(this, "Keys", { host: Host.local("orders"), path: "/etc/k.p12", password: Secret.env("K") });
    new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"], port: 8443, identity: store.entry("orders"), certificate: Certificate.selfSigned(),
    });
  }
}
export const call: CallProps = { strict: true };
export const app: App = new App();
void subject;
// @ts-expect-error an option that is none is refused
export const wrong: CallProps = { nonsense: true };
`;

/** What the compiler is told; `skipLibCheck: false` judges the declarations of the package themselves. */
const STRICTEST =
  "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --noPropertyAccessFromIndexSignature " +
  "--skipLibCheck false --target es2022 --types node";

/** Runs in a folder outside the repository; npm gets the registry's packages. */
function describeInstalled(title: string, body: () => void): void {
  if (hasRegistry) {
    describeWith("terraform", title, body);
    return;
  }
  process.stderr.write(`SKIPPED ${title} (npm's registry is not reached)\n`);
  // oxlint-disable-next-line jest/valid-describe-callback -- it is handed on
  describe.skip(title, body);
}

describeInstalled("the package as it is installed", () => {
  const scratch = mkdtempSync(join(tmpdir(), "cdktf-trust-pack-"));
  const project = new PackedProject();
  const fork = new PackedProject();
  let tarball = "";

  /** A command of the page, with the tarball for the package's name and the versions that are tested here. */
  const asTested = (command: string): string =>
    command.replace(/^(npm install(?: --save-dev)?) (.*)$/, (_, install: string, names: string) =>
      [install, ...names.split(" ").map((name) => (name === "cdktf-trust" ? tarball : pinned(name)))].join(
        " ",
      ),
    );

  beforeAll(() => {
    tarball = pack(scratch);
  }, 180_000);

  afterAll(() => {
    project.remove();
    fork.remove();
    rmSync(scratch, { recursive: true });
  });

  test("the page leads from an empty folder to a green hop in six commands", () => {
    expect(commands).toHaveLength(6);
    const started = performance.now();
    const output = commands.map((command) => project.run(asTested(command)));
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stdout.write(`from an empty folder to a green hop: ${commands.length} commands, ${seconds} s\n`);
    expect(output.at(-1)).toMatch(/shop → stock\.example\.com:8443 .* ok: trusted through CN=Example CA/);
    const [list = ""] = /^npx cdktf-trust store list .*$/m.exec(page) ?? [];
    expect(project.run(list)).toContain("CN=Example CA");
  }, 180_000);

  slowly("and the same command again changes nothing (SLOW=1)", () => {
    expect(project.run("npx cdktf-trust deploy --auto-approve")).toContain("shop: No changes");
  });

  test("constructs and cdktf are there once", () => {
    const found = project.run(
      "find node_modules -type d -path '*node_modules/constructs' -o -type d -path '*node_modules/cdktf'",
    );
    expect(found.trim().split("\n").sort()).toEqual(["node_modules/cdktf", "node_modules/constructs"]);
  });

  const resolutions = [
    ["modules of Node, ES and CommonJS", ["mts", "cts"], "--module node16 --moduleResolution node16"],
    ["a bundler", ["ts"], "--module preserve --moduleResolution bundler"],
  ] as const;
  test.each(process.env["SLOW"] === "1" ? resolutions : resolutions.slice(0, 1))(
    "its types stand the strictest settings in %s",
    (_, kinds, resolution) => {
      const files = kinds.map((kind) => `consumer.${kind}`);
      for (const file of files) project.write(file, CONSUMER);
      expect(project.run(`npx tsc --ignoreConfig ${STRICTEST} ${resolution} ${files.join(" ")}`)).toBe("");
    },
    60_000,
  );

  test("is loaded by import and by require, and as what its types say", () => {
    const names = /^export \{ (.*) \};$/m.exec(
      project.read("node_modules/cdktf-trust/dist/index.d.cts"),
    )?.[1];
    const list = (names ?? "").split(", ").join(",");
    project.write("load.mjs", `import { ${list} } from "cdktf-trust"; console.log([${list}].length);`);
    project.write(
      "load.cjs",
      `const { ${list} } = require("cdktf-trust"); console.log([${list}].filter(Boolean).length);`,
    );
    const count = String(list.split(",").length);
    expect([project.run("node load.mjs").trim(), project.run("node load.cjs").trim()]).toEqual([
      count,
      count,
    ]);
    expect(list).toContain("HttpsCallbackEndpoint");
  });

  test("carries the pages and the licences of what is bundled", () => {
    expect(project.read("node_modules/cdktf-trust/docs/use.md")).toBe(page);
    expect(project.read("node_modules/cdktf-trust/dist/THIRD-PARTY-LICENSES.txt")).toMatch(
      /^commander \S+ \(MIT\)$/m,
    );
  });

  slowly(
    "the same stack deploys on the fork that is kept, and plans the same",
    () => {
      fork.write("package.json", "{}");
      const tools = ["typescript", "tsx", "@types/node"].map(pinned).join(" ");
      fork.run(`npm install --prefer-offline ${tarball} cdktn@0.24.0 constructs@10.7.0 ${tools}`);
      fork.run(`npx cdktf-trust init --project ${basename(project.directory)}`);
      for (const file of ["main.ts", "stacks/shop.ts"]) {
        const text = fork
          .read(file)
          .replaceAll('"cdktf"', '"cdktn"')
          .replaceAll('"cdktf-trust"', '"cdktf-trust/cdktn"');
        fork.write(file, text);
      }
      for (const file of ["trust.lock.local.json", "lock.key"])
        cpSync(project.path(join(".local", file)), fork.path(join(".local", file)));
      expect(fork.run("npx cdktf-trust deploy --auto-approve")).toContain(
        "ok: trusted through CN=Example CA",
      );
      const plan = "cdktf.out/local/stacks/shop/trust-plan.json";
      expect(fork.read(plan)).toBe(project.read(plan));
      fork.write(
        "stacks/tested.ts",
        `import { synthesiseForTest } from "cdktf-trust/cdktn";
      import { ShopStack } from "./shop";
      console.log(synthesiseForTest((app) => new ShopStack(app, "shop")).hops[0]?.ok);`,
      );
      expect(fork.run("npx tsc && npx tsx stacks/tested.ts")).toBe("true\n");
    },
    180_000,
  );
});
