import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeArtifacts } from "../../../lib/synth/artifacts/artifactFolder";

const store = { path: "artifacts/app/etc/store.p12", bytes: Buffer.from("store") };
const key = { path: "artifacts/app/etc/tls/app.key", bytes: Buffer.from("key") };
const bundle = { path: "artifacts/mainframe.zip", bytes: Buffer.from("zip") };

describe("the artifacts folder", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cdktf-trust-artifacts-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const at = (path: string) => join(directory, path);
  const modeOf = (path: string) => statSync(at(path)).mode & 0o777;
  const files = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
      .sort();
  const leave = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
    chmodSync(at(path), mode);
  };

  test("holds what is declared, for its owner alone", () => {
    writeArtifacts(directory, [store, key, bundle]);

    expect(files()).toEqual([store.path, key.path, bundle.path]);
    expect(readFileSync(at(key.path), "utf8")).toBe("key");
    expect([store, key, bundle].map(({ path }) => modeOf(path))).toEqual([0o600, 0o600, 0o600]);
    expect(["artifacts", "artifacts/app", "artifacts/app/etc/tls"].map(modeOf)).toEqual([
      0o700, 0o700, 0o700,
    ]);
  });

  test("loses what is no longer declared, with the folders that are empty then, and nothing beside it", () => {
    // GIVEN
    writeArtifacts(directory, [store, key, bundle]);
    leave("artifacts/app/etc/store.p12.orig", "left by somebody");
    leave("trust-plan.json", "{}");

    // WHEN
    writeArtifacts(directory, [store]);

    // THEN
    expect(files()).toEqual([store.path, "trust-plan.json"]);
    expect(existsSync(at("artifacts/app/etc/tls"))).toBe(false);
  });

  test("is gone where nothing is declared", () => {
    writeArtifacts(directory, [key]);
    writeArtifacts(directory, []);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ["the same bytes", "key"],
    ["other bytes", "old"],
  ])("takes the mode back that somebody opened: %s", (_title, text) => {
    leave(key.path, text, 0o666);
    writeArtifacts(directory, [key]);
    expect(readFileSync(at(key.path), "utf8")).toBe("key");
    expect(modeOf(key.path)).toBe(0o600);
  });

  test("leaves a file alone that holds the same bytes already", () => {
    writeArtifacts(directory, [key]);
    const before = statSync(at(key.path), { bigint: true });
    writeArtifacts(directory, [key]);
    const after = statSync(at(key.path), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test("removes a link that is not declared, and not what it leads to", () => {
    leave("elsewhere/key", "kept");
    writeArtifacts(directory, [store]);
    symlinkSync(at("elsewhere"), at("artifacts/app/link"));

    writeArtifacts(directory, [store]);

    expect(files()).toEqual([store.path, "elsewhere/key"]);
  });

  test("replaces a link where a file is declared, and writes nothing through it", () => {
    leave("elsewhere", "kept");
    mkdirSync(dirname(at(key.path)), { recursive: true });
    symlinkSync(at("elsewhere"), at(key.path));

    writeArtifacts(directory, [key]);

    expect(readFileSync(at("elsewhere"), "utf8")).toBe("kept");
    expect(readFileSync(at(key.path), "utf8")).toBe("key");
  });
});
