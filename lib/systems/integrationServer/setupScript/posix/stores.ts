import { KEY_LINES, REQUESTS } from "../requests";
import { ask, quotedLines } from "./ask";

/** Shell functions for keystore and truststore aliases (`wm.server.security.keystore`). */
export const stores =
  String.raw`# Reads the alias $2 of the kind $1: its record, and the keys that the server can use.
read_store() {
  if [ "$1" = key ]; then
    must ${ask(REQUESTS.listKeystores)}
    current=$(member "$answer" keyStores keyStoreName "$2")
  else
    must ${ask(REQUESTS.listTruststores)}
    current=$(member "$answer" trustStores keyStoreName "$2")
  fi
  configured=
  if [ "$1" = key ] && [ -n "$current" ]; then
    alias=$2
    if call ${ask(REQUESTS.getKeystore)}; then
      configured=$(below "$answer" keyStore/configuredKeyAliases)
    fi
  fi
}

# The keys that the server knows of the alias that was read last.
configured_keys() {
  awk 'sub(/^\[[0-9]+\](\/keyAlias)?=/, "")' <<END_OF_LINES
$configured
END_OF_LINES
}

# Whether the server can use every key in $1.
usable() {
  known=$(configured_keys)
  for key in $1; do
    grep -Fxq -e "$key" <<END_OF_LINES || return 1
$known
END_OF_LINES
  done
}

# The alias $2 of the kind $1 with its location, type and provider (empty for one that is there and stays), the file
# itself, and its password; then each key
# with its password. createStore reads arrays under …List, which only a form's repeated fields become.
store() {
  kind=$1 alias=$2 location=$3 format=$4 provider=$5 file=$6 password=$7
  shift 7
  keys='' key_lines='' names='' bits='' nulls=''
  while [ $# -gt 0 ]; do
    key=$1 encoded=$(encoded "$2")
    keys="$keys $key"
    key_lines=${quotedLines(["$key_lines", ...KEY_LINES])}
    names="$names,$key" bits="$bits,1" nulls="$nulls,false"
    shift 2
  done
  reason=''
  read_store "$kind" "$alias"
  if [ -z "$location" ]; then
    [ -n "$current" ] || stop "The alias $alias is not there, and was declared as one that is: its owner sets it up first."
    location=$(value "$current" keyStoreLocation) format=$(value "$current" keyStoreType)
    provider=$(value "$current" keyStoreProvider)
  fi
  wanted="keyStoreLocation=$location
keyStoreType=$format"
  if [ -z "$current" ]; then
    reason=created
  elif ! holds "$wanted" "$current"; then
    if ! ours store "$kind/$alias" "$current" "$kept"; then
      stop "The alias $alias is somebody else's ($(value "$current" keyStoreLocation)): its password could not be given back, so declare another alias."
    fi
    reason='points to another file'
  elif [ "$(value "$current" isLoaded)" != true ]; then
    reason='set again, because it was not loaded'
  elif ! usable "$keys"; then
    reason='knows its keys'
  elif [ "$IS_RENEW_PASSWORDS" = yes ]; then
    reason='has its passwords again'
  fi
  if [ -n "$checking" ]; then return; fi
  case $reason in created | points*) keep store "$kind/$alias" "$current" "$wanted" ;; esac
  sum=$({ cksum <"$file"; } 2>/dev/null) || sum=unknown
  if [ -n "$reason" ]; then
    if [ -z "$current" ]; then mode=add; else mode=edit; fi
    description=$(value "$current" keyStoreDescription)
    if [ "$kind" = key ]; then
      # As the page sends the keys that others have told it of: as they are, with stars for their passwords.
      known=''
      if [ "$reason" != 'points to another file' ]; then known=$(configured_keys); fi
      for key in $known; do
        case " $keys " in
          *" $key "*) ;;
          *)
            encoded=%2A%2A%2A%2A%2A%2A
            key_lines=${quotedLines(["$key_lines", ...KEY_LINES])}
            names="$names,$key" bits="$bits,0" nulls="$nulls,false"
            ;;
        esac
      done
      remembered=$(
        paste -s -d , - <<END_OF_LINES
$known
END_OF_LINES
      )
      names=$(commas "$names") bits=$(commas "$bits") nulls=$(commas "$nulls") mode=edit_$mode
      encoded=$(encoded "$password")
      must ${ask(REQUESTS.createKeystore, "$key_lines")}
    else
      encoded=$(encoded "$password")
      must ${ask(REQUESTS.createTruststore)}
    fi
  elif [ "$sum" = unknown ] || [ "$(kept_of file "$kind/$alias" 3 "$kept")" != "$sum" ]; then
    reason='read its file again'
    if [ "$sum" = unknown ]; then reason="$reason, which this user cannot read to see whether it has changed"; fi
  fi
  if [ -z "$reason" ]; then return; fi
  created=''
  case $reason in read*) ;; *) created=$said ;; esac
  must ${ask(REQUESTS.refreshStore)}
  reloaded="$reloaded $alias "
  sums="$sums
$kind/$alias$tab$sum"
  read_store "$kind" "$alias"
  if ! holds "$wanted" "$current" || [ "$(value "$current" isLoaded)" != true ]; then
    stop "The alias $alias is not loaded: $(hidden "$(value "$current" errorMessage)"). $created $said"
  fi
  usable "$keys" || stop "The server cannot use every key of the alias $alias. $created $said"
  told "The alias $alias $reason."
}

# $1 without the comma before it.
commas() {
  cut -c 2- <<END_OF_TEXT
$1
END_OF_TEXT
}`.split("\n");
