/**
 * Shell functions around the record of what was replaced: a line for each thing, with its kind, its key, what was there
 * before (`-` for nothing) and what is there now, so that an undo leaves alone what was changed since. The record of
 * all runs says what is this script's. A run that has a name has a record of its own beside it, whose lines also have
 * what the record of all runs said before (`-` twice for nothing), so that its undo leaves that as it was.
 */
export const kept = String.raw`# Column $3 of what the record $4 keeps of the $1 $2.
kept_of() {
  if [ -f "$4" ]; then
    awk -F '\t' -v kind="$1" -v key="$2" -v column="$3" '$1 == kind && $2 == key { print $column }' <"$4"
  fi
}

# Gives the $2 $3 the columns $4 in the record $1, or no line without them; written before anything is changed.
keep_line() {
  {
    if [ -f "$1" ]; then awk -F '\t' -v kind="$2" -v key="$3" '$1 != kind || $2 != key' <"$1"; fi
    if [ -n "$4" ]; then printf '%s\t%s\t%s\n' "$2" "$3" "$4"; fi
  } >"$1.new"
  mv "$1.new" "$1"
}

# Whether the $1 $2 is still what this script made of it by the record $4, when $3 is what is there now.
ours() {
  made=$(kept_of "$1" "$2" 4 "$4")
  [ -n "$made" ] && holds "$(split "$made")" "$3"
}

# What the record $4 is to keep of the $1 $2, whose lines are $3: of what this script made, what was there before that.
kept_before() {
  if ours "$1" "$2" "$3" "$4"; then
    kept_of "$1" "$2" 3 "$4"
  elif [ -n "$3" ]; then
    joined "$3"
  else
    echo -
  fi
}

# Keeps the lines $3 of the $1 $2, which become the lines $4.
keep() {
  if [ -n "$run" ]; then
    was=$(kept_of "$1" "$2" 5 "$run")$tab$(kept_of "$1" "$2" 6 "$run")
    if [ "$was" = "$tab" ]; then was=$(kept_of "$1" "$2" 3 "$kept")$tab$(kept_of "$1" "$2" 4 "$kept"); fi
    if [ "$was" = "$tab" ]; then was=-$tab-; fi
    keep_line "$run" "$1" "$2" "$(kept_before "$1" "$2" "$3" "$run")$tab$(joined "$4")$tab$was"
  fi
  keep_line "$kept" "$1" "$2" "$(kept_before "$1" "$2" "$3" "$kept")$tab$(joined "$4")"
}

# Ends unless the $1 $2, which $4 names and now is $3, is this script's, or may be replaced.
replaceable() {
  if [ "$IS_REPLACE" != yes ] && ! ours "$1" "$2" "$3" "$kept"; then
    stop "$4 is somebody else's. Nothing was changed; IS_REPLACE=yes replaces it and keeps it for an undo."
  fi
}`.split("\n");
