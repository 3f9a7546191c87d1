import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HostFiles, openHost } from "../../lib/hosts";
import { createStore, readStore, removeEntry, setEntry, writeStore } from "../../lib/keystore";
import { placeEntry, type DeclaredEntry } from "../../lib/provider/entries";
import { openSession, StoreSession } from "../../lib/provider/storeSession";
import { anchorEntry, makeIdentity, writeTestStore } from "./support/stores";

const password = { reference: "env:WORD", value: "changeit" };
const identity = makeIdentity("anchor");
const path = "/opt/cacerts";

describe("StoreSession", () => {
  let root: string;
  let store: string;
  let replaced: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trust-session-"));
    mkdirSync(join(root, "opt"));
    store = join(root, "opt", "cacerts");
    replaced = [];
    writeTestStore(store, "jks", password.value, [anchorEntry("root", identity)]);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** The real host, which notes what is replaced. */
  function watchedHost(): HostFiles {
    const host = openHost(`local:${root}`);
    return new Proxy(host, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...parameters: unknown[]): unknown => {
          if (name === "replaceFile") replaced.push(String(parameters[0]));
          return Reflect.apply(member, target, parameters);
        };
      },
    });
  }

  function add(session: StoreSession, alias: string, isSame = false): Promise<void> {
    return session.change(password, ({ store: before, ...draft }) => {
      if (before === undefined) throw new Error("no store");
      const entry: DeclaredEntry = { kind: "anchor", alias, certificate: identity.certificate };
      const refuse = () => {
        throw new Error(`${alias} is foreign`);
      };
      const claimant = {
        claim: alias,
        owner: "web",
        takeOver: [],
        declaredAt: `trust_truststore_entry ${alias}`,
      };
      return placeEntry({ ...draft, store: before }, entry, claimant, {
        isSame: () => isSame,
        onForeign: refuse,
        onOthers: refuse,
        onLost: refuse,
      });
    });
  }

  const aliases = () => readStore(readFileSync(store), password.value).entries.map(({ alias }) => alias);

  test("tells a change that is refused once the lock is free", async () => {
    const session = new StoreSession(watchedHost(), path);
    const refusing = session.change(password, () => {
      throw new Error("no");
    });
    const there = await refusing.then(
      () => "done",
      () => readdirSync(join(root, "opt")),
    );
    expect(there).toEqual(["cacerts"]);
  });

  test("edits a store under a password that not every Java takes, and keeps what it displaces beside it", async () => {
    // GIVEN a store that Java 25 wrote, and a new one
    const umlaut = { reference: "env:WORD", value: "pässword1" };
    const modern = setEntry(createStore("modern"), anchorEntry("root", identity));
    writeFileSync(store, writeStore(modern, umlaut.value, { reader: "cdktf-trust" }));
    const replace = (session: StoreSession, certificate: Uint8Array): Promise<void> =>
      session.change(umlaut, ({ store: before = createStore("modern"), ...draft }) => {
        const claimant = {
          claim: "root",
          owner: "web",
          takeOver: [],
          declaredAt: "trust_truststore_entry root",
        };
        const refuse = () => {
          throw new Error("not foreign");
        };
        const entry: DeclaredEntry = { kind: "anchor", alias: "root", certificate };
        return placeEntry({ ...draft, store: before }, entry, claimant, {
          isSame: () => false,
          onForeign: () => undefined,
          onOthers: refuse,
          onLost: refuse,
        });
      });
    // WHEN
    const other = makeIdentity("other").certificate;
    await replace(new StoreSession(watchedHost(), path), other);
    // THEN
    expect(readStore(readFileSync(store), umlaut.value).entries).toMatchObject([{ certificate: other }]);
    expect(readdirSync(join(root, "opt")).filter((name) => name.endsWith(".kept"))).toHaveLength(1);
    await expect(replace(new StoreSession(watchedHost(), "/opt/new"), other)).rejects.toThrow(
      "printable ASCII",
    );
    expect(readdirSync(join(root, "opt"))).not.toContain("new");
  });

  test("writes what arrives at once, and what arrives meanwhile, each in one go", async () => {
    // GIVEN
    const session = new StoreSession(watchedHost(), path);

    // WHEN
    const first = Array.from({ length: 10 }, (_, index) => add(session, `first-${index}`));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const second = Array.from({ length: 10 }, (_, index) => add(session, `second-${index}`));
    await Promise.all([...first, ...second]);

    // THEN
    expect(aliases()).toHaveLength(21);
    expect(replaced.filter((file) => file === path).length).toBeLessThanOrEqual(2);
    expect(readdirSync(join(root, "opt")).filter((name) => name.endsWith(".bak"))).toHaveLength(1);
  });

  test("writes the record before the store", async () => {
    // GIVEN
    const session = new StoreSession(watchedHost(), path);

    // WHEN
    await add(session, "electricflow");

    // THEN
    expect(replaced.map((file) => file.replace(/\d{8}T.*(?=\.bak)/, "RUN"))).toEqual([
      "/opt/.cacerts.cdktf-trust.json",
      "/opt/cacerts.orig",
      "/opt/cacerts.RUN.bak",
      "/opt/cacerts",
    ]);
  });

  const giveUp = (session: StoreSession) =>
    session.change(password, ({ store: before, ...draft }) => ({
      ...draft,
      ...(before === undefined ? {} : { store: removeEntry(before, "a") }),
      ownership: { ...draft.ownership, claims: {} },
    }));

  /** A host on which the run dies before its `writes + 1`st change of a file. */
  function hostThatDies(writes: number): HostFiles {
    let left = writes;
    return new Proxy(openHost(`local:${root}`), {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...parameters: unknown[]): unknown => {
          if ((name === "replaceFile" || name === "removeFile") && left-- <= 0) throw new Error("killed");
          return Reflect.apply(member, target, parameters);
        };
      },
    });
  }

  test.each([
    ["adding", (session: StoreSession) => add(session, "a"), 4],
    ["giving up", giveUp, 4],
  ])("clears away what a run left that was killed %s, wherever it was", async (_, change, least) => {
    let deaths = 0;
    for (;;) {
      // GIVEN
      if (change === giveUp) await add(new StoreSession(openHost(`local:${root}`), path), "a");
      const session = new StoreSession(hostThatDies(deaths), path);
      const isKilled = await change(session).then(
        () => false,
        () => true,
      );

      // WHEN
      await add(new StoreSession(openHost(`local:${root}`), path), "a", true);
      await giveUp(new StoreSession(openHost(`local:${root}`), path));

      // THEN
      expect({ deaths, left: readdirSync(join(root, "opt")) }).toEqual({ deaths, left: ["cacerts"] });
      expect(aliases()).toEqual(["root"]);
      if (!isKilled) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThanOrEqual(least);
  });

  test("does not take an .orig for its own that was there", async () => {
    // GIVEN
    writeFileSync(`${store}.orig`, readFileSync(store));

    // WHEN
    await add(new StoreSession(openHost(`local:${root}`), path), "a");
    await giveUp(new StoreSession(openHost(`local:${root}`), path));

    // THEN
    expect(readdirSync(join(root, "opt"))).toEqual(["cacerts", "cacerts.orig"]);
  });

  test("lets one refused change stand alone", async () => {
    // GIVEN
    const session = new StoreSession(watchedHost(), path);

    // WHEN
    const results = await Promise.allSettled([
      add(session, "one"),
      add(session, "root"),
      add(session, "two"),
    ]);

    // THEN
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(aliases()).toEqual(["root", "one", "two"]);
  });

  test("is one for all paths that end at the same file", async () => {
    // GIVEN
    symlinkSync("cacerts", join(root, "opt", "link"));

    // WHEN
    const [direct, linked] = await Promise.all([
      openSession(`local:${root}`, path),
      openSession(`local:${root}`, "/opt/link"),
    ]);
    await add(linked, "through-the-link");

    // THEN
    expect(linked).toBe(direct);
    expect(aliases()).toContain("through-the-link");
  });

  test("sees what somebody else wrote between two changes", async () => {
    // GIVEN
    const session = new StoreSession(watchedHost(), path);
    await add(session, "one");

    // WHEN
    writeTestStore(store, "jks", password.value, [anchorEntry("by-hand", identity)]);
    await add(session, "two");

    // THEN
    expect(aliases()).toEqual(["by-hand", "two"]);
  });
});
