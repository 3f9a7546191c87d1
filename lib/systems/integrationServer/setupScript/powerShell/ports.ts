import { HTTPS_LINES, REQUESTS } from "../requests";
import { ask, stringsOf } from "./ask";

/** Functions of PowerShell for HTTPS ports (`wm.server.net.listeners`, `wm.server.ports`, `wm.server.portAccess`). */
export const ports = String.raw`# Reads a port: its line in the list, and its fields.
function Read-Port([string] $listener) {
  $script:current = @()
  Invoke-Required ${ask(REQUESTS.listListeners)}
  $script:listed = @(Select-Member $script:answer 'listeners' 'key' $listener)
  if (-not $script:listed) { return }
  $package = Get-Value $script:listed 'pkg'
  Invoke-Required ${ask(REQUESTS.getListener)}
  $script:current = @(Merge-Lines @("pkg=$package") $script:answer | Where-Object { $_ -cnotmatch '^(listenerKey|status|message)=' })
}

function Test-Listening {
  return (Get-Value $script:listed 'listening') -ceq 'true'
}

function Enable-Port([string] $listener, [string] $package) {
  Invoke-Required ${ask(REQUESTS.enableListener)}
  Read-Port $listener
  if (-not (Test-Listening)) { Stop-Setup "The port $listener does not listen. $script:said" }
}

function Disable-Port([string] $listener) {
  if ((Get-Value $script:listed 'primary') -ceq 'true') { Stop-Setup "The port $listener is the primary port, which cannot be changed." }
  if (-not (Test-Listening)) { return }
  $package = Get-Value $script:listed 'pkg'
  Invoke-Required ${ask(REQUESTS.disableListener)}
  Read-Port $listener
  if (Test-Listening) { Stop-Setup "The port $listener still listens. $script:said" }
}

# A new port denies everything until its access mode says otherwise.
function Approve-Port([string] $listener) {
  Invoke-Required ${ask(REQUESTS.allowPort)}
  Invoke-Required ${ask(REQUESTS.getPortAccess)}
  if ((Get-Value $script:answer 'type') -cne 'include') { Stop-Setup "The port $listener denies everything. $script:said" }
}

# Gives a port, of a package, these lines. A port that is refused its update goes on as it was.
function Update-Port([string] $listener, [string] $package, [string[]] $lines) {
  $wasListening = Test-Listening
  Disable-Port $listener
  $fields = @(Merge-Lines $lines @(Merge-Lines $script:https $script:current))
  $null = Invoke-Service ${ask(REQUESTS.updateListener, "$fields")}
  $refused = '${REQUESTS.updateListener.service} said (' + (Get-Value $script:answer '#http') + '): ' + (Get-Words)
  Read-Port $listener
  if (Test-Holds $lines $script:current) { return }
  if ($wasListening) { Enable-Port $listener (Get-Value $script:listed 'pkg') }
  Stop-Setup "The port $listener is as it was. $refused"
}

# A port of a package, with a keystore alias, has these fields.
function Set-Port([string] $listener, [string] $package, [string] $store, [string] $form) {
  $wanted = $form.Split([char[]] '&')
  Read-Port $listener
  if (-not $script:listed) {
    if ($script:checking) { return }
    Save-Kept 'port' $listener @() $wanted
    Invoke-Required ${ask(REQUESTS.addListener, "$wanted", "$script:https")}
    Read-Port $listener
    if (-not (Test-Holds $wanted $script:current)) { Stop-Setup "The port $listener is not what it should be. $script:said" }
    Approve-Port $listener
    Enable-Port $listener $package
    Write-Change "The port $listener is open, and allows what the services' own lists allow."
    return
  }
  if (-not (Test-Holds $wanted $script:current)) {
    Assert-Replaceable 'port' $listener $script:current "The port $listener"
    if ($script:checking) { return }
    $before = @($script:current) + ('listening=' + (Get-Value $script:listed 'listening'))
    Save-Kept 'port' $listener $before $wanted
    Update-Port $listener (Get-Value $script:listed 'pkg') $wanted
    Enable-Port $listener $package
    Write-Change "The port $listener updated."
    return
  }
  if ($script:checking) { return }
  if ($script:reloaded -cnotcontains $store -and (Test-Listening)) { return }
  # What a run before did not finish: still closed, and closed to everything.
  if (-not (Test-Listening) -and (Get-Kept 'port' $listener 2 $script:kept) -ceq '-') { Approve-Port $listener }
  Disable-Port $listener
  Enable-Port $listener $package
  Write-Change "The port $listener opened again, with the certificate that its keystore has now."
}

$https = ${stringsOf(HTTPS_LINES)}`.split("\n");
