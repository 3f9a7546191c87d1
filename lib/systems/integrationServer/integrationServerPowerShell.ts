import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import { percentEncoded, percentEncodedName } from "./setupScript/percent";
import { ask } from "./setupScript/powerShell/ask";
import { access, client } from "./setupScript/powerShell/client";
import { endpoints } from "./setupScript/powerShell/endpoints";
import { kept } from "./setupScript/powerShell/kept";
import { mappings } from "./setupScript/powerShell/mappings";
import { notation, records } from "./setupScript/powerShell/notation";
import { ports } from "./setupScript/powerShell/ports";
import { settings } from "./setupScript/powerShell/settings";
import { stores } from "./setupScript/powerShell/stores";
import { undo } from "./setupScript/powerShell/undo";
import { REQUESTS } from "./setupScript/requests";
import { type SetupStep, type SetupWord, passwordVariables, setupSteps } from "./setupScript/steps";
import { powerShellQuote, powerShellScript } from "../../text";

/**
 * The set-up script for a server on Windows: `adminServiceScript` in PowerShell (5.1 of Windows, and 7), without
 * modules. Both take the same steps, make the same requests and keep what they replace in the same file.
 *
 * Passwords come from environment variables, or are asked for; they are never arguments.
 */
export function powerShellSetupScript(
  configuration: IntegrationServerConfiguration,
  adminUrl: string,
  administrator: string,
): string {
  const variables = passwordVariables(configuration);
  const password = (variable: string) => `$script:password_${variables.indexOf(variable) + 1}`;
  const passwords = variables.map(password);
  return powerShellScript(
    [
      "Tells this Integration Server its stores, settings, ports, endpoint aliases and client certificates, and says what",
      "has changed. May run any number of times, in Windows PowerShell 5.1 or in PowerShell 7:",
      "  powershell -NoProfile -ExecutionPolicy RemoteSigned -File trust-setup.ps1",
      "It takes these environment variables, and asks for those that are not set:",
      ...["IS_ADMIN_PASSWORD", ...variables].map((name) => `  ${name}`),
      "What it replaces is kept in trust-setup.kept beside it, without passwords; with the argument undo it gives that back.",
      "In a run that has a name (TRUST_RUN), undo gives back what that run replaced, which trust-setup.kept-<name> keeps.",
      "IS_URL and IS_ADMIN_USER say where the server is and who asks it. Set to yes,",
      "  IS_REPLACE has it replace what somebody else has set up,",
      "  IS_RENEW_PASSWORDS has it send the passwords of stores and endpoint aliases again,",
      "  IS_ALLOW_HTTP has it send passwords to another machine in the clear.",
    ],
    "[string] $task = 'setup'",
    [
      ...[
        notation,
        records,
        access,
        client,
        kept,
        stores,
        settings,
        mappings,
        endpoints,
        ports,
        undo,
      ].flatMap((functions) => [...functions, ""]),
      ...finish,
      "",
      "function Invoke-Setup {",
      "  Read-Settings",
      ...setupSteps(configuration).map((step) => `  ${stepLine(step, password)}`),
      "}",
      "",
      ...start,
      `$url = Read-Variable 'IS_URL' (ConvertFrom-Encoded ${quoted(adminUrl)})`,
      `$administrator = Read-Variable 'IS_ADMIN_USER' (ConvertFrom-Encoded ${quoted(administrator)})`,
      "Assert-Address",
      "$password = Read-Password 'IS_ADMIN_PASSWORD'",
      ...passwords.map((variable) => `${variable} = ''`),
      "if ($task -ceq 'setup') {",
      ...variables.map((name) => `  ${password(name)} = Read-Password ${powerShellQuote(name)}`),
      "}",
      `$secrets = @(foreach ($secret in @(${["$script:password", ...passwords].join(", ")})) {`,
      "    ConvertTo-Encoded $secret",
      "    ConvertTo-Encoded ($secret.Replace('\\', '\\\\').Replace('\"', '\\\"'))",
      "  })",
      "",
      ...run,
    ],
  );
}

const TASKS: Readonly<Record<SetupStep["task"], string>> = {
  store: "Set-Store",
  setting: "Set-Setting",
  mapping: "Set-Mapping",
  endpoint: "Set-Endpoint",
  port: "Set-Port",
};

function stepLine({ task, words }: SetupStep, password: (variable: string) => string): string {
  return [TASKS[task], ...words.map((word) => wordOf(word, password))].join(" ");
}

/** A word of PowerShell; what is encoded is plain US-ASCII, whatever code page the script is read in. */
function wordOf(word: SetupWord, password: (variable: string) => string): string {
  if ("passwordVariable" in word) return password(word.passwordVariable);
  if ("lines" in word) return powerShellQuote(word.lines.join("&"));
  if ("name" in word) return powerShellQuote(percentEncodedName(word.name));
  return quoted("file" in word ? word.file : word.text);
}

function quoted(text: string): string {
  return powerShellQuote(percentEncoded(text));
}

const finish =
  String.raw`# Clears what the server remembers, keeps which contents of the stores it has read, and says how it went.
function Complete-Setup {
  if ($script:isStale -or $script:reloaded) { Invoke-Required ${ask(REQUESTS.clearSslCache)} }
  foreach ($sum in $script:sums) {
    if ($sum[1] -cne 'unknown') { Write-Record $script:kept 'file' $sum[0] @($sum[1], '-') }
  }
  if ($script:task -ceq 'setup') {
    Write-OlderMappings
    Write-BlankTrust
  }
  if ($script:changes -eq 0) { Write-Host 'Nothing to change.' } else { Write-Host ('Changed: ' + $script:changes + '.') }
}`.split("\n");

const start = String.raw`if ($task -cne 'setup' -and $task -cne 'undo') {
  [Console]::Error.WriteLine('usage: trust-setup.ps1 [undo]')
  exit 2
}
# Windows PowerShell would begin with what Windows of its time took.
[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
[System.Net.ServicePointManager]::Expect100Continue = $false
Add-Type -AssemblyName System.Numerics
$kept = Join-Path $PSScriptRoot 'trust-setup.kept'
$run = Read-Variable 'TRUST_RUN' ''
if ($run -ne '') { $run = "$kept-$run" }
$changes = 0
$said = ''
$transport = ''
$answer = @()
$current = @()
$listed = @()
$configured = @()
$settings = @()
$reloaded = @()
$sums = @()
$mapped = @()
$secrets = @()
$isStale = $false
$isThisMachine = $false
$checking = $false
$isLeft = $false
$replace = Read-Variable 'IS_REPLACE' 'no'
$renew = Read-Variable 'IS_RENEW_PASSWORDS' 'no'
$allowHttp = Read-Variable 'IS_ALLOW_HTTP' 'no'`.split("\n");

const run = String.raw`# Whether anything is somebody else's is asked before anything is changed.
if ($task -ceq 'setup' -and $replace -cne 'yes') {
  $checking = $true
  Invoke-Setup
  $checking = $false
}
if ($task -ceq 'undo') { Invoke-Undo } else { Invoke-Setup }
Complete-Setup
exit 0`.split("\n");
