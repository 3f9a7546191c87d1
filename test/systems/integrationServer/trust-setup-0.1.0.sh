#!/bin/sh
# Tells this Integration Server its stores, settings, ports, endpoint aliases and client certificates.
# May run any number of times. Needs these environment variables:
#   IS_ADMIN_PASSWORD
#   KEYS_PASSWORD
set -eu

IS_URL=${IS_URL:-http://localhost:5555}
IS_ADMIN_USER=${IS_ADMIN_USER:-Administrator}
: "${IS_ADMIN_PASSWORD:?set it to the password}"
: "${KEYS_PASSWORD:?set it to the password}"

# Escapes a text for a JSON string or a line of curl's configuration.
escape() {
  sed -e ':a' -e '$!{N' -e 'ba' -e '}' -e 's/[\\"]/\\&/g' -e 's/\n/\\n/g' <<END_OF_TEXT
$1
END_OF_TEXT
}

# Calls the service $1 with the JSON on standard input and prints its answer.
invoke() {
  body=$(tr -d '\n')
  answer=$(curl --silent --show-error --fail --config - <<END_OF_CONFIGURATION
url = "$(escape "$IS_URL/invoke/$1")"
user = "$(escape "$IS_ADMIN_USER:$IS_ADMIN_PASSWORD")"
header = "Content-Type: application/json"
header = "Accept: application/json"
data-raw = "$(escape "$body")"
END_OF_CONFIGURATION
  ) || { echo "$1 failed." >&2; return 1; }
  if printf '%s' "$answer" | grep -Eq '"isError" *: *"?true'; then
    printf '%s refused: %s\n' "$1" "$answer" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}

# Whether the answer of the service $1 names $3, as JSON has it, as $2.
has() {
  known=$(invoke "$1" </dev/null)
  printf '%s' "$known" | grep -Fq -e "\"$2\":\"$3\"" -e "\"$2\": \"$3\"" -e "\"$2\" : \"$3\""
}

echo 'Keystore alias PARTNER_KEYS'
if has wm.server.security.keystore:listKeyStores keyStoreName PARTNER_KEYS; then mode=edit_edit; else mode=edit_add; fi
invoke wm.server.security.keystore:createStore <<END_OF_REQUEST >/dev/null
{
  "mode": "$mode",
  "type": "key",
  "keyStoreName": "PARTNER_KEYS",
  "oldkeyStoreName": "PARTNER_KEYS",
  "keyStoreType": "JKS",
  "keyStoreProvider": "SUN",
  "keyStoreLocation": "/opt/partner.jks",
  "keyStorePassword": "$(escape "$KEYS_PASSWORD")",
  "keyStorePasswordChanged": "true",
  "isHsm": "false",
  "pkAliases": ["client_a", "client_b"],
  "pkPasswords": ["$(escape "$KEYS_PASSWORD")", "$(escape "$KEYS_PASSWORD")"],
  "aliasarray": "client_a,client_b",
  "bitarray": "1,1",
  "nullPKpasswds": "false,false"
}
END_OF_REQUEST
invoke wm.server.security.keystore:refreshStore <<END_OF_REQUEST >/dev/null
{
  "keyStoreName": "PARTNER_KEYS",
  "type": "key"
}
END_OF_REQUEST

echo 'Truststore alias PARTNER_TRUST'
if has wm.server.security.keystore:listTrustStores keyStoreName PARTNER_TRUST; then mode=edit; else mode=add; fi
invoke wm.server.security.keystore:createStore <<END_OF_REQUEST >/dev/null
{
  "mode": "$mode",
  "type": "trust",
  "keyStoreName": "PARTNER_TRUST",
  "oldkeyStoreName": "PARTNER_TRUST",
  "keyStoreType": "JKS",
  "keyStoreProvider": "SUN",
  "keyStoreLocation": "/opt/trust.jks",
  "keyStorePassword": "$(escape "$KEYS_PASSWORD")",
  "keyStorePasswordChanged": "true"
}
END_OF_REQUEST
invoke wm.server.security.keystore:refreshStore <<END_OF_REQUEST >/dev/null
{
  "keyStoreName": "PARTNER_TRUST",
  "type": "trust"
}
END_OF_REQUEST

echo 'Server settings'
invoke wm.server.admin:setSettings <<END_OF_REQUEST >/dev/null
{
  "watt.security.trustStoreAlias": "PARTNER_TRUST"
}
END_OF_REQUEST
invoke wm.server.admin:clearSSLCache <<END_OF_REQUEST >/dev/null
{}
END_OF_REQUEST

echo 'Consumer endpoint alias PARTNER_A'
if has wm.server.ws:listAllConsumerEndpoints alias PARTNER_A; then
invoke wm.server.ws:deleteConsumerEndpoint <<END_OF_REQUEST >/dev/null
{
  "endpointName": "PARTNER_A"
}
END_OF_REQUEST
fi
invoke wm.server.ws:addConsumerEndpoint <<END_OF_REQUEST >/dev/null
{
  "alias": "PARTNER_A",
  "type": "consumer",
  "transportInfo": {
    "transportType": "HTTPS",
    "host": "api.partner.example.com",
    "port": "8443",
    "keyStoreAlias": "PARTNER_KEYS",
    "keyAlias": "client_a"
  }
}
END_OF_REQUEST

echo 'HTTPS port 5543'
if has wm.server.net.listeners:listListeners key HTTPSListener@5543; then
invoke wm.server.net.listeners:disableListener <<END_OF_REQUEST >/dev/null
{
  "listenerKey": "HTTPSListener@5543",
  "pkg": "WmRoot"
}
END_OF_REQUEST
  service=updateListener
else
  service=addListener
fi
invoke "wm.server.net.listeners:$service" <<END_OF_REQUEST >/dev/null
{
  "listenerKey": "HTTPSListener@5543",
  "pkg": "WmRoot",
  "factoryKey": "webMethods/HTTP",
  "protocol": "HTTPS",
  "ssl": "true",
  "useJSSE": "yes",
  "port": "5543",
  "portAlias": "Https5543",
  "keyStore": "PARTNER_KEYS",
  "alias": "client_a",
  "trustStore": "PARTNER_TRUST",
  "clientAuth": "require"
}
END_OF_REQUEST
invoke wm.server.net.listeners:enableListener <<END_OF_REQUEST >/dev/null
{
  "listenerKey": "HTTPSListener@5543",
  "pkg": "WmRoot"
}
END_OF_REQUEST

echo 'Integration Server has its configuration.'
