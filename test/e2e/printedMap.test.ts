import { spawnSync } from "node:child_process";
import { trustMapPage } from "../../lib/report/map";
import { TestBrowser } from "../support/browser";
import { estate } from "../support/estate";
import { ESTATE_NOW } from "../support/estateParts";
import { describeWith, tool } from "../support/tools";

describeWith(["chromium", "pdftotext"], "the trust map on paper", () => {
  const browser = new TestBrowser();
  afterAll(async () => await browser.close());

  /** The lines of each sheet, without empty ones. */
  async function sheetsOf(hops: number): Promise<string[][]> {
    const { page } = await browser.open(trustMapPage(estate({ hops }), { now: ESTATE_NOW }));
    const pdf = await page.pdf({ preferCSSPageSize: true });
    await page.close();
    const { stdout } = spawnSync(tool("pdftotext"), ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
    const linesOf = (sheet: string) => sheet.split("\n").filter((line) => line.trim() !== "");
    return stdout
      .split("\f")
      .map(linesOf)
      .filter((lines) => lines.length > 0);
  }

  test.each([
    [5, 2],
    [50, 5],
    [500, 22],
  ])(
    "of %s hops has the drawing in one piece under its heading, and nothing alone on a sheet",
    async (hops, most) => {
      const sheets = await sheetsOf(hops);

      expect(sheets.length).toBeLessThanOrEqual(most);
      const drawn = sheets.find((lines) => lines.some((line) => line.includes("Who calls whom")))?.join("\n");
      const { systems } = estate({ hops }).plan;
      const callers = new Set(estate({ hops }).plan.hops.map(({ clientName }) => clientName));
      expect(systems.filter(({ label }) => callers.has(label) && !drawn?.includes(label))).toEqual([]);
      for (const lines of sheets) {
        expect(lines.length).toBeGreaterThan(1);
        // No heading is parted from what it is the heading of.
        expect(lines.at(-1)).not.toMatch(
          /^\s*(Every hop|Who trusts which authority|What ends next|caller +calls)/,
        );
        expect(lines.at(-1)).not.toMatch(/ › .* until /);
      }
    },
    20_000,
  );
});
