import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trustMapPicture } from "../../lib/report/map";
import { exampleVerdicts } from "../support/exampleVerdicts";
import { REPOSITORY } from "./markdown";

const IMAGE = "docs/images/trust-map.svg";
const now = new Date("2026-11-21T12:00:00Z");

test("the README's picture is the map of the example environment; UPDATE_PAGES=1 draws it anew", () => {
  const picture = trustMapPicture(exampleVerdicts(now), { now });
  const file = join(REPOSITORY, IMAGE);
  if (process.env["UPDATE_PAGES"] === "1") writeFileSync(file, picture);
  expect(readFileSync(file, "utf8")).toBe(picture);
  expect(Buffer.byteLength(picture)).toBeLessThan(40_000);
  expect(readFileSync(join(REPOSITORY, "README.md"), "utf8")).toContain(`](${IMAGE})`);
});
