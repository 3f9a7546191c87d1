import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";

import { toPem } from "../../../lib/pki";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { describeWith, tool } from "../../support/tools";
import { CliSandbox } from "../cliRun";
import { PASSWORD, saveStore } from "./served";

const { root, server, client } = makeWorld();
const sandbox = new CliSandbox({ WORD: PASSWORD }, now);
afterAll(() => sandbox.remove());

const pem = (...certificates: readonly Buffer[]) =>
  certificates.map((der) => toPem(der, "CERTIFICATE")).join("");
writeFileSync(sandbox.path("chain.pem"), pem(...withoutRoot(server)));
writeFileSync(sandbox.path("key.pem"), toPem(server.pkcs8, "PRIVATE KEY"));
writeFileSync(sandbox.path("root.pem"), pem(root.der));
writeFileSync(sandbox.path("client.pem"), pem(...withoutRoot(client)));
writeFileSync(sandbox.path("client.key"), toPem(client.pkcs8, "PRIVATE KEY"));
saveStore(sandbox, "client.p12", { shop: client });
saveStore(sandbox, "trust.p12", {}, [root]);

describeWith(
  ["debianPython", "openssl"],
  "diagnose, of a TLS 1.3 server that asks after the handshake",
  () => {
    const words = [`${__dirname}/asks_later.py`, "chain.pem", "key.pem", "root.pem"];
    const serving = spawn(tool("debianPython"), words, {
      cwd: sandbox.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let address = "";
    beforeAll(async () => {
      const [port] = await once(serving.stdout, "data");
      address = `127.0.0.1:${String(port).trim()}`;
    });
    afterAll(() => serving.kill());

    async function diagnose(...more: readonly string[]) {
      const all = [address, "--servername", "server.example", ...more];
      const { stdout } = await sandbox.run("diagnose", ...all, "--json");
      return { found: JSON.parse(stdout), people: (await sandbox.run("diagnose", ...all)).stdout };
    }

    test("who offers that is asked, and is let in: so this server does ask", () => {
      const { stdout } = spawnSync(
        tool("openssl"),
        [
          "s_client",
          "-connect",
          address,
          "-enable_pha",
          "-cert_chain",
          "client.pem",
          "-cert",
          "client.pem",
          "-key",
          "client.key",
          "-ign_eof",
        ],
        { cwd: sandbox.directory, encoding: "utf8", input: "HEAD /orders HTTP/1.1\r\nHost: a\r\n\r\n" },
      );
      expect(stdout).toContain("HTTP/1.1 200 OK");
    });

    test("without a request nothing is seen of it, which is said", async () => {
      const { found, people } = await diagnose();

      expect(found).toMatchObject({
        protocols: ["TLSv1.3"],
        asksForCertificate: false,
        clientAuthentication: "none",
      });
      expect(people).toContain(
        "not shown: whether it asks for a certificate once it sees a request: none was sent (--path)",
      );
    });

    test("with a request its answer is all there is to see", async () => {
      const { found, people } = await diagnose("--path", "/orders");

      expect(found).toMatchObject({
        asksForCertificate: false,
        answers: { "TLSv1.3": "HTTP/1.1 403 Forbidden" },
      });
      expect(found.asksAfterHandshake).toBeUndefined();
      expect(people).toContain("  answers   HTTP/1.1 403 Forbidden (TLSv1.3)\n");
      expect(people).toContain(
        "not shown: whether it misses a certificate: in TLS 1.3 it may ask after the handshake only",
      );
    });

    test("nor does Java send anything there, and what the answer means is left open", async () => {
      const keys = ["--keystore", "client.p12", "--keystore-password", "env:WORD"];
      const { found, people } = await diagnose("--path", "/orders", ...keys);

      expect(found.presented).toEqual({ notSent: [] });
      expect(people).toContain("  java sends nothing: it is not asked for it\n");
      expect(people).toContain("warning certificate-not-asked-for: ");
    });
  },
);
