import { judgeHop } from "../../lib/hop";
import { createStore, readStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import { parseCertificate } from "../../lib/pki";
import { JavaJudge } from "../java/hops/javaJudge";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { describeWith, oftenAndSlowly } from "../support/tools";
import { hop, identityOf, now } from "./materials";

const PASSWORD = "changeit";
const root = makeAuthority(now, "Root");
const leaf = (name: string) =>
  makeCertificate({ now, subject: name, issuer: root, names: [`DNS:${name}.example.com`] });
const made = { shop: leaf("shop"), api: leaf("api") };
type Alias = keyof typeof made;
const aliases: readonly Alias[] = ["shop", "api"];
type KeyManager = "SunX509" | "NewSunX509";

function storeOf(entries: readonly StoreEntry[]): Buffer {
  return writeStore(
    entries.reduce((store, entry) => setEntry(store, entry), createStore("compat")),
    PASSWORD,
  );
}

const createdMs = now.getTime();
const keys = storeOf(
  aliases.map((alias) => {
    const { chain, pkcs8 } = made[alias];
    return { kind: "identity", alias, createdMs, chain, key: { kind: "clear", pkcs8 } };
  }),
);
const trust = storeOf([{ kind: "anchor", alias: "root", createdMs, certificate: root.der }]);

/** Whether our rules say that a call by an endpoint's name gets another's certificate. */
function getsAnothers(alias: Alias, release: number, keyManager: KeyManager): boolean {
  const securityProperties = { "ssl.KeyManagerFactory.algorithm": keyManager };
  const java = { kind: "java", release, securityProperties } as const;
  const keyStore = { storeId: "keystore", store: readStore(keys, PASSWORD), intendedAlias: alias };
  const { findings } = judgeHop(
    hop({
      address: `${alias}.example.com`,
      server: { java, identity: identityOf(made[alias]), keyStore },
      client: { java, anchors: [root.der] },
    }),
  );
  return findings.some(({ rule }) => rule === "other-identity-presented");
}

/** Debian's Java 8 to 26: which of two certificates in one keystore a name gets from Java's own key manager. */
for (const release of oftenAndSlowly<8 | 11 | 17 | 21 | 25 | 26>([8, 26], [11, 17, 21, 25])) {
  describeWith(`jre${release}`, `Java ${release} with two certificates in one keystore`, () => {
    test.each<[KeyManager]>([["SunX509"], ["NewSunX509"]])(
      "presents to each name what the verdict says, with %s",
      async (keyManager) => {
        const judge = new JavaJudge(`jre${release}`);
        const store = (bytes: Uint8Array) => ({ type: "PKCS12", bytes, password: PASSWORD }) as const;
        try {
          for (const alias of aliases) {
            // WHEN
            const { served } = await judge.judge({
              address: `${alias}.example.com`,
              verifiesName: false,
              clientAuthentication: "none",
              server: { keys: store(keys), trust: store(trust), keyManager },
              client: { trust: store(trust) },
            });

            // THEN
            const isOwn = served === parseCertificate(made[alias].der).sha256;
            expect([alias, getsAnothers(alias, release, keyManager)]).toEqual([alias, !isOwn]);
            if (release === 26 || keyManager === "NewSunX509") expect(isOwn).toBe(true);
          }
        } finally {
          judge.close();
        }
      },
    );
  });
}
