import {
  type OpenLock,
  announce,
  formatLock,
  goBack,
  pinIdentities,
  retire,
  switchOver,
} from "../../../lib/lock";
import type { IdentityPlan } from "../../../lib/model";
import { generateKey, parseCertificate, toPem } from "../../../lib/pki";
import {
  authority,
  daysLater,
  filesOf,
  identity,
  issued,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
  thrownBy,
} from "../support";
import { FLEET, announced, identityOf, rotateOptions, signed, states, steady } from "./support";

describe("announcing", () => {
  test("makes the next generation as it is declared now, and the current one stays", () => {
    const changed = [...FLEET.slice(0, 3), selfSigned("jetty", { validityDays: 30 })];
    const open = announced(steady(), "jetty", { identities: changed });
    expect(pinIdentities(pinOptions(changed, open, { frozen: true })).changes).toEqual([]);
    const { chain, rotation } = identityOf(open.lock, "jetty");
    expect(chain).not.toEqual(rotation?.other.chain);
  });

  test("is the same for the same keys, clock and randomness", () => {
    // Ed25519 signatures are deterministic (RFC 8032); the key comes from outside.
    const declared = [selfSigned("jetty", { keyAlgorithm: "ed25519" })];
    const before = steady(declared);
    const key = generateKey("ed25519");
    const texts = [1, 2].map(() => {
      const makerOf = (id: string) => ({ makeKey: () => key, randomBytes: seededRandom(id) });
      return formatLock(announced(before, "jetty", { identities: declared, makerOf }).lock);
    });
    expect(texts[0]).toBe(texts[1]);
  });

  test("what comes from a file is taken from what is there now, and back again", () => {
    const { names, at } = files();
    const before = pin([names.partner, names.gateway], newLock(), { readFile: at("first") }).open;
    const identities = [names.partner, names.gateway];
    const readFile = at("second");
    const first = ["partner", "gateway"].reduce(
      (open, id) => open.withLock(announce(rotateOptions(open, id, identities, { readFile })).lock),
      before,
    );
    expect(states(first)).toEqual({ partner: "announced 1 (2)", gateway: "announced 1 (2)" });
    expect(identityOf(first.lock, "gateway").rotation?.other.privateKey).toBeDefined();
    const upToDate = (open: OpenLock) =>
      pinIdentities(pinOptions(identities, open, { readFile, frozen: true })).changes;
    expect(upToDate(first)).toEqual([]);
    const second = first.withLock(switchOver(first.lock, "gateway").lock);
    expect(second.privateKey("gateway")).not.toEqual(before.privateKey("gateway"));
    expect(upToDate(second)).toEqual([]);
    // What was taken back stays so, although the file is the next one's.
    const back = second.withLock(goBack(goBack(second.lock, "gateway").lock, "gateway").lock);
    expect(upToDate(back)).toEqual([]);
    expect(states(back).gateway).toBe("steady 1");
  });

  test("a root that is cross-signed presents what the former one says of it, until it is retired", () => {
    const first = announced(steady(), "root", { crossSign: true });
    const second = signed(first, switchOver(first.lock, "root"));
    const subjects = (open: OpenLock) =>
      identityOf(open.lock, "web").chain.map((der) => {
        const { subject, issuer } = parseCertificate(der);
        return `${subject.commonName ?? ""} by ${issuer.commonName ?? ""}`;
      });
    expect(subjects(second)).toEqual([
      "web.example.com by ca CA G2",
      "ca CA G2 by root CA G2",
      "root CA G2 by root CA",
    ]);
    expect(pinIdentities(pinOptions(FLEET, second, { frozen: true })).changes).toEqual([]);
    const late = pin([...FLEET, issued("late", "root")], second).open;
    expect(identityOf(late.lock, "late").chain.length).toBe(2);
    const third = signed(late, retire(late.lock, "root"));
    expect(subjects(third).at(-1)).toBe("root CA G2 by root CA G2");
    for (const id of ["web", "root", "late"]) expect(identityOf(third.lock, id)).not.toHaveProperty("anchor");
    expect(
      pinIdentities(pinOptions([...FLEET, issued("late", "root")], third, { frozen: true })).changes,
    ).toEqual([]);
  });

  test.each<[string, () => unknown, string, RegExp]>([
    [
      "an unknown identity",
      () => announce(rotateOptions(steady(), "nobody")),
      "unknown-identity",
      /"nobody"; there are: ca, jetty, root, web/,
    ],
    [
      "what is announced",
      () => again("root", "root"),
      "in-rotation",
      /"root" is announced already; go on with `cdktf-trust rotate root --advance`/,
    ],
    [
      "a member",
      () => again("root", "web"),
      "in-rotation",
      /"web" is announced already, as a part of the rotation of "root"/,
    ],
    [
      "what issued one in rotation",
      () => again("web", "root"),
      "in-rotation",
      /"root" issued "web", which is in rotation; .*rotate web/,
    ],
    [
      "what no stack declares",
      () => announce(rotateOptions(steady(), "root", FLEET.slice(0, 2))),
      "cannot-rotate",
      /"web": no stack declares it/,
    ],
    [
      "another kind",
      () => announce(rotateOptions(steady(), "jetty", [...FLEET.slice(0, 3), issued("jetty", "ca")])),
      "cannot-rotate",
      /it is issued, and was self-signed; `cdktf-trust lock`/,
    ],
    [
      "cross-signing what is no root",
      () => announce(rotateOptions(steady(), "ca", FLEET, { crossSign: true })),
      "cannot-rotate",
      /only a root/,
    ],
    [
      "cross-signing below a path that is too short",
      shortPath,
      "cannot-rotate",
      /path length is 1, and 2 is needed/,
    ],
    [
      "a file that is the same",
      sameFile,
      "cannot-rotate",
      /gateway.pem holds the certificate of generation 1/,
    ],
    ["what stays on its host", existing, "cannot-rotate", /PartnerCertificate/],
  ])("%s is refused", (_, action, code, message) => {
    const error = thrownBy(action);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });
});

describe("while an identity is in rotation", () => {
  let first: OpenLock;
  let second: OpenLock;

  beforeAll(() => {
    first = announced(steady(), "root");
    second = signed(first, switchOver(first.lock, "root"));
  });

  const changed = [...FLEET.slice(0, 2), issued("web", "ca", 30), ...FLEET.slice(3)];

  test.each([
    [
      "a changed declaration",
      changed,
      {},
      "web",
      "it is declared differently since generation 2 was pinned: its validity",
    ],
    ["a renewal", FLEET, { renew: new Set(["web"]) }, "web", "a new generation was asked for"],
    ["a renewal of its head", FLEET, { renew: new Set(["root"]) }, "root", "a new generation was asked for"],
    ["an expiry", FLEET, { now: daysLater(90) }, "web", /generation [12] expired on 2026-05-30/],
  ] as const)("%s is refused, and names the ways out", (_, declared, options, id, reason) => {
    for (const [open, phase] of [
      [first, "announced"],
      [second, "switched"],
    ] as const) {
      const rest = declared.filter((each) => each.id !== "jetty");
      const error = thrownBy(() => pinIdentities(pinOptions(rest, open, options)));
      expect(error).toMatchObject({ code: "in-rotation" });
      expect(error.message).toMatch(reason);
      const held = id === "root" ? `it is ${phase}` : `it is ${phase} with "root"`;
      expect(error.message).toContain(
        `${held}, and nothing re-issues it meanwhile: go on with \`cdktf-trust rotate root --advance\`, or back with ` +
          "`cdktf-trust rotate root --back`",
      );
      const frozen = thrownBy(() => pinIdentities(pinOptions(rest, open, { ...options, frozen: true })));
      expect(frozen).toMatchObject({ code: "stale-lock" });
      expect(frozen.message).toContain("cdktf-trust rotate root --advance");
    }
  });

  test("what expires soon is in good hands", () => {
    const { changes } = pin(FLEET, first, { now: daysLater(80), renewWithinDays: 30 });
    expect(changes.map(({ id }) => id)).toEqual(["jetty"]);
  });

  test("a new authority joins as well, with all below it", () => {
    const declared = [...FLEET, authority("eu", "root", 500), issued("paris", "eu")];
    const joined = pin(declared, first).open;
    expect(states(joined)).toMatchObject({ eu: "announced 1 (2)", paris: "announced 1 (2)" });
    const late = pin(declared, second).open;
    expect(states(late)).toMatchObject({ eu: "switched 2 (1)", paris: "switched 2 (1)" });
    signed(joined, switchOver(joined.lock, "root"));
    signed(late, goBack(late.lock, "root"));
  });

  test("what is new below an authority whose former generation expired is of the new one alone", () => {
    const root = [authority("root", undefined, 100)];
    const expired = pin(root, steady(root), { now: daysLater(100) }).open;
    const late = pin([...root, issued("late", "root", 30)], expired, { now: daysLater(100) }).open;
    expect(states(late)).toEqual({ root: "switched 2 (1)", late: "steady 1" });
    expect(thrownBy(() => goBack(late.lock, "root"))).toMatchObject({ code: "left-behind" });
    expect(states(signed(late, retire(late.lock, "root")))).toEqual({ root: "steady 2", late: "steady 1" });
  });
});

function again(first: string, second: string): unknown {
  const open = announced(steady(), first);
  return announce(rotateOptions(open, second));
}

function shortPath(): unknown {
  const [root, ...rest] = FLEET;
  const declared = [
    identity("root", { ...root?.request, pathLength: 1 } as IdentityPlan["request"]),
    ...rest,
  ];
  const open = steady(declared);
  return announce(rotateOptions(open, "root", declared, { crossSign: true }));
}

function sameFile(): unknown {
  const { names, at } = files();
  const open = pin([names.gateway], newLock(), { readFile: at("first") }).open;
  return announce(rotateOptions(open, "gateway", [names.gateway], { readFile: at("first") }));
}

function existing(): unknown {
  const adopted = identity("jetty", { kind: "existing", storeId: "store", alias: "jetty" });
  const open = steady();
  const pinned = { ...identityOf(open.lock, "jetty"), kind: "existing" } as const;
  const lock = { ...open.lock, identities: new Map(open.lock.identities).set("jetty", pinned) };
  return announce({ ...rotateOptions(open, "jetty", [...FLEET.slice(0, 3), adopted]), lock });
}

/** A partner's certificate and a gateway's identity, in two versions of their files. */
function files() {
  const open = pin([selfSigned("first"), selfSigned("second")], newLock(), {
    randomBytes: seededRandom("files"),
  }).open;
  const at = (id: string) => {
    const certificate = toPem(identityOf(open.lock, id).chain[0] ?? Buffer.of(), "CERTIFICATE");
    const key = toPem(open.privateKey(id), "PRIVATE KEY");
    return filesOf({
      "partner.crt": Buffer.from(certificate),
      "gateway.pem": Buffer.from(certificate + key),
    });
  };
  const names = {
    partner: identity("partner", { kind: "certificate", file: "partner.crt" }),
    gateway: identity("gateway", { kind: "imported", file: "gateway.pem" }),
  };
  return { names, at };
}
