import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Certificate, CertificateAuthority, Host, Secret } from "../../../lib/constructs";
import { encryptPrivateKeyPem, toPem } from "../../../lib/pki";
import { PemServer } from "../../../lib/systems";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { describeWith, tool } from "../../support/tools";
import { type Declaration, declare } from "../support/declaration";
import { freePort, statusFrom, whileRunning } from "../support/products";
import { runAsync, withDirectory } from "../support/scripts";

const now = new Date();
const password = "key password";
const API = "api.example.com";
const BUCHER = "bücher.example";

const root = makeAuthority(now, "Root");
const issuing = makeAuthority(now, "Issuing", { issuer: root });
const below = makeAuthority(now, "Below", { issuer: issuing });
const made = {
  server: makeCertificate({ now, subject: "server", names: ["DNS:localhost"] }),
  api: makeCertificate({ now, subject: "api", names: [`DNS:${API}`] }),
  books: makeCertificate({ now, subject: "books", names: ["DNS:xn--bcher-kva.example"] }),
  oneIntermediate: makeCertificate({ now, subject: "client", issuer: issuing }),
  twoIntermediates: makeCertificate({ now, subject: "client", issuer: below }),
};

interface Running {
  readonly port: number;
  readonly path: (name: string) => string;
}

/** Runs nginx on the declared files, each in a server block of its own. */
async function inNginx(
  clientAuthentication: "none" | "require",
  verifyDepth: number,
  action: (running: Running) => Promise<void>,
): Promise<void> {
  await withDirectory(async (root) => {
    const directory = join(root, "tls");
    mkdirSync(directory);
    const port = await freePort();
    const path = (name: string) => join(directory, name);
    const declared = declareServer({ directory, port, clientAuthentication, verifyDepth });
    layFiles(declared, path);
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${root}/${kind};`,
    );
    // The first block would answer by default if none said that it does.
    const blocks = declared.files
      .filter(({ path: file }) => file.endsWith(".conf"))
      .toReversed()
      .map(({ path: file }) => `server { include "${file}"; location / { return 200 "$server_name"; } }`);
    writeFileSync(
      join(root, "nginx.conf"),
      `daemon off; pid ${root}/pid; error_log stderr; events {} http { access_log off; ${paths.join(" ")} ${blocks.join(" ")} }`,
    );
    const words = ["-p", root, "-c", join(root, "nginx.conf")];
    await whileRunning(tool("nginx"), words, { port }, () => action({ port, path }));
  });
}

function declareServer(
  props: Pick<
    ConstructorParameters<typeof PemServer>[2],
    "directory" | "port" | "clientAuthentication" | "verifyDepth"
  >,
): Declaration {
  return declare((scope) => {
    const web = new PemServer(scope, "Web", {
      host: Host.local("web"),
      names: ["localhost"],
      certificate: Certificate.selfSigned(),
      keyPassword: Secret.env("WEB_KEY_PASSWORD"),
      ...props,
    });
    if (props.clientAuthentication === "require")
      web.trusts(new CertificateAuthority(scope, "Clients", { commonName: "Clients" }));
    web.alsoServes("Api", { names: [API], certificate: Certificate.selfSigned() });
    web.alsoServes("Books", { names: [BUCHER], certificate: Certificate.selfSigned() });
  });
}

function layFiles({ files }: Declaration, path: (name: string) => string): void {
  const pem = (certificates: readonly Uint8Array[]) =>
    certificates.map((der) => toPem(der, "CERTIFICATE")).join("");
  const lay = (name: string, { der, pkcs8 }: MadeIdentity) => {
    writeFileSync(path(`${name}.crt`), pem([der]));
    writeFileSync(path(`${name}.key`), encryptPrivateKeyPem(pkcs8, password));
  };
  lay("server", made.server);
  lay("api", made.api);
  lay("books", made.books);
  writeFileSync(path("server.password"), `${password}\n`);
  writeFileSync(path("clients-ca.crt"), pem([root.der]));
  for (const name of ["oneIntermediate", "twoIntermediates"] as const) {
    writeFileSync(path(`${name}.pem`), pem(made[name].chain.slice(0, -1)));
    writeFileSync(path(`${name}.key`), toPem(made[name].pkcs8, "PRIVATE KEY"));
  }
  for (const { path: file, content } of files) if (content.kind === "text") writeFileSync(file, content.text);
}

async function shownTo(port: number, ...asked: string[]): Promise<string | undefined> {
  const { stdout } = await runAsync(tool("openssl"), ["s_client", "-connect", `localhost:${port}`, ...asked]);
  return /^subject=CN ?= ?(\w+)/m.exec(stdout)?.[1];
}

describe("a PEM server with several names", () => {
  test("is as many endpoints on one port, with files of their own", () => {
    // WHEN
    const declared = declareServer({
      directory: "/etc/nginx/tls",
      port: 443,
      clientAuthentication: "none",
      verifyDepth: 5,
    });

    // THEN
    expect(
      declared.endpoints.map(({ id, names, defaultEndpointId }) => [id, names, defaultEndpointId]),
    ).toEqual([
      ["stack/Web/Endpoint", ["localhost"], undefined],
      ["stack/Web/Api", [API], "stack/Web/Endpoint"],
      ["stack/Web/Books", [BUCHER], "stack/Web/Endpoint"],
    ]);
    expect(declared.files.map(({ path }) => path.slice("/etc/nginx/tls/".length))).toEqual(
      expect.arrayContaining(["server.crt", "nginx-tls.conf", "api.crt", "api.key", "nginx-tls-api.conf"]),
    );
    const [, include, reload, ...looks] = declared.runbooks[0]?.steps ?? [];
    expect(include?.text).toContain("nginx-tls-api.conf");
    expect(reload?.command).toBe("nginx -t && nginx -s reload");
    expect(looks.map(({ command }) => /-servername \S+/.exec(command ?? "")?.[0])).toEqual([
      "-servername localhost",
      `-servername ${API}`,
      `-servername '${BUCHER}'`,
    ]);
  });
});

describeWith(["nginx", "openssl", "curl"], "nginx with several names", () => {
  test("presents by name, and the server's own certificate otherwise", () =>
    inNginx("none", 5, async ({ port, path }) => {
      expect(await shownTo(port, "-servername", "localhost")).toBe("server");
      expect(await shownTo(port, "-servername", API)).toBe("api");
      expect(await shownTo(port, "-servername", "xn--bcher-kva.example")).toBe("books");
      expect(await shownTo(port, "-servername", "unknown.example.org")).toBe("server");
      expect(await shownTo(port, "-noservername")).toBe("server");
      const words = ["--resolve", `${API}:${port}:127.0.0.1`, "--cacert", path("api.crt")];
      expect(await statusFrom({ port, name: API }, ...words)).toBe(200);
    }));

  test.each([
    [0, 400, 400],
    [1, 200, 400],
    [2, 200, 200],
  ])(
    "takes as many intermediates as its verify depth %i says, and not the root",
    (verifyDepth, withOne, withTwo) =>
      inNginx("require", verifyDepth, async ({ port, path }) => {
        const status = (client: string) =>
          statusFrom(
            port,
            "--cacert",
            path("server.crt"),
            "--cert",
            path(`${client}.pem`),
            "--key",
            path(`${client}.key`),
          );
        expect([await status("oneIntermediate"), await status("twoIntermediates")]).toEqual([
          withOne,
          withTwo,
        ]);
      }),
  );
});
