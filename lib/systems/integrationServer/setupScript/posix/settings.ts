import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Shell functions for server settings (`watt.…`). */
export const settings = String.raw`read_settings() {
  must ${ask(REQUESTS.getSettings)}
  settings=$answer
}

# The setting $1 becomes $2. One that names an alias names what everybody's calls use, so somebody else's is refused.
setting() {
  current=$(value "$settings" "$1")
  if [ "$current" = "$2" ]; then return; fi
  case $1 in
    *Alias) [ -z "$current" ] || replaceable setting "$1" "value=$current" "The setting $1 is $current, and that" ;;
  esac
  if [ -n "$checking" ]; then return; fi
  case $1 in
    *[Pp]ass*)
      set_setting "$1" "$2"
      told "$1 is set; its old value is a password, and not kept."
      ;;
    *)
      keep setting "$1" "value=$current" "value=$2"
      set_setting "$1" "$2"
      told "$1 was $(quoted "$current") and is $(quoted "$2")."
      ;;
  esac
}

set_setting() {
  name=$1 value=$2
  must ${ask(REQUESTS.setSettings)}
  read_settings
  [ "$(value "$settings" "$1")" = "$2" ] || stop "The setting $1 is not what it should be. $said"
  stale=yes
}

quoted() {
  if [ -n "$1" ]; then echo "$1"; else echo empty; fi
}

# Without a truststore the server trusts whom it is told not to: it says so.
warn_of_blank_trust() {
  if [ -z "$(value "$settings" watt.security.trustStoreAlias)" ] &&
    [ "$(value "$settings" watt.security.cert.wmChainVerifier.trustByDefault)" != false ]; then
    echo 'Warning: watt.security.trustStoreAlias is empty, so calls without a truststore of their own accept any certificate' >&2
    echo 'unless watt.security.cert.wmChainVerifier.trustByDefault is false.' >&2
  fi
}`.split("\n");
