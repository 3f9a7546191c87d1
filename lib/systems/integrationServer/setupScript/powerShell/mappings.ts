import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Functions of PowerShell for client certificates that stand for users (`wm.server.security.certificate`). */
export const mappings = String.raw`# The serial number of a certificate in a file, in hexadecimal.
function Get-Serial([string] $path) {
  $certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList $path
  return $certificate.SerialNumber.ToLowerInvariant()
}

function Get-PlainSerial([string] $serial) {
  return ($serial.ToLowerInvariant() -creplace ':|^0x', '') -creplace '^0+', ''
}

# Whether a serial number of the server's is this one; servers write them in decimal or in hexadecimal.
function Test-Serial([string] $number, [string] $serial) {
  $decimal = [System.Numerics.BigInteger]::Parse("0$serial", [System.Globalization.NumberStyles]::AllowHexSpecifier).ToString()
  return @((Get-PlainSerial $serial), (Get-PlainSerial $decimal)) -ccontains (Get-PlainSerial $number)
}

# Every mapping that the server has, each an array of lines.
function Read-Mappings {
  Invoke-Required ${ask(REQUESTS.listMappings)}
  for ($index = 0; ; $index++) {
    $item = @(Select-Below $script:answer ('mappings/[' + $index.ToString('d4') + ']'))
    if (-not $item) { return }
    , @($item | ForEach-Object { $_ -creplace '^certificateInfo/', '' })
  }
}

# Reads the mapping of a certificate in a usage.
function Read-Mapping([string] $serial, [string] $usage) {
  $script:current = @()
  foreach ($item in @(Read-Mappings)) {
    $number = Get-Value $item 'serialNum'
    if ((Get-Value $item 'usage') -cne $usage -or -not (Test-Serial $number $serial)) { continue }
    $script:current = @(('issuer=' + (Get-Value $item 'issuer')), "serialNum=$number", ('user=' + (Get-Value $item 'user')))
    return
  }
}

# Says which other certificates stand for a user in a usage that is declared: those from before a renewal are among them.
function Write-OlderMappings {
  if (-not $script:mapped) { return }
  foreach ($item in @(Read-Mappings)) {
    $user = Get-Value $item 'user'
    $usage = Get-Value $item 'usage'
    $number = Get-Value $item 'serialNum'
    $declared = @($script:mapped | Where-Object { $_[1] -ceq $user -and $_[2] -ceq $usage })
    if (-not $declared -or @($declared | Where-Object { Test-Serial $number $_[0] })) { continue }
    $words = "Also mapped to $user in $usage" + ": the certificate with the serial number $number, of " + (Get-Value $item 'issuer')
    Write-Host (ConvertTo-Shown "$words. Remove that mapping when nobody presents it any more.")
  }
}

# The certificate in a file, which the server finds at its location, stands for a user in a usage; while it is rotated, the
# next one does, too.
function Set-Mapping([string] $user, [string] $usage, [string] $location, [string] $file, [string] $nextLocation, [string] $nextFile) {
  Set-CertificateMapping $user $usage $location $file
  $next = ConvertFrom-Encoded $nextFile
  if (Test-Path -LiteralPath $next) { Set-CertificateMapping $user $usage $nextLocation $nextFile }
}

function Set-CertificateMapping([string] $user, [string] $usage, [string] $location, [string] $file) {
  $path = ConvertFrom-Encoded $file
  if (-not (Test-Path -LiteralPath $path)) { Stop-Setup "Certificates are mapped on the server itself: here is no $location." }
  try { $serial = Get-Serial $path } catch { Stop-Setup "$location is no certificate in DER." }
  $script:mapped += , @($serial, $user, $usage)
  Read-Mapping $serial $usage
  $before = Get-Value $script:current 'user'
  if ($before -ceq $user) { return }
  $lines = @()
  if ($before -ne '') {
    Assert-Replaceable 'mapping' "$serial/$usage" @("user=$before") "The mapping of $location to $before"
    $lines = @("user=$before", "path=$location")
  }
  if ($script:checking) { return }
  Save-Kept 'mapping' "$serial/$usage" $lines @("user=$user")
  Import-Mapping $serial $usage $location $user
  Write-Change "$location stands for $user in $usage."
}

function Import-Mapping([string] $serial, [string] $usage, [string] $location, [string] $user) {
  Invoke-Required ${ask(REQUESTS.importCertificate)}
  Read-Mapping $serial $usage
  if ((Get-Value $script:current 'user') -cne $user) { Stop-Setup "$location is not mapped to $user. $script:said" }
}`.split("\n");
