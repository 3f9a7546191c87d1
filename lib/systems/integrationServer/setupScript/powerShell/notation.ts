/**
 * Functions of PowerShell for answers and requests. Between them everything is lines, `path=value`, percent-encoded, as
 * in the script for the shell; what is kept is written alike, so that each of the two undoes what the other did.
 */
export const notation = String.raw`# Percent-encodes a text.
function ConvertTo-Encoded([string] $text) {
  $encoded = New-Object System.Text.StringBuilder
  foreach ($byte in [System.Text.Encoding]::UTF8.GetBytes($text)) {
    $character = [string] [char] $byte
    if ($character -cmatch '[A-Za-z0-9._/:@,-]') { [void] $encoded.Append($character) }
    else { [void] $encoded.Append('%' + $byte.ToString('X2')) }
  }
  return $encoded.ToString()
}

function ConvertFrom-Encoded([string] $encoded) {
  return [System.Uri]::UnescapeDataString($encoded)
}

# The text for people: only what is printable is decoded.
function ConvertTo-Shown([string] $encoded) {
  return [regex]::Replace($encoded, '%([2-6][0-9A-F]|7[0-9A-E])', {
      param($found)
      [string] [char] [System.Convert]::ToInt32($found.Groups[1].Value, 16)
    })
}

# A server's words without the passwords that the server was told.
function Hide-Secret([string] $words) {
  foreach ($secret in $script:secrets) {
    if ($secret -ne '') { $words = $words.Replace($secret, '***') }
  }
  return $words
}

# A text between quotes of JSON.
function ConvertTo-Quoted([string] $encoded) {
  $text = (ConvertFrom-Encoded $encoded).Replace('\', '\\').Replace('"', '\"')
  $escaped = [regex]::Replace($text, '[\x00-\x1f]', {
      param($found)
      '\u' + ([int] $found.Value[0]).ToString('x4')
    })
  return '"' + $escaped + '"'
}

# Lines of what ConvertFrom-Json has read.
function ConvertTo-Lines($value, [string] $path) {
  if ($null -eq $value) { return }
  if ($value -is [System.Management.Automation.PSCustomObject]) {
    foreach ($member in $value.PSObject.Properties) {
      $name = (ConvertTo-Encoded $member.Name).Replace('/', '%2F').Replace(':', '%3A').Replace('@', '%40').Replace(',', '%2C')
      if ($path -ne '') { $name = "$path/$name" }
      ConvertTo-Lines $member.Value $name
    }
    return
  }
  if ($value -is [array]) {
    for ($index = 0; $index -lt $value.Length; $index++) {
      ConvertTo-Lines $value[$index] ($path + '/[' + $index.ToString('d4') + ']')
    }
    return
  }
  if ($value -is [datetime]) {
    Stop-Setup 'This PowerShell changes texts that look like dates: take Windows PowerShell 5.1, or PowerShell 7.5 or later.'
  }
  $text = [string] $value
  if ($value -is [bool]) { $text = $text.ToLowerInvariant() }
  $path + '=' + (ConvertTo-Encoded $text)
}

# Lines of an answer.
function Read-Answer([string] $json) {
  $options = @{}
  # Newer ones make dates of texts, unless they are told not to.
  if ((Get-Command ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { $options['DateKind'] = 'String' }
  try { $read = ConvertFrom-Json -InputObject $json @options } catch { return '#broken=it%20answers%20no%20JSON' }
  ConvertTo-Lines $read ''
}

# JSON of lines.
function ConvertTo-JsonText([string[]] $lines) {
  $tree = New-Object 'System.Collections.Generic.SortedDictionary[string,object]' ([System.StringComparer]::Ordinal)
  foreach ($line in $lines) {
    $at = $line.IndexOf('=')
    if ($at -lt 1) { continue }
    $parts = $line.Substring(0, $at).Split([char[]] '/')
    $node = $tree
    for ($index = 0; $index -lt $parts.Length - 1; $index++) {
      if (-not $node.ContainsKey($parts[$index])) {
        $node[$parts[$index]] = New-Object 'System.Collections.Generic.SortedDictionary[string,object]' ([System.StringComparer]::Ordinal)
      }
      $node = $node[$parts[$index]]
    }
    $node[$parts[$parts.Length - 1]] = $line.Substring($at + 1)
  }
  return ConvertTo-JsonNode $tree
}

# A list has members called [0000], [0001] and so on.
function ConvertTo-JsonNode($node) {
  if ($node -is [string]) { return ConvertTo-Quoted $node }
  $isList = $false
  $members = @(foreach ($pair in $node.GetEnumerator()) {
      $text = ConvertTo-JsonNode $pair.Value
      if ($pair.Key.StartsWith('[', [System.StringComparison]::Ordinal)) { $isList = $true } else { $text = (ConvertTo-Quoted $pair.Key) + ':' + $text }
      $text
    })
  if ($isList) { return '[' + ($members -join ',') + ']' }
  return '{' + ($members -join ',') + '}'
}`.split("\n");

/** Functions of PowerShell that look into lines and put them together. */
export const records = String.raw`# Lines as the fields of a form, which is also how they are kept.
function Join-Lines([string[]] $lines) {
  return @($lines | Where-Object { $_ }) -join '&'
}

# The value of a path in lines.
function Get-Value([string[]] $lines, [string] $path) {
  foreach ($line in $lines) {
    if ($line -and $line.StartsWith("$path=", [System.StringComparison]::Ordinal)) { return $line.Substring($path.Length + 1) }
  }
  return ''
}

# The lines below a path, without it.
function Select-Below([string[]] $lines, [string] $path) {
  foreach ($line in $lines) {
    if ($line -and $line.StartsWith("$path/", [System.StringComparison]::Ordinal)) { $line.Substring($path.Length + 1) }
  }
}

# The record of a list whose field has this text.
function Select-Member([string[]] $lines, [string] $list, [string] $field, [string] $text) {
  foreach ($line in $lines) {
    if (-not $line -or -not $line.StartsWith("$list/", [System.StringComparison]::Ordinal)) { continue }
    if ($line.Length -gt $list.Length + 7 -and $line.Substring($list.Length + 7) -ceq "/$field=$text") {
      return Select-Below $lines ($line.Substring(0, $list.Length + 7))
    }
  }
}

# Whether the lines that are found say what the wanted ones say; nothing, nothing there and None are the same, and so
# are the two ways to write a path of Windows.
function Test-Holds([string[]] $wanted, [string[]] $found) {
  foreach ($line in $wanted) {
    $at = ([string] $line).IndexOf('=')
    if ($at -lt 1) { continue }
    $is = Get-Comparable (Get-Value $found ($line.Substring(0, $at)))
    if ((Get-Comparable ($line.Substring($at + 1))) -cne $is) { return $false }
  }
  return $true
}

function Get-Comparable([string] $text) {
  if ($text -ceq 'None') { return '' }
  return $text.Replace('%5C', '/')
}

# The second lines with the first in their places, sorted, and without passwords.
function Merge-Lines([string[]] $first, [string[]] $second) {
  $merged = New-Object 'System.Collections.Generic.SortedDictionary[string,string]' ([System.StringComparer]::Ordinal)
  foreach ($line in @($second) + @($first)) {
    $at = ([string] $line).IndexOf('=')
    if ($at -lt 1) { continue }
    $path = $line.Substring(0, $at)
    if ($path[0] -eq [char] '#' -or $path.ToLowerInvariant().Contains('pass')) { continue }
    $merged[$path] = $line.Substring($at + 1)
  }
  foreach ($pair in $merged.GetEnumerator()) { $pair.Key + '=' + $pair.Value }
}`.split("\n");
