import { judgeHop } from "../../lib/hop";
import {
  createStore,
  type IdentityEntry,
  readStore,
  setEntry,
  type StoreEntry,
  writeStore,
} from "../../lib/keystore";
import type { Finding, JavaRuntimePlan } from "../../lib/model";
import { parseCertificate } from "../../lib/pki";
import { JavaJudge } from "../java/hops/javaJudge";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { describeWith, oftenAndSlowly, type ToolName } from "../support/tools";
import { hop, now } from "./materials";

const PASSWORD = "changeit";
const root = makeAuthority(now, "Root");
const otherRoot = makeAuthority(now, "Other Root");

const made = {
  rsa: leaf({ key: "rsa-2048" }),
  ec: leaf({}),
  otherEc: leaf({}),
  expired: leaf({ fromDays: -9, toDays: -2 }),
  ofOther: leaf({ issuer: otherRoot }),
} as const;

function leaf(options: Partial<Parameters<typeof makeCertificate>[0]>): MadeIdentity {
  return makeCertificate({
    now,
    subject: "server.example",
    names: ["DNS:server.example"],
    issuer: root,
    ...options,
  });
}

interface Stored {
  readonly alias: string;
  readonly identity: keyof typeof made;
  readonly password?: string;
}

function bytesOf(entries: readonly Stored[]): Buffer {
  const store = entries.reduce((before, { alias, identity, password }) => {
    const { chain, pkcs8 } = made[identity];
    const key = { kind: "clear", pkcs8, ...(password === undefined ? {} : { password }) } as const;
    const entry: IdentityEntry = { kind: "identity", alias, createdMs: now.getTime(), chain, key };
    return setEntry(before, entry);
  }, createStore("modern"));
  return writeStore(store, PASSWORD);
}

interface Case {
  readonly title: string;
  /** As they stand in the store. */
  readonly entries: readonly Stored[];
  /** Alias of the one that is meant. */
  readonly meant: string;
  readonly side?: "client";
  readonly keyManager?: "NewSunX509";
  /** Releases in which it is so. @default - all */
  readonly since?: number;
  /** What the remedy says; undefined where another alias does. */
  readonly says?: RegExp;
}

function remedyOf(test: Case, release: number): string | undefined {
  return findingsOf(test, release).find(({ rule }) => rule === "other-identity-presented")?.remedy;
}

function findingsOf({ entries, meant, side, keyManager }: Case, release: number): readonly Finding[] {
  const java: JavaRuntimePlan = {
    kind: "java",
    release,
    ...(keyManager === undefined
      ? {}
      : { securityProperties: { "ssl.KeyManagerFactory.algorithm": keyManager } }),
  };
  const own = made[entries.find(({ alias }) => alias === meant)?.identity ?? "ec"];
  const identity = { chain: own.chain, pkcs8: own.pkcs8 };
  const keyStore = {
    storeId: "keystore",
    store: readStore(bytesOf(entries), PASSWORD),
    intendedAlias: meant,
    unopenedAliases: entries.flatMap(({ alias, password }) => (password === undefined ? [] : [alias])),
  };
  const { findings } = judgeHop(
    side === "client"
      ? hop({
          server: {
            java,
            identity: { chain: made.ec.chain, pkcs8: made.ec.pkcs8 },
            clientAuthentication: "require",
            clientAnchors: [root.der],
          },
          client: { java, anchors: [root.der], identity, keyStore },
        })
      : hop({ server: { java, identity, keyStore }, client: { java, anchors: [root.der, otherRoot.der] } }),
  );
  return findings;
}

/** The alias that a Java presents, by its certificate. */
async function presentedBy(judge: JavaJudge, entries: readonly Stored[], test: Case): Promise<string[]> {
  const keys = { type: "PKCS12", bytes: bytesOf(entries), password: PASSWORD } as const;
  const own = {
    type: "PKCS12",
    bytes: bytesOf([{ alias: "own", identity: "ec" }]),
    password: PASSWORD,
  } as const;
  const anchors = [root.der, ...(test.side === "client" ? [] : [otherRoot.der])];
  const trust = {
    type: "JKS",
    bytes: writeStore(
      anchors.reduce((store, certificate, at) => {
        const entry: StoreEntry = {
          kind: "anchor",
          alias: `root${at}`,
          createdMs: now.getTime(),
          certificate,
        };
        return setEntry(store, entry);
      }, createStore("jks")),
      PASSWORD,
    ),
  } as const;
  const manager = test.keyManager === undefined ? {} : { keyManager: test.keyManager };
  const isClient = test.side === "client";
  const verdict = await judge.judge({
    address: "server.example",
    verifiesName: true,
    clientAuthentication: isClient ? "require" : "none",
    server: { keys: isClient ? own : keys, trust, ...manager },
    client: { ...(isClient ? { keys, ...manager } : {}), trust },
  });
  const seen = isClient ? verdict.presented : verdict.served;
  return entries.flatMap(({ alias, identity }) =>
    parseCertificate(made[identity].der).sha256 === seen ? [alias] : [],
  );
}

const cases: readonly Case[] = [
  {
    title: "a key of the same type",
    entries: [
      { alias: "https", identity: "ec" },
      { alias: "apia", identity: "otherEc" },
    ],
    meant: "https",
  },
  {
    title: "a key of another type",
    entries: [
      { alias: "server", identity: "rsa" },
      { alias: "zzz", identity: "ec" },
    ],
    meant: "server",
    says: /^no alias helps, because the type of the key under "zzz" comes first/,
  },
  {
    title: "an issuer that the server does not ask for",
    entries: [
      { alias: "server", identity: "ofOther" },
      { alias: "zzz", identity: "ec" },
    ],
    meant: "server",
    side: "client",
    says: /^no alias helps, because no issuer in its stored chain is among those that the server asks for/,
  },
  {
    title: "a key that opens with another password",
    entries: [
      { alias: "zzz", identity: "ec" },
      { alias: "server", identity: "otherEc", password: "another" },
    ],
    meant: "server",
    keyManager: "NewSunX509",
    says: /^no alias helps, because its key does not open with the store's password/,
  },
  {
    title: "the order of the store",
    entries: [
      { alias: "second", identity: "otherEc" },
      { alias: "server", identity: "ec" },
    ],
    meant: "server",
    keyManager: "NewSunX509",
    says: /^no alias helps, because the first in the store is taken/,
  },
  {
    title: "a certificate that is less fit",
    entries: [
      { alias: "server", identity: "expired" },
      { alias: "zzz", identity: "ec" },
    ],
    meant: "server",
    since: 26,
    says: /^no alias helps, because a fitter certificate is taken/,
  },
];

const ALIASES = [
  "server",
  "https",
  "apia",
  "1",
  "zzz",
  ...Array.from({ length: process.env["SLOW"] === "1" ? 20 : 3 }, (_, at) => `alias-${at}`),
];

describe.each(oftenAndSlowly<[number, ToolName]>([[26, "jre26"]], [[25, "jre25"]]))(
  "where Java %i presents another identity than the one that is meant",
  (release, name) => {
    describeWith(["javac", name], "judged by itself", () => {
      let judge: JavaJudge;

      beforeAll(() => {
        judge = new JavaJudge(name);
      }, 60_000);

      afterAll(() => judge.close());

      /** Whether that Java presents it once it has another alias. */
      async function wins(test: Case, alias: string): Promise<boolean> {
        const others = test.entries.filter((entry) => entry.alias !== test.meant);
        if (others.some((entry) => entry.alias === alias)) return false;
        const renamed = test.entries.map((entry) =>
          entry.alias === test.meant ? { ...entry, alias } : entry,
        );
        return (await presentedBy(judge, renamed, test)).includes(alias);
      }

      test.each(cases.filter(({ since = 0 }) => release >= since).map((each) => [each.title, each] as const))(
        "%s",
        async (_title, each) => {
          expect(await wins(each, each.meant)).toBe(false);
          const remedy = remedyOf(each, release) ?? "";
          if (each.says === undefined) {
            const advised = /for example "([^"]+)"/.exec(remedy)?.[1] ?? "";
            expect({ remedy, advised, wins: await wins(each, advised) }).toMatchObject({ wins: true });
            return;
          }
          expect(remedy).toMatch(each.says);
          expect(remedy).not.toContain("take an alias");
          for (const alias of ALIASES)
            expect({ alias, wins: await wins(each, alias) }).toEqual({ alias, wins: false });
        },
      );
    });
  },
);

test("no alias is advised that would be warned of", () => {
  const remedies = cases.map((each) => remedyOf(each, 25) ?? "");

  expect(remedies.filter((remedy) => /"\d+"/.test(remedy))).toEqual([]);
});

test.each([
  [
    undefined,
    "key-password-differs",
    /^the server presents nothing: from keystore Java chooses the key under "b"/,
  ],
  [
    "client",
    "client-certificate-not-sent",
    /Java chooses the key under "b".*so the client sends a zero-length/,
  ],
] as const)("a key that Java chooses and cannot open is named: %s", (side, rule, says) => {
  const test: Case = {
    title: "a neighbour under another password",
    entries: [
      { alias: "b", identity: "ec", password: "another" },
      { alias: "a", identity: "ec" },
    ],
    meant: "a",
    keyManager: "NewSunX509",
    ...(side === undefined ? {} : { side }),
  };

  const errors = findingsOf(test, 25).filter(({ level }) => level === "error");

  expect(errors).toMatchObject([{ rule, message: expect.stringMatching(says) as string }]);
});
