import { readFileSync } from "node:fs";
import type { Page } from "puppeteer-core";
import { stackOf } from "../../lib/model";
import { trustMapPage, trustMapPicture } from "../../lib/report/map";
import { type OpenOptions, type OpenedPage, TestBrowser } from "../support/browser";
import { type EstateOptions, estate } from "../support/estate";
import { ESTATE_NOW } from "../support/estateParts";
import { describeWith, slowly } from "../support/tools";

const now = ESTATE_NOW;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

function pageOf(options: EstateOptions): string {
  return trustMapPage(estate(options), { now });
}

/** A map that is compared with an earlier one. */
function comparedPage(hops: number): string {
  const against = estate({ hops, without: new Set([3]) });
  const stacks = [...new Set(against.plan.hops.map(({ id }) => stackOf(id)))];
  const judged = estate({ hops, without: new Set([7]), failing: new Set([4]) });
  return trustMapPage(judged, { now, against: { ...against, stacks } });
}

/** What an expression comes to on a page. */
async function valueOf<Value = unknown>(page: Page, expression: string): Promise<Value> {
  return (await page.evaluate(expression)) as Value;
}

/** Rules of accessibility that a page breaks, with the first element that does. */
async function violations({ page }: OpenedPage): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}

describeWith("chromium", "the trust map in a browser", () => {
  const browser = new TestBrowser();
  const pages = { 5: pageOf({ hops: 5 }), 50: pageOf({ hops: 50 }), 500: pageOf({ hops: 500 }) };

  afterAll(async () => await browser.close());

  const widths = [390, 1024, 1440] as const;
  const looks: readonly (readonly [keyof typeof pages, OpenOptions])[] = ([5, 50, 500] as const).flatMap(
    (hops) => [
      ...widths.flatMap((width) => [[hops, { width }] as const, [hops, { width, scheme: "dark" }] as const]),
      [hops, { media: "print" }] as const,
    ],
  );

  const isQuick = ([hops, { width, scheme }]: (typeof looks)[number]) =>
    hops === 5 || (hops === 50 && scheme === "dark") || (width === 1440 && scheme === undefined);
  const title = ([hops, options]: (typeof looks)[number]) =>
    `of ${hops} hops, shown as ${JSON.stringify(options)}, breaks no rule of axe-core, says nothing and asks for nothing`;

  for (const look of looks)
    (isQuick(look) ? test : slowly)(title(look), async () => {
      const [hops, options] = look;
      const opened = await browser.open(pages[hops], options);
      expect(await violations(opened)).toEqual([]);
      expect(opened.said).toEqual([]);
      expect(opened.asked).toEqual([]);
      // Nothing makes the page itself wider than the screen.
      if (options.media !== "print")
        expect(
          await valueOf(opened.page, "document.documentElement.scrollWidth - innerWidth"),
        ).toBeLessThanOrEqual(0);
      await opened.page.close();
    });

  test.each(["light", "dark"] as const)(
    "compared with an earlier one, in %s, breaks no rule",
    async (scheme) => {
      const opened = await browser.open(comparedPage(50), { scheme });
      expect(await violations(opened)).toEqual([]);
      await opened.page.close();
    },
  );

  test("with names that are meant to do something, does nothing", async () => {
    const named = (name: string) =>
      `</script><script>alert(1)</script>"'><img src="https://attacker.example/x" onerror="alert(2)"><a href="javascript:alert(3)">${name}</a>\u202E${"W".repeat(3000)}`;
    const opened = await browser.open(pageOf({ hops: 50, named }));
    const { page, said, asked } = opened;
    await page.type("#words", "script");
    await page.click("tr[id] th");
    expect(await page.$eval("#detail h3", (title) => title.textContent)).toContain("<script>alert(1)");
    expect(await page.$$eval("img, a[href^=javascript]", (found) => found.length)).toBe(0);
    expect([said, asked]).toEqual([[], []]);
    expect(await valueOf(page, "document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await violations(opened)).toEqual([]);
    await page.close();
  });

  test("says everything without its script, and a mark leads to its hop's row", async () => {
    const { page } = await browser.open(pages[50], { isLive: false });
    const state = () => valueOf(page, "getComputedStyle(document.querySelector('.tools')).display");
    expect(await state()).toBe("none");
    expect(await page.$$eval(".every tbody tr[id]", (rows) => rows.length)).toBe(50);
    const target = await page.$eval(".mark.fails", (mark) => mark.getAttribute("href"));
    await page.goto(page.url() + target);
    expect(await page.$eval("tr:target", (row) => `#${row.id}`)).toBe(target);
    await page.close();
  });

  test.each([50, 500] as const)("of %d hops is walked by keyboard", async (hops) => {
    const { page } = await browser.open(pages[hops]);
    const focused = () => valueOf<string>(page, "document.activeElement?.getAttribute('aria-label') ?? ''");
    await page.keyboard.press("/");
    expect(await valueOf(page, "document.activeElement?.id")).toBe("words");
    // The drawing is one stop.
    expect(await page.$$eval(".picture [tabindex='0']", (found) => found.length)).toBe(1);
    await valueOf(page, `document.querySelector(".picture [tabindex='0']").focus()`);
    const first = await focused();
    expect(first).toMatch(/ to .*: /);
    for (let step = 0; step < 200 && !(await focused()).startsWith("caller "); step += 1)
      await page.keyboard.press("ArrowLeft");
    const caller = await focused();
    expect(caller).toMatch(/^caller /);
    await page.keyboard.press("Enter");
    expect(await page.$eval("#count", (count) => count.textContent)).toContain(
      `, those of ${caller.slice("caller ".length).split(",")[0]}`,
    );
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toContain(`${caller.slice("caller ".length).split(",")[0]} to `);
    await page.keyboard.press("Enter");
    expect(await page.$eval("#detail", (detail) => detail.hidden)).toBe(false);
    expect(await page.$eval("#detail", (detail) => detail.textContent)).toContain("cdktf-trust explain ");
    await page.keyboard.press("Escape");
    expect(await page.$eval("#detail", (detail) => detail.hidden)).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.$eval("#count", (count) => count.textContent)).toBe("");
    await page.keyboard.press(hops === 50 ? "ArrowRight" : "ArrowUp");
    for (let step = 0; step < 200 && !/^(certificate|endpoint) /.test(await focused()); step += 1)
      await page.keyboard.press(hops === 50 ? "ArrowRight" : "ArrowUp");
    expect(await focused()).toMatch(/^(certificate|endpoint) /);
    await page.close();
  });

  test("keeps what is shown in its address, and shows what an address says", async () => {
    const { page } = await browser.open(pages[50]);
    await page.type("#words", "example");
    await page.click("[data-flag=mutual]");
    await page.click("#theme");
    const hash = await valueOf<string>(page, "location.hash.slice(1)");
    expect(hash).toBe("words=example&show=mutual&theme=light");
    const count = await page.$eval("#count", (found) => found.textContent);
    expect(count).toMatch(/^\d+ of 50 hops$/);
    await page.close();
    const again = await browser.open(pages[50], { hash, scheme: "dark" });
    expect(await again.page.$eval("#count", (found) => found.textContent)).toBe(count);
    expect(await valueOf(again.page, "getComputedStyle(document.body).backgroundColor")).toBe(
      "rgb(250, 250, 247)",
    );
    await again.page.close();
    const wrong = await browser.open(pages[50], { hash: "only=certificate:nothing&hop=%E0%A4%A&show=x" });
    expect(await wrong.page.$eval("#count", (found) => found.textContent)).toBe("");
    expect(wrong.said).toEqual([]);
    await wrong.page.close();
  });

  test("picks an authority's hops, and nothing else", async () => {
    const { page } = await browser.open(pages[50]);
    await page.click(".trusts tbody tr:first-child a");
    const wanted = Number(
      await page.$eval(".trusts tbody tr:first-child .number", (cell) => cell.textContent),
    );
    expect(await page.$$eval(".every tr[id]:not(.off)", (rows) => rows.length)).toBe(wanted);
    expect(await valueOf(page, "location.hash")).toMatch(/^#only=certificate%3A[0-9A-F]{2}%3A/);
    await page.close();
  });

  test("keeps the callers' names in sight where the matrix is wider than the screen", async () => {
    const { page } = await browser.open(pages[500], { width: 1024 });
    const left = () =>
      page.$eval(".matrix-body .matrix-names", (names) => Math.round(names.getBoundingClientRect().left));
    const before = await left();
    await page.$eval(".scroll.of-matrix", (frame) => frame.scrollTo({ left: 300 }));
    expect(await page.$eval(".matrix.cells", (cells) => cells.getBoundingClientRect().left)).toBeLessThan(
      before,
    );
    expect(await left()).toBe(before);
    await page.close();
  });

  test("has its drawing as a picture that an <img> shows, in the colours of the system", async () => {
    const picture = Buffer.from(trustMapPicture(estate({ hops: 50 }), { now })).toString("base64");
    const html = `<!doctype html><title>x</title><img alt="" src="data:image/svg+xml;base64,${picture}">`;
    const { page } = await browser.open(html);
    expect(await page.$eval("img", (image) => image.complete && image.naturalWidth)).toBeGreaterThan(1200);
    await page.close();
  });

  slowly("of 500 hops is open in half a second, warm", async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { page } = await browser.open(pages[500]);
      const drawn =
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))";
      times.push(await valueOf<number>(page, drawn));
      await page.close();
    }
    process.stdout.write(
      `opened 500 hops, to the second frame: ${times.map((time) => Math.round(time)).join(", ")} ms\n`,
    );
    expect(times).toHaveLength(5);
  });
});
