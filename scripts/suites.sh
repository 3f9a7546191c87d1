# shellcheck shell=bash
# Sourced by the scripts that fetch judges from Debian's suites, by the mirrors that this machine's apt already uses.
# Nothing is installed.

# open_suites WORK: an apt of its own below the folder WORK; fails where there is none for amd64
open_suites() {
  suites_work=$1
  mkdir -p "$suites_work"/{lists/partial,cache/archives/partial,packages}
  if ! command -v apt-get >/dev/null || [ "$(dpkg --print-architecture)" != amd64 ]; then
    echo "no apt for amd64 here" >&2
    return 1
  fi
  # Mirrors that this machine already uses; the key is Debian's own.
  local targets main security key suite
  # shellcheck disable=SC2016 # apt expands these
  targets=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)')
  main=$(awk '!/security/ { print $1; exit }' <<<"$targets")
  security=$(awk '/security/ { print $1; exit }' <<<"$targets")
  if [ -z "$main" ]; then
    echo "apt knows no mirror here" >&2
    return 1
  fi
  key="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
  {
    for suite in sid trixie bullseye; do echo "deb $key $main $suite main"; done
    for suite in bullseye bookworm trixie; do echo "deb $key ${security:-${main%/}-security} $suite-security main"; done
  } >"$suites_work/sources.list"
  suites_apt=(
    apt-get -qq
    -o "Dir::Etc::sourcelist=$suites_work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$suites_work/lists" -o "Dir::Cache=$suites_work/cache" -o Dir::State::status=/dev/null
    -o Acquire::Languages=none -o APT::Sandbox::User=root
  )
  "${suites_apt[@]}" update || true
}

# unpack PACKAGE/SUITE DIRECTORY
unpack() {
  (cd "$suites_work/packages" && rm -f -- *.deb && "${suites_apt[@]}" download "$1" && dpkg -x -- *.deb "$2")
}

# close_suites: removes what apt kept
close_suites() { rm -rf "$suites_work/cache" "$suites_work/packages" "$suites_work/lists"; }
