import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import * as tls from "node:tls";

import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import { toPem } from "../../lib/pki";
import { CliSandbox } from "../cli/cliRun";
import { withoutRoot } from "../hop/materials";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { ConsolePage } from "./consoleExamples";

const now = new Date("2026-11-21T12:00:00Z");
const sandbox = new CliSandbox({ KEYS: "keys password", TRUST: "trust password" }, now);

const corporate = makeAuthority(now, "Corporate Root");
const partnerRoot = makeAuthority(now, "Partner Root");
const leaf = (subject: string, issuer?: MadeIdentity, names: readonly string[] = []) =>
  makeCertificate({ now, subject, names, toDays: 365, ...(issuer === undefined ? {} : { issuer }) });
const flow = leaf("flow.example.com", undefined, ["DNS:flow.example.com"]);
const agent = leaf("ia01", undefined, ["DNS:ia01"]);
const bank = leaf("bank.example.com", partnerRoot, ["DNS:bank.example.com"]);
const bankBefore = leaf("bank.example.com", makeAuthority(now, "Old Root"), [
  "DNS:bank.example.com",
  "DNS:www.bank.example.com",
]);

function save(name: string, password: string, ...entries: readonly StoreEntry[]): void {
  const store = entries.reduce((made, entry) => setEntry(made, entry), createStore("modern"));
  writeFileSync(sandbox.path(name), writeStore(store, password));
}
const identity = (alias: string, made: MadeIdentity): StoreEntry => ({
  kind: "identity",
  alias,
  createdMs: now.getTime(),
  chain: withoutRoot(made),
  key: { kind: "clear", pkcs8: made.pkcs8 },
});
const anchor = (alias: string, { der }: MadeIdentity): StoreEntry => ({
  kind: "anchor",
  alias,
  createdMs: now.getTime(),
  certificate: der,
});
const pem = (made: MadeIdentity) =>
  withoutRoot(made)
    .map((der) => toPem(der, "CERTIFICATE"))
    .join("");

save("cacerts", "trust password", anchor("corporate", corporate));
save("agent-trusted.p12", "trust password", anchor("ia", agent));
save("partner-root.p12", "trust password", anchor("partner", partnerRoot));
save(
  "is.p12",
  "keys password",
  identity("aaa", leaf("Partner A", corporate)),
  identity("bbb", leaf("Partner B", corporate)),
);
save("own.p12", "keys password", identity("shop", leaf("shop")));
save("no-key.p12", "keys password", anchor("shop", leaf("shop")));
writeFileSync(sandbox.path("bank-before.pem"), pem(bankBefore));

function serve(made: MadeIdentity, options: tls.TlsOptions = {}): Server {
  const server = tls.createServer({ cert: pem(made), key: toPem(made.pkcs8, "PRIVATE KEY"), ...options });
  server.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  return server;
}

/** What stands behind the addresses of the page. */
const servers: Readonly<Record<string, Server>> = {
  "10.0.0.11:8443": serve(flow, { maxVersion: "TLSv1.2" }),
  "10.0.0.12:8081": serve(agent),
  "10.0.0.13:443": serve(bank, { requestCert: true, ca: toPem(corporate.der, "CERTIFICATE") }),
  "10.0.0.14:8081": createHttpServer((_request, response) => response.end()),
};
const local = new Map<string, string>();

beforeAll(async () => {
  for (const [address, server] of Object.entries(servers)) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    local.set(address, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});

afterAll(() => {
  for (const server of Object.values(servers)) server.close();
  sandbox.remove();
});

const page = new ConsolePage("diagnose.md", (text) =>
  [...local]
    .reduce((shown, [address, here]) => shown.replaceAll(here, address), text)
    .replaceAll("127.0.0.1", "10.0.0.14"),
);

test.each(page.rows)("%s prints what the page says", async (_, example) => {
  const { stdout, stderr } = await sandbox.run(
    ...page.wordsOf(example).map((word) => local.get(word) ?? word),
  );
  expect(page.printed(example, stdout + stderr)).toBe(page.said(example));
});

test("the page shows the failure of each of the five documents", () => {
  expect(page.examples.length).toBeGreaterThanOrEqual(9);
});
