import type { ExplainedCertificate, ExplainedHop, Reliance, RelianceRole } from "../../check";
import { placeOf } from "../../model";
import { day } from "../../model/day";
import { type Line, line, shown } from "../screen";

const ROLES: Readonly<Record<RelianceRole, string>> = {
  "server-presents": "the server presents it",
  "client-presents": "the client presents it",
  "client-trusts": "the client trusts the server through it",
  "server-trusts": "the server trusts the client through it",
};

const USES: Readonly<Record<ExplainedCertificate["places"][number]["use"], string>> = {
  presented: "a key's own",
  chain: "beside a key, sent along",
  trusted: "trusted",
  delivered: "delivered as a file",
};

export function certificateLines(certificate: ExplainedCertificate): Line[] {
  const { subject, sha256, issuer, notBefore, identityId, generation, places, reliedOnBy } = certificate;
  const broken = reliedOnBy.filter(({ breaks }) => breaks);
  return [
    line(shown("strong", subject)),
    line(`  SHA-256      ${sha256}`),
    line(`  issued by    ${issuer}`),
    line(`  valid        ${day(notBefore)} to ${endOf(certificate)}`),
    line(`  identity     ${identityId}, generation ${generation}`),
    ...listed(
      "stands in",
      places.map(
        ({ hostId, path, alias, use }) =>
          `${placeOf(hostId, path)}${alias === undefined ? "" : ` "${alias}"`}: ${USES[use]}`,
      ),
      "no store and no file that is known here",
    ),
    ...listed("relied on by", reliedOnBy.map(relianceText), "no declared call"),
    ...listed(
      "if it goes",
      broken.map(({ hop, why }) => `${hop} fails: ${why}`),
      reliedOnBy.length === 0 ? "no declared call notices" : "no declared call fails",
    ),
    line(`  the next one ${certificate.remedy}`),
  ];
}

export function hopLines({ hop, hopId, clientHostId, serverHostId, expires, needs }: ExplainedHop): Line[] {
  return [
    line(shown("strong", hop)),
    line(`  id           ${hopId}`),
    line(`  from         ${clientHostId}`),
    line(`  to           ${serverHostId ?? "somebody else's server"}`),
    line(`  works until  ${expires === undefined ? "not known: nothing is pinned" : day(expires)}`),
    ...listed(
      "needs",
      needs.map(
        (one) =>
          `${one.subject} (SHA-256 ${one.sha256}), until ${endOf(one)}: ${ROLES[one.role]}${one.breaks ? "" : ", as through others"}`,
      ),
      "no certificate that is known here",
    ),
  ];
}

function relianceText({ hop, role }: Reliance): string {
  return `${hop}: ${ROLES[role]}`;
}

function endOf({ notAfter, daysLeft }: Pick<ExplainedCertificate, "notAfter" | "daysLeft">): string {
  const when = daysLeft < 0 ? `${-daysLeft} days ago` : daysLeft === 1 ? "in 1 day" : `in ${daysLeft} days`;
  return `${day(notAfter)}, ${when}`;
}

function listed(title: string, items: readonly string[], none: string): Line[] {
  return items.length === 0
    ? [line(`  ${title.padEnd(12)} ${none}`)]
    : [line(`  ${title}`), ...items.map((item) => line(`    ${item}`))];
}
