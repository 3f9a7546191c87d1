/** What is shown, and how it is kept in the page's address. */
export const STATE_SCRIPT = `
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const data = JSON.parse(one("#data").textContent);
const certificates = data.certificates.map(([name, until, sha256]) => ({ name, until, sha256 }));
const endpoints = data.endpoints.map(([name, chain]) => ({ name, chain }));
const hops = data.hops.map(([id, caller, endpoint, address, state, isMutual, isChanged, trusted, clientTrusted, presents, needs, findings, place]) => ({
  id, caller, endpoint, address: address || endpoints[endpoint].name, state, isMutual, isChanged, trusted, clientTrusted, presents, needs, findings, place,
}));
const state = { words: "", flag: "", pick: null, hop: -1, theme: "" };

const kinds = { c: "certificate", s: "caller", e: "endpoint" };
const nameOf = ({ kind, number }) =>
  kind === "c" ? certificates[number].name : kind === "s" ? data.callers[number] : endpoints[number].name;
const keyOf = ({ kind, number }) => (kind === "c" ? certificates[number].sha256 : nameOf({ kind, number }));
const countOf = { c: certificates.length, s: data.callers.length, e: endpoints.length };

/** The address names things as people do, so that a link means the same on tomorrow's map. */
function writeAddress() {
  const parts = [];
  const add = (name, value) => value && parts.push(name + "=" + encodeURIComponent(value));
  add("words", state.words);
  add("show", state.flag);
  add("only", state.pick && kinds[state.pick.kind] + ":" + keyOf(state.pick));
  add("hop", state.hop < 0 ? "" : hops[state.hop].id);
  add("theme", state.theme);
  const hash = parts.length ? "#" + parts.join("&") : " ";
  try {
    if (hash.trim() !== location.hash) history.replaceState(null, "", hash.trim() || location.pathname + location.search);
  } catch {
    // A frame without an address of its own keeps none.
  }
}

function readAddress() {
  const row = /^#h(\\d+)$/.exec(location.hash);
  const values = {};
  for (const part of row ? [] : location.hash.slice(1).split("&")) {
    const at = part.indexOf("=");
    try {
      if (at > 0) values[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1));
    } catch {
      // Somebody cut the address.
    }
  }
  const only = values.only || "";
  const kind = Object.keys(kinds).find((key) => only.startsWith(kinds[key] + ":"));
  const wanted = kind ? only.slice(kinds[kind].length + 1) : "";
  const number = kind ? Array.from({ length: countOf[kind] }, (_, index) => index).find((index) => keyOf({ kind, number: index }) === wanted) : undefined;
  state.words = values.words || "";
  state.flag = flags.includes(values.show) ? values.show : "";
  state.pick = kind && number !== undefined ? { kind, number } : null;
  state.theme = ["light", "dark"].includes(values.theme) ? values.theme : "";
  state.hop = row ? (Number(row[1]) < hops.length ? Number(row[1]) : -1) : hops.findIndex(({ id }) => id === values.hop);
}
`;
