import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { activation, type Declared, Deployment, recordOf, scratchForEachTest } from "./deployment";

/** The product, as a step sees it: it has read what the file says now, and does not start on `bad`. */
const START = (root: string, folder: string) =>
  `cat ${folder}/one ${folder}/two > ${root}/read; echo run >> ${root}/runs; ! grep -q bad ${root}/read`;

describe("an activation whose run is killed", () => {
  let root: string;
  let folder: string;
  let web: Deployment;

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    web = new Deployment("p/e/web", root);
  });

  const file = (name: string, text: string): Declared => {
    const artifact = join(root, `artifact-${text}`);
    writeFileSync(artifact, text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return {
      type: "trust_file",
      name,
      config: { host: "local:host", path: `/opt/${name}`, artifact, sha256 },
    };
  };
  const all = (text: string): Declared[] => [
    file("one", text),
    file("two", text),
    activation(START(root, folder), [{ path: "/opt/one" }, { path: "/opt/two" }]),
  ];
  const read = () => readFileSync(join(root, "read"), "utf8");
  const timesRun = () =>
    existsSync(join(root, "runs")) ? readFileSync(join(root, "runs"), "utf8").split("\n").length - 1 : 0;
  const owed = (name: string) => recordOf(folder, name).activations?.["p/e/web product"]?.unproven ?? [];

  // Up to one more than an apply writes.
  const points = process.env["SLOW"] === "1" ? [...Array(16).keys()] : [5];

  test.each(points)("after %i writes is repeated by the next, and converges", async (writes) => {
    await web.apply(...all("v1"));
    const before = timesRun();

    // WHEN
    const isKilled = await web.applyKilled(writes, ...all("v2"));

    // THEN whatever is in the files, it is known that the product has to read it
    const isChanged = ["one", "two"].map((name) => readFileSync(join(folder, name), "utf8") !== "v1");
    if (isKilled)
      ["one", "two"].forEach((name, index) => isChanged[index] && expect(owed(name)).toEqual(["file "]));
    expect(await web.apply(...all("v2"))).toEqual({});
    expect(read()).toBe("v2v2");
    expect(timesRun()).toBeGreaterThan(before);
    expect(await web.plan(...all("v2"))).toEqual([]);
    expect([...owed("one"), ...owed("two")]).toEqual([]);
  });

  test.each(points)("after %i writes on the way to a roll-back, likewise", async (writes) => {
    await web.apply(...all("v1"));
    await web.applyKilled(writes, ...all("bad"));

    // WHEN the next run fails as this one would have
    const errors = await web.apply(...all("bad"));

    // THEN the product runs with what it ran with
    expect(errors["product"]).toContain("Rolled back");
    expect(read()).toBe("v1v1");
    expect(await web.plan(...all("v1"))).toEqual([]);

    // WHEN it is put right
    expect(await web.apply(...all("v2"))).toEqual({});
    expect(read()).toBe("v2v2");
    expect(await web.plan(...all("v2"))).toEqual([]);
  });

  test("on a first deploy is repeated, and what was there before it is left", async () => {
    // Both files and no activation yet.
    await web.applyKilled(4, ...all("bad"));
    const errors = await web.apply(...all("bad"));
    expect(errors["product"]).toContain("still owed");
    expect(await web.apply(...all("v2"))).toEqual({});
    expect(read()).toBe("v2v2");
    expect(await web.plan(...all("v2"))).toEqual([]);
  });
});
