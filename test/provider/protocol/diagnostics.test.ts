import { TrustError } from "../../../lib";
import { fromError, toWire } from "../../../lib/provider/protocol/diagnostics";

test("a diagnostic steers no terminal, whatever a store holds", () => {
  const error = new TrustError("x", 'alias "a\u001b[2J\u202e" is taken.\nChoose another one.');
  expect(toWire(fromError(error, "write\n/etc/x"))).toEqual({
    severity: 1,
    summary: String.raw`Cannot write\u{a}/etc/x`,
    detail: 'alias "a\\u{1b}[2J\\u{202e}" is taken.\nChoose another one.',
  });
});
