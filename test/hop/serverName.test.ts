import { namedFor, serverNameOf } from "../../lib/hop/serverName";
import type { TlsRuntime } from "../../lib/model";

describe("the name that a client asks a server for", () => {
  test.each<[address: string, runtime: TlsRuntime, asked: string | undefined]>([
    ["Shop.Example.com", "java", "shop.example.com"],
    ["shop.example.com", "openssl", "shop.example.com"],
    ["shop.example.com.", "openssl", "shop.example.com"],
    ["shop.example.com.", "java", undefined],
    ["localhost", "java", undefined],
    ["localhost", "node", "localhost"],
    ["10.1.2.3", "openssl", undefined],
    ["[2001:db8::1]", "node", undefined],
    ["2001:db8::1", "java", undefined],
    ["bücher.example", "openssl", "xn--bcher-kva.example"],
  ])("%s, called by %s, is %s", (address, runtime, asked) => {
    expect(serverNameOf(address, runtime)).toBe(asked);
  });
});

describe("what a server has for a name", () => {
  const exact = { names: ["Shop.example.com", "10.1.2.3"] };
  const wildcard = { names: ["*.example.com"] };

  test.each([
    ["shop.example.com", exact],
    ["api.example.com", wildcard],
    ["v1.api.example.com", undefined],
    ["example.com", undefined],
    [undefined, undefined],
  ])("%s", (asked, expected) => {
    expect(namedFor([wildcard, exact], asked)).toBe(expected);
  });
});
