import { rmSync, statSync } from "node:fs";
import { LocalProject } from "../../support/localProject";

/** Shop calls each of some servers over mutual TLS, and trusts those that are not named as strangers. */
const app = (servers: readonly string[], strangers: readonly string[] = []) => `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, CertificateAuthority, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class ShopStack extends TrustStack {
  constructor(scope: App, id: string) {
    super(scope, id);
    const password = Secret.file("password");
    const shop = Host.local("shop");
    const store = (host: Host, name: string) =>
      new Keystore(this, host.hostId + name, { host, path: "/etc/secret-place/" + name + ".p12", password });
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Shop CA" });
    const trusted = store(shop, "trust");
    for (const name of ${JSON.stringify(servers)}) {
      const host = Host.local(name);
      const truststore = store(host, "trust");
      const endpoint = new HttpsCallbackEndpoint(this, name, {
        names: [name + ".example.com"], port: 8443, identity: store(host, "keys").entry(name),
        certificate: Certificate.selfSigned(), clientAuthentication: "require", truststore,
      });
      const binding = new ClientCertificateBinding(this, name + "Caller", {
        identity: store(shop, "keys-" + name).entry("shop"), certificate: Certificate.issuedBy(authority), endpoint, truststore: trusted, user: "shop",
      });
      if (!${JSON.stringify(strangers)}.includes(name)) new TruststoreEntry(this, name + "Trusted", { truststore: trusted, alias: name, trusts: endpoint });
      new TruststoreEntry(this, name + "Accepts", { truststore, alias: "shop", trusts: binding });
    }
  }
}
const app = new App();
new ShopStack(app, "shop");
app.synth();
`;

describe("cdktf-trust map", () => {
  const project = new LocalProject(app(["orders", "stock"]));
  const page = () => project.read("cdktf.out/local/trust-map.html").toString();

  beforeAll(() => project.write("password", "a password of the test\n"));
  afterAll(() => project.remove());

  test("every synth writes the map beside the stacks, with nothing of the stores in it", () => {
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    expect(page()).toContain("<h1>All 2 hops work.</h1>");
    expect(page()).not.toMatch(/secret-place|a password of the test|file:password/);
    expect(statSync(project.path("cdktf.out/local/trust-map.html")).mode & 0o777).toBe(0o644);
    const verdicts = JSON.parse(project.read("cdktf.out/local/trust-verdicts.json").toString()) as {
      verdicts: { ok: boolean; source: string }[];
    };
    expect(verdicts.verdicts).toMatchObject([
      { ok: true, source: "rehearsed" },
      { ok: true, source: "rehearsed" },
    ]);
  });

  test("writes it where it is told to, with a comment and a picture, and says where", () => {
    const words = ["--out", "page.html", "--markdown", "comment.md", "--svg", "map.svg"];
    const { status, stdout } = project.cli("map", ...words);
    expect([status, stdout]).toEqual([
      0,
      "page.html\ncomment.md\nmap.svg\n2 hops: 2 work, 0 fail, 0 not proven here; 0 certificates end within 30 days\n",
    ]);
    expect(project.read("page.html").toString()).toContain("<h1>All 2 hops work.</h1>");
    expect(project.read("comment.md").toString()).toMatch(/^### Trust map · local: All 2 hops work\./);
    expect(project.read("map.svg").toString()).toMatch(/^<svg xmlns=/);
  });

  test("says what is different from the output of an earlier synth, and from one stack's plan", () => {
    project.run("cp", ["-r", "cdktf.out/local", "before"]);
    project.writeMain(app(["orders", "returns"]));
    for (const earlier of ["before", "before/stacks/shop/trust-plan.json", "before/trust-verdicts.json"]) {
      expect(project.cli("map", "--against", earlier, "--markdown", "comment.md")).toMatchObject({
        status: 0,
      });
      const comment = project.read("comment.md").toString();
      expect(comment).toContain("**What changes**: 1 new, 1 removed, 0 changed hops");
      expect(comment).toMatch(/- \+ new, 1 hop: .* → returns\.example\.com:8443/);
      expect(comment).toMatch(/- − removed, 1 hop: .* → stock\.example\.com:8443/);
    }
    expect(page()).toContain("1 new, 1 removed, 0 changed hops");
  });

  test("draws what a synth refuses, and says why the hop fails now", () => {
    rmSync(project.path("comment.md"));
    project.writeMain(app(["orders", "stock"], ["stock"]));
    const { status, stdout, stderr } = project.cli("map", "--against", "before", "--markdown", "comment.md");
    expect(status).toBe(1);
    expect(stdout).toContain("2 hops: 1 work, 1 fail, 0 not proven here");
    expect(stderr).toContain("error: synth failed");
    expect(page()).toContain('<b class="fails">✕ 1</b> of 2 hops fails.');
    expect(page()).not.toContain("secret-place");
    expect(project.read("comment.md").toString()).toMatch(
      /- ✕ .*; fails now, 1 hop: .* → stock\.example\.com:8443/,
    );
    expect(project.cli("map", "--paths").status).toBe(1);
    expect(page()).toContain("secret-place");
  });

  test("rehearses nothing and asks for no secret where no artifacts are made", () => {
    project.writeMain(app(["orders", "stock"]));
    rmSync(project.path("password"));
    const { status, stdout } = project.cli("map", "--no-artifacts", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hops: 2, failing: 0, unproven: 2, ending: 0 });
    expect(page()).toContain("<h1>2 hops, none of them proven here.</h1>");
  });

  test.each([
    ["nowhere", "there is no such file"],
    [".", "neither a plan nor the output of a synth is in that folder"],
    ["cdktf.json", "What to do: give a trust-plan.json, or the output folder"],
  ])("says what to give where --against %s is none", (earlier, message) => {
    const { status, stderr } = project.cli("map", "--against", earlier);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
