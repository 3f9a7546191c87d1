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
    said: [
      'error: the environment "prd" is not declared; cdktf.json declares prod, and local needs no declaration. Is "prod" meant? Otherwise add "prd" to "environments" in the "context" of cdktf.json:',
      '    "environments": {',
      '      "prd": {}',
    ].join("\n"),
  },
  {
    mistake: "a comma too many in cdktf.json",
    make: (project) => project.edit("cdktf.json", '"stock": "manual"', '"stock": "manual",'),
    said: "error: PROJECT/cdktf.json is damaged at line 17, column 9: this is no JSON (often a comma that is missing or too many just before). What to do: correct it, or restore it from version control.",
  },
  {
    mistake: "a prop that is misspelt",
    make: stack("keystorePath:", "keyStorePth:"),
    said: synthFailed(
      "shop/stock:",
      "  there is no prop keyStorePth. Is keystorePath meant?",
      "  keystorePath is missing. Give a text.",
      "  at stacks/shop.ts:9:19",
    ),
  },
  {
    mistake: "a prop that is missing",
    make: stack('names: ["stock.example.com"],', ""),
    said: synthFailed("shop/stock: names is missing. Give a list of texts.", "  at stacks/shop.ts:9:19"),
  },
  {
    mistake: "a port as text, and a name that is no list",
    make: (project) => {
      project.edit(STACK, "port: 8443", 'port: "8443"');
      project.edit(STACK, 'names: ["stock.example.com"]', 'names: "stock.example.com"');
    },
    said: synthFailed(
      "shop/stock:",
      '  names is "stock.example.com". Give a list of texts.',
      '  port is "8443". Give a whole number.',
      "  at stacks/shop.ts:9:19",
    ),
  },
  {
    mistake: "a password in the source",
    make: stack('keystorePassword: Secret.named("stock-stores")', 'keystorePassword: "Sommer-2026"'),
    said: synthFailed(
      'shop/stock: keystorePassword is a text. Give a Secret, for example Secret.named("store-password").',
      "  at stacks/shop.ts:9:19",
    ),
  },
  {
    mistake: "a value that is none of those allowed",
    make: stack('clientAuthentication: "require"', 'clientAuthentication: "required"'),
    said: synthFailed(
      'shop/stock: clientAuthentication is "required". Give "none", "request" or "require".',
      "  at stacks/shop.ts:9:19",
    ),
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
    said: synthFailed(
      "shop/stock:",
      "  names[0] is a Terraform value, which is known only when Terraform deploys, and stores and files are made before, at synth. Give a text in the code itself; where environments differ, by this.environment.choose({ … }).",
      "  port is a Terraform value, which is known only when Terraform deploys, and stores and files are made before, at synth. Give a whole number in the code itself; where environments differ, by this.environment.choose({ … }).",
      "  at stacks/shop.ts:11:19",
    ),
  },
  {
    mistake: "a secret that is not there",
    make: (project) => project.remove(".local/secrets/stock-stores"),
    said: synthFailed(
      "the password of the store /etc/stock/keystore.p12 on stock (stack shop, environment local) is not at hand. file:.local/secrets/stock-stores: PROJECT/.local/secrets/stock-stores is not there. Create it, or change the reference; relative paths start at the working directory.",
    ),
  },
  {
    mistake: "a secret that is empty",
    make: (project) => project.write(".local/secrets/stock-stores", "\n"),
    said: synthFailed(
      "the password of the store /etc/stock/keystore.p12 on stock (stack shop, environment local) is not at hand. file:.local/secrets/stock-stores: the first line of PROJECT/.local/secrets/stock-stores is empty. Put the secret there.",
    ),
  },
  {
    mistake: "a host that the environment does not declare",
    make: (project) => project.edit("cdktf.json", '"stock": "manual"', '"stok": "manual"'),
    words: ["synth", "--environment", "prod"],
    said: synthFailed(
      'the environment "prod" declares no host "stock", only shop, stok. Is "stok" meant? Otherwise add it to environments.prod.hosts in the context of cdktf.json, for example "stock": "manual".',
      "  at stacks/shop.ts:10:30",
    ),
  },
  {
    mistake: "the lock's key that is not set",
    make: () => undefined,
    words: ["lock", "--environment", "prod"],
    said: "error: the key of the lock (environment prod) is not at hand. env:CDKTF_TRUST_LOCK_KEY: the environment variable is not set. Set it, or change the reference.",
  },
  {
    mistake: "a path that is relative",
    make: stack('"/etc/stock/keystore.p12"', '"etc/stock/keystore.p12"'),
    said: synthFailed(
      '"etc/stock/keystore.p12" on host "stock" is not absolute. Give the path as the real machine has it, for example /opt/app/conf/keystore.',
      "  at stacks/shop.ts:9:19",
    ),
  },
  {
    mistake: "a path of Windows on a host of POSIX",
    make: stack('"/etc/stock/keystore.p12"', '"C:\\\\stock\\\\keystore.p12"'),
    said: synthFailed(
      '"C:\\stock\\keystore.p12" on host "stock" is not absolute there: the host is declared as one of posix, and this is a path of windows. Give the path as the real machine has it, or declare the host with platform: "windows", in cdktf.json as "manual:windows".',
      "  at stacks/shop.ts:9:19",
    ),
  },
  {
    mistake: "one file as keystore and as truststore",
    make: stack('"/etc/stock/truststore.p12"', '"/etc/stock/keystore.p12"'),
    said: synthFailed(
      '/etc/stock/keystore.p12 on host "stock" is declared as a store twice, by shop/stock/Keystore and by shop/stock/Truststore. Declare it once and hand the construct on.',
    ),
  },
  {
    mistake: "an alias that is used twice",
    make: stack(
      "shop.calls(stock, { as: Certificate.issuedBy(authority) });",
      'shop.calls(stock, { as: Certificate.issuedBy(authority), alias: "me" });\n    shop.calls(stock.endpoint, { as: Certificate.issuedBy(authority), alias: "ME", id: "again" });',
    ),
    said: synthFailed(
      'alias "ME" is declared twice in /etc/shop/keystore.p12: by shop/shop/stock-me/Binding and by shop/shop/again/Binding. Aliases are compared without regard to case, as Java does; give one of the two another alias.',
      "  at stacks/shop.ts:27:10",
    ),
  },
  {
    mistake: "a name that the certificate does not have",
    make: stack(
      "{ as: Certificate.issuedBy(authority) }",
      '{ as: Certificate.issuedBy(authority), address: "stok.example.com" }',
    ),
    said: synthFailed(
      "shop cannot be deployed as it is declared:",
      '  shop/shop/stock/Hop [name-not-covered]: "stok.example.com" was asked for, the certificate has the DNS names "stock.example.com" ("No subject alternative DNS name matching stok.example.com found"); issue the certificate with the subject alternative name DNS:stok.example.com, or use a name it has',
    ),
  },
  {
    mistake: "a call of what is not there",
    make: stack("shop.calls(stock,", "shop.calls(this.stock,"),
    said: synthFailed(
      "shop/shop, calls(…): the first argument is missing. Give a system, an endpoint, or a Partner.",
      "  at stacks/shop.ts:26:10",
    ),
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
    said: synthFailed(
      'identity "shop/stock/Endpoint/Certificate": certs/stock.pem: the file holds no certificate: give one that does, in PEM, DER or PKCS#7',
    ),
  },
  {
    mistake: "a file that is not there",
    make: stack(
      "certificate: Certificate.issuedBy(authority),",
      'certificate: Certificate.imported({ file: "certs/stock.pfx" }),',
    ),
    said: synthFailed(
      'identity "shop/stock/Endpoint/Certificate": certs/stock.pfx: it is missing; paths are relative to the project\'s root',
    ),
  },
  {
    mistake: "an error in the stack's own code",
    make: stack("const authority =", "const { region } = undefined as never;\n    const authority ="),
    said: synthFailed(
      "TypeError: Cannot destructure property 'region' of '(void 0)' as it is undefined.",
      "  at stacks/shop.ts:8:13",
    ),
  },
  {
    mistake: "packages that are not installed",
    make: (project) => project.remove("node_modules/cdktf"),
    said: synthFailed(
      "Error: Cannot find module 'cdktf'",
      "Require stack:",
      "- PROJECT/main.ts",
      "cdktf is not installed in this project: run npm install, or npm install cdktf where package.json does not name it yet.",
    ),
  },
  {
    mistake: "a stack that is misspelt",
    make: () => undefined,
    words: ["deploy", "shopp"],
    said: 'error: there is no stack "shopp"; is "shop" meant? There are: shop.',
  },
  {
    mistake: "a folder that is no project",
    make: (project) => project.remove("cdktf.json"),
    said: 'error: no cdktf.json with an "app" in PROJECT or above it: run the command inside a project.',
  },
  {
    mistake: "no Terraform",
    make: () => undefined,
    words: ["deploy", "--auto-approve"],
    variables: { PATH: "/nowhere" },
    said: "error: Terraform is not on the PATH: install 1.11 or later from https://developer.hashicorp.com/terraform/install and run the command again.",
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
      // Steps that went well before.
      .filter((line) => !/ \(\d+(\.\d)? s\)$/.test(line))
      .join("\n")
      .trimEnd();
    project.remove();
    expect(shown).toBe(said);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("what the app prints reaches the terminal, and standard output stays the command's own", () => {
    const project = starter.copy();
    project.edit(
      STACK,
      "const authority =",
      'console.log("region eu");\n    console.error("no region");\n    const authority =',
    );
    const { status, stdout, stderr } = project.cli(["synth", "--json"]);
    project.remove();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "region eu\nno region\n" });
    expect(JSON.parse(stdout)).toMatchObject([{ name: "shop" }]);
  });
});
