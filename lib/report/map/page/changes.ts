import type { CertificateChange, CertificateRenewal, MapChanges, MapData, MapHop } from "../data/mapData";
import { type Content, type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { day } from "../../../model/day";
import { CHANGE_SIGNS } from "../drawing/marks";
import { counted } from "../words";
import { hopLinks } from "./hopLinks";

const MOST_LINKS = 8;
const MOST_RENEWALS = 12;

/** What is different from an earlier plan, a line a cause; nothing where nothing is compared. */
export function changes(data: MapData, numbers: MapNumbers): Markup {
  if (data.changes === undefined) return markup``;
  const lines = changeLines(data.changes, numbers);
  const list = lines.length === 0 ? markup`<p>Nothing.</p>` : markup`<ul class="changes">${lines}</ul>`;
  return markup`<section><h2>What changes <small>${changeCounts(data)}</small></h2>${list}</section>`;
}

/** `4 new, 2 removed, 51 changed hops`. */
export function changeCounts({ hops }: MapData): string {
  const count = (change: MapHop["change"]) => hops.filter((hop) => hop.change === change).length;
  return `${count("added")} new, ${count("removed")} removed, ${counted(count("changed"), "changed hop")}`;
}

function changeLines(changed: MapChanges, numbers: MapNumbers): Markup[] {
  const links = (hops: readonly MapHop[]) =>
    markup`${counted(hops.length, "hop")}: ${hopLinks(hops, MOST_LINKS, numbers)}`;
  const some = (sign: Content, classes: string, hops: readonly MapHop[], words: string) =>
    hops.length === 0 ? [] : [line(sign, classes, markup`${words}${links(hops)}`)];
  return [
    ...changed.broken.map(({ rule, message, hops }) =>
      line("✕", "fails", markup`<b class="fails">${rule}: ${message}</b><br>fails now, ${links(hops)}`),
    ),
    ...some(CHANGE_SIGNS.added, "added", changed.added, "new, "),
    ...some(CHANGE_SIGNS.removed, "removed", changed.removed, "removed, "),
    ...changed.certificates.map((change) =>
      line(CHANGE_SIGNS.changed, "changed", certificateLine(change, numbers)),
    ),
    ...some(CHANGE_SIGNS.changed, "changed", changed.others, "changed in another way, "),
    ...some("✓", "", changed.repaired, "works now, "),
  ];
}

function line(sign: Content, classes: string, content: Markup): Markup {
  return markup`<li><span class="sign ${classes}">${sign}</span><span>${content}</span></li>`;
}

function certificateLine(change: CertificateChange, numbers: MapNumbers): Markup {
  const { renewals } = change;
  const owners = joined(
    renewals.slice(0, MOST_RENEWALS).map((renewal) => renewalPart(renewal, numbers)),
    ", ",
  );
  const rest = renewals.length <= MOST_RENEWALS ? "" : ` and ${renewals.length - MOST_RENEWALS} more`;
  return markup`<b>${changeTitle(change)}</b>: ${owners}${rest}`;
}

/** `7 endpoints, 49 hops: new server certificate, G2 → G3, until 2027-12-21`. */
export function changeTitle({ role, renewals, issuedBefore, issuedNow }: CertificateChange): string {
  const hops = renewals.reduce((sum, renewal) => sum + renewal.hops.length, 0);
  const owners = counted(renewals.length, role === "server" ? "endpoint" : "caller");
  const issuers =
    issuedBefore === issuedNow
      ? issuedNow === undefined
        ? ""
        : `, by ${issuedNow} as before`
      : `, ${issuedBefore ?? "none"} → ${issuedNow ?? "none"}`;
  const ends = renewals.flatMap(({ now }) => (now === undefined ? [] : [day(now.notAfter)])).sort();
  const [first] = ends;
  const last = ends.at(-1);
  const until = first === undefined ? "" : `, until ${first === last ? first : `${first} to ${last}`}`;
  return `${owners}, ${counted(hops, "hop")}: ${changeWords(renewals)} ${role} certificate${issuers}${until}`;
}

function changeWords(renewals: readonly CertificateRenewal[]): string {
  if (renewals.every(({ now }) => now === undefined)) return "no more";
  return renewals.every(({ before }) => before === undefined) ? "first" : "new";
}

function renewalPart({ owner, now, hops }: CertificateRenewal, numbers: MapNumbers): Markup {
  return now === undefined
    ? markup`${owner} (${hops.length})`
    : markup`<a href="#every" data-c="${numbers.certificate(now)}">${owner}</a> (${hops.length})`;
}
