/** What stands before the name of an alert that the other side sent, in the logs of Java, OpenSSL and what is built on them. */
const BEFORE = String.raw`(?<!failed to send .*)(?:fatal alert: |RECV \S+ ALERT: +fatal, (?:description = )?|\balert[_ ]|_ALERT_)`;

/**
 * An alert that the other side sent; not one that is sent itself.
 *
 * @param name as RFC 8446, 6 has it: `bad_certificate`
 */
export function receivedAlert(name: string): RegExp {
  return new RegExp(String.raw`${BEFORE}${name.replaceAll("_", "[_ ]")}\b`);
}

/** Whether a text is about an alert that the other side sent, so that the other side knows more. */
export function tellsOfPeer(text: string): boolean {
  return /fatal alert: |RECV \S+ ALERT|handshake alert: |SSL alert number|(?:SSLV3|TLSV1|TLSV13)_ALERT_|\b(?:sslv3|tlsv1|tlsv13) alert /i.test(
    text,
  );
}
