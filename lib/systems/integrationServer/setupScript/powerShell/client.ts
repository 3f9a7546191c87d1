import { REFUSAL, WORDS } from "../requests";

/** Functions of PowerShell that call a service, read its answer, and say what it said. */
export const client = String.raw`# Ends with these words.
function Stop-Setup([string] $words, [int] $code = 1) {
  [Console]::Error.WriteLine((ConvertTo-Shown $words))
  exit $code
}

# Says what has changed.
function Write-Change([string] $words) {
  $script:changes++
  Write-Host (ConvertTo-Shown $words)
}

# What the service said about itself.
function Get-Words {
  foreach ($name in ${WORDS.map((name) => `'${name}'`).join(", ")}) {
    $words = Get-Value $script:answer $name
    if ($words -ne '') { return Hide-Secret $words }
  }
  return 'it does not say why'
}

# Calls a service with lines as form or json; its answer is the lines in $script:answer. A refusal comes with HTTP 200, too.
function Invoke-Service([string] $service, [string] $encoding, [string[]] $lines) {
  $type = 'application/x-www-form-urlencoded'
  $body = Join-Lines $lines
  if ($encoding -eq 'json') {
    $type = 'application/json'
    $body = ConvertTo-JsonText $lines
  }
  $bytes = [System.Text.Encoding]::UTF8.GetBytes($body)
  $request = [System.Net.WebRequest]::Create("$script:url/invoke/$service")
  $request.Method = 'POST'
  $request.ContentType = $type
  $request.Accept = 'application/json'
  $request.AllowAutoRedirect = $false
  # A proxy would be another machine.
  if ($script:isThisMachine) { $request.Proxy = $null }
  $credentials = [System.Text.Encoding]::UTF8.GetBytes($script:administrator + ':' + $script:password)
  $request.Headers.Add('Authorization', 'Basic ' + [System.Convert]::ToBase64String($credentials))
  $request.ContentLength = $bytes.Length
  $response = $null
  try {
    $stream = $request.GetRequestStream()
    try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Close() }
    $response = $request.GetResponse()
  } catch {
    # A status of 400 and above is an exception that carries the answer.
    $exception = $_.Exception
    while ($null -ne $exception -and $exception -isnot [System.Net.WebException]) { $exception = $exception.InnerException }
    if ($null -ne $exception) { $response = $exception.Response }
    if ($null -eq $response) { Stop-Setup ("$service could not be called. " + (ConvertTo-Encoded $_.Exception.Message)) }
  }
  try {
    $status = [int] $response.StatusCode
    $reader = New-Object System.IO.StreamReader($response.GetResponseStream(), [System.Text.Encoding]::UTF8)
    $text = $reader.ReadToEnd()
  } finally { $response.Close() }
  $script:answer = @("#http=$status") + @(Read-Answer $text)
  if ($status -eq 401) { Stop-Setup "$service failed: 401, the server takes neither this user nor this password." }
  if ($status -ne 200) { return $false }
  $refusal = '${REFUSAL}'
  $options = [System.Text.RegularExpressions.RegexOptions] 'IgnoreCase, CultureInvariant'
  foreach ($line in $script:answer) {
    if ([regex]::IsMatch($line, $refusal, $options)) { return $false }
  }
  return $true
}

# Calls a service that must do it; what one that changes something said is told where nothing has come of it.
function Invoke-Required([string] $service, [string] $encoding, [string[]] $lines) {
  if (-not (Invoke-Service $service $encoding $lines)) {
    Stop-Setup ("$service refused (" + (Get-Value $script:answer '#http') + '): ' + (Get-Words))
  }
  if ($service -cnotmatch ':(list|get)') { $script:said = "$service said: " + (Get-Words) }
}`.split("\n");

/** Passwords come from the environment or are asked for, and are sent in the clear to no other machine. */
export const access = String.raw`# A password from the environment, or from whoever runs this.
function Read-Password([string] $name) {
  $value = [System.Environment]::GetEnvironmentVariable($name)
  if (-not $value) {
    $secure = Read-Host -Prompt $name -AsSecureString
    $value = (New-Object System.Net.NetworkCredential('', $secure)).Password
  }
  if (-not $value) { Stop-Setup "set $name to the password" }
  return $value
}

# A variable of the environment, or what stands for it where it is not set.
function Read-Variable([string] $name, [string] $default) {
  $value = [System.Environment]::GetEnvironmentVariable($name)
  if ($value) { return $value }
  return $default
}

function Assert-Address {
  if ($script:url.Contains('@')) { Stop-Setup 'IS_URL names a user: IS_ADMIN_USER does.' 2 }
  if ($script:url -cmatch '^http://(localhost|127\.0\.0\.1|\[::1\])([:/]|$)') {
    $script:isThisMachine = $true
  } elseif ($script:url -cmatch '^http://') {
    if ($script:allowHttp -cne 'yes') {
      Stop-Setup 'IS_URL is not https: passwords would go to another machine in the clear. IS_ALLOW_HTTP=yes allows it.' 2
    }
  } elseif ($script:url -cnotmatch '^https://') {
    Stop-Setup 'IS_URL is no address of http or https.' 2
  }
}`.split("\n");
