import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Functions of PowerShell for server settings (`watt.…`). */
export const settings = String.raw`function Read-Settings {
  Invoke-Required ${ask(REQUESTS.getSettings)}
  $script:settings = $script:answer
}

# A setting gets a value. One that names an alias names what everybody's calls use, so somebody else's is refused.
function Set-Setting([string] $name, [string] $value) {
  $now = Get-Value $script:settings $name
  if ($now -ceq $value) { return }
  if ($name -clike '*Alias' -and $now -ne '') {
    Assert-Replaceable 'setting' $name @("value=$now") "The setting $name is $now, and that"
  }
  if ($script:checking) { return }
  if ($name -cmatch '[Pp]ass') {
    Write-Setting $name $value
    Write-Change "$name is set; its old value is a password, and not kept."
    return
  }
  Save-Kept 'setting' $name @("value=$now") @("value=$value")
  Write-Setting $name $value
  Write-Change ("$name was " + (Get-Spoken $now) + ' and is ' + (Get-Spoken $value) + '.')
}

function Write-Setting([string] $name, [string] $value) {
  Invoke-Required ${ask(REQUESTS.setSettings)}
  Read-Settings
  if ((Get-Value $script:settings $name) -cne $value) { Stop-Setup "The setting $name is not what it should be. $script:said" }
  $script:isStale = $true
}

function Get-Spoken([string] $text) {
  if ($text -eq '') { return 'empty' }
  return $text
}

# Without a truststore the server trusts whom it is told not to: it says so.
function Write-BlankTrust {
  if ((Get-Value $script:settings 'watt.security.trustStoreAlias') -ne '') { return }
  if ((Get-Value $script:settings 'watt.security.cert.wmChainVerifier.trustByDefault') -ceq 'false') { return }
  [Console]::Error.WriteLine('Warning: watt.security.trustStoreAlias is empty, so calls without a truststore of their own accept any certificate')
  [Console]::Error.WriteLine('unless watt.security.cert.wmChainVerifier.trustByDefault is false.')
}`.split("\n");
