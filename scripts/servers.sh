#!/usr/bin/env bash
# scripts/servers.sh [DIRECTORY] [SERVER...]: Java servers of versions that this machine's Debian does not have, for the
# tests, unpacked into DIRECTORY/<server> (default .servers), nothing installed. They come from Debian's suites, by the
# mirrors that this machine's apt already uses. Ends with 1 where one could not be had, and says which.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/suites.sh

directory=$(mkdir -p "${1:-.servers}" && cd "${1:-.servers}" && pwd)
[ "$#" -gt 0 ] && shift
servers=("$@")
[ "${#servers[@]}" -gt 0 ] || servers=(tomcat9 tomcat11 jetty12)

missing=()
for server in "${servers[@]}"; do [ -e "$directory/$server/.complete" ] || missing+=("$server"); done
[ "${#missing[@]}" -gt 0 ] || exit 0

work=$directory/.work
if ! open_suites "$work"; then
  echo "${missing[*]} cannot be fetched" >&2
  exit 1
fi

declare -A packages=(
  [tomcat9]="tomcat9-common/bullseye-security libtomcat9-java/bullseye-security"
  [tomcat11]="tomcat11-common/trixie-security libtomcat11-java/trixie-security"
  [jetty12]="jetty12/trixie libjetty12-java/trixie libslf4j2-java/trixie"
)

# fetch SERVER
fetch() {
  local server=$1 unpacked=$work/$1 home=$directory/$1 package wanted
  [ -n "${packages[$server]:-}" ] || return
  rm -rf "$unpacked" "$home"
  for package in ${packages[$server]}; do unpack "$package" "$unpacked" || return; done
  # Links lead into the package's own /usr/share and /etc; those to what no test uses lead nowhere.
  mkdir -p "$home"
  cp -rL "$unpacked/usr/share/$server/." "$home" 2>/dev/null || true
  if [ -d "$unpacked/etc/$server" ]; then
    rm -rf "${home:?}/etc"
    cp -r "$unpacked/etc/$server" "$home/etc" || return
  fi
  if [ "$server" = jetty12 ]; then
    # Its module names the version that Jetty itself would bring.
    wanted=$(sed -n 's/^slf4j.version?=//p' "$home/modules/logging/slf4j.mod")
    cp "$unpacked"/usr/share/java/slf4j-api-2*.jar "$home/lib/logging/slf4j-api-$wanted.jar" || return
  fi
  touch "$home/.complete"
}

failed=()
for server in "${missing[@]}"; do
  if fetch "$server"; then echo "$server"; else failed+=("$server"); fi
done
rm -rf "$work"
if [ "${#failed[@]}" -gt 0 ]; then
  echo "could not fetch ${failed[*]}: tests that need them are skipped" >&2
  exit 1
fi
