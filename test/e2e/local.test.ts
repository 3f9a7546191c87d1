import { mkdtempSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { javaProgram } from "../support/javaProgram";
import { LocalProject } from "../support/localProject";
import { residentKeytool } from "../support/residentKeytool";
import { describeWith, findTool, oftenAndSlowly, tool } from "../support/tools";

const KEYSTORE = ".local/hosts/electricflow/opt/electriccloud/electriccommander/conf/keystore";
const CACERTS = ".local/hosts/ispw/usr/lpp/java/J8.0_64/lib/security/cacerts";
const REPLACED_KEYSTORE = KEYSTORE.replace("electricflow", "electricflow-replaced");
const REPLACED_CACERTS = CACERTS.replace("ispw", "ispw-replaced");

const STACKS = `
import { App } from "@repository/node_modules/cdktf";
import { ElectricFlowIspwStack } from "@repository/stacks/electricFlowIspw";
import { ElectricFlowReplacedStack } from "@repository/stacks/electricFlowReplaced";
import { MutualTlsStack } from "@repository/stacks/mutualTls";
const app = new App();
new ElectricFlowIspwStack(app, "electricflow-ispw");
new ElectricFlowReplacedStack(app, "electricflow-replaced");
new MutualTlsStack(app, "mutual-tls");
app.synth();
`;

interface HopStores {
  readonly address: string;
  readonly server: { readonly keystore: string; readonly password: string; readonly truststore?: string };
  readonly client: {
    readonly truststore: string;
    readonly truststorePassword: string;
    readonly keystore?: string;
    readonly password?: string;
  };
}

describeWith(["terraform", "keytool", "java"], "the environment local", () => {
  const keytools = { keytool: residentKeytool(), keytool25: residentKeytool("keytool25") };
  const project = new LocalProject(STACKS);
  const day1 = new Map<string, string>();
  let filesOfDay1: string[] = [];
  let firstDeploy: ReturnType<LocalProject["cli"]>;

  beforeAll(() => {
    project.prepare();
    for (const path of [KEYSTORE, CACERTS, REPLACED_KEYSTORE, REPLACED_CACERTS]) {
      day1.set(path, listing(path, path.endsWith("cacerts") ? "changeit" : "abcdef"));
    }
    filesOfDay1 = [...project.snapshot(".local/hosts").keys()];
    firstDeploy = project.cli("deploy", "--auto-approve");
  }, 300_000);

  afterAll(() => project.remove());

  test("one command deploys it, and every hop is proven", () => {
    expect(firstDeploy).toMatchObject({ status: 0 });
    expect(firstDeploy.stdout).toMatch(/ISPW \(CES\) → electricflow\.example\.com:8443.*ok/);
    expect(firstDeploy.stdout).toMatch(/billing → orders\.example\.com:8443.*ok/);
    expect(firstDeploy.stdout).toContain(
      "unproven: electricflow:/opt/electriccloud/electriccommander/conf/set-server-address.sh",
    );
  });

  test.each(oftenAndSlowly<"keytool" | "keytool25">(["keytool"], ["keytool25"]))(
    "%s lists the deployed stores with what is declared",
    (name) => {
      if (findTool(name) === undefined) return process.stderr.write(`SKIPPED ${name}\n`);
      const jetty = fingerprintOf(listing(KEYSTORE, "abcdef", name), "jetty");
      const cacerts = listing(CACERTS, "changeit", name);
      expect(cacerts).toMatch(/electricflow, .*, trustedCertEntry/);
      expect(fingerprintOf(cacerts, "electricflow")).toBe(jetty);
      expect(cacerts.match(/publicroot\d+, /g)).toHaveLength(
        day1.get(CACERTS)?.match(/publicroot\d+, /g)?.length ?? 0,
      );
      const replaced = listing(REPLACED_KEYSTORE, "abcdef", name);
      expect(replaced).toMatch(/jetty, .*, PrivateKeyEntry/);
      expect(fingerprintOf(listing(REPLACED_CACERTS, "changeit", name), "electricflow")).toBe(
        fingerprintOf(replaced, "jetty"),
      );
      expect(fingerprintOf(replaced, "jetty")).not.toBe(
        fingerprintOf(day1.get(REPLACED_KEYSTORE) ?? "", "jetty"),
      );
      const orders = listing(".local/hosts/orders/etc/orders/keystore.p12", secret("orders-stores"), name);
      expect(orders).toMatch(/orders, .*, PrivateKeyEntry/);
      return undefined;
    },
  );

  test.each(oftenAndSlowly<"java" | "java25">(["java"], ["java25"]))(
    "%s shakes hands on the deployed stores",
    (java) => {
      if (findTool(java) === undefined) return process.stderr.write(`SKIPPED ${java}\n`);
      const callback: HopStores = {
        address: "electricflow.example.com",
        server: { keystore: KEYSTORE, password: "abcdef" },
        client: { truststore: CACERTS, truststorePassword: "changeit" },
      };
      expect(call(java, callback)).toBe("200 none");

      const without = join(mkdtempSync(join(tmpdir(), "cdktf-trust-cacerts-")), "cacerts");
      writeFileSync(without, project.read(CACERTS));
      keytool(["-delete", "-alias", "electricflow", "-keystore", without, "-storepass", "changeit"]);
      expect(
        call(java, { ...callback, client: { truststore: without, truststorePassword: "changeit" } }),
      ).toContain("PKIX path building failed");

      const orders = secret("orders-stores");
      const billing = secret("billing-stores");
      const mutual: HopStores = {
        address: "orders.example.com",
        server: {
          keystore: ".local/hosts/orders/etc/orders/keystore.p12",
          password: orders,
          truststore: ".local/hosts/orders/etc/orders/truststore.p12",
        },
        client: {
          truststore: ".local/hosts/billing/etc/billing/truststore.p12",
          truststorePassword: billing,
          keystore: ".local/hosts/billing/etc/billing/keystore.p12",
          password: billing,
        },
      };
      expect(call(java, mutual)).toBe("200 CN=billing");
      return undefined;
    },
  );

  test("a second deploy changes nothing and writes the same bytes", () => {
    const before = project.snapshot(".local/hosts");
    const output = project.snapshot("cdktf.out/local/stacks");
    const second = project.cli("deploy", "--auto-approve");
    expect(second).toMatchObject({ status: 0 });
    for (const stack of ["electricflow-ispw", "electricflow-replaced", "mutual-tls"]) {
      expect(second.stdout).toContain(`${stack}: No changes`);
    }
    expect(project.snapshot(".local/hosts")).toEqual(before);
    expect(declared(project.snapshot("cdktf.out/local/stacks"))).toEqual(declared(output));
  }, 300_000);

  test("destroy takes away what is ours and leaves day one", () => {
    const destroyed = project.cli("destroy", "--auto-approve");
    expect(destroyed).toMatchObject({ status: 0 });
    for (const [path, before] of day1) {
      expect(listing(path, path.endsWith("cacerts") ? "changeit" : "abcdef")).toBe(before);
    }
    const left = [...project.snapshot(".local/hosts").keys()].filter((path) => !/\.(orig|bak)$/.test(path));
    expect(left).toEqual(filesOfDay1);
  }, 300_000);

  function listing(path: string, password: string, name: "keytool" | "keytool25" = "keytool"): string {
    return keytool(["-list", "-keystore", project.path(path), "-storepass", password], name);
  }

  function keytool(words: readonly string[], name: "keytool" | "keytool25" = "keytool"): string {
    const result = spawnSync(keytools[name](), words, { encoding: "utf8" });
    expect(result).toMatchObject({ status: 0 });
    return result.stdout;
  }

  function secret(name: string): string {
    return project.read(`.local/secrets/${name}`).toString().trim();
  }

  function call(java: "java" | "java25", { address, server, client }: HopStores): string {
    const hosts = project.path("hosts");
    writeFileSync(hosts, `127.0.0.1 ${address}\n`);
    const place = (path: string | undefined) =>
      path === undefined || path.startsWith("/") ? path : project.path(path);
    const variables: Record<string, string | undefined> = {
      ADDRESS: address,
      SERVER_KEYSTORE: place(server.keystore),
      SERVER_PASSWORD: server.password,
      SERVER_TRUSTSTORE: place(server.truststore),
      SERVER_TRUSTSTORE_PASSWORD: server.password,
      CLIENT_TRUSTSTORE: place(client.truststore),
      CLIENT_TRUSTSTORE_PASSWORD: client.truststorePassword,
      CLIENT_KEYSTORE: place(client.keystore),
      CLIENT_PASSWORD: client.password,
    };
    const program = javaProgram(join(__dirname, "java/Hop.java"));
    const result = spawnSync(tool(java), [`-Djdk.net.hosts.file=${hosts}`, ...program], {
      encoding: "utf8",
      env: { ...process.env, ...variables },
    });
    return `${result.stdout}${result.status === 0 ? "" : result.stderr}`.trim();
  }
});

describeWith(["terraform"], "a changed stack", () => {
  const project = new LocalProject(variant("ispw.calls(electricFlow);"));

  beforeAll(() => {
    project.prepare();
    expect(project.cli("deploy", "--auto-approve")).toMatchObject({ status: 0 });
  }, 300_000);

  afterAll(() => project.remove());

  function planOf(source: string): string {
    project.writeMain(source);
    const result = project.cli("plan", "--json");
    expect(result).toMatchObject({ status: 1 });
    const [stack] = JSON.parse(result.stdout) as { readonly changes?: string }[];
    return stack?.changes ?? "";
  }

  test("another alias: one entry is added, one is taken away", () => {
    const changes = planOf(variant(`ispw.calls(electricFlow, { alias: "electricflow-8443" });`));
    expect(actionsOf(changes)).toEqual([
      expect.stringMatching(/trust_truststore_entry\.Ispw_CallsBack-electricflow-8443_\w{8} will be created/),
      expect.stringMatching(/trust_truststore_entry\.Ispw_CallsBack-electricflow_\w{8} will be destroyed/),
    ]);
    expect(changes).toMatch(/\+ alias += "electricflow-8443"/);
  }, 120_000);

  test("another server address: its certificate, its anchor, its script, and nothing else", () => {
    const changes = planOf(variant("ispw.calls(electricFlow);", { serverAddress: "other.example.com" }));
    expect(actionsOf(changes).map((action) => action.trim().split(" ")[1])).toEqual([
      "null_resource.ElectricFlow_Endpoint_TrustFirst",
      "trust_file.ElectricFlow_CertificateFile",
      "trust_file.ElectricFlow_ServerAddressScript",
      "trust_key_entry.ElectricFlow_Endpoint_KeyEntry",
      expect.stringMatching(/^trust_truststore_entry\.Ispw_CallsBack-electricflow_/),
      expect.stringMatching(/^trust_truststore_entry\.Ispw_CallsBack-electricflow_/),
    ]);
    expect(changes).toContain("CN=other.example.com");
  }, 120_000);

  test("another validity: the dates and fingerprints, but no script", () => {
    const changes = planOf(variant("ispw.calls(electricFlow);", { validityDays: 90 }));
    expect(changes).toMatch(/~ not_after/);
    expect(changes).not.toContain("ServerAddressScript");
  }, 120_000);
});

function fingerprintOf(list: string, alias: string): string | undefined {
  return new RegExp(`^${alias}, [^\\n]*\\nCertificate fingerprint \\(SHA-256\\): (\\S+)`, "m").exec(
    list,
  )?.[1];
}

/** What synth writes; the rest of the folder is Terraform's own. */
function declared(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...files].filter(([path]) => !/\/\.terraform|terraform\.tfstate|\.log$|\/receipt\.json$/.test(path)),
  );
}

/** The lines of a plan that name a change. */
function actionsOf(changes: string): string[] {
  return (changes.match(/^ {2}# .*/gm) ?? []).filter((line) => !line.includes("(because"));
}

function variant(call: string, options: { serverAddress?: string; validityDays?: number } = {}): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "@repository/lib";
class VariantStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: Host.local("electricflow-replaced"),
      serverAddress: "${options.serverAddress ?? "flow.example.com"}",
      keystorePassword: Secret.file(".local/secrets/electricflow-keystore"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays: ${options.validityDays ?? 825} }),
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.local("ispw-replaced"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.file(".local/secrets/ispw-cacerts"),
    });
    ${call}
  }
}
const app = new App();
new VariantStack(app, "variant");
app.synth();
`;
}
