#!/usr/bin/env bash
# scripts/javas.sh [DIRECTORY] [RELEASE...]: headless Javas of several releases for the tests, unpacked into
# DIRECTORY/<release> (default .javas), nothing installed. They come from Debian's suites, by the mirrors that
# this machine's apt already uses. Ends with 1 where one could not be had, and says which.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/suites.sh

directory=$(mkdir -p "${1:-.javas}" && cd "${1:-.javas}" && pwd)
[ "$#" -gt 0 ] && shift
releases=("$@")
[ "${#releases[@]}" -gt 0 ] || releases=(8 11 17 21 25 26)

declare -A suites=([8]=sid [11]=bullseye-security [17]=bookworm-security [21]=trixie-security [25]=trixie-security [26]=sid)
work=$directory/.work
system=$work/system

runs() { "$directory/$1/bin/java" -version >"$work/version" 2>&1; }

mkdir -p "$work"
missing=()
for release in "${releases[@]}"; do runs "$release" || missing+=("$release"); done
[ "${#missing[@]}" -gt 0 ] || exit 0

if ! open_suites "$work"; then
  echo "Java ${missing[*]} cannot be fetched" >&2
  exit 1
fi

# A newer C library beside the system's, for Javas that want one.
fetch_system() {
  [ -e "$work/system.done" ] && return
  for package in libc6 zlib1g libgcc-s1 libstdc++6 patchelf; do unpack "$package/sid" "$system" || return; done
  touch "$work/system.done"
}

# give_library FILE: makes a program run on the C library beside it
give_library() {
  local libraries=$system/usr/lib/x86_64-linux-gnu
  local patchelf=("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$system/usr/bin/patchelf")
  local paths
  paths=$("${patchelf[@]}" --print-rpath "$1")
  "${patchelf[@]}" --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$paths:$libraries" "$1"
}

# fetch RELEASE
fetch() {
  local release=$1 unpacked=$work/java$1 home link target bin program
  rm -rf "$unpacked"
  unpack "openjdk-$release-jre-headless/${suites[$release]}" "$unpacked" || return
  home=$unpacked/usr/lib/jvm/java-$release-openjdk-amd64
  # Its settings lie below /etc, of the package and not of this machine.
  find "$home" -type l | while read -r link; do
    target=$(readlink "$link")
    case $target in /etc/java*) ln -sfn "$unpacked$target" "$link" ;; esac
  done
  bin=$home/bin
  [ -d "$home/jre/bin" ] && bin=$home/jre/bin
  ln -sfn "$(dirname "$bin")" "$directory/$release"
  if ! runs "$release"; then
    fetch_system || return
    for program in java keytool; do give_library "$(readlink -f "$bin/$program")" || return; done
    runs "$release"
  fi
}

failed=()
for release in "${missing[@]}"; do
  if [ -n "${suites[$release]:-}" ] && fetch "$release"; then
    echo "Java $release: $(head -n 1 "$work/version")"
  else
    failed+=("$release")
  fi
done
close_suites
if [ "${#failed[@]}" -gt 0 ]; then
  echo "could not fetch Java ${failed[*]}: tests that need them are skipped" >&2
  exit 1
fi
