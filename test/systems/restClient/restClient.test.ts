import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import {
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Partner,
  PartnerCertificate,
  Secret,
} from "../../../lib/constructs";
import { IntegrationCloud, RestClient } from "../../../lib/systems";
import { curlScript } from "../../../lib/systems/restClient/restClientFiles";
import { describeWith, tool } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { program, runAsync, shellcheck, withDirectory } from "../support/scripts";
import { selfSigned, whileListening } from "../support/servers";

const keyPassword = Secret.env("ORDERS_KEY_PASSWORD");

describe("RestClient", () => {
  test("presents an identity from PEM files to a declared endpoint", () => {
    // WHEN
    const declared = declare((scope) => {
      const host = Host.local("cloud");
      const store = (id: string) =>
        new Keystore(scope, id, { host, path: `/etc/cloud/${id}.p12`, password: Secret.env("P") });
      const standIn = new HttpsCallbackEndpoint(scope, "Tenant", {
        names: ["tenant.example.com"],
        port: 8443,
        identity: store("keys").entry("tenant"),
        certificate: Certificate.selfSigned(),
        clientAuthentication: "require",
        truststore: store("trust"),
      });
      const cloud = new IntegrationCloud(scope, "Cloud", { address: "tenant.example.com", standIn });
      const client = new RestClient(scope, "Client", { host: Host.local("ci"), directory: "/home/ci/cloud" });
      client.calls(cloud, { as: Certificate.selfSigned(), user: "orders", id: "orders", keyPassword });
    });

    // THEN
    expect(declared.bindings).toEqual([
      {
        id: "stack/Client/orders/orders",
        identityId: "stack/Client/orders/orders/Certificate",
        identity: {
          kind: "pem",
          certificateFileId: "stack/Client/orders/orders/CertificateFile",
          keyFileId: "stack/Client/orders/orders/KeyFile",
          keyPassword: "env:ORDERS_KEY_PASSWORD",
        },
        user: "orders",
      },
    ]);
    expect(declared.hops).toMatchObject([
      {
        endpointId: "stack/Tenant",
        address: "tenant.example.com",
        anchors: { kind: "pem", fileId: "stack/Client/orders/AnchorsFile" },
        runtime: { kind: "openssl" },
        bindingId: "stack/Client/orders/orders",
      },
    ]);
    expect(declared.files.map(({ path, mode }) => [path, mode])).toEqual(
      expect.arrayContaining([
        ["/home/ci/cloud/orders.crt", 0o644],
        ["/home/ci/cloud/orders.key", 0o600],
        ["/home/ci/cloud/orders-ca.crt", 0o644],
      ]),
    );
  });

  test("trusts the public roots of a service that is not declared here, on port 8443", () => {
    // WHEN
    const declared = declare((scope) => {
      const cloud = new IntegrationCloud(scope, "Cloud", { address: "mydomain.webmethodscloud.com" });
      const client = new RestClient(scope, "Client", { host: Host.local("ci"), directory: "/home/ci/cloud" });
      client.calls(cloud, {
        as: Certificate.imported({ file: "orders.txt" }),
        user: "orders",
        id: "orders",
        keyPassword,
      });
    });

    // THEN
    expect(declared.hops).toMatchObject([{ anchors: { kind: "public-roots" } }]);
    expect(JSON.parse(textOf(declared, "newman-client-certificates.json"))).toEqual([
      {
        name: "orders",
        matches: ["https://mydomain.webmethodscloud.com:8443/*"],
        key: { src: "/home/ci/cloud/orders.key" },
        cert: { src: "/home/ci/cloud/orders.crt" },
      },
    ]);
    expect(textOf(declared, "orders.curlrc")).not.toContain("cacert");
    expect(declared.runbooks.map(({ title }) => title)).toContain("Integration Cloud user orders");
  });

  test("keeps one certificate a user", () => {
    expect(() =>
      declare((scope) => {
        const cloud = new IntegrationCloud(scope, "Cloud", { address: "mydomain.webmethodscloud.com" });
        const client = new RestClient(scope, "Client", { host: Host.local("ci"), directory: "/home/ci" });
        for (const id of ["first", "second"])
          client.calls(cloud, { as: Certificate.selfSigned(), user: "orders", id, keyPassword });
      }),
    ).toThrow("one certificate a user");
  });
});

describeWith(["openssl", "curl", "shellcheck"], "the files of a REST client", () => {
  test("carry a client certificate through curl and newman", async () => {
    await withDirectory(async (directory) => {
      // GIVEN a server that lets nobody in without the client's certificate
      const server = selfSigned(directory, "server");
      const password = String.raw`it's "5\x $ecret`;
      const key = join(directory, "orders.key");
      const certificate = join(directory, "orders.crt");
      const words = "req -x509 -newkey rsa:2048 -subj /CN=orders -addext extendedKeyUsage=clientAuth".split(
        " ",
      );
      spawnSync(tool("openssl"), [...words, "-passout", "stdin", "-keyout", key, "-out", certificate], {
        input: `${password}\n`,
      });
      writeFileSync(join(directory, "orders-ca.crt"), server.cert);
      const listener = createServer(
        { ...server, requestCert: true, rejectUnauthorized: true, ca: readFileSync(certificate) },
        (request, response) => {
          const socket = request.socket as TLSSocket;
          response.end(`hello ${String(socket.getPeerCertificate().subject.CN)}`);
        },
      );

      await whileListening(listener, async (port) => {
        const declared = declare((scope) => {
          new RestClient(scope, "Client", { host: Host.local("ci"), directory }).calls(
            Partner.at(`https://localhost:${port}`, {
              presents: new PartnerCertificate(scope, "Root", { file: "root.pem" }),
              asks: "require",
            }),
            { as: Certificate.selfSigned(), id: "orders", keyPassword },
          );
        });
        for (const { path, content, mode } of declared.files) {
          if (content.kind === "text") writeFileSync(path, content.text, { mode });
        }
        const collection = join(directory, "collection.json");
        const url = `https://localhost:${port}/orders`;
        const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        const item = [{ name: "orders", request: { method: "GET", url } }];
        writeFileSync(collection, JSON.stringify({ info: { name: "orders", schema }, item }));
        const environment = {
          PATH: `${process.cwd()}/node_modules/.bin:${process.env["PATH"] ?? ""}`,
          HOME: directory,
          ORDERS_KEY_PASSWORD: password,
        };

        // WHEN
        const curl = await runAsync(join(directory, "orders-curl.sh"), ["--silent", url], environment);
        const without = await runAsync(tool("curl"), [
          "--silent",
          "--cacert",
          join(directory, "orders-ca.crt"),
          url,
        ]);
        const newman = await runAsync(
          join(directory, "newman-run.sh"),
          [collection, "--reporters", "cli", "--color", "off", "--verbose"],
          environment,
        );

        // THEN
        expect(curl).toEqual({ status: 0, stdout: "hello orders", stderr: "" });
        expect(without.status).not.toBe(0);
        expect(newman).toMatchObject({ status: 0, stdout: expect.stringContaining("hello orders") });
        expect(shellcheck(textOf(declared, "orders-curl.sh"))).toBe("");
        expect(shellcheck(textOf(declared, "newman-run.sh"))).toBe("");
      });
    });
  });
});

describe("curl's script", () => {
  test.each([
    ["Windows' own", "libcurl/8.14.1 Schannel zlib/1.3.1", 1],
    ["one that could use Schannel", "libcurl/8.14.1 OpenSSL/3.5.1 (Schannel) zlib/1.3.1", 0],
    ["Debian's", "libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13", 0],
  ])("runs with a curl that takes a key in PEM: %s", async (_title, version, status) => {
    await withDirectory(async (directory) => {
      // GIVEN
      const said = `curl ${version}`;
      program(
        directory,
        "curl",
        `#!/bin/sh\nif [ "$1" = --version ]; then echo "${said}"; else cat >/dev/null; echo called; fi\n`,
      );
      const script = program(directory, "run.sh", curlScript("/x.curlrc", "ORDERS_PASSWORD"));

      // WHEN
      const environment = { PATH: `${directory}:${process.env["PATH"] ?? ""}`, ORDERS_PASSWORD: "word" };
      const result = await runAsync(script, ["https://api.example.com"], environment);

      // THEN
      expect(result).toMatchObject({ status, stdout: status === 0 ? "called\n" : "" });
      expect(result.stderr.includes("Schannel, which takes no client key in PEM")).toBe(status !== 0);
    });
  });
});
