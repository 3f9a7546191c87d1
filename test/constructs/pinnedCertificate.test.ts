import { TerraformOutput, TerraformStack, type App } from "cdktf";
import { X509Certificate } from "node:crypto";
import {
  CertificateAuthority,
  HttpsCallbackEndpoint,
  TrustStack,
  judgeForTest,
  synthesiseForTest,
} from "../../lib";
import { ShopStack } from "../testing/stacks";

interface WithOutputs {
  readonly output: Readonly<Record<string, { readonly value: string }>>;
}

describe("a certificate's tokens", () => {
  const synthesis = synthesiseForTest((app) => {
    // Before ours, so that CDKTF resolves its tokens first.
    const plain = new TerraformStack(app, "plain");
    const shop = new ShopStack(app, "shop");
    const [stock] = shop.node.findAll().filter((node) => node instanceof HttpsCallbackEndpoint);
    const [authority] = shop.node.findAll().filter((node) => node instanceof CertificateAuthority);
    const certificates = [stock?.identity.certificate, stock?.identity.anchor, authority?.certificate];
    for (const [index, certificate] of certificates.entries()) {
      for (const member of [
        "sha256",
        "sha1",
        "subject",
        "issuer",
        "serialNumber",
        "notBefore",
        "notAfter",
        "pem",
      ] as const)
        new TerraformOutput(plain, `${member}${index}`, { value: certificate?.[member], staticId: true });
    }
    new TerraformOutput(plain, "text", {
      value: `until ${stock?.identity.certificate.notAfter}`,
      staticId: true,
    });
  });
  const { output } = synthesis.stack("plain").terraform as unknown as WithOutputs;
  const valueOf = (name: string) => output[name]?.value ?? "";

  test.each([0, 1, 2])("are what Node reads in the certificate (%s)", (index) => {
    const judge = new X509Certificate(valueOf(`pem${index}`));
    expect(valueOf(`sha256${index}`)).toBe(judge.fingerprint256);
    expect(valueOf(`sha1${index}`)).toBe(judge.fingerprint);
    expect(valueOf(`subject${index}`)).toBe(judge.subject);
    expect(valueOf(`issuer${index}`)).toBe(judge.issuer);
    expect(valueOf(`serialNumber${index}`)).toBe(judge.serialNumber.toLowerCase().replace(/^0+/, ""));
    expect(new Date(valueOf(`notBefore${index}`))).toEqual(new Date(judge.validFrom));
    expect(new Date(valueOf(`notAfter${index}`))).toEqual(new Date(judge.validTo));
  });

  test("stand in the midst of texts, and are those that are delivered", () => {
    expect(valueOf("text")).toBe("until 2027-02-01T23:00:00Z");
    const [entry] = synthesis.store("stock", "/etc/stock/serverkeys.p12").entries;
    expect(entry?.certificate.sha256).toBe(valueOf("sha2560"));
  });

  test("make no stack wait for another", () => {
    expect(JSON.stringify(synthesis.stack("plain").terraform)).not.toContain("terraform_remote_state");
  });

  test("evaluate nothing of what a subject says", () => {
    class HostileStack extends TrustStack {}
    const { terraform } = synthesiseForTest((app) => {
      const stack = new HostileStack(app, "hostile");
      const authority = new CertificateAuthority(stack, "A", { commonName: "${x}", keyAlgorithm: "ec-p256" });
      new TerraformOutput(stack, "subject", { value: authority.certificate.subject, staticId: true });
    }).stack("hostile");
    expect((terraform as unknown as WithOutputs).output["subject"]?.value).toBe("CN=$${x}");
  });

  test("of stacks that are refused are the refusal, whichever stack asks first", () => {
    const declare = (app: App) => {
      const plain = new TerraformStack(app, "plain");
      const shop = new ShopStack(app, "shop", { isBound: false });
      const [stock] = shop.node.findAll().filter((node) => node instanceof HttpsCallbackEndpoint);
      new TerraformOutput(plain, "expires", { value: stock?.identity.certificate.notAfter });
    };
    expect(() => synthesiseForTest(declare)).toThrow(/no-client-certificate/);
    expect(judgeForTest(declare).hops).toMatchObject([{ ok: false }]);
  });
});
