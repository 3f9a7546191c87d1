import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findEntry, openKey, readStore } from "../../../lib/keystore";
import { anchorEntry, keyEntry, makeIdentity, writeTestStore } from "../support/stores";
import { activation, type Declared, Deployment, entry, PASSWORD, scratchForEachTest } from "./deployment";

const NEXT = "another-horse-battery";
const ours = makeIdentity("ours");
const theirs = makeIdentity("theirs");

describe("a failed activation of a store that was put under another password", () => {
  let root: string;
  let file: string;
  let flow: Deployment;

  scratchForEachTest((made, folder) => {
    [root, file] = [made, join(folder, "store.p12")];
    flow = new Deployment("p/e/flow", root);
    process.env["ACTIVATION_NEXT"] = NEXT;
  });
  afterEach(() => {
    delete process.env["ACTIVATION_NEXT"];
  });

  /** All rows, with the step of the activation. */
  function rows(password: string, step: string): Declared[] {
    const store = {
      type: "trust_keystore",
      name: "store",
      config: { host: "local:host", path: "/opt/store.p12", password, profile: "jks" },
    };
    const made = entry(root, keyEntry("flow", ours), ours.sha256, { password });
    if (password === "env:ACTIVATION_NEXT")
      writeTestStore(String(made.config["artifact"]), "jks", NEXT, [keyEntry("flow", ours)]);
    return [store, made, activation(step, [{ path: "/opt/store.p12", password }])];
  }

  const before = (step = "true") => rows("env:ACTIVATION_PASSWORD", step);
  const after = (step = "true") => {
    flow.passwordChanges = [
      {
        host: "local:host",
        path: "/opt/store.p12",
        from: "env:ACTIVATION_PASSWORD",
        to: "env:ACTIVATION_NEXT",
      },
    ];
    return rows("env:ACTIVATION_NEXT", step);
  };

  /** Whether a password opens the store with all keys, somebody else's too. */
  function opensWith(password: string): boolean {
    const store = readStore(readFileSync(file), password);
    for (const [alias, identity] of Object.entries({ flow: ours, theirs })) {
      const found = findEntry(store, alias);
      expect(found?.kind === "identity" && openKey(found, password).equals(identity.pkcs8)).toBe(true);
    }
    return true;
  }

  function isUnder(password: string): boolean {
    try {
      readStore(readFileSync(file), password);
      return true;
    } catch {
      return false;
    }
  }

  async function deployed(): Promise<void> {
    writeTestStore(file, "jks", PASSWORD, [keyEntry("theirs", theirs), anchorEntry("x", theirs)]);
    expect(await flow.apply(...before())).toEqual({});
  }

  test("puts it under the former one again, says so by reference, and the next deploy goes on", async () => {
    await deployed();
    const errors = await flow.apply(...after("exit 7"));
    expect(errors["product"]).toMatch(/store\.p12: the password: it is env:ACTIVATION_PASSWORD again/);
    expect(errors["product"]).not.toMatch(new RegExp(`${PASSWORD}|${NEXT}`));
    expect(opensWith(PASSWORD)).toBe(true);
    expect(await flow.plan(...after())).toEqual(["store", "product"]);
    expect(await flow.apply(...after())).toEqual({});
    expect(opensWith(NEXT)).toBe(true);
    expect(await flow.plan(...after())).toEqual([]);
  });

  test("of a truststore, which holds no key, does so too", async () => {
    const trusting = (password: string, step: string) => {
      const [store, , product] = password === "env:ACTIVATION_NEXT" ? after(step) : before(step);
      const made = entry(root, anchorEntry("x", theirs), theirs.sha256, { password });
      if (password === "env:ACTIVATION_NEXT")
        writeTestStore(String(made.config["artifact"]), "jks", NEXT, [anchorEntry("x", theirs)]);
      return [store, made, product].filter((row) => row !== undefined);
    };
    expect(await flow.apply(...trusting("env:ACTIVATION_PASSWORD", "true"))).toEqual({});
    // It works with the former one alone.
    const step = `test ! -e ${root}/again && touch ${root}/again && exit 7; exit 0`;
    const errors = await flow.apply(...trusting("env:ACTIVATION_NEXT", step));
    expect(errors["product"]).toMatch(/the password: it is env:ACTIVATION_PASSWORD again/);
    expect(errors["product"]).toContain("The steps were run again: the step ended with 0");
    expect(() => readStore(readFileSync(file), PASSWORD)).not.toThrow();
  });

  test("killed before any write, has all keys under the one or the other, and the next run converges", async () => {
    let writes = 0;
    for (let isKilled = true; isKilled; writes += 1) {
      rmSync(join(root, "host/opt"), { recursive: true });
      mkdirSync(join(root, "host/opt"));
      flow = new Deployment("p/e/flow", root);
      await deployed();
      isKilled = await flow.applyKilled(writes, ...after());
      expect(opensWith(isUnder(NEXT) ? NEXT : PASSWORD)).toBe(true);
      expect(await flow.apply(...after())).toEqual({});
      expect(opensWith(NEXT)).toBe(true);
      expect(await flow.plan(...after())).toEqual([]);
    }
    expect(writes).toBeGreaterThan(4);
  });

  test("goes back after a run that was killed between the store and its product, too", async () => {
    await deployed();
    for (let writes = 0; !isUnder(NEXT); writes += 1) await flow.applyKilled(writes, ...after());
    const errors = await flow.apply(...after("exit 7"));
    expect(errors["product"]).toMatch(/the password: it is env:ACTIVATION_PASSWORD again/);
    expect(opensWith(PASSWORD)).toBe(true);
  });

  test("leaves it under the new one once a product was seen to read that", async () => {
    await deployed();
    expect(await flow.apply(...after())).toEqual({});
    const [store, , product] = after("exit 7");
    const renewed = entry(root, keyEntry("flow", theirs), theirs.sha256, { password: "env:ACTIVATION_NEXT" });
    writeTestStore(String(renewed.config["artifact"]), "jks", NEXT, [keyEntry("flow", theirs)]);
    if (store === undefined || product === undefined) throw new Error("rows were expected");
    const errors = await flow.apply(store, renewed, product);
    expect(errors["product"]).toContain(`key "flow": now the certificate ${ours.sha256}`);
    expect(errors["product"]).not.toContain("the password");
    expect(opensWith(NEXT)).toBe(true);
  });
});
