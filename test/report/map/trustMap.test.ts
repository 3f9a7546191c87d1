import { createHash } from "node:crypto";
import { type EnvironmentVerdicts } from "../../../lib/model";
import { trustMapMarkdown, trustMapPage, trustMapPicture } from "../../../lib/report/map";
import { estate } from "../../support/estate";
import { ESTATE_NOW } from "../../support/estateParts";

const now = ESTATE_NOW;
const pageOf = (hops: number) => trustMapPage(estate({ hops }), { now });

describe("the page of a trust map", () => {
  test.each([5, 50, 500])("of %d hops has the same bytes whatever the order of the plan's lists", (hops) => {
    const there = estate({ hops });
    const back = reversed(there);
    expect(back.plan.hops[0]).not.toEqual(there.plan.hops[0]);
    for (const made of [trustMapPage, trustMapPicture, trustMapMarkdown])
      expect(made(back, { now })).toBe(made(there, { now }));
  });

  test("begins with what is wrong", () => {
    const page = pageOf(50);
    expect(page).toMatch(
      /<h1><b class="fails">✕ \d+<\/b> of 50 hops fail\. <b class="soon">! \d+<\/b> certificates? ends? within 30 days\.<\/h1>/,
    );
    const titles = [...page.matchAll(/<h2>([^<]*)/g)].map(([, title = ""]) => title.trim());
    expect(titles).toEqual([
      expect.stringMatching(/^Why \d+ hops fail$/),
      "Who calls whom, and who vouches",
      "What ends next, and what ends with it",
      "Who trusts which authority",
      "Every hop",
    ]);
  });

  test("draws wires up to 60 hops, and a matrix above", () => {
    expect(pageOf(60)).toContain('class="picture wires"');
    expect(pageOf(61)).toContain('class="picture matrix cells"');
    expect(pageOf(61)).not.toContain('class="picture wires"');
  });

  test("has under 600 KB of 500 hops", () => {
    expect(Buffer.byteLength(pageOf(500))).toBeLessThan(600_000);
  });

  test("has no style and no handler that its policy would have to let pass, and only what the policy names", () => {
    const page = pageOf(50);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; base-uri 'none'; form-action 'none'$/,
    );
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const [, script = ""] = /<script>([^]*?)<\/script>/.exec(page) ?? [];
    for (const content of [style, script])
      expect(policy).toContain(`'sha256-${createHash("sha256").update(content).digest("base64")}'`);
    const body = page.slice(page.indexOf("<body>"), page.indexOf("<script>"));
    expect(body).not.toMatch(/<[^>]*\s(style|on\w+)=/);
    expect(page).not.toMatch(/(src|href)="(?!#)/);
    expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval|fetch|XMLHttpRequest/);
  });

  test("leaves the paths of files on hosts out, unless they are asked for", () => {
    const made = estate({ hops: 50 });
    expect(JSON.stringify(made.verdicts)).toContain("/opt/secret-place/");
    const pages = [trustMapPage, trustMapPicture, trustMapMarkdown].map((make) => make(made, { now }));
    for (const page of pages) expect(page).not.toContain("secret-place");
    expect(pages[0]).toContain("electricflow:…/trust.p12");
    expect(trustMapPage(made, { now, showsPaths: true })).toContain(
      "electricflow:/opt/secret-place/electricflow/trust.p12",
    );
  });

  test("names no reference to a secret", () => {
    expect(JSON.stringify(estate({ hops: 50 }).plan)).toContain("env:TRUST");
    expect(pageOf(50)).not.toContain("env:TRUST");
  });

  test("says what is not known of an environment that was not rehearsed", () => {
    const page = trustMapPage({ ...estate({ hops: 5 }), verdicts: [] }, { now });
    expect(page).toContain("<h1>5 hops, none of them proven here.</h1>");
    expect(page).toContain("not proven here</span>");
    expect(page).not.toContain("Why ");
  });

  test("of nothing is a page all the same", () => {
    const { plan } = estate({ hops: 5 });
    expect(trustMapPage({ plan: { ...plan, hops: [] }, verdicts: [] }, { now })).toContain(
      "No hop is declared.",
    );
  });
});

describe("names that somebody else chose", () => {
  const hostile = estate({
    hops: 50,
    named: (name) =>
      `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>${name}\u202E${"x".repeat(4000)}`,
  });

  test("stay text on the page", () => {
    const page = trustMapPage(hostile, { now });
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img/);
    expect(page).not.toContain("\u202E");
    expect(page).toContain("&lt;img src=x onerror=alert(2)&gt;");
    const [, island = ""] = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.stringify(JSON.parse(island))).toContain("onerror=alert(2)");
  });

  test("stay text in the picture, which is cut to its size", () => {
    const picture = trustMapPicture(hostile, { now });
    expect(picture).not.toMatch(/<(script|img)/);
    expect(picture).not.toContain("xxxx".repeat(50));
  });

  test("stay text in Markdown", () => {
    const markdown = trustMapMarkdown(hostile, { now });
    expect(markdown).toContain("\\<img src=x");
    expect(markdown).not.toMatch(/[^\\]<img/);
    expect(markdown.length).toBeLessThanOrEqual(60_000);
  });
});

/** The same with every list of the plan the other way round. */
function reversed({ plan, verdicts, at }: EnvironmentVerdicts): EnvironmentVerdicts {
  const turned = Object.fromEntries(
    Object.entries(plan).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.toReversed() : (value as unknown),
    ]),
  ) as unknown as EnvironmentVerdicts["plan"];
  return { at, plan: turned, verdicts: verdicts.toReversed() };
}
