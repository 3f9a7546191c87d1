import { refusedHost } from "../../lib/hop/hostCheck";
import { call, endpoint } from "../check/plans";
import { makeCertificate } from "../support/certificateMaker";
import { now } from "./materials";

const certificate = makeCertificate({
  now,
  subject: "common.example.com",
  names: ["DNS:shop.example.com", "DNS:*.api.example.com", "IP:2001:db8::1"],
});

function rulesFor(address: string, verifiesName = false, checksHost?: true): string | undefined {
  return refusedHost(
    { ...call, address, verifiesName },
    { ...endpoint, ...(checksHost === undefined ? {} : { checksHost }) },
    { chain: [certificate.der] },
  )?.rule;
}

describe("a server that looks at the host of each request", () => {
  test.each([
    ["SHOP.example.com", undefined],
    ["v1.api.example.com", undefined],
    ["common.example.com", undefined],
    ["[2001:DB8:0::1]", undefined],
    ["other.example.com", "name-not-covered"],
    ["10.1.2.3", "name-not-covered"],
  ])("called as %s by a client that compares no names: %s", (address, rule) => {
    expect(rulesFor(address, false, true)).toBe(rule);
  });

  test("says nothing where the client compares names, which says it already, or where it does not look", () => {
    expect(rulesFor("other.example.com", true, true)).toBeUndefined();
    expect(rulesFor("other.example.com", false)).toBeUndefined();
  });
});
