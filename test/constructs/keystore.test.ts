import {
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  Java,
  Keystore,
  OpenSsl,
  Reader,
  type ReaderPlan,
  Secret,
  TruststoreEntry,
} from "../../lib";
import { collected, planOf } from "../support/planOf";

const host = Host.local("app");
const password = Secret.env("APP_PASSWORD");

describe("Keystore", () => {
  test("minimal: a modern PKCS12 store that is created where it is missing", () => {
    const plan = planOf(
      (stack) => new Keystore(stack, "Store", { host, path: "/etc/app/store.p12", password }),
    );
    expect(plan.stores).toEqual([
      {
        id: "stack/Store",
        hostId: "app",
        path: "/etc/app/store.p12",
        profile: "modern",
        password: "env:APP_PASSWORD",
        ifMissing: "create",
      },
    ]);
    expect(plan.hosts).toEqual([{ kind: "local", id: "app", root: ".local/hosts/app", platform: "posix" }]);
  });

  test("full: every option reaches the plan", () => {
    const windows = Host.local("win", { root: "mirror/win", platform: "windows" });
    const plan = planOf(
      (stack) =>
        new Keystore(stack, "Store", {
          host: windows,
          path: "C:\\ProgramData\\App\\keystore",
          password: Secret.command("pass show app"),
          profile: "jks",
          reader: Java.release(8, { update: 202 }),
          ifMissing: "fail",
        }),
    );
    expect(plan.stores[0]).toMatchObject({
      path: "C:\\ProgramData\\App\\keystore",
      profile: "jks",
      reader: { kind: "java", release: 8, update: 202 },
      password: "cmd:pass show app",
      ifMissing: "fail",
    });
    expect(plan.hosts[0]).toMatchObject({ root: "mirror/win", platform: "windows" });
  });

  test.each([
    ["/etc/app/store.jks", undefined, "jks"],
    ["/etc/app/store", undefined, "modern"],
    ["/etc/app/store", Java.release(17), "modern"],
    ["/etc/app/store.p12", OpenSsl.release("1.1"), "modern"],
    ["/etc/app/store.p12", Java.release(6), "jks"],
    ["/etc/app/store.jks", Java.release(17), "modern"],
    ["/etc/app/store", Reader.webMethods(), "jks"],
    ["/etc/app/store", Reader.windowsServer(2016), "compat"],
  ])("%s for reader %j is written as %s", (path, reader, profile) => {
    const plan = planOf(
      (stack) =>
        new Keystore(stack, "Store", { host, path, password, ...(reader === undefined ? {} : { reader }) }),
    );
    expect(plan.stores[0]?.profile).toBe(profile);
  });

  test("a profile that the declared reader cannot open is refused with the one to take", () => {
    expect(() =>
      planOf(
        (stack) =>
          new Keystore(stack, "Store", {
            host,
            path: "/s.p12",
            password,
            profile: "modern",
            reader: Java.release(8, { update: 202 }),
          }),
      ),
    ).toThrow(/"modern" cannot be opened by "java 8u202"/);
  });

  test.each(["nonsense", "java 17", { kind: "perl" }, null])("refuses the reader %p", (reader) => {
    expect(() =>
      planOf(
        (stack) =>
          new Keystore(stack, "Store", { host, path: "/s.p12", password, reader: reader as ReaderPlan }),
      ),
    ).toThrow(
      /Store: reader is .*\. Give what reads the store: a runtime such as Java.release\(8, \{ update: 202 \}\)/,
    );
  });

  test("says what it is, so that configuration files need not guess", () => {
    planOf((stack) => {
      const types = ["/a.p12", "/b.jks"].map((path, index) => {
        const reader = Java.release(path === "/a.p12" ? 6 : 17);
        return new Keystore(stack, `Store${index}`, { host, path, password, reader }).type;
      });
      expect(types).toEqual(["JKS", "PKCS12"]);
    });
  });

  test("a relative path is refused with an absolute example", () => {
    expect(() =>
      planOf((stack) => new Keystore(stack, "Store", { host, path: "conf/keystore", password })),
    ).toThrow(
      '"conf/keystore" on host "app" is not absolute. Give the path as the real machine has it, for example /opt/app/conf/keystore.',
    );
    const windows = Host.local("win", { platform: "windows" });
    expect(() =>
      planOf((stack) => new Keystore(stack, "S", { host: windows, path: "\\conf", password })),
    ).toThrow("is not absolute");
  });

  test("an alias declared twice names both, without regard to case", () => {
    expect(() =>
      planOf((stack) => {
        const store = new Keystore(stack, "Store", { host, path: "/s.p12", password });
        const endpoint = (id: string, alias: string) =>
          new HttpsCallbackEndpoint(stack, id, {
            names: ["app.example.com"],
            port: 443,
            identity: store.entry(alias),
            certificate: Certificate.selfSigned(),
          });
        endpoint("First", "Server");
        endpoint("Second", "server");
      }),
    ).toThrow('alias "server" is declared twice in /s.p12: by stack/First and by stack/Second');
  });

  test.each(["", "  ", "a\nb"])("the alias %j is refused", (alias) => {
    expect(() =>
      planOf((stack) => {
        new HttpsCallbackEndpoint(stack, "Server", {
          names: ["app.example.com"],
          port: 443,
          identity: new Keystore(stack, "Store", { host, path: "/s.p12", password }).entry(alias),
          certificate: Certificate.selfSigned(),
        });
      }),
    ).toThrow(`stack/Server declares the alias ${JSON.stringify(alias)} in /s.p12`);
  });

  test("one file declared as two stores is refused", () => {
    expect(() =>
      collected((stack) => {
        new Keystore(stack, "A", { host, path: "/s.p12", password });
        new Keystore(stack, "B", { host, path: "/s.p12", password });
      }),
    ).toThrow('/s.p12 on host "app" is declared as a store twice, by stack/A and by stack/B');
  });

  test("one host id with different options is refused", () => {
    expect(() =>
      collected((stack) => {
        new Keystore(stack, "A", { host, path: "/a.p12", password });
        new Keystore(stack, "B", {
          host: Host.local("app", { root: "elsewhere" }),
          path: "/b.p12",
          password,
        });
      }),
    ).toThrow('host "app" is declared with different options');
  });

  test("a truststore holds what it is told to trust", () => {
    const plan = planOf((stack) => {
      const store = new Keystore(stack, "Store", { host, path: "/s.p12", password });
      const truststore = new Keystore(stack, "Trust", { host, path: "/t.p12", password });
      const endpoint = new HttpsCallbackEndpoint(stack, "Endpoint", {
        names: ["app.example.com"],
        port: 443,
        identity: store.entry("server"),
        certificate: Certificate.selfSigned(),
      });
      new TruststoreEntry(stack, "Entry", { truststore, alias: "app", trusts: endpoint });
    });
    expect(plan.entries).toEqual([
      {
        kind: "key",
        id: "stack/Endpoint/KeyEntry",
        storeId: "stack/Store",
        alias: "server",
        identityId: "stack/Endpoint/Certificate",
        onForeign: "refuse",
      },
      {
        kind: "anchor",
        id: "stack/Entry",
        storeId: "stack/Trust",
        alias: "app",
        identityId: "stack/Endpoint/Certificate",
        part: "anchor",
        unlessAlreadyTrusted: false,
        onForeign: "refuse",
      },
    ]);
  });
});
