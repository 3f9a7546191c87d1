import { type OpenLock, openLock, pinIdentities, readLock } from "../../lib/lock";
import type {
  AuthorityIdentityRequest,
  DefaultedMember,
  IdentityPlan,
  IssuedIdentityRequest,
} from "../../lib/model";
import { parseCertificate } from "../../lib/pki";
import { identity, newLock, pin, pinOptions, selfSigned, thrownBy } from "./support";
import { V1_KEY, V1_NOW, v1Files, v1Text } from "./v1";

const ALL: readonly DefaultedMember[] = ["commonName", "keyAlgorithm", "validityDays"];
const BINDING = "generic-servers/shop/stock/Certificate";
const SERVER = "generic-servers/shop/Endpoint/Certificate";
const AUTHORITY = "generic-servers/Authority";

describe("a lock of version 1 under a later declaration", () => {
  let open: OpenLock;

  beforeAll(() => {
    open = openLock(readLock(v1Text()), V1_KEY);
  });

  function reasons(identities: readonly IdentityPlan[], overrides = {}): Record<string, string> {
    const options = { now: V1_NOW, frozen: true, readFile: v1Files, open: neverOpened, ...overrides };
    try {
      expect(pinIdentities(pinOptions(identities, open, options)).changes).toEqual([]);
      return {};
    } catch (error) {
      const { stale } = error as { stale: { id: string; reason: string }[] };
      return Object.fromEntries(stale.map(({ id, reason }) => [id, reason]));
    }
  }

  test("a changed default renews nothing: neither the name of a client, nor key and validity", () => {
    const later = { keyAlgorithm: "ec-p384", validityDays: 45 } as const;
    expect(
      reasons([
        authority({ ...later, defaulted: ["keyAlgorithm", "validityDays"] }),
        server({ ...later, defaulted: ALL }),
        binding({ subject: { commonName: "shop" }, ...later, defaulted: ALL }),
      ]),
    ).toEqual({});
  });

  test("what is declared as it is pinned renews nothing", () => {
    expect(
      reasons([
        authority({}),
        server({}),
        binding({}),
        identity("partners/Imported", { kind: "imported", file: "imported.jks", alias: "gateway" }),
        identity("partners/Partner", { kind: "certificate", file: "partner.crt" }),
        identity("electricflow-ispw/ElectricFlow/Endpoint/Certificate", {
          kind: "existing",
          storeId: "of another stack",
          alias: "jetty",
        }),
      ]),
    ).toEqual({});
  });

  test.each<[string, Partial<IssuedIdentityRequest>]>([
    ["its subject", { subject: { commonName: "shop" }, defaulted: ["keyAlgorithm", "validityDays"] }],
    ["its subject", { subject: { commonName: "stock", organization: "Example" }, defaulted: ALL }],
    ["its key algorithm", { keyAlgorithm: "ec-p256", defaulted: ["commonName", "validityDays"] }],
    ["its validity", { validityDays: 90, defaulted: ["commonName", "keyAlgorithm"] }],
    ["its names", { names: [{ kind: "dns", value: "shop.example.com" }], defaulted: ALL }],
    ["its purposes", { extendedKeyUsages: ["clientAuth", "serverAuth"], defaulted: ALL }],
  ])("another declared value renews: %s", (what, declared) => {
    expect(reasons([authority({}), binding(declared)])).toEqual({
      [BINDING]: `it is declared differently since generation 1 was pinned: ${what}`,
    });
  });

  test("another issuer, another kind and another path length renew", () => {
    const root = "integration-server/bank-root";
    const bankRoot = identity(root, { ...authorityRequest(), subject: { commonName: "Example bank root" } });
    expect(reasons([authority({}), bankRoot, binding({ issuerId: root })])).toEqual({
      [BINDING]: `its issuer "${root}" has another certificate now`,
    });
    expect(reasons([identity(BINDING, { ...clientRequest(), kind: "self-signed" })])[BINDING]).toMatch(
      /it is self-signed, and was issued$/,
    );
    expect(reasons([authority({ pathLength: 0 })])[AUTHORITY]).toMatch(/its path length$/);
    expect(reasons([bankRoot, authority({ issuerId: root })])[AUTHORITY]).toMatch(/its issuer$/);
  });

  test("another alias of an adopted or imported identity is noticed", () => {
    const existing = "electricflow-ispw/ElectricFlow/Endpoint/Certificate";
    const found = reasons([
      identity("partners/Imported", { kind: "imported", file: "imported.jks", alias: "other" }),
      identity(existing, { kind: "existing", storeId: "of another stack", alias: "other" }),
    ]);
    expect(found["partners/Imported"]).toMatch(/its alias$/);
    expect(found[existing]).toMatch(/its alias/);
  });

  test("a renewal keeps the pinned defaults, and takes what is declared", () => {
    const changed = {
      subject: { commonName: "shop" },
      keyAlgorithm: "ec-p256",
      validityDays: 30,
      defaulted: ["commonName", "keyAlgorithm"],
    } as const;
    const renewed = pin([authority({}), binding(changed)], open, { now: V1_NOW });
    const leaf = leafOf(renewed.open, BINDING);
    expect(renewed.changes).toMatchObject([{ id: BINDING, generation: 2 }]);
    expect(leaf.subject.toString()).toBe("CN=stock");
    expect(leaf.keyAlgorithm).toBe("RSA 2048");
    expect(leaf.notAfter.getTime() - leaf.notBefore.getTime()).toBe(30 * 86_400_000);

    const again = pin([authority({}), binding(changed)], renewed.open, {
      now: V1_NOW,
      renew: new Set([BINDING]),
    });
    expect(again.changes).toMatchObject([{ generation: 3, reason: "a new generation was asked for" }]);
    expect(leafOf(again.open, BINDING).subject.toString()).toBe("CN=stock");
  });
});

describe("a default common name", () => {
  test("follows the names of a server that lost the old one, and stays while the server keeps it", () => {
    const declared = (...names: string[]): IdentityPlan[] => {
      const { request } = selfSigned("web");
      if (request.kind !== "self-signed") throw new Error("a self-signed one was expected");
      const subject = { commonName: names[0] ?? "" };
      const dns = names.map((value) => ({ kind: "dns", value }) as const);
      return [identity("web", { ...request, subject, names: dns, defaulted: ["commonName"] })];
    };
    const first = pin(declared("old.example.com"), newLock());
    const both = pin(declared("new.example.com", "old.example.com"), first.open);
    expect(leafOf(both.open, "web").subject.toString()).toBe("CN=old.example.com");
    const moved = pin(declared("new.example.com"), both.open);
    expect(leafOf(moved.open, "web").subject.toString()).toBe("CN=new.example.com");
  });
});

describe("what is declared, against what is pinned", () => {
  test("names are the same in any order and any spelling", () => {
    const named = (...names: { kind: "dns" | "ip"; value: string }[]): IdentityPlan[] => {
      const { request } = selfSigned("web");
      if (request.kind !== "self-signed") throw new Error("a self-signed one was expected");
      return [identity("web", { ...request, names })];
    };
    const first = pin(
      named({ kind: "dns", value: "straße.example" }, { kind: "ip", value: "2001:DB8:0::1" }),
      newLock(),
    );
    const again = named({ kind: "ip", value: "2001:db8::1" }, { kind: "dns", value: "straße.example" });
    expect(pin(again, first.open).changes).toEqual([]);
  });

  test("a longer validity than the issuer's changes nothing while it ends with its issuer's", () => {
    const short = identity("ca", { ...authorityRequest(), keyAlgorithm: "ec-p256", validityDays: 10 });
    const web = (validityDays: number): IdentityPlan =>
      identity("web", { ...clientRequest(), issuerId: "ca", keyAlgorithm: "ec-p256", validityDays });
    const first = pin([short, web(90)], newLock());
    expect(pin([short, web(397)], first.open).changes).toEqual([]);
    expect(pin([short, web(5)], first.open).changes).toMatchObject([{ id: "web", generation: 2 }]);
  });

  test("a name that no certificate can hold is an error that names the identity", () => {
    const first = pin([selfSigned("web")], newLock());
    const { request } = selfSigned("web");
    const odd = { ...request, subject: { commonName: "web", country: "Germany" } } as typeof request;
    expect(thrownBy(() => pin([identity("web", odd)], first.open))).toMatchObject({
      code: "cannot-pin",
      message: expect.stringMatching(/^identity "web": .*Germany/),
    });
  });
});

function authorityRequest(): AuthorityIdentityRequest {
  return {
    kind: "authority",
    subject: { commonName: "Example Services CA" },
    keyAlgorithm: "rsa-2048",
    validityDays: 3650,
  };
}

function clientRequest(): IssuedIdentityRequest {
  return {
    kind: "issued",
    issuerId: AUTHORITY,
    subject: { commonName: "stock" },
    names: [],
    keyAlgorithm: "rsa-2048",
    validityDays: 397,
    extendedKeyUsages: ["clientAuth"],
  };
}

function authority(overrides: Partial<AuthorityIdentityRequest>): IdentityPlan {
  return identity(AUTHORITY, { ...authorityRequest(), ...overrides });
}

function binding(overrides: Partial<IssuedIdentityRequest>): IdentityPlan {
  return identity(BINDING, { ...clientRequest(), ...overrides });
}

function server(overrides: Partial<IssuedIdentityRequest>): IdentityPlan {
  return identity(SERVER, {
    ...clientRequest(),
    subject: { commonName: "shop.example.com" },
    names: [{ kind: "dns", value: "shop.example.com" }],
    extendedKeyUsages: ["serverAuth"],
    ...overrides,
  });
}

function leafOf({ lock }: OpenLock, id: string) {
  return parseCertificate(lock.identities.get(id)?.chain[0] ?? new Uint8Array());
}

function neverOpened(): OpenLock {
  throw new Error("the lock was not expected to be opened");
}
