import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStore, writeStore } from "../../../lib/keystore";
import { parseCertificate, toPem } from "../../../lib/pki";
import { probe } from "../../../lib/verify";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { describeWith, tool } from "../../support/tools";
import {
  client,
  freePort,
  intermediate,
  pemOf,
  root,
  server,
  withAnchors,
  withKey,
} from "../../verify/live/liveWorld";

const PASSWORD = "store secret";
const EXAMPLE = readFileSync(resolve(__dirname, "../../../examples/hcl/handshake/main.tf"), "utf8");

describeWith(["terraform", "openssl"], "the data source trust_handshake", () => {
  let stack: AttachedStack;
  let folder: string;
  let running: ChildProcess | undefined;

  stackForEachTest({ SHOP_PASSWORD: PASSWORD }, (begun, hostFolder) => {
    stack = begun;
    folder = hostFolder;
    const trusted = withAnchors(createStore("modern"), root.der);
    writeFileSync(join(folder, "truststore.p12"), writeStore(trusted, PASSWORD));
    const keys = withKey(createStore("modern"), "shop", client);
    writeFileSync(join(folder, "keystore.p12"), writeStore(keys, PASSWORD));
  });

  afterEach(() => running?.kill("SIGKILL"));

  /** OpenSSL's server, which requires client certificates. */
  async function serve(): Promise<number> {
    const port = await freePort();
    const { cert, key } = pemOf(server);
    const file = (name: string, text: string): string => {
      writeFileSync(join(stack.root, name), text);
      return join(stack.root, name);
    };
    const clients = [root, intermediate].map(({ der }) => toPem(der, "CERTIFICATE")).join("");
    const chain = file("server.crt", cert);
    const words = `s_server -accept 127.0.0.1:${port} -www -Verify 3 -verify_return_error`.split(" ");
    const files = ["-cert", chain, "-cert_chain", chain, "-key", file("server.key", key)];
    running = spawn(tool("openssl"), [...words, ...files, "-CAfile", file("ca.crt", clients)], {
      stdio: "ignore",
    });
    for (let tries = 0; tries < 100; tries += 1) {
      const seen = await probe({ host: "127.0.0.1", port, timeoutMs: 1_000 });
      if (seen.chain.length > 0) return port;
      await sleep(100);
    }
    throw new Error("openssl does not listen");
  }

  function declare(connect: string, more = ""): void {
    stack.configure(`
data "trust_handshake" "stock" {
  connect             = "${connect}"
  host                = "local:../host"
  truststore          = "/opt/truststore.p12"
  truststore_password = "env:SHOP_PASSWORD"
  ${more}
}
output "seen" {
  value = data.trust_handshake.stock
}`);
    stack.init();
  }

  const stateText = () => readFileSync(join(stack.directory, "terraform.tfstate"), "utf8");
  const seen = () =>
    (JSON.parse(stateText()) as { outputs: { seen: { value: Record<string, unknown> } } }).outputs.seen.value;

  test("a call that works, one without the certificate that is required, and one that nothing answers", async () => {
    const port = await serve();

    declare(`localhost:${port}`, 'keystore = "/opt/keystore.p12"\n  keystore_password = "env:SHOP_PASSWORD"');
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(seen()).toMatchObject({
      reached: true,
      ok: true,
      rule: "",
      reason: "trusted through CN=Example Root",
      sha256: parseCertificate(server.der).sha256,
      protocol: "TLSv1.3",
      asks_for_certificate: true,
      authorities: ["CN=Example Root", "CN=Example Issuing"],
    });
    expect(stateText()).not.toMatch(/PRIVATE KEY|store secret/);

    declare(`localhost:${port}`);
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(seen()).toMatchObject({ reached: true, ok: false, rule: "no-client-certificate" });

    running?.kill("SIGKILL");
    declare(`localhost:${await freePort()}`);
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(seen()).toMatchObject({ reached: false, ok: false, rule: "not-listening", sha256: "" });
  }, 120_000);

  test("what is half said, or cannot be read, is an error", () => {
    declare("localhost", 'anchors_pem = ["x"]\n  keystore = "/opt/keystore.p12"');
    const { status, text } = stack.run("plan", "-no-color", "-input=false");
    expect(status).toBe(1);
    expect(text).toContain("names no TCP end");
    expect(text).toContain("Invalid anchors_pem");
    expect(text).toContain("Write keystore_password too");
  }, 60_000);

  test("the example: a check warns and goes on, a postcondition stops the plan", async () => {
    const port = await freePort();
    const at = EXAMPLE.indexOf("variable");
    const body = EXAMPLE.slice(at)
      .replaceAll("local:hosts/shop", "local:../host")
      .replaceAll("/etc/shop/", "/opt/")
      .replace("localhost:8443", `localhost:${port}`);
    const plan = (text: string) => {
      stack.configure(text);
      stack.init();
      return stack.run("plan", "-no-color", "-input=false");
    };

    const stopped = plan(body);
    const required = body.indexOf("# A postcondition");
    const warned = plan(body.slice(0, required));

    expect(stopped.status).toBe(1);
    expect(stopped.text).toContain("Resource postcondition failed");
    expect(stopped.text).toContain(`localhost:${port}: nothing listens at localhost:${port}`);
    expect(warned.status).toBe(0);
    expect(warned.text).toContain("Warning: Check block assertion failed");
  }, 120_000);
});
