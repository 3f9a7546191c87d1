import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Shell functions that give back what is kept, in the order in which nothing is used any more. */
export const undo = String.raw`undo() {
  record=$kept whose=''
  if [ -n "$run" ]; then record=$run whose=' of this run'; fi
  if [ ! -f "$record" ]; then
    echo "Nothing is kept$whose, so there is nothing to undo."
    return
  fi
  everything=$(cat "$record")
  for turn in port endpoint mapping setting store; do
    while IFS=$tab read -r kind key old new was_old was_new; do
      if [ "$kind" != "$turn" ]; then continue; fi
      if [ "$old" = - ]; then old=''; else old=$(split "$old"); fi
      new=$(split "$new") left=''
      "undo_$turn" "$key" "$old" "$new"
      if [ -n "$run" ] && [ -z "$left" ]; then
        if [ "$was_new" = - ]; then was=''; else was=$was_old$tab$was_new; fi
        keep_line "$kept" "$turn" "$key" "$was"
      fi
    done <<END_OF_KEPT
$everything
END_OF_KEPT
  done
  rm -f "$record"
  # Which contents of files were read says nothing where nothing is this script's any more.
  if [ -f "$kept" ] && ! grep -qv "^file$tab" "$kept"; then rm "$kept"; fi
}

# Whether what is there, $4, still is what this script made, $3, rather than what was before, $2; says what it leaves.
undoable() {
  if [ -n "$4" ] && holds "$3" "$4"; then return 0; fi
  if [ -n "$4" ] && { [ -z "$2" ] || ! holds "$2" "$4"; }; then
    left=yes
    shown "$1 was changed since, and is left as it is."
  fi
  return 1
}

undo_setting() {
  read_settings
  undoable "The setting $1" "$2" "$3" "value=$(value "$settings" "$1")" || return 0
  set_setting "$1" "$(value "$2" value)"
  told "$1 is $(quoted "$(value "$2" value)") again."
}

undo_store() {
  kind=$(cut -d / -f 1 <<END_OF_KEY
$1
END_OF_KEY
  )
  alias=$(cut -d / -f 2- <<END_OF_KEY
$1
END_OF_KEY
  )
  read_store "$kind" "$alias"
  undoable "The alias $alias" "$2" "$3" "$current" || return 0
  must ${ask(REQUESTS.deleteStore)}
  read_store "$kind" "$alias"
  [ -z "$current" ] || stop "The alias $alias is still there. $said"
  told "The alias $alias is gone."
}

undo_mapping() {
  serial=$(cut -d / -f 1 <<END_OF_KEY
$1
END_OF_KEY
  )
  usage=$(cut -d / -f 2- <<END_OF_KEY
$1
END_OF_KEY
  )
  read_mapping "$serial" "$usage"
  undoable "The mapping of certificate $serial" "$2" "$3" "$current" || return 0
  if [ -n "$2" ]; then
    import_mapping "$serial" "$usage" "$(value "$2" path)" "$(value "$2" user)"
    told "The certificate $serial stands for $(value "$2" user) again."
    return
  fi
  issuer=$(value "$current" issuer) number=$(value "$current" serialNum)
  must ${ask(REQUESTS.deleteMapping)}
  read_mapping "$serial" "$usage"
  [ -z "$current" ] || stop "The certificate $serial is still mapped. $said"
  told "The certificate $serial stands for nobody."
}

undo_endpoint() {
  read_endpoint "$1"
  undoable "The endpoint alias $1" "$2" "$3" "$current" || return 0
  if [ -z "$2" ]; then
    must ${ask(REQUESTS.deleteEndpoint)}
    read_endpoint "$1"
    [ -z "$current" ] || stop "The endpoint alias $1 is still there. $said"
    told "The endpoint alias $1 is gone."
    return
  fi
  put_endpoint "$1" "$2" ''
  read_endpoint "$1"
  holds "$2" "$current" || stop "The endpoint alias $1 is not what it was. $said"
  told "The endpoint alias $1 is what it was; a password of its own was not kept, and has to be entered again."
}

undo_port() {
  read_port "$1"
  undoable "The port $1" "$2" "$3" "$current" || return 0
  package=$(value "$listed" pkg)
  if [ -z "$2" ]; then
    disable_port "$1"
    listener=$1
    must ${ask(REQUESTS.deleteListener)}
    read_port "$1"
    [ -z "$listed" ] || stop "The port $1 is still there. $said"
    told "The port $1 is gone."
    return
  fi
  fields=$(grep -v '^listening=' <<END_OF_LINES
$2
END_OF_LINES
  )
  update_port "$1" "$package" "$fields"
  if [ "$(value "$2" listening)" = true ]; then enable_port "$1" "$(value "$2" pkg)"; fi
  told "The port $1 is what it was."
}`.split("\n");
