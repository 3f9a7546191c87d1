import fc from "fast-check";
import { encodeElement, readAsn1, Tag } from "../../lib/pki/asn1";
import { encodeTime, readTime } from "../../lib/pki/time";

describe("times", () => {
  test("every date between 1950 and 9999 survives, to the second", () => {
    const dates = fc.date({
      min: new Date("1950-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        const seconds = Math.floor(date.getTime() / 1000) * 1000;
        expect(readTime(readAsn1(encodeTime(date)), "time").getTime()).toBe(seconds);
      }),
    );
  });

  test("years up to 2049 are UTCTime, later ones GeneralizedTime", () => {
    expect(encodeTime(new Date("2049-12-31T23:59:59Z")).toString("latin1")).toBe("\x17\r491231235959Z");
    expect(encodeTime(new Date("2050-01-01T00:00:00Z")).toString("latin1")).toBe("\x18\x0f20500101000000Z");
  });

  test.each([
    [Tag.utcTime, "500102030405Z", "1950-01-02T03:04:05.000Z"],
    [Tag.utcTime, "2601020304Z", "2026-01-02T03:04:00.000Z"],
    [Tag.utcTime, "260102030405+0130", "2026-01-02T01:34:05.000Z"],
    [Tag.generalizedTime, "20260102030405.678Z", "2026-01-02T03:04:05.000Z"],
    [Tag.generalizedTime, "00010102030405Z", "0001-01-02T03:04:05.000Z"],
  ])("reads tag %i %s", (tag, text, expected) => {
    expect(readTime(readAsn1(encodeElement(tag, Buffer.from(text))), "time").toISOString()).toBe(expected);
  });

  test.each(["261302030405Z", "260230030405Z", "260102240405Z", "260102036005Z", "260102030405", "now", ""])(
    "refuses %s",
    (text) => {
      const element = readAsn1(encodeElement(Tag.utcTime, Buffer.from(text)));
      expect(() => readTime(element, "the time")).toThrow("the time is not a date and time");
    },
  );
});
