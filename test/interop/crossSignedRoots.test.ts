import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lock, type OpenLock, goBack, resolveIdentity, retire, switchOver } from "../../lib/lock";
import { judgeHop } from "../../lib/hop";
import { type StoreEntry, createStore, setEntry, writeStore } from "../../lib/keystore";
import { toPem } from "../../lib/pki";
import { hop } from "../hop/materials";
import { JavaJudge, type JudgedStore } from "../java/hops/javaJudge";
import { authority, issued, newLock, pin } from "../lock/support";
import { announced, identityOf } from "../lock/rotation/support";
import { describeWith, type ToolName, tool } from "../support/tools";

const JAVAS = ["jre8", "jre17", "jre21"] as const satisfies readonly ToolName[];
const declared = [
  authority("root"),
  authority("ca", "root", 1000),
  issued("web", "ca"),
  issued("flat", "root"),
];
/** Handshakes are judged by this machine's clock. */
const now = new Date();

interface Presented {
  readonly chain: readonly Uint8Array[];
  readonly pkcs8: Uint8Array;
}

const before = pin(declared, newLock(), { now }).open;
const formerRoot = rootOf(before.lock);
const crossed = switched(announced(before, "root", { identities: declared, now, crossSign: true }));
const nextRoot = rootOf(crossed.lock);
const ended = crossed.withLock(retire(crossed.lock, "root").lock);
const back = crossed.withLock(goBack(crossed.lock, "root").lock);
const plainly = switched(announced(before, "root", { identities: declared, now }));

/** What who trusts accepts of what is presented: title, lock, roots, verdict. */
const CASES: readonly (readonly [string, OpenLock, readonly Uint8Array[], boolean])[] = [
  ["cross-signed, former root", crossed, [formerRoot], true],
  ["cross-signed, next root", crossed, [nextRoot], true],
  ["cross-signed, both roots", crossed, [formerRoot, nextRoot], true],
  ["cross-signed, both roots, the next first", crossed, [nextRoot, formerRoot], true],
  ["retired, next root", ended, [nextRoot], true],
  ["retired, former root", ended, [formerRoot], false],
  ["taken back, former root", back, [formerRoot], true],
  ["not cross-signed, former root", plainly, [formerRoot], false],
  ["not cross-signed, both roots", plainly, [formerRoot, rootOf(plainly.lock)], true],
];

const LEAVES = ["web", "flat"] as const;
const ALL = CASES.flatMap(([title, open, anchors, accepted]) =>
  LEAVES.map((id) => ({ title: `${id}: ${title}`, presented: presented(open, id), anchors, accepted })),
);

describe("roots that are cross-signed, judged by our rules", () => {
  test.each(["java", "openssl"] as const)("of %s", (runtime) => {
    for (const { title, presented: identity, anchors, accepted } of ALL) {
      const material = hop({
        address: title.replace(/:.*/, ".example.com"),
        now,
        server: { identity, runtime },
        client: { anchors, runtime },
      });
      expect([title, judgeHop(material).accepted]).toEqual([title, accepted]);
    }
  });
});

describe.each(JAVAS)("roots that are cross-signed", (name) => {
  describeWith([name, "javac"], `judged by ${name}`, () => {
    let java: JavaJudge;

    beforeAll(() => {
      java = new JavaJudge(name);
    });
    afterAll(() => java.close());

    test.each(["JKS", "PKCS12"] as const)(
      "in %s, a server's and a client's",
      async (type) => {
        // Each key of a PKCS12 store takes Java seconds on a busy machine.
        const cases =
          type === "JKS" ? ALL : ALL.filter(({ title }) => /: cross-signed, \w+ root$/.test(title));
        for (const { title, presented: identity, anchors, accepted } of cases) {
          const side = { keys: keyStore(type, identity), trust: trustStore(anchors) };
          const verdict = await java.judge({
            address: title.replace(/:.*/, ".example.com"),
            verifiesName: true,
            clientAuthentication: "require",
            server: side,
            client: side,
          });
          expect([title, verdict.ok]).toEqual([title, accepted]);
        }
      },
      180_000,
    );
  });
});

describeWith("openssl", "roots that are cross-signed, judged by OpenSSL", () => {
  test.each([["-x509_strict"], ["-no_alt_chains"]])("with %s", (option) => {
    for (const {
      title,
      presented: { chain },
      anchors,
      accepted,
    } of ALL)
      expect([title, verify(chain, anchors, option)]).toEqual([title, accepted]);
  });
});

function verify(chain: readonly Uint8Array[], anchors: readonly Uint8Array[], option: string): boolean {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-cross-"));
  const file = (name: string, certificates: readonly Uint8Array[]): string => {
    const path = join(directory, name);
    writeFileSync(path, certificates.map((der) => toPem(der, "CERTIFICATE")).join(""));
    return path;
  };
  try {
    const words = ["verify", "-purpose", "sslserver", option, "-CAfile", file("roots", anchors)];
    const sent = ["-untrusted", file("chain", chain.slice(1)), file("leaf", chain.slice(0, 1))];
    return spawnSync(tool("openssl"), [...words, ...sent]).status === 0;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function switched(open: OpenLock): OpenLock {
  return open.withLock(switchOver(open.lock, "root").lock);
}

function rootOf(lock: Lock): Uint8Array {
  return identityOf(lock, "root").chain[0] ?? Buffer.of();
}

function presented(open: OpenLock, id: string): Presented {
  const { chain, privateKey = Buffer.of() } = resolveIdentity(open.lock, id, open);
  return { chain, pkcs8: privateKey };
}

function keyStore(type: JudgedStore["type"], { chain, pkcs8 }: Presented): JudgedStore {
  return storeOf(type, [
    { kind: "identity", alias: "own", createdMs: now.getTime(), chain, key: { kind: "clear", pkcs8 } },
  ]);
}

function trustStore(anchors: readonly Uint8Array[]): JudgedStore {
  const entries = anchors.map((certificate, index) => ({
    kind: "anchor" as const,
    alias: `root-${index}`,
    createdMs: now.getTime(),
    certificate,
  }));
  return storeOf("JKS", entries);
}

function storeOf(type: JudgedStore["type"], entries: readonly StoreEntry[]): JudgedStore {
  const empty = createStore(type === "JKS" ? "jks" : "compat");
  const store = entries.reduce((made, entry) => setEntry(made, entry), empty);
  return { type, bytes: writeStore(store, "changeit") };
}
