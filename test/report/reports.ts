import type { Expiry } from "../../lib/check";
import type { EnvironmentReport, ReportedHop } from "../../lib/report";

/** Names that certificates, systems and stores may have, and that no reader is to be deceived by. */
export const HOSTILE = `]]><failure/>\u0000\u001b[2J\u202e"'&\n::error::gone\r%0A,a=b:c{d="e"} \\`;

export const green: ReportedHop = {
  hopId: "shop/Shop/Hop",
  stack: "shop",
  client: "Shop",
  address: "stock.example.com:8443",
  verdict: "ok",
  proof: "live",
  reason: "trusted through CN=Example Root",
  expires: "2027-02-28T12:00:00Z",
  findings: [],
};

export const red: ReportedHop = {
  ...green,
  hopId: "shop/Other/Hop",
  client: "Other",
  verdict: "FAILS",
  proof: "files",
  reason: "the chain was cut; deploy again",
  findings: [
    {
      level: "error",
      rule: "chain-cut",
      subject: "keystore",
      message: "the chain was cut",
      remedy: "deploy again",
    },
    {
      level: "error",
      rule: "file-unreadable",
      subject: "keystore",
      message: "stock:/etc/keys.p12: permission denied",
      remedy: "do what the message says",
    },
  ],
};

export const unproven: ReportedHop = {
  hopId: "bank/Shop/Hop",
  stack: "bank",
  client: "Shop",
  address: "bank.example.com:443",
  verdict: "not proven",
  reason: "the server is somebody else's",
  findings: [],
};

export const ending = {
  sha256: "AB:CD",
  subject: 'CN="Example, bank"',
  issuer: "CN=Example Root, O=Example",
  serialNumber: "ff",
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2026-12-04T00:00:00Z",
  daysLeft: 4,
  identityId: "shop/Bank",
  places: [],
  hopIds: [],
  rule: "expiring",
  message: "the certificate of CN=bank.example.com expires on 2026-12-04, in 4 days",
  remedy: "ask the partner for the next one",
  renewal: "partner",
} as unknown as Expiry;

export function reportOf(changes: Partial<EnvironmentReport> = {}): EnvironmentReport {
  const { subject, issuer, serialNumber, notBefore, notAfter, sha256 } = ending;
  const certificate = { subject, issuer, serialNumber, notBefore, notAfter, sha256 };
  return {
    environment: "production",
    at: new Date("2026-11-30T12:00:00Z"),
    hops: [green, red, unproven],
    expiring: [ending],
    failsForExpiry: false,
    certificates: [
      {
        certificate,
        identityId: "shop/Bank",
        place: { hostId: "stock", path: "/etc/trust.p12", alias: "bank", use: "trusted" },
      },
      { certificate, identityId: "shop/Bank" },
    ],
    ...changes,
  };
}
