import { HTTPS_LINES, REQUESTS } from "../requests";
import { ask } from "./ask";

/** Shell functions for HTTPS ports (`wm.server.net.listeners`, `wm.server.ports`, `wm.server.portAccess`). */
export const ports = String.raw`# Reads the port $1: its line in the list, and its fields.
read_port() {
  current=''
  must ${ask(REQUESTS.listListeners)}
  listed=$(member "$answer" listeners key "$1")
  if [ -z "$listed" ]; then return; fi
  listener=$1 package=$(value "$listed" pkg)
  must ${ask(REQUESTS.getListener)}
  current=$(merged "pkg=$package" "$answer" | grep -Ev '^(listenerKey|status|message)=')
}

enable_port() {
  listener=$1 package=$2
  must ${ask(REQUESTS.enableListener)}
  read_port "$1"
  [ "$(value "$listed" listening)" = true ] || stop "The port $1 does not listen. $said"
}

disable_port() {
  if [ "$(value "$listed" primary)" = true ]; then stop "The port $1 is the primary port, which cannot be changed."; fi
  if [ "$(value "$listed" listening)" != true ]; then return; fi
  listener=$1 package=$(value "$listed" pkg)
  must ${ask(REQUESTS.disableListener)}
  read_port "$1"
  [ "$(value "$listed" listening)" != true ] || stop "The port $1 still listens. $said"
}

# A new port denies everything until its access mode says otherwise.
allow_port() {
  listener=$1
  must ${ask(REQUESTS.allowPort)}
  must ${ask(REQUESTS.getPortAccess)}
  [ "$(value "$answer" type)" = include ] || stop "The port $1 denies everything. $said"
}

https='${HTTPS_LINES.join("\n")}'

# Gives the port $1, of the package $2, the lines $3. A port that is refused its update goes on as it was.
update_port() {
  listening=$(value "$listed" listening)
  disable_port "$1"
  listener=$1 package=$2
  call ${ask(REQUESTS.updateListener, '$(merged "$3" "$(merged "$https" "$current")")')} || true
  refused="${REQUESTS.updateListener.service} said ($(value "$answer" '#http')): $(words)"
  read_port "$1"
  if holds "$3" "$current"; then return; fi
  if [ "$listening" = true ]; then enable_port "$1" "$(value "$listed" pkg)"; fi
  stop "The port $1 is as it was. $refused"
}

# The port $1 of the package $2, with the keystore alias $3, has the fields $4.
port() {
  read_port "$1"
  if [ -z "$listed" ]; then
    if [ -n "$checking" ]; then return; fi
    keep port "$1" '' "$4"
    listener=$1
    must ${ask(REQUESTS.addListener, "$4", "$https")}
    read_port "$1"
    holds "$4" "$current" || stop "The port $1 is not what it should be. $said"
    allow_port "$1"
    enable_port "$1" "$2"
    told "The port $1 is open, and allows what the services' own lists allow."
    return
  fi
  package=$(value "$listed" pkg)
  if ! holds "$4" "$current"; then
    replaceable port "$1" "$current" "The port $1"
    if [ -n "$checking" ]; then return; fi
    keep port "$1" "$current
listening=$(value "$listed" listening)" "$4"
    update_port "$1" "$package" "$4"
    enable_port "$1" "$2"
    told "The port $1 updated."
    return
  fi
  if [ -n "$checking" ]; then return; fi
  case $reloaded in
    *" $3 "*) ;;
    *) if [ "$(value "$listed" listening)" = true ]; then return; fi ;;
  esac
  # What a run before did not finish: still closed, and closed to everything.
  if [ "$(value "$listed" listening)" != true ] && [ "$(kept_of port "$1" 3 "$kept")" = - ]; then allow_port "$1"; fi
  disable_port "$1"
  enable_port "$1" "$2"
  told "The port $1 opened again, with the certificate that its keystore has now."
}`.split("\n");
