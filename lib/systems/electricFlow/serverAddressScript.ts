import { posixQuote, posixScript, windowsQuote, windowsScript, windowsSet } from "../../text";

/** Sets the *Server IP address* of ElectricFlow and sees that it is set. */
export function serverAddressScript(windows: boolean, ectool: string, address: string): string {
  const comment = [
    "Sets the Server IP address of ElectricFlow to the name that its certificate carries.",
    "Log in first: ectool login <user>",
  ];
  const property = "/server/settings/ipAddress";
  if (windows) {
    return windowsScript(comment, [
      `if not defined ECTOOL ${windowsSet("ECTOOL", ectool)}`,
      `for /f "usebackq delims=" %%a in (\`"%ECTOOL%" getProperty ${property}\`) do echo The Server IP address was %%a.`,
      `"%ECTOOL%" setProperty ${property} ${windowsQuote(address)} || exit /b 1`,
      'set "FOUND="',
      // cmd.exe looks for commands in what a variable holds, but not in what the loop's own does.
      `for /f "usebackq delims=" %%a in (\`"%ECTOOL%" getProperty ${property}\`) do (`,
      '  set "FOUND=1"',
      `  if not "%%a"==${windowsQuote(address)} (echo The Server IP address is still %%a. 1>&2 & exit /b 1)`,
      "  echo The Server IP address is %%a.",
      ")",
      "if not defined FOUND (echo ectool printed no Server IP address. 1>&2 & exit /b 1)",
    ]);
  }
  return posixScript(comment, [
    `ectool=\${ECTOOL:-${posixQuote(ectool)}}`,
    `address=${posixQuote(address)}`,
    "",
    `before=$("$ectool" getProperty ${property} 2>/dev/null) || before=`,
    'if [ "$before" = "$address" ]; then',
    '  echo "The Server IP address is $address already."',
    "  exit 0",
    "fi",
    String.raw`printf 'The Server IP address was %s.\n' "$(printf '%s' "$before" | LC_ALL=C tr -cd '\40-\176')"`,
    `"$ectool" setProperty ${property} "$address"`,
    `actual=$("$ectool" getProperty ${property})`,
    'if [ "$actual" != "$address" ]; then',
    '  echo "The Server IP address is still $actual." >&2',
    "  exit 1",
    "fi",
    'echo "The Server IP address is $actual."',
  ]);
}
