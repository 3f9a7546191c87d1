import { REQUESTS } from "../requests";
import { ask } from "./ask";

/** Shell functions for client certificates that stand for users (`wm.server.security.certificate`). */
export const mappings = String.raw`# The serial number of the DER certificate in the file $1, in hexadecimal.
serial_of() {
  od -A n -v -t u1 <"$1" | awk '
    function enter() { at++; at += byte[at] < 128 ? 1 : byte[at] - 127 }
    { for (i = 1; i <= NF; i++) byte[++bytes] = $i }
    END {
      at = 1
      enter(); enter()
      if (byte[at] == 160) at += 2 + byte[at + 1]
      if (byte[at] != 2) exit 1
      for (i = 2; i < 2 + byte[at + 1]; i++) hex = hex sprintf("%02x", byte[at + i])
      print hex
    }'
}

# What awk reads of the list of mappings; servers write serial numbers in decimal or in hexadecimal.
# shellcheck disable=SC2016 # awk reads what stands between single quotes
read_mappings='
  function decimal(hex,   i, k, n, carry, d, out) {
    n = 1; d[1] = 0
    for (i = 1; i <= length(hex); i++) {
      carry = index("0123456789abcdef", substr(hex, i, 1)) - 1
      for (k = 1; k <= n; k++) { carry += d[k] * 16; d[k] = carry % 10; carry = int(carry / 10) }
      while (carry) { d[++n] = carry % 10; carry = int(carry / 10) }
    }
    for (k = n; k; k--) out = out d[k]
    return out
  }
  function plain(serial) { serial = tolower(serial); gsub(/:|^0x/, "", serial); sub(/^0+/, "", serial); return serial }
  function is(serial, hex) { serial = plain(serial); return serial == plain(hex) || serial == plain(decimal(hex)) }
  index($0, "mappings/[") == 1 {
    i = index($0, "="); item = substr($0, 10, 6); name = substr($0, 17, i - 17); text = substr($0, i + 1)
    sub(/^certificateInfo\//, "", name)
    of[item, name] = text; items[item] = 1
  }'

# Issuer, serial number and user under which the server has the certificate $1 in the usage $2.
read_mapping() {
  must ${ask(REQUESTS.listMappings)}
  current=$(
    awk -v hex="$1" -v usage="$2" "$read_mappings"'
      END {
        for (item in items) {
          if (of[item, "usage"] != usage || !is(of[item, "serialNum"], hex)) continue
          print "issuer=" of[item, "issuer"]
          print "serialNum=" of[item, "serialNum"]
          print "user=" of[item, "user"]
          exit
        }
      }' <<END_OF_LINES
$answer
END_OF_LINES
  )
}

# Says which other certificates stand for a user in a usage that is declared: those from before a renewal are among them.
tell_older_mappings() {
  if [ -z "$mapped" ]; then return; fi
  must ${ask(REQUESTS.listMappings)}
  older=$(
    awk "$read_mappings"'
      sub(/^mapped=/, "") { split($0, declared, "&"); users[declared[2], declared[3]]; serials[$0] }
      END {
        for (item in items) {
          if (!((of[item, "user"], of[item, "usage"]) in users)) continue
          older = 1
          for (known in serials) {
            split(known, declared, "&")
            if (declared[2] == of[item, "user"] && declared[3] == of[item, "usage"] && is(of[item, "serialNum"], declared[1])) older = 0
          }
          if (older)
            print "Also mapped to " of[item, "user"] " in " of[item, "usage"] ": the certificate with the serial number " of[item, "serialNum"] ", of " of[item, "issuer"] ". Remove that mapping when nobody presents it any more."
        }
      }' <<END_OF_LINES
$mapped
$answer
END_OF_LINES
  )
  if [ -n "$older" ]; then shown "$older"; fi
}

# The certificate in the file $4 stands for the user $1 in the usage $2, and while it is rotated the next one in $6 does,
# too; the server finds them at $3 and $5.
mapping() {
  map_certificate "$1" "$2" "$3" "$4"
  if [ -e "$6" ]; then map_certificate "$1" "$2" "$5" "$6"; fi
}

map_certificate() {
  if [ ! -r "$4" ]; then stop "Certificates are mapped on the server itself: here is no $3."; fi
  serial=$(serial_of "$4") || stop "$3 is no certificate in DER."
  mapped="$mapped
mapped=$serial&$1&$2"
  read_mapping "$serial" "$2"
  before=$(value "$current" user)
  if [ "$before" = "$1" ]; then return; fi
  if [ -n "$before" ]; then
    replaceable mapping "$serial/$2" "user=$before" "The mapping of $3 to $before"
    before="user=$before
path=$3"
  fi
  if [ -n "$checking" ]; then return; fi
  keep mapping "$serial/$2" "$before" "user=$1"
  import_mapping "$serial" "$2" "$3" "$1"
  told "$3 stands for $1 in $2."
}

import_mapping() {
  usage=$2 location=$3 user=$4
  must ${ask(REQUESTS.importCertificate)}
  read_mapping "$1" "$2"
  [ "$(value "$current" user)" = "$4" ] || stop "$3 is not mapped to $4. $said"
}`.split("\n");
