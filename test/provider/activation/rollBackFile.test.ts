import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toPem } from "../../../lib/pki";
import { makeIdentity } from "../support/stores";
import { activation, type Declared, Deployment, scratchForEachTest } from "./deployment";

const files = [{ path: "/opt/a.pem" }];
const works = activation("true", files);
const fails = activation("exit 7", files);

describe("a failed activation of a whole file", () => {
  let root: string;
  let folder: string;
  let web: Deployment;
  let path: string;
  const held = () => readFileSync(path, "utf8");

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    path = join(folder, "a.pem");
    web = new Deployment("p/e/web", root);
  });

  const file = (text: string, more = {}): Declared => {
    const sha256 = createHash("sha256").update(text).digest("hex");
    writeFileSync(join(root, sha256), text);
    const artifact = join(root, sha256);
    return {
      type: "trust_file",
      name: "file",
      config: { host: "local:host", path: "/opt/a.pem", artifact, sha256, ...more },
    };
  };

  test("puts it back with its mode, and shows the change again", async () => {
    await web.apply(file("one"), works);

    // WHEN
    const errors = await web.apply(file("two", { mode: "0600" }), fails);

    // THEN
    expect(errors["product"]).toContain("/opt/a.pem: the file: as it was proven last");
    expect(held()).toBe("one");
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(await web.plan(file("two", { mode: "0600" }), works)).toEqual(["file", "product"]);
    expect(await web.apply(file("two", { mode: "0600" }), works)).toEqual({});
    expect(held()).toBe("two");
  });

  test("names the certificates of a PEM file", async () => {
    const [one, two] = [makeIdentity("One"), makeIdentity("Two")];
    const pem = ({ certificate }: typeof one) => toPem(certificate, "CERTIFICATE");
    await web.apply(file(pem(one)), works);
    const errors = await web.apply(file(pem(two)), fails);
    expect(errors["product"]).toContain(`the file: now the certificate ${one.sha256}`);
  });

  test("removes it where there was none, and lets a displaced one come back", async () => {
    expect((await web.apply(file("one"), fails))["product"]).toContain("taken out; what was there before it");
    expect(existsSync(path)).toBe(false);

    writeFileSync(path, "somebody's");
    await web.apply(file("one", { on_foreign: "replace" }), fails);
    expect(held()).toBe("somebody's");
    expect(await web.apply(file("one", { on_foreign: "replace" }), works)).toEqual({});
    expect(held()).toBe("one");
    await web.apply();
    expect(held()).toBe("somebody's");
  });

  test("leaves a file that is not ours any more, and tells it", async () => {
    await web.apply(file("one"), works);
    const errors = await web.apply(file("two"), activation(`printf theirs > ${path}; exit 7`, files));
    expect(errors["product"]).toMatch(/Not rolled back:\s+\/opt\/a.pem: the file: somebody has changed it/);
    expect(held()).toBe("theirs");
  });

  test("has nothing to put back where another owner had put it there", async () => {
    const other = new Deployment("p/e/other", root);
    await other.apply(file("one"));
    const errors = await web.apply(file("one"), fails);
    expect(errors["product"]).toContain("Nothing was rolled back");
    expect(held()).toBe("one");
  });

  test("adopts again what was adopted before it was displaced", async () => {
    writeFileSync(path, "one");
    chmodSync(path, 0o644);
    await web.apply(file("one"), works);
    await web.apply(file("two"), fails);
    expect(held()).toBe("one");
    // It was there before us, and stays.
    await web.apply();
    expect(held()).toBe("one");
  });
});

describe("a failed activation of a product's own file", () => {
  let root: string;
  let folder: string;
  let web: Deployment;
  const held = () => readFileSync(join(folder, "server.properties"), "utf8");
  const paths = [{ path: "/opt/server.properties" }];
  const good = activation("true", paths);
  const bad = activation("exit 7", paths);

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    web = new Deployment("p/e/web", root);
    writeFileSync(join(folder, "server.properties"), "# kept\nport=80\nname=x\n");
  });

  const config = (values: Readonly<Record<string, string>>): Declared => ({
    type: "trust_config_file",
    name: "config",
    config: {
      host: "local:host",
      path: "/opt/server.properties",
      settings: Object.entries(values).map(([key, value]) => ({
        kind: "property",
        element: null,
        attribute: null,
        key,
        pattern: null,
        value,
        on_foreign: null,
      })),
    },
  });

  test("puts each value back to the proven one, and what was not there goes", async () => {
    await web.apply(config({ port: "443" }), good);
    const errors = await web.apply(config({ port: "8443", ssl: "true" }), bad);
    expect(errors["product"]).toMatch(/Rolled back:[^]*property port[^]*property ssl: taken out/);
    expect(held()).toBe("# kept\nport=443\nname=x\n");
    expect(await web.plan(config({ port: "8443", ssl: "true" }), good)).toEqual(["config", "product"]);
    expect(await web.apply(config({ port: "8443", ssl: "true" }), good)).toEqual({});
    await web.apply();
    expect(held()).toBe("# kept\nport=80\nname=x\n");
  });

  test("gives the product's own value back on a first deploy", async () => {
    const errors = await web.apply(config({ port: "443", name: "x" }), bad);
    expect(errors["product"]).toContain("Rolled back");
    expect(held()).toBe("# kept\nport=80\nname=x\n");
    expect(await web.apply(config({ port: "443", name: "x" }), good)).toEqual({});
    expect(await web.plan(config({ port: "443", name: "x" }), good)).toEqual([]);
  });

  test("leaves a value that somebody has changed, and every other byte that they wrote", async () => {
    await web.apply(config({ port: "443", name: "y" }), good);
    const theirs = `test -e ${root}/done || { touch ${root}/done; printf '# new\\nport=1\\nname=z\\n' > ${join(folder, "server.properties")}; }; exit 7`;
    const errors = await web.apply(config({ port: "8443", name: "z" }), activation(theirs, paths));
    expect(errors["product"]).toMatch(/Not rolled back:[^]*property port: somebody has changed it/);
    expect(held()).toBe("# new\nport=1\nname=y\n");
  });
});
