import { Certificate, Host, Secret } from "../../../lib/constructs";
import type { HostPlatform } from "../../../lib/model";
import { IntegrationServer, type IntegrationServerProps } from "../../../lib/systems";
import { declare } from "../support/declaration";

/** The runbook of a server with one of everything that is seen in its console. */
function runbookOf(platform: HostPlatform, props: Partial<IntegrationServerProps> = {}) {
  const declared = declare((scope) => {
    const server = new IntegrationServer(scope, "IS", {
      host: Host.manual("is", { platform }),
      instanceDirectory: platform === "windows" ? String.raw`C:\is one` : "/opt/is",
      ...props,
    });
    const keystore = server.keystore("KEYS", { password: Secret.env("KEYS_PASSWORD") });
    server.truststore("TRUST", { password: Secret.env("TRUST_PASSWORD"), global: true });
    const port = server.httpsPort("In", {
      names: ["is.example.com"],
      port: 5543,
      keystore,
      keyAlias: "is",
      certificate: Certificate.selfSigned(),
    });
    server.mapsCertificate("Partner", { certificateOf: port, user: "partner" });
  });
  const [runbook] = declared.runbooks;
  const { steps = [], back = { after: [] }, unproven = [] } = runbook ?? {};
  return { steps, before: back.before ?? [], after: back.after, unproven };
}

describe("the runbook of an Integration Server", () => {
  test("asks for passwords in a step of one line, which nothing is pasted after", () => {
    const { steps, before } = runbookOf("posix");
    const asking = [...steps, ...before].filter(({ command }) => command?.includes("read -r") ?? false);
    expect(asking.map(({ command }) => command?.split(" ;")[0]?.split(";")[0])).toEqual([
      "for name in IS_ADMIN_PASSWORD KEYS_PASSWORD TRUST_PASSWORD",
      "for name in IS_ADMIN_PASSWORD",
    ]);
    for (const { command } of asking) expect(command).not.toContain("\n");
  });

  test("undoes a run on the way back only, while the script is still in place", () => {
    const { steps, before, after } = runbookOf("posix");
    expect(JSON.stringify([steps, after])).not.toContain("undo");
    expect(before.at(-1)?.command).toBe(
      "if test -e /opt/is/config/trust-setup.sh; then sh /opt/is/config/trust-setup.sh undo; fi",
    );
    const windows = runbookOf("windows");
    expect(windows.before.map(({ command }) => command)).toEqual([
      String.raw`if exist "C:\is one\config\trust-setup.ps1" powershell -NoProfile -ExecutionPolicy RemoteSigned -File "C:\is one\config\trust-setup.ps1" undo`,
    ]);
  });

  test("lets the server read its stores again once they are as before, and looks at what came back", () => {
    const texts = runbookOf("posix").after.map(({ text }) => text);
    expect(texts[0]).toContain("Reload each of these aliases that is still listed: KEYS, TRUST.");
    expect(texts[2]).toContain("Disable and enable HTTPS port 5543");
    expect(texts[3]).toContain("import /opt/is/config/partner.der, which holds that certificate again");
  });

  test("shows the serial number of the older certificate, whose mapping goes later", () => {
    const step = (platform: HostPlatform) =>
      runbookOf(platform).steps.find(({ text }) => text.includes("Configure Client Certificates"));
    const file = "/opt/is/config/partner.der";
    const copy = `${file}.before-"$TRUST_RUN"`;
    expect(step("posix")?.command?.split("\n")).toEqual([
      `openssl x509 -inform der -in ${file} -noout -serial`,
      `if test -e ${copy} && ! cmp -s ${copy} ${file}; then openssl x509 -inform der -in ${copy} -noout -serial; fi`,
      "if test -e /opt/is/config/partner-next.der; then openssl x509 -inform der -in /opt/is/config/partner-next.der -noout -serial; fi",
    ]);
    expect(step("windows")?.command).toMatch(
      /\nif exist "C:.*\(fc \/b .* >nul \|\| openssl x509 .* -serial\)\nif exist "C:.*partner-next.der" openssl x509 .* -serial$/,
    );
    expect(step("posix")?.text).toContain("and not before, because the way back needs it");
  });

  test("has both certificates of a rotation mapped, by the script or by people", () => {
    const mapping = (props: Partial<IntegrationServerProps> = {}) =>
      runbookOf("posix", props).steps.find(({ text }) => text.includes("Configure Client Certificates"))
        ?.text;
    expect(mapping()).toContain("the script maps /opt/is/config/partner-next.der as well");
    expect(mapping({ delivery: "configuration-variables" })).toContain(
      "import /opt/is/config/partner-next.der for partner as well",
    );
    expect(mapping()).toContain("then delete the file");
  });

  test("says at its head what was not run", () => {
    const posix = runbookOf("posix").unproven;
    expect(posix).toEqual([
      expect.stringContaining("was not run in the product"),
      expect.stringContaining("The console was not seen"),
    ]);
    expect(runbookOf("windows").unproven).toContainEqual(
      expect.stringContaining("PowerShell was run nowhere"),
    );
    const runtime = runbookOf("posix", { delivery: "configuration-variables" });
    expect(runtime.unproven[0]).toContain("No Microservices Runtime was to be had");
    expect(runtime.before).toEqual([]);
  });
});
