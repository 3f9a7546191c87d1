import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Functions of PowerShell for consumer endpoint aliases (`wm.server.ws`), whose requests are records and so JSON. */
export const endpoints = String.raw`# Reads an endpoint alias: what the server shows of it, without passwords.
function Read-Endpoint([string] $alias) {
  $script:current = @()
  Invoke-Required ${ask(REQUESTS.listEndpoints)}
  $listed = @(Select-Member $script:answer 'endpoints' 'alias' $alias)
  if (-not $listed) { return }
  $transport = Get-Value $listed 'transportInfo/transportType'
  $script:transport = $transport
  Invoke-Required ${ask(REQUESTS.getEndpoint)}
  $script:current = @(Merge-Lines @() @(Select-Below $script:answer 'endpoint'))
  if (-not $script:current) { Stop-Setup "The endpoint alias $alias cannot be read. $script:said" }
}

# Puts lines under an alias, with the password where there is one, in one step: oldAlias is its update.
function Write-Endpoint([string] $alias, [string[]] $lines, [string] $password) {
  $fields = @($lines) + 'type=consumer'
  if ($script:current) { $fields += "oldAlias=$alias" }
  if ($password -ne '') { $fields += 'transportInfo/password=' + (ConvertTo-Encoded $password) }
  Invoke-Required ${ask(REQUESTS.addEndpoint, "$fields")}
}

# An endpoint alias says what these lines say, with the password; all else of it stays.
function Set-Endpoint([string] $alias, [string] $form, [string] $password) {
  $wanted = $form.Split([char[]] '&')
  Read-Endpoint $alias
  $reason = 'updated'
  if (-not $script:current) {
    $reason = 'created'
  } elseif (Test-Holds $wanted $script:current) {
    if ($password -eq '' -or $script:renew -cne 'yes') { return }
    $reason = 'has its password again'
  } else {
    if ($script:transport -cne 'HTTPS') { Stop-Setup "The endpoint alias $alias is one for $script:transport, declare another." }
    Assert-Replaceable 'endpoint' $alias $script:current "The endpoint alias $alias"
  }
  if ($script:checking) { return }
  if ($reason -cne 'has its password again') { Save-Kept 'endpoint' $alias $script:current $wanted }
  Write-Endpoint $alias @(Merge-Lines $wanted $script:current) $password
  Read-Endpoint $alias
  if (-not (Test-Holds $wanted $script:current)) { Stop-Setup "The endpoint alias $alias is not what it should be. $script:said" }
  Write-Change "The endpoint alias $alias $reason."
}`.split("\n");
