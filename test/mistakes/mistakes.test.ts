import { StarterProject } from "./starterProject";

/** A mistake in the project that `init` writes, and what is said of it. */
interface Mistake {
  readonly mistake: string;
  readonly make: (project: StarterProject) => void;
  /** @default ["synth"] */
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** All of standard error; `PROJECT` stands for its folder. */
  readonly said: string;
}

const STACK = "stacks/shop.ts";

/** A change of the stack. */
const stack = (from: string, to: string) => (project: StarterProject) => project.edit(STACK, from, to);

/** What the app's error stands in. */
const synthFailed = (...lines: readonly string[]) =>
  ["error: synth failed (node --import tsx main.ts):", ...lines.map((line) => `  ${line}`)].join("\n");

const MISTAKES: readonly Mistake[] = [
  {
    mistake: "an environment that is misspelt",
    make: () => undefined,
    words: ["deploy", "--environment", "prd"],
    said: `error:`,
  },
  {
    mistake: "a comma too many in cdktf.json",
    make: (project) => project.edit("cdktf.json", '"stock": "manual"', '"stock": "manual",'),
    said: `error:`,
  },
  {
    mistake: "a prop that is misspelt",
    make: stack("keystorePath:", "keyStorePth:"),
    said: synthFailed(""),
  },
  {
    mistake: "a prop that is missing",
    make: stack('names: ["stock.example.com"],', ""),
    said: synthFailed(""),
  },
  {
    mistake: "a port as text, and a name that is no list",
    make: (project) => {
      project.edit(STACK, "port: 8443", 'port: "8443"');
      project.edit(STACK, 'names: ["stock.example.com"]', 'names: "stock.example.com"');
    },
    said: synthFailed(""),
  },
  {
    mistake: "a password in the source",
    make: stack('keystorePassword: Secret.named("stock-stores")', 'keystorePassword: "Sommer-2026"'),
    said: synthFailed(""),
  },
  {
    mistake: "a value that is none of those allowed",
    make: stack('clientAuthentication: "require"', 'clientAuthentication: "required"'),
    said: synthFailed(""),
  },
  {
    mistake: "a variable of Terraform where a literal is needed",
    make: (project) => {
      project.edit(
        STACK,
        "import type { Construct }",
        'import { TerraformVariable } from "cdktf";\nimport type { Construct }',
      );
      project.edit(STACK, 'names: ["stock.example.com"],', "names: [name.stringValue],");
      project.edit(STACK, "port: 8443", "port: name.numberValue");
      project.edit(
        STACK,
        "const stock =",
        'const name = new TerraformVariable(this, "name", {});\n    const stock =',
      );
    },
    said: synthFailed(""),
  },
  {
    mistake: "a secret that is not there",
    make: (project) => project.remove(".local/secrets/stock-stores"),
    said: synthFailed(""),
  },
  {
    mistake: "a secret that is empty",
    make: (project) => project.write(".local/secrets/stock-stores", "\n"),
    said: synthFailed(""),
  },
  {
    mistake: "a host that the environment does not declare",
    make: (project) => project.edit("cdktf.json", '"stock": "manual"', '"stok": "manual"'),
    words: ["synth", "--environment", "prod"],
    said: synthFailed(""),
  },
  {
    mistake: "the lock's key that is not set",
    make: () => undefined,
    words: ["lock", "--environment", "prod"],
    said: `error:`,
  },
  {
    mistake: "a path that is relative",
    make: stack('"/etc/stock/keystore.p12"', '"etc/stock/keystore.p12"'),
    said: synthFailed(""),
  },
  {
    mistake: "a path of Windows on a host of POSIX",
    make: stack('"/etc/stock/keystore.p12"', '"C:\\\\stock\\\\keystore.p12"'),
    said: synthFailed(""),
  },
  {
    mistake: "one file as keystore and as truststore",
    make: stack('"/etc/stock/truststore.p12"', '"/etc/stock/keystore.p12"'),
    said: synthFailed(""),
  },
  {
    mistake: "an alias that is used twice",
    make: stack(
      "shop.calls(stock, { as: Certificate.issuedBy(authority) });",
      'shop.calls(stock, { as: Certificate.issuedBy(authority), alias: "me" });\n    shop.calls(stock.endpoint, { as: Certificate.issuedBy(authority), alias: "ME", id: "again" });',
    ),
    said: synthFailed(""),
  },
  {
    mistake: "a name that the certificate does not have",
    make: stack(
      "{ as: Certificate.issuedBy(authority) }",
      '{ as: Certificate.issuedBy(authority), address: "stok.example.com" }',
    ),
    said: synthFailed(""),
  },
  {
    mistake: "a call of what is not there",
    make: stack("shop.calls(stock,", "shop.calls(this.stock,"),
    said: synthFailed(""),
  },
  {
    mistake: "a certificate file that is a key",
    make: (project) => {
      project.write("certs/stock.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
      project.edit(
        STACK,
        "certificate: Certificate.issuedBy(authority),",
        'certificate: Certificate.imported({ file: "certs/stock.pem" }),',
      );
    },
    said: synthFailed(""),
  },
  {
    mistake: "a file that is not there",
    make: stack(
      "certificate: Certificate.issuedBy(authority),",
      'certificate: Certificate.imported({ file: "certs/stock.pfx" }),',
    ),
    said: synthFailed(""),
  },
  {
    mistake: "an error in the stack's own code",
    make: stack("const authority =", "const { region } = undefined as never;\n    const authority ="),
    said: synthFailed(""),
  },
  {
    mistake: "packages that are not installed",
    make: (project) => project.remove("node_modules/cdktf"),
    said: synthFailed(""),
  },
  {
    mistake: "a stack that is misspelt",
    make: () => undefined,
    words: ["deploy", "shopp"],
    said: "error:",
  },
  {
    mistake: "a folder that is no project",
    make: (project) => project.remove("cdktf.json"),
    said: "error:",
  },
  {
    mistake: "no Terraform",
    make: () => undefined,
    words: ["deploy", "--auto-approve"],
    variables: { PATH: "/nowhere" },
    said: "error:",
  },
];

describe("the most likely mistakes", () => {
  const starter = new StarterProject();
  afterAll(() => starter.remove());

  test.each(MISTAKES)("$mistake", ({ make, words = ["synth"], variables = {}, said }) => {
    const project = starter.copy();
    make(project);
    const { status, stdout, stderr } = project.cli(words, variables);
    const shown = stderr
      .replaceAll(project.directory, "PROJECT")
      .split("\n")
      .filter((line) => !/^[-✔✖] /.test(line))
      .join("\n")
      .trimEnd();
    project.remove();
    if (process.env["MISTAKES_OUT"]) require("node:fs").appendFileSync(process.env["MISTAKES_OUT"], `${JSON.stringify(shown)}\n`);
    expect(shown).toBe(said);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
