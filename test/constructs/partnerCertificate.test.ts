import { Host, Keystore, PartnerCertificate, Secret, TruststoreEntry } from "../../lib";
import { declare } from "../systems/support/declaration";

describe("PartnerCertificate", () => {
  test("minimal: names the file that a partner sent", () => {
    const plan = declare((scope) => new PartnerCertificate(scope, "Partner", { file: "partners/acme.crt" }));
    expect(plan.identities).toEqual([
      { id: "stack/Partner", request: { kind: "certificate", file: "partners/acme.crt" } },
    ]);
  });

  test("full: keeps its name in the lock where a key says so", () => {
    const plan = declare(
      (scope) => new PartnerCertificate(scope, "Partner", { file: "acme.p7b", key: "Old/Acme" }),
    );
    expect(plan.identities).toEqual([
      { id: "stack/Old/Acme", request: { kind: "certificate", file: "acme.p7b" } },
    ]);
  });

  test("is trusted without a hop: whom it belongs to is not said", () => {
    const plan = declare((scope) => {
      const trusts = new PartnerCertificate(scope, "Partner", { file: "acme.crt" });
      const truststore = new Keystore(scope, "Trust", {
        host: Host.local("app"),
        path: "/t.p12",
        password: Secret.env("APP_PASSWORD"),
      });
      new TruststoreEntry(scope, "Entry", { truststore, alias: "acme", trusts });
    });
    expect(plan.entries).toEqual([
      {
        kind: "anchor",
        id: "stack/Entry",
        storeId: "stack/Trust",
        alias: "acme",
        identityId: "stack/Partner",
        part: "anchor",
        unlessAlreadyTrusted: false,
        onForeign: "refuse",
      },
    ]);
    expect(plan.hops).toEqual([]);
  });

  test.each(["", "/Acme", "a//b", "Acme/"])("is refused with the key %j", (key) => {
    expect(() =>
      declare((scope) => new PartnerCertificate(scope, "Partner", { file: "a.crt", key })),
    ).toThrow(expect.objectContaining({ code: "invalid-key" }));
  });

  test("is refused without a file", () => {
    expect(() => declare((scope) => new PartnerCertificate(scope, "Partner", { file: " " }))).toThrow(
      expect.objectContaining({ code: "no-file" }),
    );
  });
});
