/** What awk needs to write bytes as percent-encoded text: the characters that stay are safe in lines, forms and shells. */
const encoding = String.raw`
    function encoded(c) { return c ~ "[A-Za-z0-9._/:@,-]" ? c : sprintf("%%%02X", code[c]) }`;

const decoding = String.raw`
    function digit(c) { return index("0123456789ABCDEF", toupper(c)) - 1 }
    function number(hex,   i, n) { for (i = 1; i <= length(hex); i++) n = n * 16 + digit(substr(hex, i, 1)); return n + 0 }`;

/**
 * Shell functions for answers and requests. Between them everything is lines, `path=value`, percent-encoded, so that
 * no text of a server breaks a line, a request or a command.
 */
export const notation = String.raw`# Percent-encodes $1.
encoded() {
  LC_ALL=C awk 'BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }${encoding}
    NR > 1 { text = text "%0A" }
    { for (i = 1; i <= length($0); i++) text = text encoded(substr($0, i, 1)) }
    END { print text }' <<END_OF_TEXT
$1
END_OF_TEXT
}

# Prints $1 for people: only what is printable is decoded.
shown() {
  LC_ALL=C awk 'BEGIN { for (i = 32; i < 127; i++) character[sprintf("%02X", i)] = sprintf("%c", i) }
    {
      rest = $0; out = ""
      while (at = index(rest, "%")) {
        hex = substr(rest, at + 1, 2)
        out = out substr(rest, 1, at - 1) (hex in character ? character[hex] : "%" hex)
        rest = substr(rest, at + 3)
      }
      print out rest
    }' <<END_OF_TEXT
$1
END_OF_TEXT
}

# $1, which is a server's words, without the passwords that the server was told.
hidden() {
  awk '
    !text && $0 == "#" { text = 1; next }
    !text { if ($0 != "") secret[++secrets] = $0; next }
    {
      for (i = 1; i <= secrets; i++)
        while (at = index($0, secret[i])) $0 = substr($0, 1, at - 1) "***" substr($0, at + length(secret[i]))
      print
    }' <<END_OF_TEXT
$secrets
#
$1
END_OF_TEXT
}

# Lines of the JSON in $1, whose last line is the status of HTTP.
lines() {
  LC_ALL=C awk 'BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }${encoding}${decoding}
    function peek() {
      while (at <= size && index(" \t\r\n", substr(text, at, 1))) at++
      return substr(text, at, 1)
    }
    function broken() { print "#broken=it%20answers%20no%20JSON"; exit 0 }
    function bytes(u) {
      if (u < 128) return u ? encoded(sprintf("%c", u)) : "%00"
      if (u < 2048) return sprintf("%%%02X%%%02X", 192 + int(u / 64), 128 + u % 64)
      if (u < 65536) return sprintf("%%%02X%%%02X%%%02X", 224 + int(u / 4096), 128 + int(u / 64) % 64, 128 + u % 64)
      return sprintf("%%%02X%%%02X%%%02X%%%02X", 240 + int(u / 262144), 128 + int(u / 4096) % 64, 128 + int(u / 64) % 64, 128 + u % 64)
    }
    function string(isName,   out, c, u) {
      at++
      while (at <= size) {
        c = substr(text, at++, 1)
        if (c == "\"") return out
        if (c == "\\") {
          c = substr(text, at++, 1)
          if (c == "u") {
            u = number(substr(text, at, 4)); at += 4
            if (u >= 55296 && u < 56320 && substr(text, at, 2) == "\\u") {
              u = 65536 + (u - 55296) * 1024 + number(substr(text, at + 2, 4)) - 56320; at += 6
            }
            out = out bytes(u)
            continue
          }
          if (index("bfnrt", c)) c = substr("\b\f\n\r\t", index("bfnrt", c), 1)
        }
        out = out (isName && index("/:@,", c) ? sprintf("%%%02X", code[c]) : encoded(c))
      }
      broken()
    }
    function value(path,   c, i, name) {
      c = peek()
      if (c == "{") {
        at++
        if (peek() == "}") { at++; return }
        do {
          if (peek() != "\"") broken()
          name = string(1)
          if (peek() != ":") broken()
          at++
          value(path (path == "" ? "" : "/") name)
          c = peek(); at++
        } while (c == ",")
        if (c != "}") broken()
      } else if (c == "[") {
        at++
        if (peek() == "]") { at++; return }
        i = 0
        do { value(path sprintf("/[%04d]", i++)); c = peek(); at++ } while (c == ",")
        if (c != "]") broken()
      } else if (c == "\"") {
        c = string(0)
        print path "=" c
      } else {
        c = ""
        while (at <= size && substr(text, at, 1) ~ /[-+.0-9A-Za-z]/) c = c substr(text, at++, 1)
        if (c == "") broken()
        if (c != "null") print path "=" c
      }
    }
    NR > 1 { text = text last "\n" }
    { last = $0 }
    END { print "#http=" last; size = length(text); at = 1; value("") }' <<END_OF_TEXT
$1
END_OF_TEXT
}

# JSON of the sorted lines in $1.
json() {
  LC_ALL=C awk 'BEGIN { open = 0; for (i = 1; i < 256; i++) character[sprintf("%02X", i)] = sprintf("%c", i) }
    function quoted(rest,   out, at, c) {
      while (at = index(rest, "%")) {
        c = character[substr(rest, at + 1, 2)]
        if (c == "\"" || c == "\\") c = "\\" c
        else if (c < " ") c = "\\u00" substr(rest, at + 1, 2)
        out = out substr(rest, 1, at - 1) c
        rest = substr(rest, at + 3)
      }
      return "\"" out rest "\""
    }
    function member(level, name) {
      if (count[level]++) out = out ","
      if (name !~ /^\[/) out = out quoted(name) ":"
    }
    function close_to(level) { while (open > level) out = out (isList[open--] ? "]" : "}") }
    $0 != "" {
      i = index($0, "=")
      depth = split(substr($0, 1, i - 1), part, "/")
      for (same = 0; same < depth - 1 && same < open && part[same + 1] == name[same + 1];) same++
      close_to(same)
      while (open < depth - 1) {
        member(open, part[open + 1])
        open++
        name[open] = part[open]; isList[open] = part[open + 1] ~ /^\[/; count[open] = 0
        out = out (isList[open] ? "[" : "{")
      }
      member(open, part[depth])
      out = out quoted(substr($0, i + 1))
    }
    END { close_to(0); print "{" out "}" }' <<END_OF_TEXT
$1
END_OF_TEXT
}`.split("\n");

/** Shell functions that look into lines and put them together. */
export const records = String.raw`# Lines of $1 as the fields of a form, which is also how they are kept.
joined() {
  awk '$0 != "" { printf "%s%s", between, $0; between = "&" } END { print "" }' <<END_OF_LINES
$1
END_OF_LINES
}

# What is joined in $1, as lines.
split() {
  tr '&' '\n' <<END_OF_FIELDS
$1
END_OF_FIELDS
}

# The value of the path $2 in the lines $1.
value() {
  awk -v path="$2=" 'index($0, path) == 1 { print substr($0, length(path) + 1) }' <<END_OF_LINES
$1
END_OF_LINES
}

# The lines of $1 below the path $2, without it.
below() {
  awk -v path="$2/" 'index($0, path) == 1 { print substr($0, length(path) + 1) }' <<END_OF_LINES
$1
END_OF_LINES
}

# The record of the list $2 in $1 whose $3 is $4.
member() {
  item=$(awk -v list="$2/" -v rest="/$3=$4" '
    index($0, list) == 1 && substr($0, length(list) + 7) == rest { print substr($0, 1, length(list) + 6) }' <<END_OF_LINES
$1
END_OF_LINES
  )
  if [ -n "$item" ]; then below "$1" "$item"; fi
}

# Whether the lines $2 say what the lines $1 say; nothing, nothing there and None are
# the same, and so are the two ways to write a path of Windows.
holds() {
  awk '
    $0 == "#" { second = 1; next }
    { i = index($0, "="); path = substr($0, 1, i - 1); text = substr($0, i + 1) }
    text == "None" { text = "" }
    { gsub(/%5C/, "/", text) }
    !second { wanted[path] = text; next }
    { found[path] = text }
    END { for (path in wanted) if (wanted[path] "" != found[path] "") exit 1 }' <<END_OF_LINES
$1
#
$2
END_OF_LINES
}

# The lines $2 with those of $1 in their places, sorted, and without passwords.
merged() {
  awk '
    $0 == "#" { second = 1; next }
    { i = index($0, "="); path = substr($0, 1, i - 1) }
    path == "" || path ~ /^#/ || tolower(path) ~ /pass/ { next }
    !second { wanted[path] = 1; print; next }
    !(path in wanted)' <<END_OF_LINES | LC_ALL=C sort
$1
#
$2
END_OF_LINES
}`.split("\n");
