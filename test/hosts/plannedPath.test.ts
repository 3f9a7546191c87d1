import { besidePath, fileNameOf, formatPlannedPath, HostError, parsePlannedPath } from "../../lib/hosts";

describe("parsePlannedPath", () => {
  it.each([
    ["/opt/x/conf/keystore", "/opt/x/conf/keystore"],
    ["//opt/./x//keystore/", "/opt/x/keystore"],
    ["C:\\Program Files\\x\\keystore", "C:\\Program Files\\x\\keystore"],
    ["c:/Program Files/x\\keystore", "C:\\Program Files\\x\\keystore"],
    ["/odd \\ name", "/odd \\ name"],
  ])("reads %s as %s", (text, canonical) => {
    expect(formatPlannedPath(parsePlannedPath(text))).toBe(canonical);
  });

  it.each([
    "conf/keystore",
    "",
    "C:keystore",
    "\\\\server\\share\\x",
    "\\x",
    "/a/../b",
    "C:\\..\\x",
    "/",
    "C:\\",
    "/a\0b",
  ])("refuses %j", (text) => {
    expect(() => parsePlannedPath(text)).toThrow(HostError);
  });
});

it("names the file, and files beside it, in the host's own way", () => {
  expect(fileNameOf("C:\\x\\keystore")).toBe("keystore");
  expect(besidePath("C:\\x\\keystore", "keystore.orig")).toBe("C:\\x\\keystore.orig");
  expect(besidePath("/x/keystore", "keystore.orig")).toBe("/x/keystore.orig");
});
