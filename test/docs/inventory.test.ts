import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CliSandbox } from "../cli/cliRun";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { APP_PASSWORD, HandMadeStores } from "../support/handMadeStores";
import { codeBlocks } from "./markdown";

const PAGE = "docs/inventory.md";
const blocks = codeBlocks().filter(({ place }) => place.startsWith(`${PAGE}:`));
const [printed = "", declared = ""] = ["text", "ts"].map(
  (language) => blocks.find((block) => block.language === language)?.code,
);
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.split("\n"))
  .filter((line) => line.startsWith("npx cdktf-trust host "))
  .map((line) => line.split(" ").slice(2));

describe("the page of inventory and adoption", () => {
  const sandbox = new CliSandbox({ SHOP_PASSWORD: APP_PASSWORD });

  beforeAll(() => {
    const tree = new HandMadeStores(join(sandbox.directory, ".local/hosts/shop"), sandbox.now);
    const authority = makeAuthority(sandbox.now, "Example CA", { toDays: 3_000 });
    const partners = makeAuthority(sandbox.now, "Partner Root", { toDays: 3_000 });
    const shop = makeCertificate({
      now: sandbox.now,
      subject: "shop.example.com",
      names: ["DNS:shop.example.com"],
      issuer: authority,
      toDays: 20,
    });
    const key = { kind: "clear", pkcs8: shop.pkcs8 } as const;
    tree.lay("/etc/shop/keystore.p12", "modern", [
      { kind: "identity", alias: "shop", key, chain: shop.chain },
    ]);
    tree.lay("/etc/shop/truststore.jks", "jks", [
      { kind: "anchor", alias: "partners", certificate: partners.der },
      { kind: "anchor", alias: "example-ca", certificate: authority.der },
    ]);
    tree.lay(
      "/opt/old/cacerts",
      "jks",
      [{ kind: "anchor", alias: "partners", certificate: partners.der }],
      "changeit",
    );
    tree.put(
      "/opt/tomcat/conf/server.xml",
      '<Server><Connector port="8443"><SSLHostConfig truststoreFile="/etc/shop/truststore.jks" certificateVerification="required"><Certificate certificateKeystoreFile="/etc/shop/keystore.p12" certificateKeyAlias="shop"/></SSLHostConfig></Connector></Server>',
    );
    new HandMadeStores(sandbox.directory, sandbox.now).put(
      "cdktf.json",
      '{"app":"true","language":"typescript"}',
    );
  });

  afterAll(() => sandbox.remove());

  test("shows what is printed", async () => {
    const [inventory = []] = commands.filter(([, what]) => what === "inventory");
    const { stdout } = await sandbox.run(...inventory);
    expect(stdout.replace(`${sandbox.directory}/`, "")).toBe(printed);
  });

  test("shows what is written", async () => {
    const [adopt = []] = commands.filter(([, what]) => what === "adopt");
    expect(await sandbox.run(...adopt)).toMatchObject({ exitCode: 0, stderr: "" });
    const written = readFileSync(sandbox.path("stacks/shop.ts"), "utf8");
    expect(
      written.slice(written.indexOf("    const"), written.indexOf("\n  }\n}")).replaceAll(/^ {4}/gm, ""),
    ).toBe(declared.trimEnd());
  });

  test("has only commands that there are", async () => {
    for (const words of commands) {
      const { stdout, exitCode } = await sandbox.run(...words.slice(0, 2), "--help");
      expect(exitCode).toBe(0);
      for (const flag of words.filter((word) => word.startsWith("--"))) expect(stdout).toContain(flag);
    }
  });
});
