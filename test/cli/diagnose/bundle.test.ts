import { readFileSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";

import { toPem } from "../../../lib/pki";
import { Redactor } from "../../../lib/text";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { CliSandbox } from "../cliRun";
import { PASSWORD, saveStore } from "./served";

const { root, server, client } = makeWorld();
const sandbox = new CliSandbox({ WORD: PASSWORD, HOME: "/srv/people/anna" }, now);
afterAll(() => sandbox.remove());

const key = toPem(client.pkcs8, "PRIVATE KEY");
const [, keyLine = ""] = key.split("\n");
const hex = "c0ffee".repeat(16);

/** Lines of logs with something in each that is nobody else's business. */
const secrets: readonly (readonly [line: string, canary: string])[] = [
  ["> Authorization: Basic Q2FuYXJ5OkNhbmFyeQ==", "Q2FuYXJ5"],
  ["DEBUG headers={authorization=Bearer canary.token.value, accept=*/*}", "canary.token"],
  ["Cookie: JSESSIONID=canary-session", "canary-session"],
  ["-Djavax.net.ssl.keyStorePassword=canary1 -Djavax.net.debug=ssl", "canary1"],
  ["keytool -list -keystore a.jks -storepass canary2", "canary2"],
  ['<Connector certificateKeystorePassword="canary 3 with blanks"/>', "canary 3"],
  ['{"client_secret": "canary4", "user": "x"}', "canary4"],
  ["curl -u anna:canary5 https://a.example/", "canary5"],
  ["jdbc:oracle connects to https://anna:canary6@a.example/db", "canary6"],
  [`CLIENT_RANDOM ${hex.slice(0, 64)} ${hex}`, hex],
  [`SERVER_HANDSHAKE_TRAFFIC_SECRET ${hex.slice(0, 64)} ${hex.slice(0, 64)}`, hex.slice(0, 64)],
  [`    Master-Key: ${hex.toUpperCase()}`, hex.toUpperCase()],
  ["0000: 63 61 6E 61 72 79 37 20   63 61 6E 61 72 79 37 20  canary7 canary7", "canary7"],
  ["0010 - 63 61 6e 61 72 79 38 20-63 61 6e 61 72 79 38 20   canary8 canary8", "canary8"],
  [`token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl`, "eyJzdWIi"],
  [`the store opens with ${PASSWORD}`, PASSWORD],
  [`java.io.FileNotFoundException: /home/canary9/keys/partner.p12 (No such file)`, "canary9"],
  [`java.io.FileNotFoundException: /srv/people/anna/private-deal.p12`, "private-deal"],
  [String.raw`C:\Users\canary10\cert.pfx cannot be opened`, "canary10"],
  [key.trim(), keyLine],
];

describe("a bundle of a log", () => {
  const log = [
    ...secrets.map(([line]) => line),
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path",
    ...secrets.map(([line]) => line),
  ].join("\n");

  test("has the lines around what is known, and no secret and no path of anybody's home", async () => {
    // Every secret stands within five lines of a known one.
    const around = secrets.map(([line]) => `${line}\nConnection refused`).join("\n");
    writeFileSync(sandbox.path("server.log"), `${log}\n${around}\n`);

    const words = ["diagnose", "--log", "server.log", "--bundle", "ticket.json"];
    const { exitCode, stderr } = await sandbox.run(...words);
    const text = readFileSync(sandbox.path("ticket.json"), "utf8");
    const bundle = JSON.parse(text);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("wrote ticket.json");
    expect(statSync(sandbox.path("ticket.json")).mode & 0o777).toBe(0o600);
    expect(bundle).toMatchObject({
      format: "cdktf-trust-bundle",
      version: 1,
      log: "server.log",
      at: now.toISOString(),
    });
    expect(bundle.findings.map(({ rule }: { rule: string }) => rule)).toEqual([
      "issuer-not-trusted",
      "not-listening",
    ]);
    expect(text).toContain("PKIX path building failed");
    // A password is known where it is given by reference, which a log has none of.
    for (const [line, canary] of secrets)
      if (!line.includes(PASSWORD)) expect([line, text.includes(canary)]).toEqual([line, false]);
  });

  test("is a new file", async () => {
    const { exitCode, stderr } = await sandbox.run(
      "diagnose",
      "--log",
      "server.log",
      "--bundle",
      "ticket.json",
    );

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("ticket.json is there already")]);
  });
});

test.each(secrets)("%s is not handed on", (line, canary) => {
  const redactor = new Redactor({ secrets: [PASSWORD], home: "/srv/people/anna" });

  const clean = line.split("\n").map((each) => redactor.line(each));

  expect(clean.join("\n")).not.toContain(canary);
});

test("what identifies nobody stays, and paths where they are wanted", () => {
  const line = "2026-11-21 ERROR [main] /home/anna/trust.p12: Alias <partner> does not exist, SHA-256 AB:CD";

  expect(new Redactor({ keepsPaths: true }).line(line)).toBe(line);
  expect(new Redactor().line(line)).toContain(
    "[a path under home]: Alias <partner> does not exist, SHA-256 AB:CD",
  );
});

test("a bundle of a server has what was seen and no password, key or path", async () => {
  saveStore(sandbox, "keys.p12", { shop: client });
  const serving = tls.createServer({
    cert: withoutRoot(server)
      .map((der) => toPem(der, "CERTIFICATE"))
      .join(""),
    key: toPem(server.pkcs8, "PRIVATE KEY"),
    requestCert: true,
    ca: toPem(root.der, "CERTIFICATE"),
  });
  serving.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  serving.listen(0, "127.0.0.1");
  await once(serving, "listening");
  const address = `127.0.0.1:${(serving.address() as AddressInfo).port}`;

  const keystore = ["--keystore", sandbox.path("keys.p12"), "--keystore-password", "env:WORD"];
  await sandbox.run(
    "diagnose",
    address,
    "--servername",
    "server.example",
    ...keystore,
    "--bundle",
    "server.json",
  );
  await new Promise((resolve) => serving.close(resolve));

  const text = readFileSync(sandbox.path("server.json"), "utf8");
  expect(JSON.parse(text).server).toMatchObject({ presented: { alias: "shop" }, verdict: { ok: true } });
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(sandbox.directory);
  expect(text).not.toContain("PRIVATE KEY");
});
