import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { version } from "../../../package.json";
import { requiredProviders } from "../../../lib/provider/install";
import { installMirror } from "../../../lib/provider/mirror";

describe("installMirror", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "trust-mirror-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const release = (number: string, program = `program of ${number}`) => ({
    version: number,
    program: Buffer.from(program),
    licences: { LICENSE: Buffer.from("free") },
  });
  const files = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name).slice(directory.length + 1))
      .sort();

  test("writes an archive a platform and their checksums, named as a registry's", () => {
    // WHEN
    const written = installMirror(directory, release("1.2.3"));

    // THEN
    const folder = "cdktf-trust.invalid/cdktf-trust";
    const names = ["trust", "null"].flatMap((type) =>
      ["linux_amd64.zip", "linux_arm64.zip", "darwin_amd64.zip", "darwin_arm64.zip", "SHA256SUMS"].map(
        (end) => `${folder}/${type}/terraform-provider-${type}_1.2.3_${end}`,
      ),
    );
    expect(files()).toEqual([...names].sort());
    expect(written.map(({ path, outcome }) => [path, outcome])).toEqual(
      names.map((name) => [name, "written"]),
    );
    for (const { path, sha256 } of written)
      expect(
        createHash("sha256")
          .update(readFileSync(join(directory, path)))
          .digest("hex"),
      ).toBe(sha256);
    const sums = readFileSync(
      join(directory, folder, "trust/terraform-provider-trust_1.2.3_SHA256SUMS"),
      "utf8",
    );
    expect(sums.trim().split("\n")).toEqual(
      written.slice(0, 4).map(({ path, sha256 }) => `${sha256}  ${path.split("/").at(-1)}`),
    );
  });

  test("an archive holds all that the provider needs", () => {
    // WHEN
    installMirror(directory, release("1.2.3"));

    // THEN
    const archive = files().find((file) => file.endsWith("trust_1.2.3_linux_amd64.zip")) ?? "";
    const inside = unzipSync(readFileSync(join(directory, archive)));
    const texts = Object.entries(inside).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
    expect(Object.fromEntries(texts)).toEqual({
      "terraform-provider-trust_v1.2.3": "program of 1.2.3",
      "package.json": '{ "type": "commonjs" }\n',
      LICENSE: "free",
    });
  });

  test("the same release is the same bytes at any time, and is left as it is", () => {
    // GIVEN
    const first = installMirror(directory, release("1.2.3"));
    const stamps = () => files().map((file) => statSync(join(directory, file)).ino);
    const before = stamps();

    // WHEN
    jest.useFakeTimers({ now: new Date("2031-05-05T05:05:05Z") });
    const second = installMirror(directory, release("1.2.3"));
    jest.useRealTimers();

    // THEN
    expect(second).toEqual(first.map((file) => ({ ...file, outcome: "kept" })));
    expect(stamps()).toEqual(before);
  });

  test("releases lie side by side, and another one under a number that is taken is refused", () => {
    // GIVEN
    installMirror(directory, release("1.2.3"));
    installMirror(directory, release("1.3.0"));
    const before = files().map((file) => [file, readFileSync(join(directory, file), "base64")]);
    expect(before).toHaveLength(20);

    // WHEN
    expect(() => installMirror(directory, release("1.2.3", "another program"))).toThrow(
      /terraform-provider-trust_1\.2\.3_linux_amd64\.zip is there with other bytes.*Nothing was changed\./s,
    );

    // THEN
    expect(files().map((file) => [file, readFileSync(join(directory, file), "base64")])).toEqual(before);
  });

  test("a folder that cannot be one is refused", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(() => installMirror(file, release("1.2.3"))).toThrow(
      `the provider cannot be written to ${file} (ENOTDIR): name a folder that is yours to write.`,
    );
    expect(existsSync(join(directory, "cdktf-trust.invalid"))).toBe(false);
  });

  test("no release has the version of the starter that stacks carry", () => {
    // Terraform would take one for the other, and find the wrong hash.
    expect(version).not.toBe(requiredProviders.trust.version);
  });
});
