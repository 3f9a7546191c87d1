import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Functions of PowerShell that give back what is kept, in the order in which nothing is used any more. */
export const undo = String.raw`function Invoke-Undo {
  $record = $script:kept
  $whose = ''
  if ($script:run -ne '') {
    $record = $script:run
    $whose = ' of this run'
  }
  if (-not (Test-Path -LiteralPath $record)) {
    Write-Host "Nothing is kept$whose, so there is nothing to undo."
    return
  }
  $everything = @(Read-Record $record)
  foreach ($turn in 'port', 'endpoint', 'mapping', 'setting', 'store') {
    foreach ($columns in $everything) {
      if ($columns[0] -cne $turn) { continue }
      $before = @()
      if ($columns[2] -cne '-') { $before = $columns[2].Split([char[]] '&') }
      $made = $columns[3].Split([char[]] '&')
      $script:isLeft = $false
      switch ($turn) {
        'port' { Undo-Port $columns[1] $before $made }
        'endpoint' { Undo-Endpoint $columns[1] $before $made }
        'mapping' { Undo-Mapping $columns[1] $before $made }
        'setting' { Undo-Setting $columns[1] $before $made }
        'store' { Undo-Store $columns[1] $before $made }
      }
      if ($script:run -eq '' -or $script:isLeft) { continue }
      $was = @()
      if ($columns[5] -cne '-') { $was = @($columns[4], $columns[5]) }
      Write-Record $script:kept $turn $columns[1] $was
    }
  }
  Remove-Item -LiteralPath $record -Force
  # Which contents of files were read says nothing where nothing is this script's any more.
  $others = @(Read-Record $script:kept | Where-Object { $_[0] -cne 'file' })
  if (-not $others -and (Test-Path -LiteralPath $script:kept)) { Remove-Item -LiteralPath $script:kept -Force }
}

# Whether what is there still is what this script made, rather than what was before; says what it leaves.
function Test-Undoable([string] $what, [string[]] $before, [string[]] $made, [string[]] $now) {
  if ($now -and (Test-Holds $made $now)) { return $true }
  if ($now -and (-not $before -or -not (Test-Holds $before $now))) {
    $script:isLeft = $true
    Write-Host (ConvertTo-Shown "$what was changed since, and is left as it is.")
  }
  return $false
}

function Undo-Setting([string] $name, [string[]] $before, [string[]] $made) {
  Read-Settings
  $now = Get-Value $script:settings $name
  if (-not (Test-Undoable "The setting $name" $before $made @("value=$now"))) { return }
  $value = Get-Value $before 'value'
  Write-Setting $name $value
  Write-Change ("$name is " + (Get-Spoken $value) + ' again.')
}

function Undo-Store([string] $key, [string[]] $before, [string[]] $made) {
  $kind, $alias = $key.Split([char[]] '/', 2)
  Read-Store $kind $alias
  if (-not (Test-Undoable "The alias $alias" $before $made $script:current)) { return }
  Invoke-Required ${ask(REQUESTS.deleteStore)}
  Read-Store $kind $alias
  if ($script:current) { Stop-Setup "The alias $alias is still there. $script:said" }
  Write-Change "The alias $alias is gone."
}

function Undo-Mapping([string] $key, [string[]] $before, [string[]] $made) {
  $serial, $usage = $key.Split([char[]] '/', 2)
  Read-Mapping $serial $usage
  if (-not (Test-Undoable "The mapping of certificate $serial" $before $made $script:current)) { return }
  if ($before) {
    $user = Get-Value $before 'user'
    Import-Mapping $serial $usage (Get-Value $before 'path') $user
    Write-Change "The certificate $serial stands for $user again."
    return
  }
  $issuer = Get-Value $script:current 'issuer'
  $number = Get-Value $script:current 'serialNum'
  Invoke-Required ${ask(REQUESTS.deleteMapping)}
  Read-Mapping $serial $usage
  if ($script:current) { Stop-Setup "The certificate $serial is still mapped. $script:said" }
  Write-Change "The certificate $serial stands for nobody."
}

function Undo-Endpoint([string] $alias, [string[]] $before, [string[]] $made) {
  Read-Endpoint $alias
  if (-not (Test-Undoable "The endpoint alias $alias" $before $made $script:current)) { return }
  if (-not $before) {
    $transport = $script:transport
    Invoke-Required ${ask(REQUESTS.deleteEndpoint)}
    Read-Endpoint $alias
    if ($script:current) { Stop-Setup "The endpoint alias $alias is still there. $script:said" }
    Write-Change "The endpoint alias $alias is gone."
    return
  }
  Write-Endpoint $alias $before ''
  Read-Endpoint $alias
  if (-not (Test-Holds $before $script:current)) { Stop-Setup "The endpoint alias $alias is not what it was. $script:said" }
  Write-Change "The endpoint alias $alias is what it was; a password of its own was not kept, and has to be entered again."
}

function Undo-Port([string] $listener, [string[]] $before, [string[]] $made) {
  Read-Port $listener
  if (-not (Test-Undoable "The port $listener" $before $made $script:current)) { return }
  $package = Get-Value $script:listed 'pkg'
  if (-not $before) {
    Disable-Port $listener
    Invoke-Required ${ask(REQUESTS.deleteListener)}
    Read-Port $listener
    if ($script:listed) { Stop-Setup "The port $listener is still there. $script:said" }
    Write-Change "The port $listener is gone."
    return
  }
  Update-Port $listener $package @($before | Where-Object { $_ -cnotlike 'listening=*' })
  if ((Get-Value $before 'listening') -ceq 'true') { Enable-Port $listener (Get-Value $before 'pkg') }
  Write-Change "The port $listener is what it was."
}`.split("\n");
