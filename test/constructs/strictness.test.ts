import type { Construct } from "constructs";
import {
  Certificate,
  type CallProps,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  PartnerCertificate,
  Secret,
  TruststoreEntry,
} from "../../lib/constructs";
import type { TrustPlan } from "../../lib/model";
import { CesServer, JavaClient, JavaServer, RestClient } from "../../lib/systems";
import { declare } from "../systems/support/declaration";

const password = Secret.env("APP_PASSWORD");
const REASON = "the partner renews on 1 March";

function endpointIn(scope: Construct): HttpsCallbackEndpoint {
  const host = Host.local("server");
  return new HttpsCallbackEndpoint(scope, "Endpoint", {
    names: ["server.example.com"],
    port: 8443,
    identity: new Keystore(scope, "Keys", { host, path: "/etc/keys.p12", password }).entry("server"),
    certificate: Certificate.selfSigned(),
    clientAuthentication: "require",
    truststore: new Keystore(scope, "Trust", { host, path: "/etc/trust.p12", password }),
  });
}

function storeIn(scope: Construct): Keystore {
  const host = Host.local("client");
  return new Keystore(scope, "Store", { host, path: "/etc/client.p12", password });
}

function clientIn(scope: Construct): JavaClient {
  const host = Host.local("client");
  return new JavaClient(scope, "Client", { host, truststore: "/etc/trust.jks", password });
}

function reasonsOf({ hops }: TrustPlan): (string | undefined)[] {
  return hops.map(({ letPassBecause }) => letPassBecause);
}

describe("strict: false", () => {
  test("is in the plan with its reason, and nothing is where it is not declared", () => {
    const plan = declare((scope) => {
      const endpoint = endpointIn(scope);
      clientIn(scope).calls(endpoint, { strict: false, reason: ` ${REASON} ` });
    });
    const strict = declare((scope) => void clientIn(scope).calls(endpointIn(scope), { strict: true }));

    expect(reasonsOf(plan)).toEqual([REASON]);
    expect(reasonsOf(strict)).toEqual([undefined]);
    expect(strict.hops[0]).not.toHaveProperty("letPassBecause");
  });

  test.each<[string, (scope: Construct) => void]>([
    [
      "a Java server",
      (scope) =>
        new JavaServer(scope, "Shop", {
          host: Host.local("shop"),
          names: ["shop.example.com"],
          port: 8443,
          keystorePath: "/etc/shop/keystore.p12",
          keystorePassword: password,
          alias: "server",
          certificate: Certificate.selfSigned(),
          truststorePath: "/etc/shop/truststore.p12",
        }).calls(endpointIn(scope), { as: Certificate.selfSigned(), strict: false, reason: REASON }),
    ],
    [
      "a REST client",
      (scope) =>
        new RestClient(scope, "Rest", {
          host: Host.local("ci"),
          directory: "/home/ci",
          keyPassword: password,
        }).calls(endpointIn(scope), { as: Certificate.selfSigned(), strict: false, reason: REASON }),
    ],
    [
      "webhooks of CES",
      (scope) =>
        new CesServer(scope, "Ces", {
          host: Host.local("ces"),
          names: ["ces.example.com"],
          directory: "/opt/ces",
          password,
          certificate: Certificate.selfSigned(),
        }).calls(endpointIn(scope), { as: Certificate.selfSigned(), strict: false, reason: REASON }),
    ],
    [
      "a binding",
      (scope) =>
        new ClientCertificateBinding(scope, "Binding", {
          identity: storeIn(scope).entry("client"),
          certificate: Certificate.selfSigned(),
          endpoint: endpointIn(scope),
          truststore: "public-roots",
          strict: false,
          reason: REASON,
        }),
    ],
    [
      "a truststore's entry",
      (scope) =>
        new TruststoreEntry(scope, "Entry", {
          truststore: storeIn(scope),
          alias: "server",
          trusts: endpointIn(scope),
          strict: false,
          reason: REASON,
        }),
    ],
  ])("is a matter of %s, too", (_title, declareCall) => {
    expect(reasonsOf(declare(declareCall))).toEqual([REASON]);
  });

  test("needs a reason that says something, by the type and where it runs", () => {
    // @ts-expect-error - a reason is missing
    const missing: CallProps = { strict: false };
    const blank: readonly CallProps[] = ["", "  ", "-", "\u200b", "\n"].map((reason) => ({
      strict: false,
      reason,
    }));
    for (const props of [missing, ...blank]) {
      expect(() => declare((scope) => void clientIn(scope).calls(endpointIn(scope), props))).toThrow(
        expect.objectContaining({ code: "missing-reason" }),
      );
    }
  });

  test("goes with the reason: one alone is refused", () => {
    // @ts-expect-error - a reason for what is judged strictly
    const alone: CallProps = { reason: REASON };
    // @ts-expect-error - a reason for what is judged strictly
    const strict: CallProps = { strict: true, reason: REASON };
    for (const props of [alone, strict]) {
      expect(() => declare((scope) => void clientIn(scope).calls(endpointIn(scope), props))).toThrow(
        expect.objectContaining({ code: "needless-reason" }),
      );
    }
  });

  test.each<[string, (scope: Construct) => void]>([
    [
      "an entry for an authority",
      (scope) =>
        new TruststoreEntry(scope, "Entry", {
          truststore: storeIn(scope),
          alias: "root",
          trusts: new PartnerCertificate(scope, "Root", { file: "root.pem" }),
          strict: false,
          reason: REASON,
        }),
    ],
    [
      "a binding to nowhere",
      (scope) =>
        new ClientCertificateBinding(scope, "Binding", {
          identity: storeIn(scope).entry("client"),
          certificate: Certificate.selfSigned(),
          strict: false,
          reason: REASON,
        }),
    ],
  ])("is refused where nothing is called: %s", (_title, declareNoCall) => {
    expect(() => declare(declareNoCall)).toThrow(expect.objectContaining({ code: "nothing-called" }));
  });
});
