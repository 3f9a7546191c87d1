import { join } from "node:path";

import { makeWorld, now } from "../../hop/materials";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";
import { testWithServer } from "../../support/javaServers";
import { describeWith } from "../../support/tools";
import { freePort } from "../../systems/support/products";
import { whileServing } from "../../systems/support/runningServers";
import { withDirectory } from "../../systems/support/scripts";
import { CliSandbox } from "../cliRun";
import { PASSWORD, saveStore } from "./served";

const { root, server, client } = makeWorld();
const partner = makeAuthority(now, "Partner Root");
const sandbox = new CliSandbox({ WORD: PASSWORD }, now);
afterAll(() => sandbox.remove());

const ended = makeAuthority(now, "Ended Issuing", { issuer: root, toDays: -1 });
const names = ["DNS:server.example"];
saveStore(sandbox, "server.p12", { server });
saveStore(sandbox, "ended.p12", { server: makeCertificate({ now, subject: "a", names, issuer: ended }) });
saveStore(sandbox, "root.p12", {}, [root]);
saveStore(sandbox, "partner.p12", {}, [partner]);
saveStore(sandbox, "keys.p12", {
  aaa: makeCertificate({ now, subject: "strange", issuer: makeAuthority(now, "Another Root") }),
  shop: client,
});

const keys = ["--keystore", "keys.p12", "--keystore-password", "env:WORD"];
const caller = ["--servername", "server.example", "--truststore", "root.p12", "--truststore-password"];

/** How a Tomcat is set up. */
interface Connector {
  readonly keystore: string;
  readonly truststore: string;
  readonly protocols: string;
}

const usual: Connector = { keystore: "server.p12", truststore: "root.p12", protocols: "TLSv1.2+TLSv1.3" };

/** The connector as an administrator writes it; it lets nobody in without a certificate. */
function connectorXml(port: number, { keystore, truststore, protocols }: Connector): string {
  return (
    `<Connector port="${port}" address="127.0.0.1" SSLEnabled="true" scheme="https" secure="true">` +
    `<SSLHostConfig protocols="${protocols}" certificateVerification="required" ` +
    `truststoreFile="${sandbox.path(truststore)}" truststorePassword="${PASSWORD}" truststoreType="PKCS12">` +
    `<Certificate certificateKeystoreFile="${sandbox.path(keystore)}" certificateKeystorePassword="${PASSWORD}" ` +
    `certificateKeyAlias="server"/></SSLHostConfig></Connector>`
  );
}

async function diagnose(connector: Connector, ...words: readonly string[]) {
  return await withDirectory(async (directory) => {
    const port = await freePort();
    const path = join(directory, "conf", "trust-connector.xml");
    const file = {
      id: "connector",
      hostId: "app",
      path,
      mode: 0o600,
      content: { kind: "text", text: connectorXml(port, connector) },
    } as const;
    return await whileServing(
      { name: "tomcat10", directory },
      { files: [file] },
      { port, environment: {} },
      async () => {
        const all = ["diagnose", `127.0.0.1:${port}`, ...caller, "env:WORD", ...words];
        const { exitCode, stdout, stderr } = await sandbox.run(...all, "--json");
        if (exitCode === 2) throw new Error(stderr);
        const { stdout: people } = await sandbox.run(...all);
        return { exitCode, found: JSON.parse(stdout), people };
      },
    );
  });
}

describeWith(["java"], "diagnose, of a Tomcat that requires a certificate", () => {
  testWithServer("tomcat10", "what it serves and asks for, and which key it takes", async () => {
    const { exitCode, found, people } = await diagnose(usual, "--path", "/", ...keys);

    expect(found.chain.map(({ subject }: { subject: string }) => subject)).toEqual([
      "CN=server.example",
      "CN=Example Issuing",
    ]);
    expect(found).toMatchObject({
      protocols: ["TLSv1.3", "TLSv1.2"],
      trusted: true,
      trustedThrough: "CN=Example Root",
      clientAuthentication: "require",
      authorities: ["CN=Example Root"],
      presented: {
        alias: "shop",
        answer: { outcome: "goes-on", text: expect.stringMatching(/^HTTP\/1.1 404/) },
      },
      verdict: { ok: true, findings: [] },
    });
    expect(people).toContain('"shop"');
    expect(exitCode).toBe(0);
  });

  testWithServer(
    "tomcat10",
    "whose truststore holds another authority: no key is sent, and why",
    async () => {
      const { exitCode, found, people } = await diagnose({ ...usual, truststore: "partner.p12" }, ...keys);

      expect(found).toMatchObject({ authorities: ["CN=Partner Root"], verdict: { ok: false } });
      expect(found.presented.alias).toBeUndefined();
      expect(found.presented.notSent.map(({ alias }: { alias: string }) => alias)).toEqual(["aaa", "shop"]);
      expect(found.presented.notSent[1].reason).toContain("asks for certificates of CN=Partner Root");
      expect(people).toContain("CN=Partner Root");
      expect(exitCode).toBe(1);
    },
    { isSlow: true },
  );

  testWithServer(
    "tomcat10",
    "whose chain has expired above its own certificate, over TLS 1.2 alone",
    async () => {
      const { exitCode, found, people } = await diagnose({
        ...usual,
        keystore: "ended.p12",
        protocols: "TLSv1.2",
      });

      expect(found).toMatchObject({ protocols: ["TLSv1.2"], verdict: { ok: false, refusedBy: "client" } });
      expect(found.verdict.findings).toContainEqual(
        expect.objectContaining({
          level: "error",
          rule: "expired",
          message: expect.stringContaining("CN=Ended Issuing"),
        }),
      );
      expect(people).toMatch(/FAILS at the client: expired: .*CN=Ended Issuing/);
      expect(exitCode).toBe(1);
    },
  );
});
