import { REFUSAL, WORDS } from "../requests";

/** Shell functions that call a service, read its answer, and say what it said. */
export const client = String.raw`# Ends with the words $1.
stop() {
  shown "$1" >&2
  exit 1
}

# Says what has changed.
told() {
  changes=$((changes + 1))
  shown "$1"
}

# What the service said about itself.
words() {
  hidden "$(
    awk '
      { i = index($0, "="); said[substr($0, 1, i - 1)] = substr($0, i + 1) }
      END {
        names = split("${WORDS.join(" ")}", name, " ")
        for (i = 1; i <= names && said[name[i]] == ""; i++);
        print (i > names ? "it does not say why" : said[name[i]])
      }' <<END_OF_LINES
$answer
END_OF_LINES
  )"
}

# Calls the service $1 with the lines $3 as form or json, which $2 says; its answer is the lines in $answer. A refusal
# comes with HTTP 200, too. The status of HTTP is asked for behind the answer, because curl knows --fail-with-body
# only since 7.76.
call() {
  if [ "$2" = json ]; then
    type=application/json
    body=$(json "$3")
  else
    type=application/x-www-form-urlencoded
    body=$(joined "$3")
  fi
  answer=$(
    curl --silent --show-error --config - <<END_OF_CONFIGURATION
url = "$(escape "$IS_URL/invoke/$1")"
user = "$(escape "$IS_ADMIN_USER:$IS_ADMIN_PASSWORD")"
header = "Content-Type: $type"
header = "Accept: application/json"
data = "$(escape "$body")"
write-out = "\n%{http_code}"
END_OF_CONFIGURATION
  ) || stop "$1 could not be called."
  answer=$(lines "$answer")
  case $(value "$answer" '#http') in
    200) ;;
    401) stop "$1 failed: 401, the server takes neither this user nor this password." ;;
    *) return 1 ;;
  esac
  ! grep -Eiq '${REFUSAL}' <<END_OF_LINES
$answer
END_OF_LINES
}

# Calls a service that must do it; what one that changes something said is told where nothing has come of it.
must() {
  call "$1" "$2" "$3" || stop "$1 refused ($(value "$answer" '#http')): $(words)"
  case $1 in *:list* | *:get*) ;; *) said="$1 said: $(words)" ;; esac
}`.split("\n");

/** Refuses to send passwords in the clear to another machine. */
export const clearText = String.raw`case $IS_URL in
  *@*) echo 'IS_URL names a user: IS_ADMIN_USER does.' >&2 && exit 2 ;;
  https://*) ;;
  http://localhost | http://localhost[:/]* | http://127.0.0.1 | http://127.0.0.1[:/]* | 'http://[::1]' | 'http://[::1]'[:/]*)
    # A proxy would be another machine.
    export no_proxy='*'
    ;;
  http://*)
    if [ "$IS_ALLOW_HTTP" != yes ]; then
      echo 'IS_URL is not https: passwords would go to another machine in the clear. IS_ALLOW_HTTP=yes allows it.' >&2
      exit 2
    fi
    ;;
  *) echo 'IS_URL is no address of http or https.' >&2 && exit 2 ;;
esac`.split("\n");
