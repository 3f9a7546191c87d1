/**
 * Shell functions around the file that keeps what was replaced: a line for each thing, with its kind, its key, what
 * was there before (`-` for nothing) and what is there now, so that an undo leaves alone what was changed since.
 */
export const kept = String.raw`# Column $3 of what is kept of the $1 $2.
kept_of() {
  if [ -f "$kept" ]; then
    awk -F '\t' -v kind="$1" -v key="$2" -v column="$3" '$1 == kind && $2 == key { print $column }' <"$kept"
  fi
}

# Keeps of the $1 $2 what was there before, $3, and what will be there, $4; written before anything is changed.
keep_line() {
  {
    if [ -f "$kept" ]; then awk -F '\t' -v kind="$1" -v key="$2" '$1 != kind || $2 != key' <"$kept"; fi
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4"
  } >"$kept.new"
  mv "$kept.new" "$kept"
}

# Whether the $1 $2 is still what this script made of it, when $3 is what is there now.
ours() {
  made=$(kept_of "$1" "$2" 4)
  [ -n "$made" ] && holds "$(split "$made")" "$3"
}

# Keeps the lines $3 of the $1 $2, which become the lines $4; what this script made is not kept, but what was before.
keep() {
  if ours "$1" "$2" "$3"; then
    before=$(kept_of "$1" "$2" 3)
  else
    before=$(joined "$3")
  fi
  if [ -z "$before" ]; then before=-; fi
  keep_line "$1" "$2" "$before" "$(joined "$4")"
}

# Ends unless the $1 $2, which $4 names and now is $3, is this script's, or may be replaced.
replaceable() {
  if [ "$IS_REPLACE" != yes ] && ! ours "$1" "$2" "$3"; then
    stop "$4 is somebody else's. Nothing was changed; IS_REPLACE=yes replaces it and keeps it for an undo."
  fi
}`.split("\n");
