import { judgeHop } from "../../lib/hop";
import { identityByName } from "../../lib/hop/identityByName";
import { createStore, type IdentityEntry, setEntry } from "../../lib/keystore";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { hop, now } from "./materials";

const root = makeAuthority(now, "Root");
const leaf = (names: readonly string[], key?: "rsa-2048") =>
  makeCertificate({ now, subject: "server", issuer: root, names, ...(key === undefined ? {} : { key }) });
const made = {
  told: leaf(["DNS:told.example.com"]),
  wildcard: leaf(["DNS:*.example.com"]),
  shop: leaf(["DNS:Shop.example.com"]),
  rsa: leaf(["DNS:api.example.com"], "rsa-2048"),
  common: makeCertificate({
    now,
    subject: "common.example.com",
    issuer: root,
    names: ["DNS:else.example.net"],
  }),
};

function entryOf(alias: string, { chain, pkcs8 }: MadeIdentity): IdentityEntry {
  return { kind: "identity", alias, createdMs: now.getTime(), chain, key: { kind: "clear", pkcs8 } };
}

const store = Object.entries(made).reduce(
  (before, [alias, one]) => setEntry(before, entryOf(alias, one)),
  createStore("modern"),
);

/** The alias that is presented to a client that asks for a name. */
function presentedTo(serverName: string | undefined): string | undefined {
  const named = serverName === undefined ? {} : { serverName };
  const fitness = { use: "server", now, protocol: "TLSv1.3", ...named } as const;
  return identityByName(store, "told", { fitness })?.alias;
}

describe("a product that goes by the name that a client asks for", () => {
  test.each([
    ["shop.example.com", "shop"],
    ["told.example.com", "told"],
    ["other.example.com", "wildcard"],
    // A wildcard of a type of keys that is asked for first goes before an exact name of a later one.
    ["api.example.com", "wildcard"],
    // Jetty takes the common name beside alternative names.
    ["common.example.com", "common"],
    ["unknown.example.org", "told"],
    [undefined, "told"],
  ])("asked for %s presents %s", (serverName, alias) => {
    expect(presentedTo(serverName)).toBe(alias);
  });

  test("is refused where another certificate of its store has the name, too", () => {
    // GIVEN
    const server = (intended: keyof typeof made, address: string) =>
      judgeHop(
        hop({
          address,
          server: {
            identity: { chain: made[intended].chain, pkcs8: made[intended].pkcs8 },
            keyStore: { storeId: "app:/keys.p12", store, intendedAlias: intended, aliasWithoutName: "told" },
          },
          client: { anchors: [root.der] },
        }),
      );

    // THEN
    expect(server("shop", "shop.example.com").findings).toEqual([]);
    expect(server("rsa", "api.example.com").findings).toMatchObject([
      {
        rule: "other-identity-presented",
        message:
          'from app:/keys.p12 the server presents "wildcard", not "rsa": the product goes by the name that a client asks for, and takes the certificate that has it',
      },
    ]);
  });
});
