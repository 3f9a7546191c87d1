import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { toPem } from "../../../lib/pki";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { keyEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { findServer } from "../../support/javaServers";
import { describeWith, slowly } from "../../support/tools";
import { freePort } from "../../systems/support/products";
import { javaProduct, nginxProduct, PASSWORD, type Product, servedBy, tomcatProduct } from "./products";

const [one, two] = [makeIdentity("localhost", "one"), makeIdentity("localhost", "two")];
type Identity = typeof one;

/** What a declaration has beside the identity that is to be served. */
interface Declared {
  /** Settings of the product's own file, in HCL. */
  readonly settings?: string;
  /** Password of the key, as a reference, where it is not the store's. */
  readonly keyPassword?: string;
  /** Words that run in the place of the restart. */
  readonly argv?: readonly string[];
  readonly timeoutSeconds?: number;
  readonly probeSeconds?: number;
}

const servers: Readonly<Record<string, (root: string, port: number) => Product>> = {
  java: javaProduct,
  nginx: nginxProduct,
  ...(findServer("tomcat10") === undefined ? {} : { tomcat: tomcatProduct }),
};

/** A setting that each product dies of. */
const broken: Readonly<Record<string, string>> = {
  java: `{ kind = "property", key = "type", value = "NOSUCH" }`,
  nginx: `{ kind = "line", pattern = "^keepalive_timeout", value = "keepalive_timeout nonsense;" }`,
  tomcat: `{ kind = "xml-attribute", element = "Certificate", attribute = "certificateKeyAlias", value = "nobody" }`,
};

describe.each(Object.keys(servers))("an activation of a real server, %s", (name) => {
  describeWith(["terraform", "java", "javac", "nginx", "openssl"], "under Terraform", () => {
    /** Some of what is tried on all under `SLOW=1`. */
    const inEachRun = (...names: readonly string[]) => (names.includes(name) ? test : slowly);
    let stack: AttachedStack;
    let folder: string;
    let product: Product;

    stackForEachTest({ PRODUCT_PASSWORD: PASSWORD, OTHER_PASSWORD: "another-for-the-key" }, (begun, opt) => {
      [stack, folder] = [begun, opt];
    });
    beforeEach(async () => {
      product = servers[name]?.(stack.root, await freePort()) ?? javaProduct(stack.root, await freePort());
      const journal = join(stack.root, "journal");
      stack.environment = { ...stack.environment, CDKTF_TRUST_JOURNAL: journal };
      declare(one);
      stack.init();
    });
    afterEach(() => product.end());

    function identityOf(identity: Identity, { keyPassword }: Declared): string {
      if (name === "nginx") {
        return [
          ["server.crt", toPem(identity.certificate, "CERTIFICATE"), "0644"],
          ["server.key", toPem(identity.pkcs8, "PRIVATE KEY"), "0600"],
        ]
          .map(([file = "", text = "", mode = ""]) => {
            const sha256 = createHash("sha256").update(text).digest("hex");
            writeFileSync(join(stack.directory, sha256), text);
            return `resource "trust_file" "${file.replace(".", "_")}" {
  host     = "local:../host"
  path     = "/opt/${file}"
  artifact = "${sha256}"
  sha256   = "${sha256}"
  mode     = "${mode}"
}`;
          })
          .join("\n");
      }
      const key = keyPassword === undefined ? undefined : "another-for-the-key";
      writeTestStore(join(stack.directory, "artifact.p12"), "modern", PASSWORD, [
        keyEntry("server", identity, key),
      ]);
      return `
resource "trust_keystore" "store" {
  host     = "local:../host"
  path     = "/opt/store.p12"
  password = "env:PRODUCT_PASSWORD"
  profile  = "modern"
}
resource "trust_key_entry" "server" {
  host     = trust_keystore.store.host
  path     = trust_keystore.store.path
  password = "env:PRODUCT_PASSWORD"
  alias    = "server"
  artifact = "artifact.p12"
  sha256   = "${identity.sha256}"
  ${keyPassword === undefined ? "" : `key_password = "${keyPassword}"`}
}`;
    }

    function declare(identity: Identity, declared: Declared = {}): void {
      const { settings, argv = product.restart, timeoutSeconds = 60, probeSeconds = 20 } = declared;
      const own =
        name === "nginx" ? ["trust_file.server_crt", "trust_file.server_key"] : ["trust_key_entry.server"];
      const files =
        name === "nginx"
          ? `{ path = "/opt/server.crt" }, { path = "/opt/server.key" }`
          : `{ path = "/opt/store.p12", password = "env:PRODUCT_PASSWORD" }`;
      stack.configure(`${identityOf(identity, declared)}
resource "trust_config_file" "config" {
  host     = "local:../host"
  path     = "${product.config}"
  settings = [${settings ?? ""}]
}
resource "trust_activation" "server" {
  host       = "local:../host"
  name       = "server"
  files      = [${files}, { path = "${product.config}" }]
  steps      = [{ argv = ${JSON.stringify(argv)}, on = "runner", timeout_seconds = ${timeoutSeconds} }]
  probes     = [{
    connect         = "127.0.0.1:${product.port}"
    server_name     = "localhost"
    sha256          = "${identity.sha256}"
    timeout_seconds = ${probeSeconds}
  }]
  depends_on = [${[...own, "trust_config_file.config"].join(", ")}]
}`);
    }

    const served = () => servedBy(product.port);
    const journal = () =>
      readFileSync(join(stack.root, "journal"), "utf8")
        .trim()
        .split("\n")
        .map((line): { event: string; level?: string } => JSON.parse(line));
    const planned = () => stack.plan().map(({ address }) => address);

    function deliver(identity: Identity): void {
      declare(identity);
      expect(stack.apply()).toMatchObject({ status: 0 });
      expect(served()).toBe(identity.sha256);
    }

    inEachRun("java")("a good change goes live, with one restart", () => {
      deliver(one);
      expect(stack.plan()).toEqual([]);
      deliver(two);
      expect(stack.plan()).toEqual([]);
      expect(journal().filter(({ event }) => event === "ran")).toHaveLength(2);
      expect(journal().at(-1)).toMatchObject({ event: "proved", level: "served" });
      expect(stack.state("trust_activation.server")).toMatchObject({ state: "proven", level: "served" });
    });

    inEachRun("nginx")("a broken configuration goes back, and the product serves what it served", () => {
      deliver(one);
      declare(two, { settings: broken[name] ?? "" });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      // Tomcat takes its port before it dies, so that only the probe sees it.
      expect(failed.text).toMatch(
        name === "tomcat" ? /ended with|serves no certificate/ : /ended with status 1/,
      );
      expect(failed.text).toContain("Rolled back");
      expect(served()).toBe(one.sha256);
      expect(planned()).toContain("trust_activation.server");
      expect(planned()).toContain("trust_config_file.config");
      expectNoSecret(failed.text);
      deliver(two);
      expect(stack.plan()).toEqual([]);
    });

    const ofAStore = name === "nginx" ? test.skip : inEachRun("java");
    ofAStore("a key under a password that the product does not have goes back", () => {
      deliver(one);
      declare(two, { keyPassword: "env:OTHER_PASSWORD" });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toMatch(/Rolled back: .*key "server": now the certificate/);
      expect(failed.text).toContain("That means");
      expect(served()).toBe(one.sha256);
      expectNoSecret(failed.text);

      // The same key sealed otherwise is no other key; it goes back too.
      declare(one, { keyPassword: "env:OTHER_PASSWORD" });
      expect(stack.apply().status).toBe(1);
      expect(served()).toBe(one.sha256);
    });

    slowly("one that comes back with the old certificate is told, and its files go back", () => {
      deliver(one);
      declare(two, { argv: ["true"], probeSeconds: 3 });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toContain(`expected was SHA-256 ${two.sha256}`);
      expect(failed.text).toContain(one.sha256);
      expect(served()).toBe(one.sha256);
      // It serves what is proven again, so that nothing but the change is left to do.
      expect(planned()).toContain("trust_activation.server");
      deliver(two);
    });

    slowly("one that does not come back is told, and is owed until it does", () => {
      deliver(one);
      const [shell = "", script = "", pid = "", ...rest] = product.restart;
      writeFileSync(join(stack.root, "ends.sh"), `kill $(cat ${pid}); echo gone; exit 9\n`);
      declare(two, { argv: ["sh", join(stack.root, "ends.sh")] });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toContain("The activation is still owed");
      expect(served()).toBeUndefined();
      // THEN the next run brings it up, on the files that it ran with
      declare(one, { argv: [shell, script, pid, ...rest] });
      expect(planned()).toContain("trust_activation.server");
      expect(stack.apply().status).toBe(0);
      expect(served()).toBe(one.sha256);
    });

    slowly("a restart that hangs is ended, and what it was to serve goes back", () => {
      deliver(one);
      const file = join(folder, name === "nginx" ? "server.crt" : "store.p12");
      const before = readFileSync(file);
      writeFileSync(join(stack.root, "before"), before);
      // It hangs on the new file, as a product that waits for a password does.
      const hangs = `cmp -s ${file} ${join(stack.root, "before")} || test -e ${stack.root}/again || { touch ${stack.root}/again; sleep 600; }; exec "$@"`;
      declare(two, { argv: ["sh", "-c", hangs, "sh", ...product.restart], timeoutSeconds: 8 });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toContain("did not end within 8 s and was ended");
      expect(served()).toBe(one.sha256);
      deliver(two);
    });

    slowly("a first deploy that fails has nothing to return to, and the next one works", () => {
      declare(one, { settings: broken[name] ?? "" });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toContain("taken out");
      expect(stack.state("trust_activation.server")).toBeUndefined();
      deliver(one);
      expect(stack.plan()).toEqual([]);
    });

    function expectNoSecret(text: string): void {
      const files = readdirSync(stack.root, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && /tfstate|journal/.test(file.name))
        .map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
      expect(files.length).toBeGreaterThan(1);
      for (const place of [text, ...files])
        for (const secret of [PASSWORD, "another-for-the-key", two.pkcs8.toString("base64").slice(0, 64)])
          expect(place).not.toContain(secret);
      expect(existsSync(join(stack.root, "journal"))).toBe(true);
      chmodSync(join(stack.root, "journal"), 0o600);
    }
  });
});
