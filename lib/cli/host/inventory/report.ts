import type { EntryPlace, HostInventory, Inventory, InventoryFile, TrustedParty } from "../../../inventory";
import { day } from "../../../model/day";
import { sentenceOf } from "../../../rules";
import { type CliIo, printLines, printText } from "../../io";
import { formatTable } from "../../table";
import { formatInWords, passwordInWords } from "./rows";

/** Prints what was found for people: each file with its entries, what is wrong, and who trusts whom. */
export function printInventory(io: CliIo, { hosts, trust }: Inventory): void {
  for (const host of hosts) printHost(io, host);
  printTrust(io, trust);
}

function printHost(io: CliIo, { host, address, files, unseen }: HostInventory): void {
  const bundles = files.filter(holdsPublicRootsOnly);
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  printLines(io, `${host}${host === address ? "" : ` (${address})`}: ${count}`);
  for (const file of files) if (!bundles.includes(file)) printFile(io, file);
  if (bundles.length > 0)
    printLines(io, `  ${bundles.length} more hold public roots alone (--json and --csv list them)`);
  for (const reason of unseen) printLines(io, `  not seen: ${reason}`);
}

/** As a distribution's folder of certificates has by the hundred. */
function holdsPublicRootsOnly({ entries, findings, usedBy, format }: InventoryFile): boolean {
  return (
    (format === "pem" || format === "certificate") &&
    entries.length > 0 &&
    usedBy.length === 0 &&
    findings.length === 0 &&
    entries.every(({ isPublicRoot }) => isPublicRoot)
  );
}

function printFile(io: CliIo, file: InventoryFile): void {
  const password = passwordInWords(file.password);
  const facts = [formatInWords(file), ...(password === "" ? [] : [`password: ${password}`])];
  printLines(io, `  ${file.path}: ${facts.join(", ")}`);
  for (const link of file.links) printLines(io, `    also ${link}`);
  for (const { product, by, as, alias, listener } of file.usedBy) {
    const served = listener === undefined ? "" : `, port ${listener.port}`;
    printLines(
      io,
      `    ${as} of ${product}${served}${alias === undefined ? "" : `, alias "${alias}"`}: ${by}`,
    );
  }
  const own = file.entries.filter(({ isPublicRoot }) => !isPublicRoot);
  if (own.length > 0) printText(io, indented(tableOf(own)));
  const roots = file.entries.length - own.length;
  if (roots > 0) printLines(io, `    ${roots} public ${roots === 1 ? "root" : "roots"}`);
  for (const found of file.findings)
    printLines(io, `    ${found.level} ${found.rule} [${found.subject}]: ${sentenceOf(found)}`);
}

function tableOf(entries: InventoryFile["entries"]): string {
  return formatTable(
    ["alias", "kind", "key", "expires", "subject"],
    entries.map(({ alias, kind, isPlainKey, chain: [leaf] }) => [
      alias,
      isPlainKey === true ? "plain key" : kind,
      leaf?.keyAlgorithm ?? "",
      leaf === undefined ? "" : day(leaf.notAfter),
      leaf?.subject ?? "",
    ]),
  );
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

function printTrust(io: CliIo, trust: readonly TrustedParty[]): void {
  const known = trust.filter(({ accepts }) => accepts.length > 0);
  const unknown = trust.filter(({ accepts }) => accepts.length === 0);
  if (known.length > 0) printLines(io, "who trusts whom");
  for (const { subject, trustedIn, accepts } of known)
    printLines(
      io,
      `  ${subject}`,
      ...trustedIn.map((place) => `    trusted in ${placeInWords(place)}`),
      ...accepts.map((place) => `    presented from ${placeInWords(place)}`),
    );
  if (unknown.length > 0) printLines(io, "trusted, and presented nowhere that was looked at");
  for (const { subject, trustedIn } of unknown)
    printLines(io, `  ${subject}: ${trustedIn.map(placeInWords).join(", ")}`);
}

function placeInWords({ host, path, alias }: EntryPlace): string {
  return `${host}:${path} "${alias}"`;
}
