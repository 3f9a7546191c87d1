import { fileModeFor, parseFileMode } from "../../lib/hosts";
import { hostFailure } from "./support";

describe("parseFileMode", () => {
  it("takes permission bits", () => {
    expect(["0000", "0600", "0644", "0775"].map(parseFileMode)).toEqual([0, 0o600, 0o644, 0o775]);
  });

  it.each([
    ["4755", "Write 0755."],
    ["2644", "Write 0644."],
    ["1700", "Write 0700."],
    ["0666", "Write 0664."],
    ["0777", "Write 0775."],
    ["644", "four octal digits"],
    ["0888", "four octal digits"],
    ["u+x", "four octal digits"],
  ])("refuses %s", async (mode, remedy) => {
    const error = await hostFailure(async () => parseFileMode(mode));
    expect(error.code).toBe("file-mode");
    expect(error.message).toContain(remedy);
  });
});

describe("fileModeFor", () => {
  it("leaves a key in the clear to its owner", async () => {
    const key = { path: "/opt/x/key.pem", holdsPlainKey: true };
    expect(["0600", "0400", "0700"].map((mode) => fileModeFor(mode, key))).toEqual([0o600, 0o400, 0o700]);
    expect(fileModeFor("0644", { ...key, holdsPlainKey: false })).toBe(0o644);
    for (const mode of ["0644", "0640", "0604", "0610"]) {
      const error = await hostFailure(async () => fileModeFor(mode, key));
      expect(error.code).toBe("file-mode");
      expect(error.message).toMatch(/^\/opt\/x\/key\.pem would hold a private key .* Set the mode to 0600/);
    }
  });
});
