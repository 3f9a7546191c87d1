import { rootCertificates } from "node:tls";
import type { ImportedIdentityRequest } from "../../lib/model";
import { type OpenLock, resolveIdentity, switchOver } from "../../lib/lock";
import { parseCertificate, toPem } from "../../lib/pki";
import { authority, daysLater, identity, issued, newLock, pin, thrownBy } from "./support";

/** A root of the test stands for the public ones: nobody has the key of one of those. */
jest.mock("node:tls", () => ({ ...jest.requireActual<object>("node:tls"), rootCertificates: [] }));

const CERT = "/etc/letsencrypt/live/web/fullchain.pem";
const KEY = "/etc/letsencrypt/live/web/privkey.pem";
const CHAIN = "/etc/letsencrypt/live/web/chain.pem";

describe("files that another tool renews", () => {
  const lock = newLock();
  const { open } = pin(
    [authority("root"), authority("ca", "root"), issued("web", "ca"), issued("next", "ca")],
    lock,
  );
  const pems = (id: string): { leaf: string; issuer: string; root: string; key: string } => {
    const { chain, privateKey = Buffer.of() } = resolveIdentity(open.lock, id, open);
    const [leaf = "", issuer = "", root = ""] = chain.map((der) => toPem(der, "CERTIFICATE"));
    return { leaf, issuer, root, key: toPem(privateKey, "PRIVATE KEY") };
  };
  const [web, next] = [pems("web"), pems("next")];

  function importing(
    files: Readonly<Record<string, string>>,
    request: Partial<ImportedIdentityRequest> = {},
  ) {
    const readFile = (path: string) => (path in files ? Buffer.from(files[path] ?? "") : undefined);
    return pin([identity("acme", { kind: "imported", file: CERT, keyFile: KEY, ...request })], newLock(), {
      readFile,
    });
  }

  function namesOf(pinned: ReturnType<typeof importing>): readonly [readonly string[], string] {
    const { chain, anchor } = resolveIdentity(pinned.lock, "acme");
    return [chain.map((der) => parseCertificate(der).toString()), parseCertificate(anchor).toString()];
  }

  const leafName = "CN=web.example.com, O=Example";

  test("are trusted by a root that they leave out, found among the public ones", () => {
    (rootCertificates as string[]).push(web.root);
    const pinned = importing({ [CERT]: web.leaf + web.issuer, [KEY]: web.key });
    expect(namesOf(pinned)).toEqual([[leafName, "CN=ca CA"], "CN=root CA"]);
  });

  test("may have their issuers in a file of its own, whose change counts", () => {
    const request = { file: "cert.pem", chainFile: CHAIN };
    const files = { "cert.pem": web.leaf, [KEY]: web.key, [CHAIN]: web.issuer + web.root };
    const pinned = importing(files, request);
    expect(namesOf(pinned)).toEqual([[leafName, "CN=ca CA", "CN=root CA"], "CN=root CA"]);
    const changed = { ...files, [CHAIN]: web.root + web.issuer };
    const again = pin([identity("acme", { kind: "imported", keyFile: KEY, ...request })], pinned.open, {
      readFile: (path) => Buffer.from(changed[path as keyof typeof changed] ?? ""),
    });
    expect(again.changes).toMatchObject([{ action: "renewed", generation: 2 }]);
  });

  describe("that bring another anchor", () => {
    const other = pin([authority("other"), issued("web", "other")], newLock()).open;
    const [leaf = "", root = ""] = resolveIdentity(other.lock, "web").chain.map((der) =>
      toPem(der, "CERTIFICATE"),
    );
    const files: Readonly<Record<string, string>> = {
      [CERT]: leaf + root,
      [KEY]: toPem(other.privateKey("web"), "PRIVATE KEY"),
    };
    const acme = identity("acme", { kind: "imported", file: CERT, keyFile: KEY });
    const before = importing({ [CERT]: web.leaf + web.issuer + web.root, [KEY]: web.key });
    const read = (path: string) => Buffer.from(files[path] ?? "");

    test("are announced once, and what was served stays until the switch", () => {
      const { lock, open: after, changes } = pin([acme], before.open, { readFile: read });
      expect(changes).toMatchObject([{ id: "acme", action: "announced", generation: 2 }]);
      expect(resolveIdentity(lock, "acme")).toEqual(resolveIdentity(before.lock, "acme"));
      expect(pin([acme], after, { readFile: read }).changes).toEqual([]);
      const switched = after.withLock(switchOver(lock, "acme").lock);
      expect(resolveIdentity(switched.lock, "acme").chain).toEqual(resolveIdentity(other.lock, "web").chain);
      expect(switched.privateKey("acme")).toEqual(other.privateKey("web"));
    });

    test("are served at once where nobody has to trust it anew, or what is served has ended", () => {
      const swapped = pin([acme], before.open, { readFile: read, trustsAnew: () => false });
      expect(swapped.changes).toMatchObject([{ action: "renewed", generation: 2 }]);
      const late = pin([acme], before.open, { readFile: read, now: daysLater(100) });
      expect(late.changes).toMatchObject([{ action: "renewed", generation: 2 }]);
    });

    test("are announced with all that they issue, where they are an authority's", () => {
      const own = identity("own", { kind: "imported", file: "ca.pem", isAuthority: true });
      const ca = (lock: OpenLock, id: string) => ({
        readFile: () =>
          Buffer.from(
            resolveIdentity(lock.lock, id)
              .chain.map((der) => toPem(der, "CERTIFICATE"))
              .join("") + toPem(lock.privateKey(id), "PRIVATE KEY"),
          ),
      });
      const first = pin([own, issued("shop", "own")], newLock(), ca(open, "ca"));
      const second = pin([own, issued("shop", "own")], first.open, ca(other, "other"));
      expect(second.changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
        ["own", "announced", 2],
        ["shop", "announced", 2],
      ]);
      expect(resolveIdentity(second.lock, "shop")).toEqual(resolveIdentity(first.lock, "shop"));
      expect(resolveIdentity(switchOver(second.lock, "own").lock, "shop").anchor).toEqual(
        resolveIdentity(other.lock, "other").anchor,
      );
    });
  });

  test("are refused while key and certificate are of two generations", () => {
    const error = thrownBy(() => importing({ [CERT]: next.leaf + next.issuer, [KEY]: web.key }));
    expect(error).toMatchObject({ code: "cannot-pin" });
    expect(error.message).toMatch(
      /fullchain.pem: none of the certificates belongs to the private key; where another tool/,
    );
  });

  test("are refused where they change while they are read", () => {
    let reads = 0;
    const readFile = (path: string) => {
      reads += 1;
      const { leaf, issuer, key } = reads > 3 ? next : web;
      return Buffer.from(path === KEY ? key : leaf + issuer);
    };
    const request = identity("acme", { kind: "imported", file: CERT, keyFile: KEY });
    expect(thrownBy(() => pin([request], newLock(), { readFile })).message).toMatch(
      /changed while it was read|belongs/,
    );
  });

  test("of an authority of one's own issue here; those of another certificate do not", () => {
    const ca = pems("web");
    const key = toPem(open.privateKey("ca"), "PRIVATE KEY");
    const files = {
      "ca.pem": ca.issuer,
      "ca.key": key,
      "root.pem": ca.root,
      "web.pem": ca.leaf,
      "web.key": ca.key,
    };
    const readFile = (path: string) => Buffer.from(files[path as keyof typeof files] ?? "");
    const own = identity("own", {
      kind: "imported",
      file: "ca.pem",
      keyFile: "ca.key",
      chainFile: "root.pem",
      isAuthority: true,
    });
    const pinned = pin([own, issued("shop", "own")], newLock(), { readFile });
    const { chain, anchor } = resolveIdentity(pinned.lock, "shop");
    expect(chain.map((der) => parseCertificate(der).toString())).toEqual([
      "CN=shop.example.com, O=Example",
      "CN=ca CA",
      "CN=root CA",
    ]);
    expect(anchor).toEqual(resolveIdentity(open.lock, "root").anchor);
    const none = identity("own", {
      kind: "imported",
      file: "web.pem",
      keyFile: "web.key",
      isAuthority: true,
    });
    expect(thrownBy(() => pin([none], newLock(), { readFile })).message).toMatch(
      /web.pem: CN=web.example.com, O=Example is no authority/,
    );
  });
});
