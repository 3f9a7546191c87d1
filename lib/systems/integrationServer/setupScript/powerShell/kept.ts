/** Functions of PowerShell around the records of what was replaced; they are those that the script for the shell has. */
export const kept =
  String.raw`# The lines of a record, each an array of kind, key, what was there before, what is there now, and in the record of
# a run what the record of all runs said before.
function Read-Record([string] $record) {
  if (-not (Test-Path -LiteralPath $record)) { return }
  foreach ($line in [System.IO.File]::ReadAllLines($record)) {
    if ($line -ne '') { , $line.Split([char[]] ([char] 9)) }
  }
}

# Column of what a record keeps of a thing, from 0.
function Get-Kept([string] $kind, [string] $key, [int] $column, [string] $record) {
  foreach ($columns in @(Read-Record $record)) {
    if ($columns[0] -ceq $kind -and $columns[1] -ceq $key) { return $columns[$column] }
  }
  return ''
}

# Gives a thing these columns in a record, or no line without them; written before anything is changed.
function Write-Record([string] $record, [string] $kind, [string] $key, [string[]] $columns) {
  $tab = [string] [char] 9
  $lines = @(foreach ($other in @(Read-Record $record)) {
      if ($other[0] -cne $kind -or $other[1] -cne $key) { $other -join $tab }
    })
  if ($columns) { $lines += (@($kind, $key) + $columns) -join $tab }
  $new = $record + '.new'
  [System.IO.File]::WriteAllText($new, ($lines -join [string] [char] 10) + [string] [char] 10)
  Move-Item -LiteralPath $new -Destination $record -Force
}

# Whether a thing is still what this script made of it by a record, when these lines are what is there now.
function Test-Ours([string] $kind, [string] $key, [string[]] $now, [string] $record) {
  $made = Get-Kept $kind $key 3 $record
  return ($made -ne '' -and (Test-Holds ($made.Split([char[]] '&')) $now))
}

# What a record is to keep of a thing with these lines: of what this script made, what was there before that.
function Get-Before([string] $kind, [string] $key, [string[]] $now, [string] $record) {
  if (Test-Ours $kind $key $now $record) { return Get-Kept $kind $key 2 $record }
  if ($now) { return Join-Lines $now }
  return '-'
}

# Keeps the lines of a thing, which become others.
function Save-Kept([string] $kind, [string] $key, [string[]] $now, [string[]] $after) {
  $made = Join-Lines $after
  if ($script:run -ne '') {
    $was = @((Get-Kept $kind $key 4 $script:run), (Get-Kept $kind $key 5 $script:run))
    if ($was[0] -eq '') { $was = @((Get-Kept $kind $key 2 $script:kept), (Get-Kept $kind $key 3 $script:kept)) }
    if ($was[0] -eq '') { $was = @('-', '-') }
    Write-Record $script:run $kind $key (@((Get-Before $kind $key $now $script:run), $made) + $was)
  }
  Write-Record $script:kept $kind $key @((Get-Before $kind $key $now $script:kept), $made)
}

# Ends unless a thing is this script's, or may be replaced.
function Assert-Replaceable([string] $kind, [string] $key, [string[]] $now, [string] $words) {
  if ($script:replace -cne 'yes' -and -not (Test-Ours $kind $key $now $script:kept)) {
    Stop-Setup "$words is somebody else's. Nothing was changed; IS_REPLACE=yes replaces it and keeps it for an undo."
  }
}`.split("\n");
