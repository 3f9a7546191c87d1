import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { keyEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { makeCertificate } from "../../support/certificateMaker";
import { hasSshServer, type SshServer, startSshServer } from "../../support/sshServer";
import { describeWith, slowly } from "../../support/tools";
import { freePort } from "../../systems/support/products";
import { javaProduct, PASSWORD, type Product, servedBy } from "./products";

const [one, two] = [makeIdentity("localhost", "one"), makeIdentity("localhost", "two")];
type Identity = typeof one;
const OTHER_PASSWORD = "another-for-the-key";
const [clients, partners] = ["Clients", "Partners"].map((subject) =>
  makeCertificate({ now: new Date(), subject, authority: true, toDays: 365 }),
);

/** What a declaration has beside the identity that is to be served. */
interface Declared {
  /** Whether the key gets a password that the product does not have. */
  readonly hasOtherPassword?: boolean;
  /** Script that runs on the machine in the place of the restart; `"$@"` is that. */
  readonly script?: string;
  readonly timeoutSeconds?: number;
  /** Whose clients it accepts. @default - it asks for no certificate */
  readonly accepted?: readonly string[];
}

describeWith(["terraform", "java", "javac", "openssl"], "an activation on a machine over SSH", () => {
  (hasSshServer ? describe : describe.skip)("under Terraform", () => {
    let machine: SshServer;
    let stack: AttachedStack;
    let opt: string;
    let product: Product;

    beforeAll(async () => {
      machine = await startSshServer();
    });
    afterAll(() => machine.stop());
    stackForEachTest({ PRODUCT_PASSWORD: PASSWORD, OTHER_PASSWORD }, (begun, folder) => {
      [stack, opt] = [begun, folder];
    });
    beforeEach(async () => {
      product = javaProduct(stack.root, await freePort());
      // The environment of the runner is not the machine's.
      writeFileSync(join(opt, "password"), PASSWORD, { mode: 0o600 });
      const journal = join(stack.root, "journal");
      stack.environment = { ...stack.environment, CDKTF_TRUST_JOURNAL: journal };
      declare(one);
      stack.init();
    });
    afterEach(() => product.end());

    function declare(identity: Identity, declared: Declared = {}): void {
      const { hasOtherPassword = false, script = 'exec "$@"', timeoutSeconds = 60, accepted = [] } = declared;
      const { user, identity: key, hostKey } = machine.connection;
      const sealed = hasOtherPassword ? OTHER_PASSWORD : undefined;
      writeTestStore(join(stack.directory, "artifact.p12"), "modern", PASSWORD, [
        keyEntry("server", identity, sealed),
      ]);
      const host = `host = "${machine.address}"
  ssh = { user = "${user}", identity = "${key}", host_key = "${hostKey}" }`;
      const start = `PRODUCT_PASSWORD=$(cat ${opt}/password); export PRODUCT_PASSWORD; ${script}`;
      const argv = ["sh", "-c", start, "restart", ...product.restart];
      const trusted = accepted.map(
        (name) => `
resource "trust_truststore_entry" "${name}" {
  ${host}
  path            = trust_keystore.trusted.path
  password        = "env:PRODUCT_PASSWORD"
  alias           = "${name}"
  certificate_pem = file("${name}.pem")
}`,
      );
      stack.configure(`
resource "trust_keystore" "store" {
  ${host}
  path     = "${opt}/store.p12"
  password = "env:PRODUCT_PASSWORD"
  profile  = "modern"
}
resource "trust_keystore" "trusted" {
  ${host}
  path     = "${opt}/trusted.p12"
  password = "env:PRODUCT_PASSWORD"
  profile  = "modern"
}
resource "trust_key_entry" "server" {
  ${host}
  path     = trust_keystore.store.path
  password = "env:PRODUCT_PASSWORD"
  alias    = "server"
  artifact = "artifact.p12"
  sha256   = "${identity.sha256}"
  ${hasOtherPassword ? `key_password = "env:OTHER_PASSWORD"` : ""}
}${trusted.join("")}
resource "trust_activation" "server" {
  ${host}
  name   = "server"
  files  = [for path in ["${opt}/store.p12", "${opt}/trusted.p12"] : { path = path, password = "env:PRODUCT_PASSWORD" }]
  steps  = [{ argv = ${hcl(argv)}, on = "host", timeout_seconds = ${timeoutSeconds} }]
  probes = [{
    connect         = "127.0.0.1:${product.port}"
    via             = "host"
    server_name     = "localhost"
    sha256          = "${identity.sha256}"
    authorities     = ${JSON.stringify(accepted.map((name) => `CN=${name}`))}
    timeout_seconds = 5
  }]
  depends_on = [${["trust_key_entry.server", ...accepted.map((name) => `trust_truststore_entry.${name}`)].join(", ")}]
}`);
    }

    const served = () => servedBy(product.port);
    const planned = () => stack.plan().map(({ address }) => address);

    function deliver(identity: Identity, declared: Declared = {}): void {
      declare(identity, declared);
      const { status, text } = stack.apply();
      expect({ status, text: status === 0 ? "" : text }).toEqual({ status: 0, text: "" });
      expect(served()).toBe(identity.sha256);
    }

    function expectNoSecret(text: string): void {
      for (const place of [text, machine.log(), readFileSync(join(stack.root, "journal"), "utf8")])
        for (const secret of [PASSWORD, OTHER_PASSWORD]) expect(place).not.toContain(secret);
    }

    test("a good change goes live, seen from the machine; a key that the product cannot open goes back", () => {
      deliver(one);
      deliver(two);
      expect(stack.plan()).toEqual([]);
      expect(stack.state("trust_activation.server")).toMatchObject({ state: "proven", level: "served" });
      declare(one, { hasOtherPassword: true });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toMatch(
        /ended with status 1 .*\(on the host\)|\(on the host\), ended with status 1/,
      );
      expect(failed.text).toMatch(/Rolled back: .*key "server": now the certificate/);
      expect(served()).toBe(two.sha256);
      expectNoSecret(failed.text);
      deliver(one);
      expect(stack.plan()).toEqual([]);
    });

    slowly("a restart that hangs is ended on the machine, and what it was to serve goes back", () => {
      deliver(one);
      declare(two, {
        script: `test -e ${opt}/hung || { echo $$ >${opt}/hung; sleep 600; }; exec "$@"`,
        timeoutSeconds: 6,
      });
      const failed = stack.apply();
      expect(failed.status).toBe(1);
      expect(failed.text).toContain("did not end within 6 s and was ended");
      expect(failed.text).toContain('key "server": now the certificate');
      expect(existsSync(`/proc/${readFileSync(join(opt, "hung"), "utf8").trim()}`)).toBe(false);
      expect(served()).toBe(one.sha256);
    });

    slowly(
      "a connection that is cut while the restart runs: nothing is known of it, and the next run converges",
      async () => {
        deliver(one);
        // WHEN all connections to the machine end, once
        declare(two, {
          script: `test -e ${opt}/cut || { echo $$ >${opt}/cut; pkill -KILL -P ${machine.processId}; sleep 600; }; exec "$@"`,
        });
        const failed = stack.apply();
        // THEN
        expect(failed.status).toBe(1);
        expect(failed.text).toContain("Whether the command ended, and how, is not known");
        expect(served()).toBe(one.sha256);
        await gone("cut");
        deliver(two);
        expect(stack.plan()).toEqual([]);
      },
    );

    slowly(
      "a machine that is gone while the restart runs: it is still owed, and the next run converges",
      async () => {
        // A process remembers for a minute that a machine is down.
        stack.detach();
        deliver(one);
        // WHEN all connections to the machine end, and it answers nobody
        declare(two, {
          script: `test -e ${opt}/cut || { echo $$ >${opt}/cut; kill -STOP ${machine.processId}; pkill -KILL -P ${machine.processId}; sleep 600; }; exec "$@"`,
        });
        const failed = stack.apply();
        machine.resume();
        // THEN
        expect(failed.status).toBe(1);
        expect(failed.text).toContain("Whether the command ended, and how, is not known");
        expect(failed.text).toContain(
          "Nothing was rolled back. Then the machine could not be asked any more",
        );
        expect(failed.text).toContain("The activation is still owed");
        expect(failed.text).not.toContain("Nothing was changed");
        await gone("cut");
        expect(planned()).toContain("trust_activation.server");
        deliver(two);
        expect(stack.plan()).toEqual([]);
      },
    );

    slowly(
      "whom it accepts is looked at; one that was not restarted does not show whom it is to accept now",
      () => {
        for (const [name, made] of Object.entries({ Clients: clients, Partners: partners }))
          writeFileSync(join(stack.directory, `${name}.pem`), pem(made?.chain[0]));
        appendFileSync(join(opt, "server.properties"), `truststore=${opt}/trusted.p12\n`);
        deliver(one, { accepted: ["Clients"] });
        expect(stack.state("trust_activation.server")).toMatchObject({ level: "served" });

        declare(one, { accepted: ["Clients", "Partners"], script: "true" });
        const failed = stack.apply();
        expect(failed.status).toBe(1);
        expect(failed.text).toContain("asking for certificates of CN=Clients, expected was");
        expect(failed.text).toContain("requests for CN=Clients and CN=Partners");
        expect(served()).toBe(one.sha256);
        deliver(one, { accepted: ["Clients", "Partners"] });
        expect(stack.plan()).toEqual([]);
      },
    );

    slowly(
      "it is the machine that asks: one whose sshd leads to no port fails, though the port is open here",
      async () => {
        const open = machine;
        machine = await startSshServer({ lines: ["AllowTcpForwarding no"] });
        try {
          declare(one);
          const failed = stack.apply();
          expect(failed.status).toBe(1);
          expect(failed.text).toMatch(
            /\(from the host\) serves no certificate .*administratively prohibited/,
          );
          expect(served()).toBeUndefined();
        } finally {
          await machine.stop();
          machine = open;
        }
      },
    );

    /** Waits until what wrote its process id into a file is there no more. */
    async function gone(file: string): Promise<void> {
      const id = readFileSync(join(opt, file), "utf8").trim();
      for (let waited = 0; waited < 30_000 && existsSync(`/proc/${id}`); waited += 100) await sleep(100);
      expect(existsSync(`/proc/${id}`)).toBe(false);
    }
  });
});

/** A list of texts in which Terraform evaluates nothing. */
function hcl(words: readonly string[]): string {
  return JSON.stringify(words).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function pem(der: Uint8Array = new Uint8Array()): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
