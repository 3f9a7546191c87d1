import { checkEach, oneOf, parseImportId } from "../../lib/provider/location";

describe("parseImportId", () => {
  test.each([
    [
      "local:../../../.local/hosts/ispw:/usr/lpp/java/J8.0_64/lib/security/cacerts#electricflow?password=env:ISPW_CACERTS_PASSWORD",
      {
        host: "local:../../../.local/hosts/ispw",
        path: "/usr/lpp/java/J8.0_64/lib/security/cacerts",
        alias: "electricflow",
        password: "env:ISPW_CACERTS_PASSWORD",
      },
    ],
    ["local:/absolute/host:/etc/file", { host: "local:/absolute/host", path: "/etc/file" }],
    ["local:/:/etc/file", { host: "local:/", path: "/etc/file" }],
    [
      "local:host:C:\\product\\keystore#my alias?password=file:secrets/word&key_password=env:KEY",
      {
        host: "local:host",
        path: "C:\\product\\keystore",
        alias: "my alias",
        password: "file:secrets/word",
        keyPassword: "env:KEY",
      },
    ],
    [
      "local:host:/store#a?password=cmd:pass show 'a?b&c'",
      { host: "local:host", path: "/store", alias: "a", password: "cmd:pass show 'a?b&c'" },
    ],
  ])("takes %s apart", (id, expected) => {
    expect(parseImportId(id, "FORM")).toEqual(expected);
  });

  test.each(["electricflow", "local:host", "/etc/file", "local:host:/store#a?word=env:X"])(
    "says how to write %s",
    (id) => {
      expect(() => parseImportId(id, "HOST:PATH")).toThrow("Write HOST:PATH, for example local:");
    },
  );

  test("repeats no literal password", () => {
    const literal = () => parseImportId("local:host:/store#a?password=literal-word", "FORM");
    expect(literal).toThrow("never as a literal");
    expect(literal).not.toThrow("literal-word");
  });
});

describe("checkEach", () => {
  test("looks at what is known and names the attribute", () => {
    // WHEN
    const diagnostics = checkEach(
      { profile: "pem", other: null },
      { profile: oneOf(["jks", "modern"]), other: oneOf([]) },
    );

    // THEN
    expect(diagnostics).toEqual([
      {
        severity: "error",
        summary: "Invalid profile",
        detail: '"pem" is not one of jks, modern.',
        attribute: "profile",
      },
    ]);
  });
});
