import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keytoolList } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";
import { type CodeBlock, REPOSITORY, codeBlocks } from "./markdown";

const PAGE = "docs/coming-from.md";
const SHOP_PASSWORD = "stores-of-a-script-1";
const CLIENT_PASSWORD = "stores-of-a-script-2";
const SECRETS = { SHOP_PASSWORD, CLIENT_PASSWORD };
const text = readFileSync(join(REPOSITORY, PAGE), "utf8");

/** Blocks of a section of the page, in order. */
function blocksOf(title: string, language: string): string[] {
  const before = text.slice(0, text.search(new RegExp(`^#+ ${title}$`, "m")));
  const first = before.split("\n").length;
  const length = text
    .slice(before.length)
    .split("\n")
    .slice(1)
    .findIndex((line) => /^#+ /.test(line));
  const lineOf = ({ place }: CodeBlock) => Number(place.split(":")[1]);
  return codeBlocks()
    .filter((block) => block.place.startsWith(`${PAGE}:`) && block.language === language)
    .filter((block) => lineOf(block) > first && (length < 0 || lineOf(block) < first + length))
    .map(({ code }) => code);
}

/** An app whose only stack declares what an example of the page does. */
function appOf(example: string | undefined, more = ""): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import * as trust from "@repository/lib";
const {
  Certificate, CertificateAuthority, Host, HttpsCallbackEndpoint, JavaClient, JavaServer, Keystore, PartnerCertificate,
  Secret, TrustStack, TruststoreEntry,
} = trust;
class ShopStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    ${example ?? ""}
    ${more}
  }
}
const app = new App();
new ShopStack(app, "shop");
app.synth();
`;
}

describeWith(["terraform", "keytool", "openssl"], "the page for those who come from elsewhere", () => {
  const [script = "", ...commands] = blocksOf("From a keytool script", "sh");
  const [declared] = blocksOf("From a keytool script", "ts");
  let project: LocalProject;

  beforeEach(() => {
    project = new LocalProject(appOf(declared), {
      project: "trust",
      environments: {
        prod: {
          lockKey: "file:keys/prod",
          hosts: { shop: "local:.local/hosts/shop", client: "local:.local/hosts/client" },
          secrets: { cacerts: "env:CLIENT_PASSWORD", shop: "env:SHOP_PASSWORD" },
        },
      },
    });
    for (const path of [
      "keys",
      "certificates",
      ".local/hosts/shop/etc/shop",
      ".local/hosts/client/etc/client",
    ])
      project.write(`${path}/.keep`, "");
  });

  afterEach(() => project.remove());

  /** Runs a command as the page writes it; hosts are folders here, and nobody is there to approve. */
  function run(command: string): ProgramResult {
    const local = command
      .replaceAll(/(?<= )\/(etc|opt)\/(shop|client)\//g, ".local/hosts/$2/$1/$2/")
      .replaceAll("npx cdktf-trust", `"${process.execPath}" "${LocalProject.program}"`);
    return project.run(
      "sh",
      ["-ec", /trust (deploy|destroy)\b/.test(command) ? `${local} --auto-approve` : local],
      SECRETS,
    );
  }

  function ok(command = "", status = 0): ProgramResult {
    const result = run(command);
    expect({ command, status: result.status, stderr: result.stderr }).toMatchObject({ status });
    return result;
  }

  /** The stores on the hosts and whatever lies beside them, but the records. */
  function stores(): Map<string, string> {
    return new Map(
      [...project.snapshot(".local/hosts")].filter(([path]) => !path.endsWith(".cdktf-trust.json")),
    );
  }

  /** Makes the stores as the script does, and follows the page to the first deploy. */
  function adopt(): void {
    ok(script);
    const before = stores();
    const [newKey, observe, plan, deploy, again, ...others] = commands.join("").trim().split("\n");
    expect(others).toEqual([]);

    ok(newKey);
    expect(ok(observe).stdout).toContain('already, under "shop": nothing to do there');
    expect(ok(plan, 1).stdout).toMatch(/^shop: \d+ added \(stack 1 of 1\)$/m);
    expect(ok(deploy).stdout).toContain("ok: trusted through CN=shop.example.com");
    expect(stores()).toEqual(before);
    expect(ok(again).stdout).toBe("shop: No changes.\n");
  }

  test("a keytool script's stores are adopted byte for byte, and left as they are", () => {
    adopt();
    const before = stores();
    ok("npx cdktf-trust destroy --environment prod");
    expect(project.snapshot(".local/hosts")).toEqual(before);
  }, 240_000);

  slowly(
    "what is there in place of it is named, and not replaced (SLOW=1)",
    () => {
      ok(script);
      ok(
        script
          .split("\n")
          .slice(0, 2)
          .join("\n")
          .replaceAll(/-alias shop|keystore\.p12/g, (word) => (word === "keystore.p12" ? "other.p12" : word)),
      );
      ok(`keytool -delete -alias shop -keystore /etc/client/truststore.jks -storepass:env CLIENT_PASSWORD
keytool -exportcert -rfc -alias shop -file other.crt -keystore /etc/shop/other.p12 -storepass:env SHOP_PASSWORD
keytool -importcert -noprompt -alias shop -file other.crt -keystore /etc/client/truststore.jks -storetype JKS -storepass:env CLIENT_PASSWORD`);
      const before = stores();
      const [newKey, observe, plan] = commands.join("").trim().split("\n");
      ok(newKey);
      ok(observe);
      const refused = ok(plan, 2);
      expect(refused.stderr.replaceAll(/[\s│]+/g, " ")).toContain('"shop" is there already');
      expect(stores()).toEqual(before);
    },
    240_000,
  );

  slowly(
    "they are renewed from here later, and come back (SLOW=1)",
    () => {
      adopt();
      const before = list();
      const [renewing] = blocksOf("Later: let it be renewed from here", "ts");
      project.writeMain(appOf(renewing, 'shop.endpoint.afterDeploy("echo restarted >> restarts");'));
      const [lock, plan, deploy] = (blocksOf("Later: let it be renewed from here", "sh")[0] ?? "")
        .trim()
        .split("\n");
      ok(lock);
      ok(plan, 1);
      expect(ok(deploy).stdout).toContain("ok: trusted through CN=Example CA");
      expect(list()).not.toEqual(before);
      expect(project.read("cdktf.out/prod/stacks/shop/restarts").toString()).toBe("restarted\n");
      ok("npx cdktf-trust destroy --environment prod");
      expect(list()).toEqual(before);
    },
    480_000,
  );

  slowly(
    "a command after the deploy runs at the first one that knows it (SLOW=1)",
    () => {
      project.writeMain(appOf(declared, 'shop.endpoint.afterDeploy("echo restarted >> restarts");'));
      adopt();
      expect(project.read("cdktf.out/prod/stacks/shop/restarts").toString()).toBe("restarted\n");
    },
    480_000,
  );

  slowly(
    "stores as Ansible's modules make them are adopted byte for byte",
    () => {
      // GIVEN what java_keystore and java_cert run, with a keytool that writes PKCS12 into a .jks
      const [example] = blocksOf("From Ansible", "ts");
      const app = ".local/hosts/app";
      ok(`mkdir -p ${app}/opt/app/jre/lib/security ${app}/etc/shop
for name in shop partner-root; do
  openssl req -x509 -newkey rsa:2048 -nodes -days 397 -subj /CN=$name.example.com -addext subjectAltName=DNS:$name.example.com \\
    -keyout certificates/$name.key -out certificates/$name.crt
done
openssl pkcs12 -export -name shop -in certificates/shop.crt -inkey certificates/shop.key -out shop.p12 -passout env:SHOP_PASSWORD
keytool -importkeystore -noprompt -srckeystore shop.p12 -srcstoretype pkcs12 -srcstorepass:env SHOP_PASSWORD -alias shop \\
  -destkeystore ${app}/etc/shop/keystore.jks -deststorepass:env SHOP_PASSWORD
keytool -importcert -noprompt -alias partner-root -file certificates/partner-root.crt \\
  -keystore ${app}/opt/app/jre/lib/security/cacerts -storepass:env CLIENT_PASSWORD`);
      const before = stores();

      // WHEN they are declared as the page says
      project.writeMain(appOf(example));
      ok("npx cdktf-trust lock --new-key keys/prod --environment prod");
      ok("npx cdktf-trust lock --environment prod");
      ok("rm certificates/shop.key");
      expect(ok("npx cdktf-trust plan --environment prod", 1).stdout).toMatch(
        /^shop: \d+ added \(stack 1 of 1\)$/m,
      );
      ok("npx cdktf-trust deploy --environment prod");

      // THEN
      expect(stores()).toEqual(before);
      expect(ok("npx cdktf-trust plan --environment prod").stdout).toBe("shop: No changes.\n");
    },
    240_000,
  );

  function list() {
    return {
      keystore: keytoolList(project.path(".local/hosts/shop/etc/shop/keystore.p12"), SHOP_PASSWORD),
      truststore: keytoolList(project.path(".local/hosts/client/etc/client/truststore.jks"), CLIENT_PASSWORD),
    };
  }
});
