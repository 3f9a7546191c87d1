/** Functions of PowerShell around the file that keeps what was replaced; it is the one that the script for the shell has. */
export const kept =
  String.raw`# The kept lines, each an array of kind, key, what was there before, and what is there now.
function Read-Kept {
  if (-not (Test-Path -LiteralPath $script:kept)) { return }
  foreach ($line in [System.IO.File]::ReadAllLines($script:kept)) {
    if ($line -ne '') { , $line.Split([char[]] ([char] 9)) }
  }
}

# Column of what is kept of a thing, from 0.
function Get-Kept([string] $kind, [string] $key, [int] $column) {
  foreach ($columns in @(Read-Kept)) {
    if ($columns[0] -ceq $kind -and $columns[1] -ceq $key) { return $columns[$column] }
  }
  return ''
}

# Keeps of a thing what was there before, and what will be there; written before anything is changed.
function Add-KeptLine([string] $kind, [string] $key, [string] $before, [string] $after) {
  $tab = [string] [char] 9
  $lines = @(foreach ($columns in @(Read-Kept)) {
      if ($columns[0] -cne $kind -or $columns[1] -cne $key) { $columns -join $tab }
    })
  $lines += @($kind, $key, $before, $after) -join $tab
  $new = $script:kept + '.new'
  [System.IO.File]::WriteAllText($new, ($lines -join [string] [char] 10) + [string] [char] 10)
  Move-Item -LiteralPath $new -Destination $script:kept -Force
}

# Whether a thing is still what this script made of it, when these lines are what is there now.
function Test-Ours([string] $kind, [string] $key, [string[]] $now) {
  $made = Get-Kept $kind $key 3
  return ($made -ne '' -and (Test-Holds ($made.Split([char[]] '&')) $now))
}

# Keeps the lines of a thing, which become others; what this script made is not kept, but what was before.
function Save-Kept([string] $kind, [string] $key, [string[]] $now, [string[]] $after) {
  $before = Join-Lines $now
  if (Test-Ours $kind $key $now) { $before = Get-Kept $kind $key 2 }
  if ($before -eq '') { $before = '-' }
  Add-KeptLine $kind $key $before (Join-Lines $after)
}

# Ends unless a thing is this script's, or may be replaced.
function Assert-Replaceable([string] $kind, [string] $key, [string[]] $now, [string] $words) {
  if ($script:replace -cne 'yes' -and -not (Test-Ours $kind $key $now)) {
    Stop-Setup "$words is somebody else's. Nothing was changed; IS_REPLACE=yes replaces it and keeps it for an undo."
  }
}`.split("\n");
