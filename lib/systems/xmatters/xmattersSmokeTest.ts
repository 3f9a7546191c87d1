import type { HostPlatform } from "../../model";
import { posixQuote, posixScript, terminalLine, windowsQuote, windowsScript, xmlText } from "../../text";

interface SmokeTest {
  readonly platform: HostPlatform;
  readonly url: string;
  /** PEM file with what the caller must trust. */
  readonly certificatePath: string;
  /** File with the event to send; in a command line its quotes would be lost. */
  readonly eventPath: string;
  /** Whom the event notifies, and who is asked about first. */
  readonly recipient: string;
}

/** The event that the sample plan understands. */
export function smokeTestEvent(recipient: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<event>",
    '  <properties><building>"Building A"</building><city>Victoria</city></properties>',
    `  <recipients><targetName>${xmlText(recipient)}</targetName></recipients>`,
    "</event>",
    "",
  ].join("\n");
}

/** Sends the event with curl and explains the failures that the agent is known for. */
export function smokeTestScript(test: SmokeTest): string {
  const comment = [
    "Sends one event to the Integration Agent over HTTPS. It notifies a person, so it asks first; the argument yes answers.",
    "curl accepts an address in the CN of a certificate, Java does not: a caller may still refuse what this accepts.",
  ];
  const question = `This notifies ${terminalLine(test.recipient)}. Send the event?`;
  if (test.platform === "windows") {
    return windowsScript(comment, [
      'if /i "%~1"=="yes" goto send',
      `choice /c yn /m ${windowsQuote(question)}`,
      "if not %ERRORLEVEL%==1 (echo Nothing was sent. 1>&2 & exit /b 1)",
      ":send",
      // Windows' own curl (Schannel) asks for revocation, which a private authority does not answer.
      `curl.exe --ssl-revoke-best-effort --fail --silent --show-error --cacert ${windowsQuote(test.certificatePath)} --header "Content-Type: text/xml" --data-binary ${windowsQuote(`@${test.eventPath}`)} ${windowsQuote(test.url)}`,
      "if %ERRORLEVEL%==35 echo The port answers without TLS: is ssl=true in IAConfig.xml, and was the agent restarted? 1>&2",
      "if %ERRORLEVEL%==60 echo The agent presents another certificate: does Java serve apia instead? 1>&2",
      "exit /b %ERRORLEVEL%",
    ]);
  }
  return posixScript(comment, [
    'if [ "${1:-}" != yes ]; then',
    `  printf '%s [y/N] ' ${posixQuote(question)} >&2`,
    "  answer=",
    "  IFS= read -r answer || true",
    "  case $answer in",
    "    [yY]) ;;",
    '    *) echo "Nothing was sent." >&2; exit 1 ;;',
    "  esac",
    "fi",
    "status=0",
    "curl --fail --silent --show-error \\",
    `  --cacert ${posixQuote(test.certificatePath)} \\`,
    '  --header "Content-Type: text/xml" \\',
    `  --data-binary ${posixQuote(`@${test.eventPath}`)} \\`,
    `  ${posixQuote(test.url)} || status=$?`,
    "case $status in",
    '  35) echo "The port answers without TLS: is ssl=\\"true\\" in IAConfig.xml, and was the agent restarted?" >&2 ;;',
    '  60) echo "The agent presents another certificate: does Java serve apia instead?" >&2 ;;',
    "esac",
    'exit "$status"',
  ]);
}
