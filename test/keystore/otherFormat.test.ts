import { opensAsWell, type ReadableFormat } from "../../lib/keystore";
import type { ReaderPlan, StoreFormat } from "../../lib/model";
import { type JavaStoreType, StoreJudge } from "../support/storeJudge";
import { describeWith, oftenAndSlowly } from "../support/tools";
import { identities } from "./edits/oddStores";

const PASSWORD = "correct horse";
const TYPES: Readonly<Record<ReadableFormat, JavaStoreType>> = {
  jks: "JKS",
  jceks: "JCEKS",
  pkcs12: "PKCS12",
};

describe("a reader that was told one format, before another one", () => {
  describeWith("javac", "each Java that is installed", () => {
    const { judges, stop } = StoreJudge.startAll();
    afterAll(stop);

    test.each(
      oftenAndSlowly<[declared: StoreFormat, found: ReadableFormat]>(
        [
          ["jks", "pkcs12"],
          ["pkcs12", "jks"],
        ],
        [
          ["jks", "jks"],
          ["jks", "jceks"],
          ["pkcs12", "jceks"],
          ["pkcs12", "pkcs12"],
        ],
      ),
    )("told %s, found %s", async (declared, found) => {
      const opened = await Promise.all(
        judges.map(async (judge) => {
          const keys = identities.map((identity, index) => ({
            ...identity,
            kind: "identity" as const,
            alias: `server${index}`,
            password: PASSWORD,
          }));
          const bytes = await judge.make(TYPES[found], PASSWORD, keys);
          const { error, entries } = await judge.list(TYPES[declared], bytes, PASSWORD);
          return error === undefined && entries.every(({ key }) => key !== "sealed");
        }),
      );

      expect(opened).toEqual(
        judges.map(({ release }) => opensAsWell(declared, found, { kind: "java", release })),
      );
    });
  });

  test.each<[string, ReaderPlan, boolean]>([
    ["Java before 8u60", { kind: "java", release: 8, update: 45 }, false],
    ["Java from 8u60 on", { kind: "java", release: 8, update: 60 }, true],
    ["IBM's Java", { kind: "java", release: 8, update: 202, vendor: "ibm" }, false],
    ["Java of an unknown release", { kind: "java" }, true],
    ["webMethods", { kind: "webmethods" }, false],
  ])("JKS was said and PKCS12 is there: %s", (_which, reader, opens) => {
    expect(opensAsWell("jks", "pkcs12", reader)).toBe(opens);
  });

  test("what is no Java opens no JKS", () => {
    expect(opensAsWell("pkcs12", "jks", { kind: "openssl" })).toBe(false);
    expect(opensAsWell("pkcs12", "pkcs12", { kind: "openssl" })).toBe(true);
  });
});
