import { writeFileSync } from "node:fs";

import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import { CliSandbox } from "../cli/cliRun";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { ConsolePage } from "./consoleExamples";

const now = new Date("2026-11-21T12:00:00Z");

/** What the seeds' people have on disk when they get stuck, under the names that the page uses. */
const sandbox = new CliSandbox({ KEYS: "keys password", TRUST: "trust password" }, now);
afterAll(() => sandbox.remove());

const corporate = makeAuthority(now, "Corporate Root");
const partnerRoot = makeAuthority(now, "Partner Root");
const leaf = (subject: string, issuer?: MadeIdentity, names: readonly string[] = []) =>
  makeCertificate({ now, subject, names, toDays: 365, ...(issuer === undefined ? {} : { issuer }) });
const flow = leaf("flow.example.com", undefined, ["DNS:flow.example.com"]);
const agent = leaf("ia01", undefined, ["DNS:ia01"]);
const bank = leaf("bank.example.com", partnerRoot, ["DNS:bank.example.com"]);

const identity = (alias: string, { chain, pkcs8 }: MadeIdentity): StoreEntry => ({
  kind: "identity",
  alias,
  createdMs: now.getTime(),
  chain: chain.length > 1 ? chain.slice(0, -1) : chain,
  key: { kind: "clear", pkcs8 },
});
const anchor = (alias: string, { der }: MadeIdentity): StoreEntry => ({
  kind: "anchor",
  alias,
  createdMs: now.getTime(),
  certificate: der,
});

function save(name: string, password: string, ...entries: readonly StoreEntry[]): void {
  const store = entries.reduce(
    (made, entry) => setEntry(made, entry),
    createStore(name.endsWith(".jks") ? "jks" : "modern"),
  );
  writeFileSync(sandbox.path(name), writeStore(store, password));
}

save("flow.p12", "keys password", identity("jetty", flow));
save("cacerts", "trust password", anchor("corporate", corporate));
save("agent.p12", "keys password", identity("ia", agent));
save("agent-trusted.p12", "trust password", anchor("ia", agent));
save("bank.p12", "keys password", identity("bank", bank));
save("bank-trust.p12", "trust password", anchor("clients", corporate));
save("partner-root.p12", "trust password", anchor("partner", partnerRoot));
save(
  "is.p12",
  "keys password",
  identity("aaa", leaf("Partner A", corporate)),
  identity("bbb", leaf("Partner B", corporate)),
);
save("own.p12", "keys password", identity("shop", leaf("shop")));
save("no-key.p12", "keys password", anchor("shop", leaf("shop")));

const page = new ConsolePage("rehearse.md");

test.each(page.rows)("%s prints what the page says", async (_, example) => {
  const { stdout, stderr } = await sandbox.run(...page.wordsOf(example));
  expect(page.printed(example, stdout + stderr)).toBe(page.said(example));
});

test("the page shows the failure of each of the five documents", () => {
  expect(page.examples.length).toBeGreaterThanOrEqual(6);
});
