import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOfEntry, formatOwnership, type OwnershipRecord } from "../../lib/hosts";
import { toPem } from "../../lib/pki";
import { Unknown } from "../../lib/provider/protocol";
import {
  checkRelying,
  foreseeTrust,
  type RelyingPlace,
  type Replacement,
  requireTrust,
} from "../../lib/provider/relying";
import { REFUSE_AT_PLAN_VARIABLE } from "../../lib/provider/variables";
import { anchorEntry, makeIdentity, writeTestStore } from "./support/stores";

const former = makeIdentity("orders");
const renewed = makeIdentity("orders renewed");
const root = makeIdentity("Root");

describe("those who rely on a certificate", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "trust-relying-"));
    mkdirSync(join(directory, "opt"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function place(more: Partial<RelyingPlace> = {}): RelyingPlace {
    const { sha256 } = renewed;
    return {
      host: `local:${directory}`,
      path: "/opt/trust.p12",
      sha256,
      content: null,
      ssh: null,
      stack: "shop",
      ...more,
    };
  }

  function replacement(...relying: readonly RelyingPlace[]): Replacement {
    const delivered = async () => [renewed.certificate];
    return { what: '/opt/keys: "server"', prior: former.sha256, next: renewed.sha256, relying, delivered };
  }

  /** A truststore that holds something, and a record that says that an anchor is ours there. */
  function trust({ certificate }: typeof root, more: Partial<OwnershipRecord["claims"][string]> = {}): void {
    const claim = {
      owner: "p/e/shop",
      declaredAt: "trust_truststore_entry orders",
      kind: "anchor" as const,
      at: "orders",
      content: contentOfEntry("anchor", [certificate]),
      origin: "created" as const,
      ...more,
    };
    writeTestStore(join(directory, "opt/trust.p12"), "modern", "word", [anchorEntry("root", root)]);
    record(formatOwnership({ created: false, claims: { c1: claim } }));
  }

  function record(text: string): void {
    writeFileSync(join(directory, "opt/.trust.p12.cdktf-trust.json"), text);
  }

  const refusal = expect.objectContaining({ code: "not-trusted-yet" });

  test("must have the new anchor, as the record beside their truststore says", async () => {
    // GIVEN
    trust(former);

    // WHEN
    const refused = requireTrust(replacement(place()));

    // THEN
    await expect(refused).rejects.toThrow(
      `/opt/keys: "server" stays as it is, because its new certificate is not trusted yet where the old one is relied ` +
        `on: /opt/trust.p12 on local:${directory}, declared by shop, does not hold the anchor ${renewed.sha256}. Deploy ` +
        "shop first (cdktf-trust deploy shop), then this again. Nothing was changed.",
    );

    // WHEN
    trust(renewed);

    // THEN
    await requireTrust(replacement(place()));
  });

  test("are not asked about a first placement, nor about the same certificate in another spelling", async () => {
    for (const prior of [undefined, "", renewed.sha256, renewed.sha256.replaceAll(":", "").toLowerCase()])
      await expect(requireTrust({ ...replacement(place()), prior })).resolves.toBeUndefined();
  });

  describe("of an identity that changes in phases", () => {
    const foresee = (...places: readonly RelyingPlace[]) =>
      foreseeTrust({ ...replacement(...places), inPhases: "shop/Certificate" }, { warn: fail } as never);
    const fail = () => {
      throw new Error("no warning was expected");
    };
    const skipped = expect.objectContaining({ code: "phase-skipped" });

    test.each([null, "shop"])(
      "had to have the anchor before the apply, whoever puts it there: %s",
      async (stack) => {
        trust(former);
        await expect(foresee(place({ stack }))).rejects.toEqual(skipped);
        await expect(foresee(place({ stack }))).rejects.toThrow(
          `/opt/keys: "server" stays as it is: "shop/Certificate" changes in phases, and this deploy would skip one`,
        );
        trust(renewed);
        await foresee(place({ stack }));
      },
    );

    test("a truststore of the same configuration that is not there yet is no reason to wait", async () => {
      await foresee(place({ stack: null }));
      await expect(foresee(place({ stack: "shop" }))).rejects.toEqual(skipped);
    });
  });

  test("are known by records of version 1 too", async () => {
    trust(renewed);
    const entry = { kind: "anchor", sha256: renewed.sha256 };
    record(JSON.stringify({ formatVersion: 1, created: false, entries: { orders: entry } }));
    await requireTrust(replacement(place()));
    entry.sha256 = former.sha256;
    record(JSON.stringify({ formatVersion: 1, created: false, entries: { orders: entry } }));
    await expect(requireTrust(replacement(place()))).rejects.toEqual(refusal);
  });

  test("are proven by an announced write only where it was made: the store is newer than its record then", async () => {
    trust(renewed, { replaces: { at: "orders", content: "0".repeat(64), origin: "created" } });
    const touch = (name: string, seconds: number) =>
      utimesSync(join(directory, "opt", name), seconds, seconds);
    touch("trust.p12", 1000);
    touch(".trust.p12.cdktf-trust.json", 1001);
    await expect(requireTrust(replacement(place()))).rejects.toEqual(refusal);
    touch("trust.p12", 1002);
    await requireTrust(replacement(place()));
  });

  test("are not proven by a key, nor without a store", async () => {
    trust(renewed, { kind: "key" });
    await expect(requireTrust(replacement(place()))).rejects.toEqual(refusal);
    trust(renewed);
    rmSync(join(directory, "opt/trust.p12"));
    await expect(requireTrust(replacement(place()))).rejects.toEqual(refusal);
    rmSync(join(directory, "opt"), { recursive: true });
    await expect(requireTrust(replacement(place()))).rejects.toEqual(refusal);
  });

  test("may read their anchors from a PEM file, which is looked into", async () => {
    const pem = (...identities: readonly (typeof root)[]) =>
      writeFileSync(
        join(directory, "opt/ca.pem"),
        identities.map(({ certificate }) => toPem(certificate, "CERTIFICATE")).join(""),
      );
    pem(root, former);
    await expect(requireTrust(replacement(place({ path: "/opt/ca.pem" })))).rejects.toEqual(refusal);
    pem(root, renewed);
    await requireTrust(replacement(place({ path: "/opt/ca.pem" })));
    writeFileSync(join(directory, "opt/ca.pem"), "-----BEGIN NOTHING-----\n");
    await expect(requireTrust(replacement(place({ path: "/opt/ca.pem" })))).rejects.toEqual(refusal);
  });

  test("may rely on an anchor that is not delivered: then its content has to be given", async () => {
    trust(root);
    const { sha256 } = root;
    await expect(requireTrust(replacement(place({ sha256 })))).rejects.toThrow("give `content`");
    await requireTrust(replacement(place({ sha256, content: contentOfEntry("anchor", [root.certificate]) })));
  });

  test("are all asked, and all named", async () => {
    trust(former);
    const refused = requireTrust(replacement(place(), place({ path: "/opt/other.p12", stack: "stock" })));
    await expect(refused).rejects.toThrow(
      /\/opt\/trust\.p12 .*; \/opt\/other\.p12 .*\. Deploy shop and stock first/,
    );
    await expect(requireTrust(replacement(place({ stack: null })))).rejects.toThrow(
      "declared by this configuration itself, does not hold the anchor " +
        `${renewed.sha256}. Apply this configuration as a whole, without -target. Nothing was changed.`,
    );
  });

  describe("and a plan", () => {
    const warn = jest.fn();
    const context = { signal: new AbortController().signal, warn };
    beforeEach(() => warn.mockReset());
    afterEach(() => {
      delete process.env[REFUSE_AT_PLAN_VARIABLE];
    });

    test("warns of what others have to do first, and is refused where it is applied next", async () => {
      trust(former);
      await foreseeTrust(replacement(place()), context);
      expect(warn).toHaveBeenCalledWith(
        'The apply of /opt/keys: "server" will be refused as things are',
        expect.stringContaining("cdktf-trust deploy shop"),
      );
      process.env[REFUSE_AT_PLAN_VARIABLE] = "1";
      await expect(foreseeTrust(replacement(place()), context)).rejects.toEqual(refusal);
    });

    test("leaves to the apply what the same apply puts in place, what is unknown and what cannot be read", async () => {
      process.env[REFUSE_AT_PLAN_VARIABLE] = "1";
      trust(former);
      await foreseeTrust(replacement(place({ stack: null })), context);
      await foreseeTrust({ ...replacement(), relying: Unknown.value }, context);
      const partly = { ...place(), sha256: Unknown.value } as unknown as RelyingPlace;
      await foreseeTrust(replacement(partly), context);
      record("damaged");
      await foreseeTrust(replacement(place()), context);
      await expect(requireTrust(replacement(place()))).rejects.toThrow("the ownership record is damaged");
      expect(warn).not.toHaveBeenCalled();
    });
  });

  test("are checked where they are declared", () => {
    expect(checkRelying([place()])).toEqual([]);
    expect(checkRelying(null)).toEqual([]);
    expect(checkRelying(Unknown.value)).toEqual([]);
    const wrong = checkRelying([
      place({ host: "ftp:x", path: "opt", sha256: "00", content: "zz" }),
      place({ sha256: "AB" }),
    ]);
    expect(wrong.map(({ summary, attribute }) => [summary, attribute])).toEqual([
      ["Invalid host of a relying place", "relying"],
      ["Invalid path of a relying place", "relying"],
      ["Invalid sha256 of a relying place", "relying"],
      ["Invalid content of a relying place", "relying"],
      ["Invalid sha256 of a relying place", "relying"],
    ]);
  });
});
