import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Certificate, CertificateAuthority, Host, Secret } from "../../../lib/constructs";
import { PemServer, type PemServerProps } from "../../../lib/systems";
import { describeWith, tool } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { freePort, statusFrom, whileRunning } from "../support/products";
import { withDirectory } from "../support/scripts";

function declareServer(change: Partial<PemServerProps> = {}) {
  return declare((scope) => {
    new PemServer(scope, "Web", {
      host: Host.local("web"),
      names: ["localhost"],
      port: 8443,
      directory: "/etc/nginx/tls",
      certificate: Certificate.selfSigned(),
      keyPassword: Secret.env("WEB_KEY_PASSWORD"),
      clientAuthentication: "require",
      ...change,
    }).trusts(new CertificateAuthority(scope, "Clients", { commonName: "Clients" }));
  });
}

describe("PemServer", () => {
  test("is an endpoint whose identity and client anchors are PEM files", () => {
    // WHEN
    const declared = declareServer();

    // THEN
    expect(declared.endpoints).toMatchObject([
      {
        identity: {
          kind: "pem",
          keyFileId: "stack/Web/Endpoint/KeyFile",
          keyPassword: "env:WEB_KEY_PASSWORD",
        },
        clientAuthentication: "require",
        clientAnchors: { kind: "pem", fileId: "stack/Web/ClientAnchors" },
        runtime: { kind: "openssl" },
      },
    ]);
  });

  test("accepts clients only where it asks them for a certificate", () => {
    expect(() =>
      declare((scope) =>
        new PemServer(scope, "Web", {
          host: Host.local("web"),
          names: ["localhost"],
          port: 8443,
          directory: "/etc/nginx/tls",
          certificate: Certificate.selfSigned(),
          keyPassword: Secret.env("P"),
        }).trusts(new CertificateAuthority(scope, "Clients", { commonName: "Clients" })),
      ),
    ).toThrow('Give clientAuthentication: "require"');
  });
});

describeWith(["nginx", "openssl", "curl"], "nginx", () => {
  test("runs on the configuration and demands a client certificate", async () => {
    await withDirectory(async (root) => {
      // GIVEN
      const directory = join(root, "it is tls");
      mkdirSync(directory);
      const port = await freePort();
      const declared = declareServer({ directory, port });
      const openssl = (words: string, ...more: string[]) =>
        spawnSync(tool("openssl"), [...words.split(" "), ...more], { input: "key password\n" });
      const path = (name: string) => join(directory, name);
      const names = "-addext subjectAltName=DNS:localhost";
      openssl(
        `req -x509 -newkey rsa:2048 -subj /CN=server ${names} -passout stdin`,
        "-keyout",
        path("server.key"),
        "-out",
        path("server.crt"),
      );
      openssl(
        "req -x509 -newkey rsa:2048 -subj /CN=client -nodes",
        "-keyout",
        path("client.key"),
        "-out",
        path("clients-ca.crt"),
      );
      writeFileSync(path("server.password"), "key password\n", { mode: 0o600 });
      writeFileSync(path("nginx-tls.conf"), textOf(declared, "nginx-tls.conf"));
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${root}/${kind};`,
      );
      writeFileSync(
        join(root, "nginx.conf"),
        `daemon off; pid ${root}/pid; error_log stderr; events {} http { access_log off; ${paths.join(" ")} ` +
          `server { include "${path("nginx-tls.conf")}"; location / { return 200 "$ssl_client_s_dn"; } } }`,
      );

      // WHEN
      await whileRunning(tool("nginx"), ["-p", root, "-c", join(root, "nginx.conf")], { port }, async () => {
        const trusting = ["--cacert", path("server.crt")];
        const presenting = ["--cert", path("clients-ca.crt"), "--key", path("client.key")];

        // THEN
        expect(await statusFrom(port, ...trusting, ...presenting)).toBe(200);
        expect(await statusFrom(port, ...trusting)).toBe(400);
      });
    });
  });
});
