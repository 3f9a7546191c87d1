import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Shell functions for consumer endpoint aliases (`wm.server.ws`), whose requests are records and so JSON. */
export const endpoints =
  String.raw`# Reads the endpoint alias $1: what the server shows of it, without passwords.
read_endpoint() {
  current=''
  must ${ask(REQUESTS.listEndpoints)}
  listed=$(member "$answer" endpoints alias "$1")
  if [ -z "$listed" ]; then return; fi
  alias=$1 transport=$(value "$listed" transportInfo/transportType)
  must ${ask(REQUESTS.getEndpoint)}
  current=$(merged '' "$(below "$answer" endpoint)")
  [ -n "$current" ] || stop "The endpoint alias $1 cannot be read. $said"
}

# Puts the lines $2 under the alias $1, with the password $3 where there is one, in one step: oldAlias is its update.
put_endpoint() {
  fields="$2
type=consumer"
  if [ -n "$current" ]; then
    fields="$fields
oldAlias=$1"
  fi
  if [ -n "$3" ]; then
    fields="$fields
transportInfo/password=$(encoded "$3")"
  fi
  must ${ask(REQUESTS.addEndpoint, '$(sorted "$fields")')}
}

sorted() {
  LC_ALL=C sort <<END_OF_LINES
$1
END_OF_LINES
}

# The endpoint alias $1 says what the lines $2 say, with the password $3; all else of it stays.
endpoint() {
  read_endpoint "$1"
  reason=updated
  if [ -z "$current" ]; then
    reason=created
  elif holds "$2" "$current"; then
    if [ -z "$3" ] || [ "$IS_RENEW_PASSWORDS" != yes ]; then return; fi
    reason='has its password again'
  else
    [ "$transport" = HTTPS ] || stop "The endpoint alias $1 is one for $transport: declare another."
    replaceable endpoint "$1" "$current" "The endpoint alias $1"
  fi
  if [ -n "$checking" ]; then return; fi
  if [ "$reason" != 'has its password again' ]; then keep endpoint "$1" "$current" "$2"; fi
  put_endpoint "$1" "$(merged "$2" "$current")" "$3"
  read_endpoint "$1"
  holds "$2" "$current" || stop "The endpoint alias $1 is not what it should be. $said"
  told "The endpoint alias $1 $reason."
}`.split("\n");
