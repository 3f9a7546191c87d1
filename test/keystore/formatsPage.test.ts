import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseReader, profileForReader, PROFILES } from "../../lib/keystore";

const page = readFileSync(join(__dirname, "../../docs/keystore-formats.md"), "utf8");

/** Cells of the table rows that begin with a name in code. */
const rows = [...page.matchAll(/^\| (`.*?) \|$/gm)].map(([, row = ""]) =>
  row.split(" | ").map((cell) => cell.trim()),
);

describe("docs/keystore-formats.md", () => {
  test.each(Object.values(PROFILES))("describes the profile $profile as it is", (description) => {
    const { profile, format, protection, readers } = description;
    expect(rows).toContainEqual([`\`${profile}\``, format.toUpperCase(), protection, readers]);
  });

  test("names the profile that a reader gets", () => {
    const readers = rows.filter(
      ([, profile, ...more]) => more.length === 0 && /^`[a-z-]+`$/.test(profile ?? ""),
    );
    expect(readers.length).toBeGreaterThan(6);
    for (const [names = "", profile = ""] of readers) {
      const [head = ""] = names.split(":");
      for (const [, reader = ""] of head.matchAll(/`([a-z][^`]*)`/g)) {
        // The older half of Windows stands beside OpenSSL 1.0, and 8u60 to 8u300 begins with 8u60.
        expect({ reader, profile: profileForReader(parseReader(reader)) }).toEqual({
          reader,
          profile: profile.slice(1, -1),
        });
      }
    }
  });
});
