import { chmodSync, existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { findEntry, readStore } from "../../lib/keystore";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly, tool } from "../support/tools";

const CLI = resolve(__dirname, "../../dist/cdktf-trust.cjs");
const PASSWORD = "stores-of-both-1";
const TRUSTSTORE = ".local/hosts/right/opt/truststore.p12";

interface Variant {
  readonly validityDays: number;
  readonly withRight?: boolean;
  readonly truststorePath?: string;
}

/** Left and right call each other. What left's hook sees in right's truststore goes into a file. */
function stackSource({ validityDays, withRight = true, truststorePath }: Variant): string {
  const list = `"${process.execPath}" "${CLI}" store list ../../../../${TRUSTSTORE} --password file:../../../../password --json`;
  return `
import { App } from "@repository/node_modules/cdktf";
import {
  AnchorsFile, Certificate, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, PemFiles, Secret, TrustStack,
  TruststoreEntry,
} from "@repository/lib";
class OrderStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.file("password");
    const system = (name) => {
      const host = Host.local(name);
      const endpoint = new HttpsCallbackEndpoint(this, name, {
        names: [name + ".example.com"], port: 8443,
        identity: new Keystore(this, name + "Keystore", { host, path: "/opt/keystore.p12", password }).entry("server"),
        certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays: ${validityDays} }),
      });
      const path = name === "right" ? "${truststorePath ?? "/opt/truststore.p12"}" : "/opt/truststore.p12";
      return { endpoint, truststore: new Keystore(this, name + "Truststore", { host, path, password }) };
    };
    const left = system("left");
    if (${withRight}) {
      const right = system("right");
      new TruststoreEntry(this, "LeftTrustsRight", { truststore: left.truststore, alias: "right", trusts: right.endpoint });
      new TruststoreEntry(this, "RightTrustsLeft", { truststore: right.truststore, alias: "left", trusts: left.endpoint });
      const made = () => Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays: ${validityDays} });
      const pem = (hostId, name) => PemFiles.at(Host.local(hostId), {
        certificatePath: "/opt/" + name + ".crt", keyPath: "/opt/" + name + ".key", keyPassword: password,
      });
      const web = new HttpsCallbackEndpoint(this, "web", {
        identity: pem("left", "web"), names: ["web.example.com"], port: 9443, certificate: made(),
      });
      const truststore = new AnchorsFile(this, "WebAnchor", { host: Host.local("right"), path: "/opt/anchor.crt" }).trusts(web);
      new ClientCertificateBinding(this, "WebClient", {
        identity: pem("right", "client"), certificate: made(), endpoint: web, truststore,
      });
      left.endpoint.afterDeploy(${JSON.stringify(`test ! -e ../../../../refuse && ${list} > ../../../../seen.$$.json`)});
    }
  }
}
const app = new App();
new OrderStack(app, "order");
app.synth();
`;
}

describeWith("terraform", "trust first", () => {
  const project = new LocalProject(stackSource({ validityDays: 90 }));

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    chmodSync(project.path("password"), 0o600);
    for (const host of ["left", "right"]) project.write(`.local/hosts/${host}/opt/.keep`, "");
  });

  afterAll(() => project.remove());

  function deploy(): ProgramResult {
    const result = project.cli("deploy", "--auto-approve");
    expect(result).toMatchObject({ status: 0 });
    return result;
  }

  /** Synthesises and applies with Terraform itself: its lines tell in which order things happened. */
  function applied(): string[] {
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    const terraform = (...words: string[]) =>
      project.run(
        tool("terraform"),
        [...words, "-input=false", "-no-color"],
        {},
        "cdktf.out/local/stacks/order",
      );
    expect(terraform("init")).toMatchObject({ status: 0 });
    const result = terraform("apply", "-auto-approve");
    expect(result).toMatchObject({ status: 0 });
    return result.stdout.split("\n").filter((line) => /^\S+: (Creat|Modif|Destr)/.test(line));
  }

  /** What the hook has seen so far, one listing of right's truststore a run. */
  function seenByHook(): string[][] {
    return [...project.snapshot(".").keys()]
      .filter((path) => /^seen\.\d+\.json$/.test(path))
      .map((path) => JSON.parse(project.read(path).toString()) as { entries: { alias: string }[] })
      .map(({ entries }) => entries.map(({ alias }) => alias).sort());
  }

  function aliasesIn(path: string): string[] {
    return readStore(project.read(path), PASSWORD).entries.map(({ alias }) => alias);
  }

  test("two systems that call each other deploy: anchors, then the barrier, then the key, then the hook", () => {
    const lines = applied();
    expectInOrder(lines, [
      /^trust_truststore_entry\.RightTrustsLeft_\w{8}: Creation complete/,
      /^null_resource\.left_TrustFirst: Creating/,
      /^trust_key_entry\.left_KeyEntry: Creating/,
      /^trust_key_entry\.left_KeyEntry: Creation complete/,
      /^null_resource\.left_AfterDeploy: Creating/,
    ]);
    expectInOrder(lines, [
      /^trust_truststore_entry\.LeftTrustsRight_\w{8}: Creation complete/,
      /^trust_key_entry\.right_KeyEntry: Creating/,
    ]);
    expectInOrder(lines, [
      /^trust_file\.WebAnchor: Creation complete/,
      /^null_resource\.web_TrustFirst: Creating/,
      /^trust_file\.web_KeyFile: Creating/,
    ]);
    expect(seenByHook()).toEqual([["left"]]);
  });

  test("a deploy without a change runs no hook", () => {
    expect(deploy().stdout).toContain("order: No changes");
    expect(seenByHook()).toHaveLength(1);
  });

  slowly("replaced anchors: the new one, the key, the hook, and only then the old one goes", () => {
    const before = findEntry(readStore(project.read(TRUSTSTORE), PASSWORD), "left");
    project.writeMain(stackSource({ validityDays: 91 }));
    const lines = applied();
    for (const [system, entry] of [
      ["left", "RightTrustsLeft"],
      ["right", "LeftTrustsRight"],
    ]) {
      expectInOrder(lines, [
        new RegExp(`^trust_truststore_entry\\.${entry}_\\w{8}: Creation complete`),
        new RegExp(`^null_resource\\.${system}_TrustFirst: Creating`),
        new RegExp(`^trust_key_entry\\.${system}_KeyEntry: Modifying`),
        new RegExp(`^trust_key_entry\\.${system}_KeyEntry: Modifications complete`),
        new RegExp(`^trust_truststore_entry\\.${entry}_\\w{8}: Destroying`),
      ]);
    }
    expectInOrder(lines, [
      /^null_resource\.left_AfterDeploy: Creation complete/,
      /^trust_truststore_entry\.RightTrustsLeft_\w{8}: Destroying/,
    ]);
    for (const file of ["web_CertificateFile", "web_KeyFile"]) {
      expectInOrder(lines, [
        /^trust_file\.WebAnchor: Modifications complete/,
        new RegExp(`^trust_file\\.${file}: Modifying`),
      ]);
    }
    expect(seenByHook()).toHaveLength(2);
    expect(seenByHook()).toContainEqual(["left", "left-previous"]);
    expect(aliasesIn(TRUSTSTORE)).toEqual(["left"]);
    expect(findEntry(readStore(project.read(TRUSTSTORE), PASSWORD), "left")).not.toEqual(before);
  });

  slowly(
    "a hook that fails stops the apply while both anchors are trusted; the next one goes on from there",
    () => {
      project.write("refuse", "");
      project.writeMain(stackSource({ validityDays: 92 }));
      const failed = project.cli("deploy", "--auto-approve");
      expect(failed).toMatchObject({ status: 2 });
      expect(failed.stderr).toContain(
        "what it had done is in the state, and the next deploy goes on from there",
      );
      expect(aliasesIn(TRUSTSTORE).sort()).toEqual(["left", "left-previous"]);
      expect(project.cli("verify")).toMatchObject({ status: 0 });

      rmSync(project.path("refuse"));
      deploy();
      expect(seenByHook()).toHaveLength(3);
      expect(aliasesIn(TRUSTSTORE)).toEqual(["left"]);
    },
  );

  slowly("a store that moves takes its entries along", () => {
    project.writeMain(stackSource({ validityDays: 92, truststorePath: "/opt/moved.p12" }));
    deploy();
    expect(aliasesIn(".local/hosts/right/opt/moved.p12")).toEqual(["left"]);
    expect(existsSync(project.path(TRUSTSTORE))).toBe(false);
    expect(seenByHook()).toHaveLength(3);
  });

  slowly("a host that goes together with its entries goes cleanly", () => {
    project.writeMain(stackSource({ validityDays: 92, withRight: false }));
    deploy();
    expect(aliasesIn(".local/hosts/left/opt/keystore.p12")).toEqual(["server"]);
    expect(aliasesIn(".local/hosts/left/opt/truststore.p12")).toEqual([]);
    const left = [...project.snapshot(".local/hosts/right").keys()].filter(
      (path) => !/\.(orig|bak)$/.test(path),
    );
    expect(left).toEqual(["opt/.keep"]);
    expect(deploy().stdout).toContain("order: No changes");
  });
});

/** The first lines that match come in the order of the patterns. */
function expectInOrder(lines: readonly string[], patterns: readonly RegExp[]): void {
  const places = patterns.map((pattern) => lines.findIndex((line) => pattern.test(line)));
  const found = patterns.map((pattern, index) => `${places[index]} ${pattern.source}`);
  expect({ lines, found: found.filter((text) => text.startsWith("-1")) }).toEqual({ lines, found: [] });
  expect({ lines, places }).toEqual({ lines, places: places.toSorted((one, other) => one - other) });
}
