import { KEY_LINES, REQUESTS } from "../requests";
import { ask, stringsOf } from "./ask";

/** Functions of PowerShell for keystore and truststore aliases (`wm.server.security.keystore`). */
export const stores = String.raw`# Reads an alias: its record, and the keys that the server can use.
function Read-Store([string] $kind, [string] $alias) {
  if ($kind -ceq 'key') {
    Invoke-Required ${ask(REQUESTS.listKeystores)}
    $script:current = @(Select-Member $script:answer 'keyStores' 'keyStoreName' $alias)
  } else {
    Invoke-Required ${ask(REQUESTS.listTruststores)}
    $script:current = @(Select-Member $script:answer 'trustStores' 'keyStoreName' $alias)
  }
  $script:configured = @()
  if ($kind -ceq 'key' -and $script:current) {
    if (Invoke-Service ${ask(REQUESTS.getKeystore)}) {
      foreach ($line in @(Select-Below $script:answer 'keyStore/configuredKeyAliases')) {
        if ($line -cmatch '^\[\d+\](/keyAlias)?=(.*)$') { $script:configured += $Matches[2] }
      }
    }
  }
}

# Whether the server can use every key of these.
function Test-Usable([string[]] $keys) {
  foreach ($key in $keys) {
    if ($script:configured -cnotcontains $key) { return $false }
  }
  return $true
}

# An alias with its location, type and provider (empty for one that is there and stays), the file itself, and its password; then each key with its password.
function Set-Store([string] $kind, [string] $alias, [string] $location, [string] $format, [string] $provider, [string] $file, [string] $password) {
  $keys = @()
  $keyLines = @()
  $bits = @()
  for ($index = 0; $index -lt $args.Count; $index += 2) {
    $key = $args[$index]
    $encoded = ConvertTo-Encoded $args[$index + 1]
    $keys += $key
    $keyLines += ${stringsOf(KEY_LINES)}
    $bits += '1'
  }
  $reason = ''
  Read-Store $kind $alias
  if ($location -eq '') {
    if (-not $script:current) { Stop-Setup "The alias $alias is not there, and was declared as one that is: its owner sets it up first." }
    $location = Get-Value $script:current 'keyStoreLocation'
    $format = Get-Value $script:current 'keyStoreType'
    $provider = Get-Value $script:current 'keyStoreProvider'
  }
  $wanted = @("keyStoreLocation=$location", "keyStoreType=$format")
  if (-not $script:current) {
    $reason = 'created'
  } elseif (-not (Test-Holds $wanted $script:current)) {
    if (-not (Test-Ours 'store' "$kind/$alias" $script:current $script:kept)) {
      Stop-Setup ("The alias $alias is somebody else's (" + (Get-Value $script:current 'keyStoreLocation') + '): its password could not be given back, so declare another alias.')
    }
    $reason = 'points to another file'
  } elseif ((Get-Value $script:current 'isLoaded') -cne 'true') {
    $reason = 'set again, because it was not loaded'
  } elseif (-not (Test-Usable $keys)) {
    $reason = 'knows its keys'
  } elseif ($script:renew -ceq 'yes') {
    $reason = 'has its passwords again'
  }
  if ($script:checking) { return }
  if ($reason -ceq 'created' -or $reason -ceq 'points to another file') { Save-Kept 'store' "$kind/$alias" $script:current $wanted }
  $sum = 'unknown'
  try { $sum = (Get-FileHash -LiteralPath (ConvertFrom-Encoded $file) -Algorithm SHA256).Hash } catch { $sum = 'unknown' }
  $created = ''
  if ($reason -ne '') {
    $mode = 'edit'
    if (-not $script:current) { $mode = 'add' }
    $description = Get-Value $script:current 'keyStoreDescription'
    if ($kind -ceq 'key') {
      # As the page sends the keys that others have told it of: as they are, with stars for their passwords.
      $known = @()
      if ($reason -cne 'points to another file') { $known = $script:configured }
      $encoded = '%2A%2A%2A%2A%2A%2A'
      foreach ($key in $known) {
        if ($keys -ccontains $key) { continue }
        $keys += $key
        $keyLines += ${stringsOf(KEY_LINES)}
        $bits += '0'
      }
      $remembered = $known -join ','
      $names = $keys -join ','
      $nulls = @($keys | ForEach-Object { 'false' }) -join ','
      $bits = $bits -join ','
      $mode = "edit_$mode"
      $encoded = ConvertTo-Encoded $password
      Invoke-Required ${ask(REQUESTS.createKeystore, "$keyLines")}
    } else {
      $encoded = ConvertTo-Encoded $password
      Invoke-Required ${ask(REQUESTS.createTruststore)}
    }
    $created = $script:said
  } elseif ($sum -ceq 'unknown' -or (Get-Kept 'file' "$kind/$alias" 2 $script:kept) -cne $sum) {
    $reason = 'read its file again'
    if ($sum -ceq 'unknown') { $reason = "$reason, which this user cannot read to see whether it has changed" }
  }
  if ($reason -eq '') { return }
  Invoke-Required ${ask(REQUESTS.refreshStore)}
  $script:reloaded += $alias
  $script:sums += , @("$kind/$alias", $sum)
  Read-Store $kind $alias
  if (-not (Test-Holds $wanted $script:current) -or (Get-Value $script:current 'isLoaded') -cne 'true') {
    Stop-Setup ("The alias $alias is not loaded: " + (Hide-Secret (Get-Value $script:current 'errorMessage')) + ". $created $script:said")
  }
  if (-not (Test-Usable $keys)) { Stop-Setup "The server cannot use every key of the alias $alias. $created $script:said" }
  Write-Change "The alias $alias $reason."
}`.split("\n");
