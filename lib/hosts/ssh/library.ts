import {
  CANDIDATE_NAMES,
  MAGIC,
  MAGIC_BYTES,
  NOT_ENTERED,
  OTHER_NAMES,
  OWN_NAMES,
} from "../search/candidates";
import { JAVA_OPTIONS_PATTERN } from "../search/javaOptions";

/**
 * What the shell of a host can do for us, in POSIX sh: no GNU tool is needed, better ones are used where they are.
 * Requests call these functions with quoted words; no other shell text is ever composed.
 *
 * Each function works in a shell of its own (round brackets), so that a failure ends nothing else, and in the
 * directory it is about, so that nobody who swaps a part of the path meanwhile leads it elsewhere. Exit codes above
 * 60 are `STATUS` below; others come from a tool, with its words on standard error.
 */
export const STATUS: Readonly<Record<number, string>> = {
  61: "ENOENT",
  62: "EISDIR",
  63: "not-regular",
  64: "companion-link",
  65: "EACCES",
  66: "ENOTDIR",
  67: "ELOOP",
  68: "lock-lost",
  69: "owner-lost",
  70: "too-large",
  71: "EROFS",
  72: "damaged",
  73: "moved",
  74: "taken",
  75: "changed",
};

export const SHELL_LIBRARY = String.raw`
NL='
'
TOKENS=
umask 077
unset CDPATH ENV BASH_ENV POSIXLY_CORRECT 2>/dev/null
has() { command -v "$1" >/dev/null 2>&1; }
IDENTITY=$(id -u)
LC_ALL=C

# Sets HERE to the directory this shell is in, without links, and with a slash at its end.
here() {
  HERE=$(pwd -P; echo x)
  HERE=\${HERE%"$NL"x}
  case $HERE in */) ;; *) HERE=$HERE/ ;; esac
}

# Sets TARGET to where the symbolic link $1 of this directory points.
target() {
  TARGET=$(ls -ld "./$1"; echo x)
  TARGET=\${TARGET%"$NL"x}
  TARGET=\${TARGET#*" ./$1 -> "}
}

# Goes to the directory of the file that the path $1 ends at and sets BASE to its name there. With $2 = beside the
# last component itself is not followed. Where a directory is missing, GONE is the rest of the path behind it.
locate() {
  rest=$1; hops=0; GONE=; BASE=
  cd / || return 65
  while :; do
    while :; do case $rest in /*) rest=\${rest#/} ;; *) break ;; esac; done
    part=\${rest%%/*}
    case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
    while :; do case $rest in /*) rest=\${rest#/} ;; *) break ;; esac; done
    case $part in
      ''|.) [ -n "$rest" ] && continue; return 62 ;;
      ..) cd .. || return 65; [ -n "$rest" ] && continue; return 62 ;;
    esac
    if [ -z "$rest" ]; then
      if [ "$2" = beside ] || [ ! -L "./$part" ]; then
        [ -x . ] || return 65
        BASE=$part
        return 0
      fi
    else
      cd -P "./$part" 2>/dev/null && continue
    fi
    if [ -L "./$part" ]; then
      hops=$((hops + 1))
      [ $hops -gt 40 ] && return 67
      target "$part"
      case $TARGET in /*) cd / || return 65 ;; esac
      rest=$TARGET\${rest:+/$rest}
      continue
    fi
    [ -x . ] || return 65
    [ -d "./$part" ] && return 65
    [ -e "./$part" ] && return 66
    GONE=$part/$rest
    return 61
  done
}

# Goes to a directory that was found before, unless a link has taken its place.
enter() {
  cd -P "$1" 2>/dev/null || return 61
  here
  [ "$HERE" = "$1" ] || return 73
}

# Refuses what is no regular file; 61 where nothing is.
regular() {
  [ -L "./$1" ] && return 64
  [ -f "./$1" ] && return 0
  [ -d "./$1" ] && return 62
  [ -e "./$1" ] && return 63
  [ -x . ] || return 65
  return 61
}

# Sets LOOKS to mode, owner, group and size of a file of this directory, INODE to what changes with a replacement.
looks() {
  INODE=$(ls -ldin "./$1") || return 1
  set -f
  set -- $INODE
  set +f
  LOOKS="$2 $4 $5 $6"
}

facts() (
  echo "uid $(id -u)"
  echo "user $(id -un 2>/dev/null || id -u)"
  echo "machine $(uname -n)"
  echo "shell $$"
  if [ -r /proc/sys/kernel/random/boot_id ] && [ -L /proc/self/ns/pid ]; then
    cd /proc/self/ns && target pid
    read -r boot </proc/sys/kernel/random/boot_id
    echo "space $boot $TARGET"
    time=time:
    [ -L ./time ] && target time && time=$TARGET
    echo "timespace $time"
  fi
  for tool in sha256sum shasum openssl sync getfacl setfacl getfattr setfattr; do has $tool && echo "has $tool"; done
  (cp --help 2>&1; true) | grep attributes-only >/dev/null 2>&1 && echo "has cp-attributes"
  (mv --help 2>&1; true) | grep -e ' -T' -e '-[a-zA-Z]*T' >/dev/null 2>&1 && echo "has mv-T"
  stat -c '%i %s %y' / >/dev/null 2>&1 && echo "has stat"
  sync . >/dev/null 2>&1 && echo "has sync-file"
  printf x | head -c 1 >/dev/null 2>&1 && echo "has head-c"
  exit 0
)

# Reads exactly $1 bytes from standard input.
take() {
  if [ -n "$HEAD_C" ]; then head -c "$1"; else dd bs=1 count="$1" 2>/dev/null; fi
}

# Shows what became of bytes on their way here, and on the way back.
mirror_bytes() (
  dir=$1
  bytes=$(take 256 | od -An -v -to1)
  set -- $bytes
  echo "$*"
  format=
  for byte in "$@"; do format="$format\\$byte"; done
  printf "$format"
)

process_facts() (
  if read -r line 2>/dev/null <"/proc/$1/stat"; then echo "stat $line"; exit 0; fi
  said=$(kill -0 "$1" 2>&1) && exit 0
  case $said in *[Nn]o\ such\ process*) echo gone ;; esac
  exit 0
)

real_path() (
  locate "$1" "$2"
  found=$?
  [ $found = 0 ] || [ $found = 61 ] || exit $found
  here
  printf '%s' "$HERE$GONE$BASE"
)

# Prints looks and content; with $3 the most bytes that are read.
read_file() (
  locate "$1" "$2" || exit $?
  regular "$BASE" || exit $?
  looks "$BASE" || { regular "$BASE"; exit $?; }
  [ -r "./$BASE" ] || exit 65
  [ "\${LOOKS##* }" -le "$3" ] || exit 70
  before=$INODE
  here
  printf '%s\0%s\0' "$LOOKS" "$HERE$BASE"
  cat "./$BASE" || exit $?
  looks "$BASE" && [ "$INODE" = "$before" ] || exit 75
)

names() (
  locate "$1" "$2"
  found=$?
  [ $found = 61 ] && [ -n "$GONE" ] && exit 0
  [ $found = 0 ] || exit $found
  [ -r . ] || exit 65
  printf '%s\0' .* *
)

# The regular files of a directory with the time of their last change.
list_beside() (
  locate "$1" "$2"
  found=$?
  [ $found = 61 ] && exit 0
  [ $found = 0 ] || exit $found
  [ -r . ] || exit 65
  set --
  for name in .* *; do [ -f "./$name" ] && [ ! -L "./$name" ] && set -- "$@" "./$name"; done
  [ $# = 0 ] && exit 0
  printf '%s\0' "$@"
  printf '\0'
  if [ -n "$STAT" ]; then stat -c '%y' "$@"; fi
  exit 0
)

writable() (
  locate "$1" "$2"
  found=$?
  [ $found = 61 ] && exit 0
  [ $found = 0 ] || exit $found
  here
  printf '%s' "$HERE"
  if [ ! -w . ]; then [ "$IDENTITY" = 0 ] && exit 71; exit 65; fi
  if [ "$IDENTITY" = 0 ] && [ -e "./$BASE" ] && [ ! -w "./$BASE" ]; then exit 71; fi
  exit 0
)

# What a replacement of the file would not carry over, as far as it can be seen here.
losses() (
  locate "$1" "$2" && regular "$BASE" || exit 0
  [ -n "$CP_ATTRIBUTES" ] && exit 0
  looks "$BASE" || exit 0
  case $LOOKS in
    ??????????+*) [ -n "$ACL" ] || echo acl ;;
  esac
  case $LOOKS in ??????????.*) echo context ;; esac
  if has getfattr && [ -n "$(getfattr -h -m - "./$BASE" 2>/dev/null | grep -v -e '^#' -e 'system.posix_acl' -e 'security.selinux')" ]; then
    echo attributes
  fi
  exit 0
)

# Makes the directory of the path $1 with all above it that are missing; as root they belong to whoever has the one above.
make_parents() (
  while :; do
    locate "$1" "$2"
    found=$?
    [ $found = 0 ] && exit 0
    [ $found = 61 ] || exit $found
    name=\${GONE%%/*}
    mkdir "./$name" || { [ -d "./$name" ] && continue; exit 1; }
    above=$(ls -ldn .)
    here; parent=$HERE
    (
      enter "$parent$name/" || exit $?
      looks . ; set -f; set -- $LOOKS; set +f
      [ "$2" = "$IDENTITY" ] || exit 73
      chmod 755 . || exit 1
      if [ "$IDENTITY" = 0 ]; then set -f; set -- $above; set +f; chown "$3:$4" . || exit 1; fi
    ) || exit $?
    force .
  done
)

# Forces a file or a directory to disk.
force() {
  if [ -n "$SYNC_FILE" ]; then sync "$1" 2>/dev/null || sync; else sync; fi
  return 0
}

# Goes to a folder that this run has made.
enter_own() {
  enter "$1" || return $?
  looks . || return 61
  set_looks $LOOKS
  [ "$OWNER" = "$IDENTITY" ] || return 73
}

set_looks() { MODE=$1; OWNER=$2; GROUP=$3; SIZE=$4; }

# Makes the temporary folder $3 beside the file that the path ends at, for this user alone, and in it the empty file
# $4: there whoever owns the directory can put no link in its place. What the old file has and no bytes are goes with it.
# Prints the directory, the name, the folder, the looks of the directory and, where there is one, of the file.
begin() (
  locate "$1" "$2" || exit $?
  regular "$BASE"
  found=$?
  [ $found = 0 ] || [ $found = 61 ] || exit $found
  here
  folder=.$BASE.cdktf-trust-$3.tmp
  mkdir "./$folder" || exit 1
  looks . && printf '%s\0%s\0%s\0%s\0' "$HERE" "$BASE" "$HERE$folder/" "$LOOKS"
  if [ $found = 0 ]; then looks "$BASE" && printf '%s' "$LOOKS"; fi
  enter_own "$HERE$folder/" || exit $?
  if chmod 700 . && ( set -C; : >"./$4" ); then :; else rmdir "$HERE" 2>/dev/null; exit 1; fi
  if [ $found = 0 ] && [ -n "$CP_ATTRIBUTES" ]; then
    cp --attributes-only --preserve=all "../$BASE" "./$4" 2>/dev/null
    touch "./$4"
  elif [ $found = 0 ] && [ -n "$ACL" ]; then
    getfacl -p "../$BASE" 2>/dev/null | setfacl --set-file=- "./$4" 2>/dev/null
  fi
  chmod 600 "./$4"
)

# Adds $3 bytes of standard input to the file, and reads them all even where it cannot.
piece() {
  take "$3" | ( enter_own "$1" && [ -f "./$2" ] && cat >>"./$2"; result=$?; cat >/dev/null; exit $result )
}

abandon() (
  enter_own "$1" || exit 0
  rm -f "./$2"
  rmdir "$1"
)

checksum() {
  if has sha256sum; then sha256sum <"$1"
  elif has shasum; then shasum -a 256 <"$1"
  elif has openssl; then openssl dgst -sha256 -r <"$1"
  fi
}

# Puts a complete file into its place: its folder, its name there, its name in its place, bytes, SHA-256, mode, owner,
# group, and the locks that must still be held.
commit() (
  folder=$1; file=$2; name=$3; size=$4; hash=$5; mode=$6; owner=$7; group=$8
  shift 8
  enter_own "$folder" || { held "$@" || exit 68; exit 73; }
  looks "$file" || { held "$@" || exit 68; exit 61; }
  set_looks $LOOKS
  [ "$SIZE" = "$size" ] || exit 72
  found=$(checksum "./$file")
  [ -z "$found" ] || [ "\${found%% *}" = "$hash" ] || exit 72
  if [ -n "$owner" ] && { [ "$OWNER" != "$owner" ] || [ "$GROUP" != "$group" ]; }; then
    chown "$owner:$group" "./$file" 2>/dev/null || exit 69
  fi
  chmod "$mode" "./$file" || exit 1
  force "./$file"
  ( cd .. && regular "$name" )
  found=$?
  [ $found = 0 ] || [ $found = 61 ] || exit $found
  held "$@" || exit 68
  if [ -n "$MV_T" ]; then mv -f -T "./$file" "../$name"; else mv -f "./$file" "../$name"; fi || exit 1
  cd .. && rmdir "$folder" 2>/dev/null
  force .
)

held() {
  for lock in "$@"; do [ -e "$lock" ] || return 1; done
  return 0
}

remove_file() (
  locate "$1" "$2" || exit $?
  shift 2
  regular "$BASE" || exit $?
  held "$@" || exit 68
  rm -f "./$BASE" || exit 1
  force .
)

is_there() ( locate "$1" "$2" && regular "$BASE" )

# What tells one sign of life at a lock from the next.
sign() {
  if [ -n "$STAT" ]; then stat -c '%i %s %y' "./$1"; else ls -ldi "./$1"; fi
}

# The lock $2 in the directory $1: its kind, its token, its sign and what it says. Nothing where nobody holds it.
find_lock() (
  enter "$1" || exit $?
  name=$2; token=.
  if [ -L "./$name" ]; then exit 64; fi
  if [ -d "./$name" ]; then
    cd -P "./$name" 2>/dev/null || { [ -d "./$name" ] || exit 0; exit 65; }
    name=
    for one in *; do
      case $one in
        '*') ;;
        *[!0-9a-f]*) [ -n "$name" ] || name=. ;;
        ????????????????????????) name=$one; token=$one; break ;;
        *) [ -n "$name" ] || name=. ;;
      esac
    done
    [ -n "$name" ] || exit 0
    [ -e "./$name" ] || exit 0
    printf 'directory\0'
  elif [ -f "./$name" ]; then printf 'file\0'
  elif [ -e "./$name" ]; then exit 63
  else exit 0
  fi
  printf '%s\0%s\0' "$token" "$(sign "$name" 2>/dev/null)"
  [ -f "./$name" ] && cat "./$name" 2>/dev/null
  exit 0
)

# Takes the lock $2 of the directory $1 with the token $3, which says $4; 74 where somebody else has it.
# First the token, then a look whether it is alone: of two who do so at once, one at least sees the other.
make_lock() {
  if ( make_lock_alone "$@" ); then :; else return $?; fi
  TOKENS="$TOKENS $3"
  eval "LOCK_$3=\$1\$2"
}

make_lock_alone() {
  enter "$1" || return $?
  looks . || return 61
  parent=$LOOKS
  if [ -L "./$2" ]; then return 64; fi
  # Empty where whoever made it is dead, or busy: then its token fails, and it tries again.
  if [ -d "./$2" ]; then rmdir "./$2" 2>/dev/null || return 74; fi
  [ -e "./$2" ] && return 74
  said=$(mkdir "./$2" 2>&1) || { [ -d "./$2" ] && return 74; echo "$said" >&2; return 1; }
  enter_own "$1$2/" || return 74
  if ( umask 022; set -C; printf '%s\n' "$4" >"./$3" ); then :; else
    made=0; [ -e "./$3" ] && made=1
    rm -f "./$3"; rmdir "$1$2" 2>/dev/null
    [ $made = 1 ] && return 1
    return 74
  fi
  open_as $parent
  alone=1
  for one in * .[!.]*; do
    case $one in "$3"|'*'|'.[!.]*') ;; *) alone=0 ;; esac
  done
  # Where it was removed or replaced while this went on, it is not ours.
  if [ $alone = 1 ] && ( enter "$1$2/" && [ -e "./$3" ] ); then return 0; fi
  rm -f "./$3"; rmdir "$1$2" 2>/dev/null
  return 74
}

# Whoever may remove files from the folder may remove a dead holder.
open_as() {
  looks .
  set -- "$1" "$2" "$3" $LOOKS
  [ "$5" = "$IDENTITY" ] || return 0
  [ "$IDENTITY" = 0 ] && [ "$2" != 0 ] && chown "$2" .
  [ "$3" = "$6" ] || chgrp "$3" . 2>/dev/null
  mode=u=rwx
  case $1 in ????r*) g=r ;; *) g= ;; esac
  case $1 in ?????w*) g=\${g}w ;; esac
  case $1 in ??????[xs]*) g=\${g}x ;; esac
  case $1 in ???????r*) o=r ;; *) o= ;; esac
  case $1 in ?????????[xt]*) o=\${o}x ;; esac
  chmod "u=rwx,g=$g,o=$o" . 2>/dev/null
  return 0
}

drop_lock() {
  left=
  for token in $TOKENS; do [ "$token" = "$3" ] || left="$left $token"; done
  TOKENS=$left
  ( cd -P "$1$2" 2>/dev/null && rm -f "./$3" )
  rmdir "$1$2" 2>/dev/null
  return 0
}

# Removes the token of a dead holder, or the plain file of an earlier version.
remove_holder() (
  enter "$1" || exit $?
  if [ "$3" = . ]; then rm -f "./$2" 2>/dev/null
  else ( enter "$1$2/" && rm -f "./$3" ) || exit 1
  fi
  rmdir "./$2" 2>/dev/null
  exit 0
)

alive() (
  enter "$1$2/" && touch -c "./$3" && [ -e "./$3" ] || exit 61
  touch -c . 2>/dev/null
  exit 0
)

# Removes what killed runs left half written: files, and locks that were not in their place yet.
clear_away() (
  enter "$1" || exit $?
  shift
  for name in "$@"; do
    if [ -d "./$name" ] && [ ! -L "./$name" ]; then
      ( enter "$HERE$name/" && rm -f ./???????????????????????? )
      rmdir "./$name" || exit 1
    else
      rm -f "./$name" || exit 1
    fi
  done
  exit 0
)

release_all() {
  for token in $TOKENS; do
    eval "lock=\$LOCK_$token"
    rm -f "$lock/$token"
    rmdir "$lock" 2>/dev/null
  done
}

# Looks through directories, $1 levels deep and at $2 names, for files by their names, and others by their first bytes.
# Prints kind, size and path of each. No directory behind a link is gone into.
search() (
  depth=$1; left=$2; level=0
  shift 2

  search_in() {
    if [ ! -r "$1/" ] || [ ! -x "$1/" ]; then told unlisted - "\${1:-/}"; return 0; fi
    for path in "$1"/* "$1"/.*; do
      name=\${path##*/}
      case $name in .|..) continue ;; esac
      [ -e "$path" ] || continue
      left=$((left - 1))
      if [ $left -lt 0 ]; then told cut - "$1"; exit 0; fi
      if [ ! -d "$path" ]; then
        wanted "$path" "$name"
      elif [ ! -L "$path" ]; then
        case $path in ${NOT_ENTERED.join("|")}) continue ;; esac
        if [ $level -ge $depth ]; then told deep - "$path"; continue; fi
        level=$((level + 1)); search_in "$path"; level=$((level - 1))
      fi
    done
  }

  for root in "$@"; do
    if [ -d "$root" ]; then search_in "\${root%/}"; else told missing - "$root"; fi
  done
  exit 0
)

told() { printf '%s\0%s\0%s\0' "$1" "$2" "$3"; }

# Tells of a file, called $2, where it is one of those looked for.
wanted() {
  [ -f "$1" ] || return 0
  kind='file'
  if [ -L "$1" ]; then kind='link'; fi
  case $2 in
    ${OWN_NAMES}) return 0 ;;
    ${CANDIDATE_NAMES}) ;;
    ${OTHER_NAMES}) return 0 ;;
    *)
      [ $kind = 'file' ] || return 0
      begins_as_store "$1" || return 0 ;;
  esac
  size_of "$1"
  told $kind "\${SIZE:-0}" "$1"
}

begins_as_store() {
  head=$(od -An -v -tx1 -N${MAGIC_BYTES} "$1" 2>/dev/null)
  set -- $head
  case "$*" in ${MAGIC.map(shellPattern).join("|")}) return 0 ;; esac
  return 1
}

size_of() {
  SIZE=$(ls -ldnL "$1" 2>/dev/null)
  set -f
  set -- $SIZE
  set +f
  SIZE=$5
}

# Words of running Javas that say where their files are; whatever else they are told, passwords too, stays here.
java_options() (
  {
    if [ -r /proc/self/cmdline ]; then
      for words in /proc/[0-9]*/cmdline; do tr '\0' '\n' <"$words"; done
    else
      ps -A -o args | tr ' ' '\n'
    fi
  } 2>/dev/null | grep -E '${JAVA_OPTIONS_PATTERN}' | sort -u
  exit 0
)

# A run that is gone closes the pipe, and the loop that reads it ends.
trap release_all EXIT
trap 'exit 143' HUP INT TERM
trap '' PIPE
`.replaceAll("\\${", "${");

/** Without blanks, which would be the shell's. */
function shellPattern(pattern: string): string {
  return pattern.replaceAll(" ", "?");
}
