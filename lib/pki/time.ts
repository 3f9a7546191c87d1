import { encodeElement, Tag, type Asn1Element } from "./asn1";
import { invalidDate, malformedAsn1 } from "./errors";

/**
 * DER of a Time (RFC 5280, 4.1.2.5): UTCTime up to 2049, GeneralizedTime from 2050 on; whole seconds, the
 * rest is cut off so that a certificate is never valid later than asked.
 *
 * @throws PkiError `invalid-date` before 1950, after 9999 and for an invalid Date
 */
export function encodeTime(date: Date): Buffer {
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) {
    throw invalidDate(
      `a certificate cannot carry the date ${Number.isNaN(year) ? "given" : date.toISOString()}: ` +
        "years 1950 to 9999 are possible",
    );
  }
  const digits = `${date.toISOString().slice(0, 19).replace(/[-T:]/g, "")}Z`;
  return year < 2050
    ? encodeElement(Tag.utcTime, Buffer.from(digits.slice(2), "latin1"))
    : encodeElement(Tag.generalizedTime, Buffer.from(digits, "latin1"));
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})$/;

/** Reads a UTCTime or GeneralizedTime, also with the offsets and without the seconds that BER allows. */
export function readTime(element: Asn1Element | undefined, what: string): Date {
  if (element === undefined) throw malformedAsn1(`${what} is missing`, 0);
  const text = Buffer.from(element.content).toString("latin1");
  const short = element.tag === Tag.utcTime;
  if (!short && element.tag !== Tag.generalizedTime) {
    throw malformedAsn1(`${what} has tag 0x${element.tag.toString(16)}, which is not a time`, element.offset);
  }
  const match = (short ? UTC_TIME : GENERALIZED_TIME).exec(text);
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1, 7).map((part) => Number(part ?? 0));
  // RFC 5280, 4.1.2.5.1: two digits from 50 on belong to the last century.
  const fullYear = short ? (year ?? 0) + ((year ?? 0) < 50 ? 2000 : 1900) : (year ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(fullYear, (month ?? 0) - 1, day ?? 0);
  date.setUTCHours(hour ?? 0, minute ?? 0, second ?? 0);
  const zone = match?.[7];
  const valid =
    match !== null &&
    date.getUTCFullYear() === fullYear &&
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    (hour ?? 0) < 24 &&
    (minute ?? 0) < 60 &&
    (second ?? 0) < 60;
  if (!valid || zone === undefined) throw malformedAsn1(`${what} is not a date and time`, element.offset);
  if (zone === "Z") return date;
  const sign = zone.startsWith("-") ? 1 : -1;
  return new Date(
    date.getTime() + sign * 60_000 * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))),
  );
}
