import { posixQuote, posixScript } from "../../text";

/** One certificate that CES is to trust. */
export interface AnchorFile {
  readonly alias: string;
  /** The certificate in DER, which no transfer of text touches. */
  readonly path: string;
}

export interface TrustAnchorsScript {
  readonly javaHome: string;
  /** What the shell reads, and so what `keytool` has to write. */
  readonly encoding: "ebcdic" | "ascii";
  readonly anchors: readonly AnchorFile[];
}

/**
 * Brings anchors into `cacerts` without a moment in which an older one is not trusted: it is renamed to
 * `<alias>-previous` and stays. With `undo` the older one has its alias again, and what came is taken away last.
 */
export function trustAnchorsScript({ javaHome, encoding, anchors }: TrustAnchorsScript): string {
  const comment = [
    "Lets the Java of CES trust what it calls back. An anchor that is renewed keeps its place as <alias>-previous.",
    "With the argument undo, what came in is taken away, and the older anchor has its alias again.",
    "It asks for the password of cacerts, or takes it from CACERTS_PASSWORD. It changes nothing that is right already.",
  ];
  const each = (command: string) =>
    anchors.map(({ alias, path }) => `${command} ${posixQuote(alias)} ${posixQuote(path)}`);
  const charset = encoding === "ebcdic" ? "IBM-1047" : "ISO8859-1";
  return posixScript(comment, [
    `java_home=${posixQuote(javaHome)}`,
    "store=$java_home/lib/security/cacerts",
    "",
    "keytool() {",
    `  "$java_home/bin/keytool" -J-Dfile.encoding=${charset} -J-Duser.language=en "$@"`,
    "}",
    "",
    "in_store() {",
    '  keytool "$@" -keystore "$store" -storepass:env CACERTS_PASSWORD',
    "}",
    "",
    "fingerprint() {",
    String.raw`  sed -n 's/.*SHA256: *\([0-9A-Fa-f:]*\).*/\1/p' | sed -n 1p`,
    "}",
    "",
    "# The fingerprint under an alias; empty where there is none.",
    "held() {",
    '  in_store -list -v -alias "$1" 2>/dev/null | fingerprint',
    "}",
    "",
    "copied=",
    "copy_store() {",
    '  if [ -n "$copied" ]; then return; fi',
    "  copied=$store.before-$(date -u +%Y%m%dT%H%M%SZ)",
    '  if [ ! -e "$copied" ]; then cp -p "$store" "$copied"; fi',
    '  echo "Copied $store to $copied."',
    "}",
    "",
    "trust() {",
    '  wanted=$(keytool -printcert -file "$2" | fingerprint)',
    '  if [ -z "$wanted" ]; then',
    '    echo "$2 is no certificate in DER: transfer it in binary." >&2',
    "    exit 1",
    "  fi",
    '  current=$(held "$1")',
    '  if [ "$current" = "$wanted" ]; then',
    '    echo "$1 is trusted already: $wanted"',
    "    return",
    "  fi",
    "  copy_store",
    '  if [ -n "$current" ]; then',
    "    previous=$1-previous",
    "    number=2",
    '    while [ -n "$(held "$previous")" ]; do',
    "      previous=$1-previous-$number",
    "      number=$((number + 1))",
    "    done",
    "    # What is to be undone stands there before anything is changed.",
    String.raw`    printf '%s\n%s\n' "$wanted" "$previous" > "$2.imported"`,
    '    in_store -changealias -alias "$1" -destalias "$previous"',
    '    echo "$1 is $previous now: $current"',
    `  elif [ "$(sed -n 1p "$2.imported" 2>/dev/null)" != "$wanted" ]; then`,
    String.raw`    printf '%s\n\n' "$wanted" > "$2.imported"`,
    "  fi",
    '  in_store -importcert -noprompt -trustcacerts -alias "$1" -file "$2"',
    '  if [ "$(held "$1")" != "$wanted" ]; then',
    '    echo "$1 does not hold what was imported." >&2',
    "    exit 1",
    "  fi",
    '  echo "$1 is trusted: $wanted"',
    "}",
    "",
    "undo() {",
    '  if [ ! -e "$2.imported" ]; then',
    '    echo "$1 was not imported here."',
    "    return",
    "  fi",
    '  imported=$(sed -n 1p "$2.imported")',
    '  previous=$(sed -n 2p "$2.imported")',
    "  copy_store",
    "  away=$1",
    '  if [ -n "$previous" ] && [ -n "$(held "$previous")" ]; then',
    "    away=$1-undone",
    '    if [ "$(held "$1")" = "$imported" ]; then in_store -changealias -alias "$1" -destalias "$away"; fi',
    '    if [ -z "$(held "$1")" ]; then in_store -changealias -alias "$previous" -destalias "$1"; fi',
    "  fi",
    '  if [ "$(held "$away")" = "$imported" ]; then in_store -delete -alias "$away"; fi',
    '  rm "$2.imported"',
    '  echo "$1 is as before."',
    "}",
    "",
    'if [ -z "${CACERTS_PASSWORD:-}" ]; then',
    '  printf "Password of %s: " "$store" >&2',
    "  trap 'stty echo 2>/dev/null || true' EXIT",
    "  stty -echo 2>/dev/null || true",
    "  IFS= read -r CACERTS_PASSWORD",
    "  stty echo 2>/dev/null || true",
    "  echo >&2",
    "fi",
    "export CACERTS_PASSWORD",
    "if ! answer=$(in_store -list 2>&1); then",
    String.raw`  printf '%s\n' "$answer" >&2`,
    "  exit 1",
    "fi",
    "",
    "case ${1:-trust} in",
    "  trust)",
    ...each("    trust"),
    "    ;;",
    "  undo)",
    ...each("    undo"),
    "    ;;",
    '  *) echo "usage: $0 [undo]" >&2; exit 2 ;;',
    "esac",
  ]);
}
