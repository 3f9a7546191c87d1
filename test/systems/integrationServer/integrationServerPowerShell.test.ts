import { powerShellSetupScript } from "../../../lib/systems/integrationServer/integrationServerPowerShell";
import { adminServiceScript } from "../../../lib/systems/integrationServer/integrationServerScript";
import { KEY_LINES, REQUESTS } from "../../../lib/systems/integrationServer/setupScript/requests";
import { readPowerShell } from "../support/powerShell";
import { fullConfiguration } from "./standIn/runs";

const posix = adminServiceScript(fullConfiguration("C:\\is"), "http://localhost:5555", "Administrator");
const powerShell = powerShellSetupScript(
  fullConfiguration("C:\\is"),
  "http://localhost:5555",
  "Administrator",
);

const read = readPowerShell(powerShell);

/** Commands of Windows PowerShell 5.1 and of 7, none of a module that has to be installed. */
const BUILT_IN = [
  "Add-Type",
  "ConvertFrom-Json",
  "ForEach-Object",
  "Get-Command",
  "Get-FileHash",
  "Join-Path",
  "Move-Item",
  "New-Object",
  "Read-Host",
  "Remove-Item",
  "Set-StrictMode",
  "Test-Path",
  "Where-Object",
  "Write-Host",
];

/** Requests in a script, each `service encoding line line …`, without what is joined to it. */
function requestsIn(script: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...script.matchAll(pattern)].map(([, service, encoding]) => `${service} ${encoding}`));
}

describe("the set-up script for PowerShell", () => {
  test("is a script by the grammar of PowerShell, and calls what it defines or what every PowerShell has", () => {
    const { errors, functions, commands } = read;
    expect(errors).toEqual([]);
    const unknown = commands.filter((name) => !functions.includes(name) && !BUILT_IN.includes(name));
    expect(unknown).toEqual([]);
    expect(functions.filter((name) => !commands.includes(name))).toEqual([]);
    expect(new Set(functions).size).toBe(functions.length);
  });

  test("reads no variable that has no value, with which it would stop halfway", () => {
    expect(read.unset).toEqual([]);
    expect(readPowerShell("function A([string] $b) { $b + $c }").unset).toEqual(["A: $c"]);
  });

  test("is judged by a grammar that sees what is broken", () => {
    expect(readPowerShell(powerShell.replace("foreach (", "foreach ")).errors).not.toEqual([]);
  });

  test("makes every request that the script for the shell makes, and no other", () => {
    const all = new Set(Object.values(REQUESTS).map(({ service, encoding }) => `${service} ${encoding}`));
    const ofPosix = requestsIn(posix, /(?:must|call) (wm\.\S+) (form|json)/g);
    const ofPowerShell = requestsIn(powerShell, /Invoke-(?:Required|Service) '(wm\.[^']+)' '(form|json)'/g);
    expect(ofPosix).toEqual(all);
    expect(ofPowerShell).toEqual(all);
    for (const request of Object.values(REQUESTS)) {
      expect(posix).toContain(`${request.lines.join("\n")}"`);
      expect(powerShell).toContain(request.lines.map((line) => `"${line}"`).join(", "));
    }
    expect(posix).toContain(KEY_LINES.join("\n"));
    expect(powerShell).toContain(`@(${KEY_LINES.map((line) => `"${line}"`).join(", ")})`);
  });

  test("takes the same steps in the same order, with the same words", () => {
    const stepsOf = (script: string, pattern: RegExp) =>
      [...script.matchAll(pattern)].map(([, task, first]) => `${task?.toLowerCase()} ${first}`);
    const steps = stepsOf(posix, /^ {2}(store|setting|mapping|endpoint|port) '?([^' ]+)/gm);
    expect(steps).toHaveLength(8);
    expect(stepsOf(powerShell, /^ {2}Set-(Store|Setting|Mapping|Endpoint|Port) '([^']+)'/gm)).toEqual(steps);
  });

  test("carries hostile text as plain US-ASCII between quotes, whatever code page Windows reads it in", () => {
    const text = "it’s ‘$(calc)’ `calc` \"\r\n'; calc #";
    const full = fullConfiguration("C:\\is");
    const passwordVariable = "KEYS_PASSWORD";
    const keys = [{ alias: text, passwordVariable }];
    const script = powerShellSetupScript(
      {
        ...full,
        stores: [{ kind: "key", alias: text, path: `C:\\${text}`, type: "JKS", passwordVariable, keys }],
        settings: [[`watt.${text}`, text]],
        ports: full.ports.map((port) => ({ ...port, package: text })),
      },
      `http://localhost:5555/${text}`,
      text,
    );
    expect(script).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(script).not.toContain("calc)");
    expect(script).toContain("it%E2%80%99s%20%E2%80%98%24%28calc%29");
  });

  test("takes no password as an argument or from a file, and says with what TLS it begins", () => {
    expect(powerShell).toContain("param([string] $task = 'setup')");
    expect(powerShell).toContain("Read-Host -Prompt $name -AsSecureString");
    expect(powerShell).toContain("SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12");
    expect(powerShell).not.toMatch(/ServerCertificateValidationCallback|SkipCertificateCheck/);
  });
});
