/** Shell functions for keystore and truststore aliases (`wm.server.security.keystore`). */
export const stores =
  String.raw`# Reads the alias $2 of the kind $1: its record, and the keys that the server can use.
read_store() {
  if [ "$1" = key ]; then
    must wm.server.security.keystore:listKeyStores form ''
    current=$(member "$answer" keyStores keyStoreName "$2")
  else
    must wm.server.security.keystore:listTrustStores form ''
    current=$(member "$answer" trustStores keyStoreName "$2")
  fi
  configured=
  if [ "$1" = key ] && [ -n "$current" ]; then
    if call wm.server.security.keystore:getKeyStore form "keyStoreName=$2
type=key"; then
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

# The alias $2 of the kind $1 with its location, type and provider, the file itself, and its password; then each key
# with its password. createStore reads arrays under …List, which only a form's repeated fields become.
store() {
  kind=$1 alias=$2 location=$3 type_of_store=$4 provider=$5 file=$6 password=$7
  shift 7
  keys='' key_fields='' names='' bits='' nulls=''
  while [ $# -gt 0 ]; do
    keys="$keys $1"
    key_fields="$key_fields
pkAliases=$1
pkPasswords=$(encoded "$2")"
    names="$names,$1" bits="$bits,1" nulls="$nulls,false"
    shift 2
  done
  wanted="keyStoreLocation=$location
keyStoreType=$type_of_store"
  reason=''
  read_store "$kind" "$alias"
  if [ -z "$current" ]; then
    reason=created
  elif ! holds "$wanted" "$current"; then
    if ! ours store "$kind/$alias" "$current"; then
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
    if [ "$kind" = key ]; then mode=edit_$mode; fi
    fields="mode=$mode
type=$kind
keyStoreName=$alias
oldkeyStoreName=$alias
keyStoreDescription=$(value "$current" keyStoreDescription)
keyStoreType=$type_of_store
keyStoreProvider=$provider
keyStoreLocation=$location
keyStorePassword=$(encoded "$password")
keyStorePasswordChanged=true"
    if [ "$kind" = key ]; then
      # As the page sends the keys that others have told it of: as they are, with stars for their passwords.
      known=''
      if [ "$reason" != 'points to another file' ]; then known=$(configured_keys); fi
      for key in $known; do
        case " $keys " in
          *" $key "*) ;;
          *)
            key_fields="$key_fields
pkAliases=$key
pkPasswords=%2A%2A%2A%2A%2A%2A"
            names="$names,$key" bits="$bits,0" nulls="$nulls,false"
            ;;
        esac
      done
      fields="$fields
isHsm=false
configuredAliases=$(paste -s -d , - <<END_OF_LINES
$known
END_OF_LINES
      )
aliasarray=$(commas "$names")
bitarray=$(commas "$bits")
nullPKpasswds=$(commas "$nulls")$key_fields"
    fi
    must wm.server.security.keystore:createStore form "$fields"
  elif [ "$sum" = unknown ] || [ "$(kept_of file "$kind/$alias" 3)" != "$sum" ]; then
    reason='read its file again'
    if [ "$sum" = unknown ]; then reason="$reason, which this user cannot read to see whether it has changed"; fi
  fi
  if [ -z "$reason" ]; then return; fi
  created=''
  case $reason in read*) ;; *) created=$said ;; esac
  must wm.server.security.keystore:refreshStore form "keyStoreName=$alias
type=$kind"
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
