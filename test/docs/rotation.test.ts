import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Activation,
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../lib";
import type { TrustPlan } from "../../lib/model";
import { RotationSandbox } from "../cli/rotate/support";
import { planOf } from "../support/planOf";
import { REPOSITORY } from "./markdown";

const page = join(REPOSITORY, "docs/rotation.md");
const ID = "shop/Server/Certificate";
const keyAlgorithm = "ec-p256";
const restart = ["systemctl", "restart", "it"];

/** The page's shop: a server, an agent that calls it, and a mainframe that nobody may log in to. */
const declared = planOf((stack) => {
  const password = Secret.env("STORE");
  const activation = Activation.run(restart, { on: "runner" });
  const store = (id: string, host = Host.local(id, { root: `hosts/${id}` })) =>
    new Keystore(stack, id, { host, path: `/opt/${id}.p12`, password, activation });
  const server = new HttpsCallbackEndpoint(stack, "Server", {
    names: ["shop.example.com"],
    port: 8443,
    identity: store("server").entry("server"),
    certificate: Certificate.selfSigned({ keyAlgorithm, validityDays: 20 }),
  });
  new TruststoreEntry(stack, "Agent", { truststore: store("agent"), alias: "server", trusts: server });
  const mainframe = store("mainframe", Host.manual("mainframe"));
  new TruststoreEntry(stack, "Mainframe", { truststore: mainframe, alias: "server", trusts: server });
  new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
});
const plan = JSON.parse(
  JSON.stringify(declared).replaceAll("stack/", "shop/").replaceAll('"stack":"stack"', '"stack":"shop"'),
) as TrustPlan;

const sandbox = new RotationSandbox(plan);
afterAll(() => sandbox.remove());

/** What deploys do between the commands of the page, by the number of the command that comes after them. */
const DEPLOYS: Readonly<Record<number, () => Promise<void>>> = {
  2: () => sandbox.delivered("agent", "/opt/agent.p12", { of: ID }, restart),
  5: () =>
    sandbox.delivered(
      "server",
      "/opt/server.p12",
      { of: ID, kind: "key", content: "chain", generation: 2, identity: ID },
      restart,
    ),
};

test("the page's commands print what it says, one after another", async () => {
  const text = readFileSync(page, "utf8");
  const examples = [...text.matchAll(/```console\n\$ (cdktf-trust [^\n]*)\n([\s\S]*?)```/g)];
  expect(examples).toHaveLength(6);
  await sandbox.run("lock");
  const printed: string[] = [];
  for (const [index, [, command = ""]] of examples.entries()) {
    await DEPLOYS[index]?.();
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
    const { stdout, stderr } = await sandbox.run(...words.slice(1));
    expect(stderr).not.toContain("error");
    printed.push(`$ ${command}\n${stdout}`);
  }
  const updated = examples.reduce(
    (before, [block], index) => before.replace(block, () => `\`\`\`console\n${printed[index]}\`\`\``),
    text,
  );
  if (process.env["UPDATE_PAGES"] === "1") writeFileSync(page, updated);
  else expect(updated).toBe(text);
});
