import { day } from "../../../model/day";
import { groupBy } from "../../../model/groupBy";
import type { Renewal } from "../../../check";
import type { MapAuthority, MapCertificate, MapData, MapHop } from "../data/mapData";
import { saidOf } from "../data/causes";
import { drawSkyline } from "../drawing/skyline";
import { CHANGE_SIGNS, STATE_CLASSES, STATE_SIGNS, STATE_WORDS, endText } from "../drawing/marks";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { counted, daysBetween, distance, shortened, someOf } from "../words";

const NEXT = 10;

/** Who makes the next certificate, in a table's words. */
const RENEWAL_WORDS: Readonly<Record<Renewal, string>> = {
  here: "here, by cdktf-trust lock",
  requested: "the authority that is asked; then completed",
  imported: "whoever issued it; then imported",
  adopted: "on its host",
  partner: "the partner",
};

/** What ends next, and what ends with it. */
export function endings({ endings: all, now }: MapData, numbers: MapNumbers): Markup {
  if (all.length === 0) return markup``;
  const rows = all.slice(0, NEXT).map(({ certificate, hops }) => {
    const { kind } = endText(certificate, now);
    return markup`<tr><td class="date ${kind}">${day(certificate.notAfter)}</td><td class="date ${kind}">${distance(daysBetween(now, certificate.notAfter))}</td><th scope="row">${choose(certificate, numbers)}</th><td data-name="renewed:">${certificate.renewal === undefined ? "not known here" : RENEWAL_WORDS[certificate.renewal]}</td><td class="number" data-name="hops:">${hops}</td></tr>`;
  });
  return markup`<section><h2>What ends next, and what ends with it</h2><div class="scroll wide" tabindex="0" role="region" aria-label="When certificates end">${drawSkyline(all, now, numbers)}</div><table class="endings"><thead><tr><th scope="col">ends</th><th scope="col">in</th><th scope="col">certificate</th><th scope="col">who renews it</th><th scope="col" class="number">hops that need it</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

/** A certificate's name; with the script, picking it shows its hops. */
function choose(certificate: MapCertificate, numbers: MapNumbers): Markup {
  return markup`<a href="#every" data-c="${numbers.certificate(certificate)}">${certificate.name}</a>`;
}

/** Who trusts which authority. */
export function authorities({ authorities: all, now }: MapData, numbers: MapNumbers): Markup {
  if (all.length === 0) return markup``;
  const rows = all.map((authority) => authorityRow(authority, now, numbers));
  return markup`<section><h2>Who trusts which authority</h2><table class="trusts"><thead><tr><th scope="col">certificate</th><th scope="col">ends</th><th scope="col">accepts servers by it</th><th scope="col">accepts clients by it</th><th scope="col" class="number">hops</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

const NAMED = 12;

function authorityRow(
  { certificate, callers, endpoints, hops }: MapAuthority,
  now: Date,
  numbers: MapNumbers,
): Markup {
  const { text, kind } = endText(certificate, now);
  const names = (parts: readonly string[]) =>
    parts.length === 0
      ? ""
      : someOf(
          parts.map((part) => shortened(part, 60)),
          NAMED,
        );
  const isUnused = hops.length === 0 ? markup` <small>no hop needs it</small>` : "";
  return markup`<tr><th scope="row">${choose(certificate, numbers)}${isUnused}</th><td class="date ${kind}">${text}</td><td data-name="servers:">${names(callers.map(({ label }) => label))}</td><td data-name="clients:">${names([...new Set(endpoints.map(({ label }) => label))])}</td><td class="number" data-name="hops:">${hops.length}</td></tr>`;
}

/** Every hop, under what vouches for its server. */
export function everyHop({ hops, now, branches }: MapData, numbers: MapNumbers): Markup {
  const byEndpoint = groupBy(hops, ({ endpoint }) => endpoint.key);
  const bodies = branches.flatMap((branch) =>
    branch.issuers.map((issuer) => {
      const names = [branch.name, ...(issuer.certificate === undefined ? [] : [issuer.certificate.name])];
      const last = issuer.certificate ?? branch.certificate;
      const until = last === undefined ? "" : `until ${day(last.notAfter)}, `;
      const rows = issuer.endpoints.flatMap(({ key }) => byEndpoint.get(key) ?? []);
      return markup`<tbody><tr class="branch"><th colspan="5" scope="rowgroup">${names.join(" › ")} <small>${until}${counted(issuer.hops, "hop")}</small></th></tr>${joined(rows.map((hop) => hopRow(hop, now, numbers)))}</tbody>`;
    }),
  );
  return markup`<section id="every"><h2>Every hop</h2><table class="every"><thead><tr><th scope="col">caller</th><th scope="col">calls</th><th scope="col">state</th><th scope="col">caller presents</th><th scope="col">ends</th></tr></thead>${bodies}</table></section>`;
}

function hopRow(hop: MapHop, now: Date, numbers: MapNumbers): Markup {
  const { caller, address, state, change, clientChain, isMutual, ends } = hop;
  const [client] = clientChain;
  const presents = client === undefined ? (isMutual ? "not known here" : "") : client.name;
  const end = ends === undefined ? { text: "", kind: "" } : endText({ notAfter: ends }, now);
  const gone = change === "removed" ? markup` class="gone"` : "";
  const sign =
    change === undefined ? "" : markup`<span class="sign ${change}">${CHANGE_SIGNS[change]}</span> `;
  return markup`<tr id="h${numbers.hop(hop)}"${gone}><th scope="row">${sign}${shortened(caller.label, 80)}</th><td class="calls">${shortened(address, 120)}</td><td class="state ${STATE_CLASSES[state]}">${STATE_SIGNS[state]} ${STATE_WORDS[state]}${why(hop)}</td><td data-name="presents:">${presents}</td><td class="date ${end.kind}">${end.text}</td></tr>`;
}

/** Of a hop that fails, what it fails for. */
function why(hop: MapHop): Markup | string {
  return hop.state === "fails" ? markup`<small class="why">${saidOf(hop).message}</small>` : "";
}
