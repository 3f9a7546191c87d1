import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { Certificate, Host, Secret } from "../../../lib/constructs";
import { HopReader, type HopSource, judgeHop } from "../../../lib/hop";
import { readStore } from "../../../lib/keystore";
import type { HopPlan } from "../../../lib/model";
import { type JavaProduct, JavaServer, Jetty, Tomcat } from "../../../lib/systems";
import { javaProgram } from "../../support/javaProgram";
import { type ServerName, testWithServer } from "../../support/javaServers";
import { describeWith, tool } from "../../support/tools";
import { type Declaration, declare } from "../support/declaration";
import { type MutualStores, mutualStores } from "../support/mutualStores";
import { freePort, statusFrom } from "../support/products";
import { configure, type ServerBase, whileServing } from "../support/runningServers";
import { runAsync, withDirectory } from "../support/scripts";

const password = String.raw`st&"<o>re\1 $x`;
const OTHER = "other.example.com";
const UNKNOWN = "unknown.example.org";

const servers: readonly (readonly [ServerName, JavaProduct])[] = [
  ["tomcat9", Tomcat.version(9)],
  ["tomcat10", Tomcat.version(10)],
  ["tomcat11", Tomcat.version(11)],
  ["jetty9", Jetty.version(9)],
  ["jetty12", Jetty.version(12)],
];

interface Running {
  readonly port: number;
  readonly stores: MutualStores;
  readonly declared: Declaration;
}

/** Runs a real server with two names on the generated files. */
async function inServer(
  [name, product]: (typeof servers)[number],
  clientAuthentication: "none" | "require",
  action: (running: Running) => Promise<void>,
): Promise<void> {
  await withDirectory(async (root) => {
    const stores = mutualStores(root, "server", password);
    const port = await freePort();
    const base: ServerBase = { name, directory: join(root, "base") };
    const declared = declare((scope) => {
      const server = new JavaServer(scope, "App", {
        host: Host.local("app"),
        product,
        names: ["localhost"],
        port,
        keystorePath: stores.keystore,
        keystorePassword: Secret.env("APP_PASSWORD"),
        alias: "server",
        certificate: Certificate.selfSigned(),
        clientAuthentication,
        ...(clientAuthentication === "none" ? {} : { truststorePath: stores.truststore }),
      });
      configure(base, server);
      server.alsoServes("Other", { names: [OTHER], alias: "other", certificate: Certificate.selfSigned() });
    });
    const options = { port, environment: { APP_PASSWORD: password } };
    await whileServing(base, declared, options, () => action({ port, stores, declared }));
  });
}

/** Whose certificate is shown to a client that asks for a name, or for none. */
async function shownTo(port: number, serverName: string | undefined): Promise<string | undefined> {
  const asked = serverName === undefined ? ["-noservername"] : ["-servername", serverName];
  const words = ["s_client", "-connect", `localhost:${port}`, ...asked];
  const { stdout } = await runAsync(tool("openssl"), words);
  return /^subject=CN ?= ?(\w+)/m.exec(stdout)?.[1];
}

/** What our rules, on the same stores, say of a call whose client compares no names. */
function rulesAgainst({ declared, stores }: Running, endpointId: string, address: string): string[] {
  const hop: HopPlan = {
    id: "call",
    endpointId,
    address,
    clientHostId: "client",
    clientName: "client",
    anchors: { kind: "pem", fileId: "trusted" },
    runtime: { kind: "openssl" },
    verifiesName: false,
  };
  const source: HopSource = {
    store: (id) => {
      const path = declared.stores.find((store) => store.id === id)?.path ?? "";
      return { value: { store: readStore(readFileSync(path), password) } };
    },
    file: () => ({
      value: Buffer.concat(
        [stores.serverCertificate, stores.otherCertificate].map((path) => readFileSync(path)),
      ),
    }),
    secret: () => ({ value: password }),
  };
  const { material, findings } = new HopReader({ ...declared, hops: [hop] }, source, new Date()).read(hop);
  if (material === undefined) throw new Error(JSON.stringify(findings));
  return [...findings, ...judgeHop(material).findings].map(({ rule }) => rule);
}

/** Whether they say that it gets another's certificate than that of the called endpoint. */
function getsAnothers(running: Running, endpointId: string, address: string): boolean {
  return rulesAgainst(running, endpointId, address).includes("other-identity-presented");
}

const toOther = (port: number) => ["--resolve", `${OTHER}:${port}:127.0.0.1`];

/** Those of this Debian in each run; what the files of each version say is looked at in javaProducts.test.ts. */
const inEachRun: readonly ServerName[] = ["tomcat10"];

describeWith(["java", "keytool", "openssl", "curl", "xmllint"], "real servers on generated files", () => {
  for (const server of servers) {
    const [name] = server;
    const options = { isSlow: !inEachRun.includes(name) };

    testWithServer(
      name,
      `${name} presents by name, as the verdict says, and demands a client certificate`,
      () =>
        inServer(server, "require", async (running) => {
          const { port, stores } = running;

          // THEN openssl sees who is served
          const shown = new Map<string | undefined, string | undefined>();
          for (const asked of ["localhost", OTHER, OTHER.toUpperCase(), UNKNOWN, undefined])
            shown.set(asked, await shownTo(port, asked));
          expect([...shown]).toEqual([
            ["localhost", "server"],
            [OTHER, "other"],
            [OTHER.toUpperCase(), "other"],
            [UNKNOWN, "server"],
            [undefined, "server"],
          ]);

          // AND our verdict agrees, whomever a call is declared to
          for (const [endpointId, served] of [
            ["stack/App/Endpoint", "server"],
            ["stack/App/Other", "other"],
          ] as const) {
            for (const address of ["localhost", OTHER, UNKNOWN])
              expect([address, getsAnothers(running, endpointId, address)]).toEqual([
                address,
                shown.get(address) !== served,
              ]);
            expect(getsAnothers(running, endpointId, "127.0.0.1")).toBe(shown.get(undefined) !== served);
          }

          // AND curl and Java take each name's own certificate, and no other
          const client = ["--cert", stores.clientCertificate, "--key", stores.clientKey];
          const trusting = ["--cacert", stores.serverCertificate];
          const trustingOther = ["--cacert", stores.otherCertificate, ...toOther(port)];
          expect(await statusFrom(port, ...trusting, ...client)).toBe(404);
          expect(await statusFrom(port, ...trusting)).toBeLessThan(0);
          expect(await statusFrom({ port, name: OTHER }, ...trustingOther, ...client)).toBe(404);
          expect(await statusFrom({ port, name: OTHER }, ...trustingOther)).toBeLessThan(0);
          expect(await statusFrom({ port, name: OTHER }, ...trusting, ...toOther(port), ...client)).toBe(-60);
          const both = join(stores.keystore, "..", "both.pem");
          writeFileSync(
            both,
            [stores.serverCertificate, stores.otherCertificate]
              .map((path) => readFileSync(path, "utf8"))
              .join(""),
          );
          const words = [
            ...javaProgram(join(__dirname, "..", "java", "NamedCalls.java")),
            String(port),
            both,
          ];
          const { stdout } = await runAsync(tool("java"), [...words, "localhost", OTHER, UNKNOWN]);
          expect(stdout.trim().split("\n")).toEqual([
            "CN=server",
            "CN=other",
            expect.stringContaining(`No subject alternative DNS name matching ${UNKNOWN} found`),
          ]);
        }),
      options,
    );

    testWithServer(
      name,
      `${name} starts without a truststore, and looks at hosts as the verdict says`,
      () =>
        inServer(server, "none", async (running) => {
          const { port, stores, declared } = running;
          for (const { path } of declared.files.filter((file) => file.path.endsWith(".xml")))
            expect(spawnSync(tool("xmllint"), ["--noout", "--nonet", path]).status).toBe(0);
          expect(await statusFrom(port, "--cacert", stores.serverCertificate)).toBe(404);

          // AND it refuses a request for a host exactly where our rules say so
          for (const address of ["localhost", "127.0.0.1", UNKNOWN]) {
            const words = ["--insecure", "--resolve", `${UNKNOWN}:${port}:127.0.0.1`];
            const isRefused = (await statusFrom({ port, name: address }, ...words)) === 400;
            expect([
              address,
              rulesAgainst(running, "stack/App/Endpoint", address).includes("name-not-covered"),
            ]).toEqual([address, isRefused]);
            expect(isRefused).toBe(name === "jetty12" && address !== "localhost");
          }
        }),
      options,
    );
  }
});
